"""Input about a host's hours: the week, days that differ from it, and the host."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, Form, FormField, IntegerField, RadioField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from app.consultations.fields import OnFullFives
from app.consultations.hosts import DAY_MINUTES, Host, OpeningHours
from app.consultations.hours import HostFacts, days_between
from app.consultations.labels import WORKING_WEEK, clock_of
from app.consultations.windows import HoursOfDay, WeeklyHours
from app.core import form_rows
from app.core.forms import ClockTime, DashboardForm, Day, SelectChoice, TextLine

MOST_RANGES = 60
NEW_RANGE = {"opens": "09:00", "closes": "16:00"}
CLOCK = [InputRequired(_l("Skriv ett klockslag, till exempel 17.00."))]


def hours_from(opens: time | None, closes: time | None) -> HoursOfDay | None:
    """A range by two clocks; one that closes before it opens, or at midnight, closes on the day after.

    None where a clock is missing, or both are the same but midnight.
    """
    if opens is None or closes is None or (opens == closes != time(0)):
        return None
    first, last = _minute_of(opens), _minute_of(closes)
    return HoursOfDay(first, last if last > first else last + DAY_MINUTES)


def _minute_of(clock: time) -> int:
    return clock.hour * 60 + clock.minute


class RangeForm(Form):
    """Hours of one weekday."""

    weekday = IntegerField(validators=[InputRequired(), NumberRange(0, 6)])
    opens = ClockTime(_l("Från"), [*CLOCK, OnFullFives()])
    closes = ClockTime(_l("Till"), CLOCK)
    valid_from = Day(_l("Gäller från och med"), [Optional()])
    valid_until = Day(_l("Gäller till och med"), [Optional()])

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """The ends are two, and the days in order."""
        is_valid: bool = super().validate(extra_validators)
        if is_valid and hours_from(self.opens.data, self.closes.data) is None:
            self.closes.errors = [_("Tiden slutar när den börjar. Skriv en annan sluttid.")]
            is_valid = False
        if self.valid_from.data and self.valid_until.data and self.valid_until.data < self.valid_from.data:
            self.valid_until.errors = [_("Den sista dagen är före den första. Byt plats på dem.")]
            is_valid = False
        return is_valid

    def hours(self) -> WeeklyHours:
        """What was filled in."""
        found = hours_from(self.opens.data, self.closes.data) or HoursOfDay(0, DAY_MINUTES)
        return WeeklyHours(self.weekday.data or 0, *found, self.valid_from.data, self.valid_until.data)


class WeekForm(DashboardForm):
    """The hours of a week."""

    ranges: "FieldList[FormField[RangeForm]]" = FieldList(FormField(RangeForm), max_entries=MOST_RANGES)

    @classmethod
    def showing(cls, rows: Iterable[OpeningHours]) -> "WeekForm":
        """The form as it is first shown."""
        ranges = [
            {
                "weekday": row.weekday,
                "opens": clock_of(row.opens_minute),
                "closes": clock_of(row.closes_minute),
                "valid_from": row.valid_from_on,
                "valid_until": row.valid_until_on,
            }
            for row in rows
        ]
        return cls(formdata=None, data={"ranges": ranges})

    def by_weekday(self) -> list[list[tuple[int, Any]]]:
        """The ranges of each day, Monday first, with their numbers. What is no weekday shows on Monday."""
        week: list[list[tuple[int, Any]]] = [[] for _day in range(7)]
        for number, entry in enumerate(self.ranges):
            weekday = entry.form.weekday.data or 0
            week[weekday if weekday in range(7) else 0].append((number, entry.form))
        return week

    def week(self) -> list[WeeklyHours]:
        """What was filled in, in the order it was written."""
        return [entry.form.hours() for entry in self.ranges]


def with_ranges_rearranged(typed: form_rows.Typed, act: str) -> form_rows.Typed:
    """The typed week with a range added to a day ("add-1"), taken away ("remove-3"), or with one day's hours on every
    working day ("copy-0"). An act that makes no sense changes nothing."""
    verb, _dash, number = act.partition("-")
    rest, rows = form_rows.taken_apart(typed, "ranges")
    if verb == "add" and number in set("0123456") and len(rows) < MOST_RANGES:
        rows.append([("weekday", number), *NEW_RANGE.items()])
    elif verb == "remove" and number.isascii() and number.isdigit() and int(number) < len(rows):
        del rows[int(number)]
    elif verb == "copy" and number in set(WORKING_WEEK):
        rows = _copied(rows, number)
    return form_rows.put_together(rest, "ranges", rows)


def _copied(rows: list[form_rows.Row], weekday: str) -> list[form_rows.Row]:
    pattern = [row for row in rows if dict(row).get("weekday") == weekday]
    others = [row for row in rows if dict(row).get("weekday") not in set(WORKING_WEEK)]
    copies = [
        [("weekday", day), *((name, value) for name, value in row if name != "weekday")]
        for day in WORKING_WEEK
        for row in pattern
    ]
    return [*copies, *others][:MOST_RANGES]


class DaysForm(DashboardForm):
    """Days that differ from the week."""

    first_on = Day(_l("Från och med"), [InputRequired(_l("Välj en dag."))])
    last_on = Day(_l("Till och med"), [Optional()], description=_l("Tomt är bara den dagen."))
    how = RadioField(
        _l("Den dagen är jag"),
        choices=lambda: [SelectChoice("closed", _("ledig")), SelectChoice("open", _("öppen på andra tider"))],
        default="closed",
    )
    opens = ClockTime(_l("Öppnar"), [Optional(), OnFullFives()])
    closes = ClockTime(_l("Stänger"), [Optional()])
    opens_again = ClockTime(_l("Öppnar igen"), [Optional(), OnFullFives()])
    closes_again = ClockTime(_l("Stänger igen"), [Optional()])

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """The days are in order, and open ones have hours."""
        is_valid: bool = super().validate(extra_validators)
        first, last = self.first_on.data, self.last_on.data
        if first and last and last < first:
            self.last_on.errors = [_("Den sista dagen är före den första. Byt plats på dem.")]
            is_valid = False
        if is_valid and self.how.data == "open":
            if hours_from(self.opens.data, self.closes.data) is None:
                self.closes.errors = [_("Skriv när du öppnar och när du stänger.")]
                is_valid = False
            if _is_halfway(self.opens_again.data, self.closes_again.data):
                self.closes_again.errors = [_("Skriv när du öppnar och när du stänger igen, eller lämna båda tomma.")]
                is_valid = False
        return is_valid

    def days(self) -> list[date]:
        """Which days are meant."""
        first = self.first_on.data or date.min
        return days_between(first, self.last_on.data or first)

    def hours(self) -> list[HoursOfDay]:
        """When they are open; never, for days off."""
        if self.how.data != "open":
            return []
        pairs = (self.opens.data, self.closes.data), (self.opens_again.data, self.closes_again.data)
        return [found for opens, closes in pairs if (found := hours_from(opens, closes))]


def _is_halfway(opens: time | None, closes: time | None) -> bool:
    return (opens or closes) is not None and hours_from(opens, closes) is None


class HostForm(DashboardForm):
    """What a host says of themselves."""

    is_active = BooleanField(_l("Besökare kan boka mina tider"))
    is_closed_on_holidays = BooleanField(_l("Stängt på helgdagar"))
    is_closed_on_eves = BooleanField(_l("Stängt på midsommarafton, julafton och nyårsafton"))
    video_address = TextLine(
        _l("Adress till videorummet"),
        [Length(max=300)],
        description=_l("Länken som besökaren får till videosamtal, till exempel https://video.example.se/maj."),
    )

    @classmethod
    def showing(cls, host: Host) -> "HostForm":
        """The form as it is first shown."""
        return cls(formdata=None, obj=host)

    def validate_video_address(self, field: Any) -> None:
        """An address that a browser opens, and no other scheme."""
        if field.data and not (urlsplit(field.data).scheme == "https" and urlsplit(field.data).hostname):
            raise ValidationError(_l("Skriv hela adressen, med https:// först."))

    def host_facts(self) -> HostFacts:
        """What was filled in."""
        return HostFacts(
            self.is_active.data,
            self.video_address.data or "",
            self.is_closed_on_holidays.data,
            self.is_closed_on_eves.data,
        )
