"""How moments, days, money and phone numbers look on a screen, in the language of the page."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache, partial
from typing import Any

import phonenumbers
from babel.dates import format_date, format_datetime, format_interval, format_timedelta, get_day_names
from babel.numbers import format_decimal, format_percent
from flask import Flask
from flask_babel import gettext as _
from markupsafe import Markup, escape

from app.core.clock import now
from app.core.language import current_language, local_zone
from app.core.maps import address_line, map_address
from app.core.money import amount_words
from app.core.phones import dialled_as, takes_texts


def _day_word(day: date, today: date) -> str:
    away = (day - today).days
    if away == 0:
        return str(_("i dag"))
    if away == 1:
        return str(_("i morgon"))
    if away == -1:
        return str(_("i går"))
    if day.year != today.year:
        return _short(day, "d MMM y")
    return f"{_short(day, 'EEE')[:3]} {_short(day, 'd MMM')}"


def _short(day: date, pattern: str) -> str:
    return _written(day, pattern, current_language()).replace(".", "")


@lru_cache(maxsize=4096)
def _written(value: date | datetime, pattern: str, language: str) -> str:
    """Babel takes its time, and pages ask for the same few days and minutes again and again."""
    form = format_datetime if isinstance(value, datetime) else format_date
    return form(value, pattern, locale=language)


def clock_here(clock: time) -> str:
    """A time of day: "09.00"."""
    return f"{clock:%H.%M}" if current_language() == "sv" else f"{clock:%H:%M}"


def exact(moment: datetime) -> str:
    """The full local moment, for titles: "tisdag 24 november 2026 kl. 14.30"."""
    local = moment.astimezone(local_zone())
    pattern = "EEEE d MMMM y 'kl.' HH.mm" if current_language() == "sv" else "EEEE d MMMM y, HH:mm"
    return _written(local.replace(second=0, microsecond=0, tzinfo=None), pattern, current_language())


def _time_element(moment: datetime, words: str) -> Markup:
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        moment.isoformat(timespec="seconds"), exact(moment), words
    )


def moment_words(moment: datetime, at: datetime | None = None) -> str:
    """A moment in words, seen from `at` (default: now): "i dag 14.30", "tor 26 nov 09.00"."""
    local = moment.astimezone(local_zone())
    today = (at or now()).astimezone(local_zone()).date()
    return f"{_day_word(local.date(), today)} {clock_here(local.time())}"


def moment(value: datetime | None) -> str | Markup:
    """A <time> element: words to read, the exact moment in its title."""
    return "" if value is None else _time_element(value, moment_words(value))


def day(value: date | datetime | None) -> str:
    """A day in words: "i dag", "tor 26 nov"."""
    if value is None:
        return ""
    local = value.astimezone(local_zone()).date() if isinstance(value, datetime) else value
    return _day_word(local, now().astimezone(local_zone()).date())


def long_day(value: date | None) -> str:
    """A day in full: "17 oktober 2025"."""
    return "" if value is None else _written(value, "d MMMM y", current_language())


def day_of_month(value: date) -> str:
    """A day by its date alone: "23 mars"."""
    return _written(value, "d MMMM", current_language())


def days_words(first_on: date, last_on: date) -> str:
    """From one day to another: "23–29 nov"; with the year, where it is not this one."""
    this_year = now().astimezone(local_zone()).year
    parts = "MMMd" if first_on.year == last_on.year == this_year else "yMMMd"
    locale = "en_GB" if current_language() == "en" else current_language()  # the day first, as in all other dates
    return format_interval(first_on, last_on, parts, locale=locale).replace(".", "").replace("\u2009", "")


def weekday(value: date | datetime) -> str:
    """The local day with its name: "måndag 23 november"."""
    local = value.astimezone(local_zone()).date() if isinstance(value, datetime) else value
    return _written(local, "EEEE d MMMM", current_language())


def day_name(weekday: int) -> str:
    """What a day of the week is called, Monday being 0: "måndag"."""
    return str(get_day_names("wide", context="stand-alone", locale=current_language())[weekday])


def clock_time(value: datetime) -> str:
    """The local time of day: "14.30"."""
    return clock_here(value.astimezone(local_zone()).time())


def ago(value: datetime | None) -> str | Markup:
    """How long since, or until: "för 20 minuter sedan", "om 3 timmar"."""
    if value is None:
        return ""
    words = format_timedelta(value - now(), add_direction=True, threshold=1.2, locale=current_language())
    return _time_element(value, words)


def length_words(value: timedelta) -> str:
    """How long something lasts: "5 timmar", "3 dagar"."""
    return format_timedelta(value, threshold=1.2, locale=current_language())


def phone(value: str | None) -> str:
    """A number as it is written at home: "070-174 06 05"; what cannot be parsed is shown as it was typed."""
    if not value:
        return ""
    try:
        number = phonenumbers.parse(value, "SE")
    except phonenumbers.NumberParseException:
        return value
    kind = (
        phonenumbers.PhoneNumberFormat.NATIONAL
        if number.country_code == 46
        else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return phonenumbers.format_number(number, kind)


def number(value: int) -> str:
    """A count with its thousands apart: "12 500"."""
    return format_decimal(value, locale=current_language())


def percent(share: float) -> str:
    """A part of a whole, 1 being all of it: "60 %"."""
    return format_percent(share, locale=current_language())


def kronor(ore: int) -> str:
    """Öre as kronor: "12 500 kr", "SEK 12,500"."""
    amount = amount_words(ore)
    return f"{amount} kr" if current_language() == "sv" else f"SEK {amount}"


def lines(value: str | None) -> Markup:
    """Typed text as HTML: escaped, its line breaks kept."""
    return Markup("<br>").join(escape(line) for line in (value or "").splitlines())


def with_colon(label: str) -> str:
    """A field's label before what is said of it: "Namn:", and a question as it stands."""
    return label if str(label).endswith("?") else f"{label}:"


@lru_cache(maxsize=512)
def icon(sprite: str, name: str, css: str = "") -> Markup:
    """An icon of the sprite, hidden from screen readers: a word always stands beside it or in a label."""
    picture = Markup('<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>')
    return picture.format(css, sprite, name)


def init_app(app: Flask) -> None:
    """Make the words available to templates."""
    filters: dict[str, Any] = {
        f.__name__: f
        for f in (
            *(moment, moment_words, day, long_day, day_of_month, weekday, day_name, clock_here, clock_time, ago),
            *(days_words, length_words),
            *(phone, number, percent, kronor, lines, with_colon, address_line, map_address, dialled_as, takes_texts),
        )
    }
    app.jinja_env.filters.update(filters)
    app.jinja_env.globals.update(icon=partial(icon, f"{app.static_url_path}/vendor/icons.svg"), now=now)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
