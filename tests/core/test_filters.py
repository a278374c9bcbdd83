from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask_babel import force_locale

from app.core.filters import (
    clock_time,
    days_words,
    exact,
    kronor,
    lines,
    long_day,
    moment_words,
    number,
    percent,
    phone,
    with_colon,
)

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
AFTERNOON = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "swedish"),
    [
        (AFTERNOON, "i dag 14.30"),
        (AFTERNOON + timedelta(days=1), "i morgon 14.30"),
        (AFTERNOON - timedelta(days=1), "i går 14.30"),
        (AFTERNOON + timedelta(days=3), "tor 26 nov 14.30"),
        (AFTERNOON.replace(year=2025), "23 nov 2025 14.30"),
        (AT.replace(hour=23, minute=30), "i morgon 00.30"),
    ],
)
def test_moments_read_as_they_are_said(sqlite_app: Flask, moment: datetime, swedish: str) -> None:
    with sqlite_app.app_context(), force_locale("sv"):
        assert moment_words(moment, AT) == swedish


def test_the_exact_moment_is_local_and_whole(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), force_locale("sv"):
        assert exact(AFTERNOON) == "måndag 23 november 2026 kl. 14.30"
    with sqlite_app.app_context(), force_locale("en"):
        assert exact(AFTERNOON) == "Monday 23 November 2026, 14:30"


def test_days_in_a_row_name_month_and_year_once(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.core.filters.now", lambda: AT)
    stretches = [
        (date(2026, 11, 23), date(2026, 11, 29)),
        (date(2026, 11, 30), date(2026, 12, 6)),
        (date(2026, 12, 28), date(2027, 1, 3)),
        (date(2027, 3, 1), date(2027, 3, 7)),
    ]

    with sqlite_app.app_context(), force_locale("sv"):
        swedish = [days_words(*stretch) for stretch in stretches]
    with sqlite_app.app_context(), force_locale("en"):
        english = [days_words(*stretch) for stretch in stretches]

    assert swedish == ["23–29 nov", "30 nov–6 dec", "28 dec 2026–3 jan 2027", "1–7 mars 2027"]
    assert english == ["23–29 Nov", "30 Nov–6 Dec", "28 Dec 2026–3 Jan 2027", "1–7 Mar 2027"]


def test_days_money_and_counts_follow_the_language(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), force_locale("sv"):
        assert (
            long_day(date(2025, 10, 17)),
            kronor(1_250_000),
            kronor(4_950),
            number(12500),
            percent(0.604),
            clock_time(AFTERNOON),
        ) == (
            "17 oktober 2025",
            "12\xa0500 kr",
            "49,50 kr",
            "12\xa0500",
            "60\xa0%",
            "14.30",
        )


def test_kronor_are_written_as_the_language_has_it(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), force_locale("en"):
        assert (kronor(1_250_000), kronor(4_950), kronor(0)) == ("SEK 12,500", "SEK 49.50", "SEK 0")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("+46701740605", "070-174 06 05"), ("0701740605", "070-174 06 05"), ("ring växeln", "ring växeln"), (None, "")],
)
def test_phone_numbers_are_written_as_at_home(sqlite_app: Flask, typed: str | None, shown: str) -> None:
    with sqlite_app.app_context():
        assert phone(typed) == shown


def test_typed_lines_are_escaped_and_kept_apart(sqlite_app: Flask) -> None:
    assert str(lines("<b>hej</b>\nå")) == "&lt;b&gt;hej&lt;/b&gt;<br>å"


def test_a_question_takes_no_colon() -> None:
    assert [with_colon("Namn"), with_colon("Vem tar över?")] == ["Namn:", "Vem tar över?"]
