from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, g

from app.consultations.wall_times import by_day, start_words, words_elsewhere

NEW_YORK, LONDON = ZoneInfo("America/New_York"), ZoneInfo("Europe/London")
STOCKHOLM, COPENHAGEN = ZoneInfo("Europe/Stockholm"), ZoneInfo("Europe/Copenhagen")


def utc(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "swedish", "english"),
    [
        ("2026-11-24T08:00", "09.00", "09:00"),
        ("2026-10-24T23:30", "01.30", "01:30"),
        ("2026-10-25T00:00", "02.00 (sommartid)", "02:00 (summer time)"),
        ("2026-10-25T01:00", "02.00 (vintertid)", "02:00 (winter time)"),
        ("2026-10-25T01:55", "02.55 (vintertid)", "02:55 (winter time)"),
        ("2026-10-25T02:00", "03.00", "03:00"),
        ("2026-03-29T01:00", "03.00", "03:00"),
    ],
)
def test_d05_a_time_that_comes_twice_says_which_of_the_two(
    sqlite_app: Flask, start: str, swedish: str, english: str
) -> None:
    with sqlite_app.test_request_context():
        g.language = "sv"
        assert start_words(utc(start)) == swedish
    with sqlite_app.test_request_context():
        g.language = "en"
        assert start_words(utc(start)) == english


def test_d17_a_visitor_elsewhere_reads_their_own_time_and_their_own_day(sqlite_app: Flask) -> None:
    with sqlite_app.test_request_context():
        g.language = "sv"

        assert words_elsewhere(utc("2026-11-24T08:00"), COPENHAGEN) == ""
        assert words_elsewhere(utc("2026-11-24T08:00"), NEW_YORK) == "03.00 i New York"
        assert words_elsewhere(utc("2026-11-24T04:30"), NEW_YORK) == "måndag 23 november 23.30 i New York"
        assert words_elsewhere(utc("2026-11-01T06:30"), NEW_YORK) == "01.30 (vintertid) i New York"
        assert start_words(utc("2026-11-24T04:30"), NEW_YORK) == "23.30"


def test_d17_days_are_those_of_whoever_reads_them() -> None:
    starts = [utc("2026-11-24T04:00"), utc("2026-11-24T05:00"), utc("2026-11-24T22:59"), utc("2026-11-24T23:00")]

    assert by_day(starts, NEW_YORK) == {date(2026, 11, 23): starts[:1], date(2026, 11, 24): starts[1:]}
    assert by_day(starts, STOCKHOLM) == {date(2026, 11, 24): starts[:3], date(2026, 11, 25): starts[3:]}
