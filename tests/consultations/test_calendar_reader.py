from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.consultations.calendar_reader import Asked, Busy, NoCalendar, read_busy

FILES = Path(__file__).parent / "calendars"


def _second(year: int, month: int, day: int) -> int:
    return int(datetime(year, month, day, tzinfo=UTC).timestamp())


AUTUMN = Asked("Europe/Stockholm", _second(2026, 10, 1), _second(2027, 1, 1))


def _file(name: str) -> bytes:
    return (FILES / f"{name}.ics").read_bytes()


def _calendar(*events: str) -> bytes:
    parts = "".join(f"BEGIN:VEVENT\r\nUID:{n}\r\n{event}\r\nEND:VEVENT\r\n" for n, event in enumerate(events))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\n{parts}END:VCALENDAR\r\n".encode()


def _told(busy: Busy) -> list[str]:
    """Each span as UTC: "1124T0800-0900"."""
    moments = ((datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC)) for start, end in busy.spans)
    return sorted(f"{start:%m%dT%H%M}-{end:%m%dT%H%M}" for start, end in moments)


def _read(content: bytes, asked: Asked = AUTUMN) -> list[str]:
    busy = read_busy(content, asked)
    assert busy.unreadable == 0
    return _told(busy)


def test_googles_calendar() -> None:
    assert _read(_file("google")) == [
        "1019T0700-1019T0730",  # summer time
        "1026T0800-1026T0830",
        "1102T0800-1102T0830",
        "1109T0800-1109T0830",
        "1116T0800-1116T0830",
        "1124T0800-1124T0900",
        "1124T2300-1126T2300",  # two whole days
        "1201T1200-1201T1230",  # moved from Monday 30 November
        "1214T0800-1214T0830",  # 23 November is left out, 7 December cancelled
    ]


def test_outlooks_calendar() -> None:
    assert _read(_file("outlook")) == [
        "1019T1200-1019T1300",
        "1026T1300-1026T1400",
        "1102T1300-1102T1400",
        "1110T0830-1110T0915",  # tentative
        "1112T0800-1112T0900",  # a zone of its own, 5:30 ahead
        "1113T0700-1113T0830",  # a zone by its Windows name
    ]


def test_apples_calendar() -> None:
    assert _read(_file("apple")) == [
        "1024T2200-1025T2300",  # the day of 25 hours
        "1110T0900-1110T1000",  # no zone: the house's
        "1112T1330-1112T1400",
        "1114T1100-1114T1200",  # a zone nobody knows: the house's
    ]


def test_times_without_a_zone_are_those_of_the_house() -> None:
    new_york = Asked("America/New_York", AUTUMN.from_second, AUTUMN.until_second)

    assert _read(_file("apple"), new_york) == [
        "1025T0400-1026T0400",
        "1110T1500-1110T1600",
        "1112T1330-1112T1400",
        "1114T1700-1114T1800",
    ]


def test_our_own_bookings_coming_back_are_left_out() -> None:
    own = Asked("Europe/Stockholm", AUTUMN.from_second, AUTUMN.until_second, ("1abc@google.com", "4abc@google.com"))

    assert _read(_file("google"), own) == ["1124T2300-1126T2300"]


def test_only_what_lies_between_the_moments_is_told_and_cut_to_them() -> None:
    between = Asked("Europe/Stockholm", _second(2026, 11, 25), _second(2026, 11, 26))

    assert _read(_file("google"), between) == ["1125T0000-1126T0000"]


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Auckland"])
def test_the_first_and_the_last_local_hour_are_told(zone: str) -> None:
    first = datetime(2026, 11, 24, tzinfo=ZoneInfo(zone))
    day = Asked(zone, int(first.timestamp()), int(first.timestamp()) + 24 * 3600)
    events = ("DTSTART:20261124T001500\r\nDTEND:20261124T004500", "DTSTART:20261124T231500\r\nDTEND:20261124T234500")

    busy = read_busy(_calendar(*events), day)

    starts = sorted(datetime.fromtimestamp(start, ZoneInfo(zone)) for start, _end in busy.spans)
    assert [f"{start:%H:%M}" for start in starts] == ["00:15", "23:15"]


def test_an_event_that_began_years_ago_recurs_to_this_day() -> None:
    event = "DTSTART;TZID=Europe/Stockholm:20150105T070000\r\nDURATION:PT1H\r\nRRULE:FREQ=MONTHLY;BYDAY=1MO"

    assert _read(_calendar(event)) == ["1005T0500-1005T0600", "1102T0600-1102T0700", "1207T0600-1207T0700"]


def test_an_event_without_a_length_takes_no_time() -> None:
    assert _read(_calendar("DTSTART:20261124T080000Z")) == []


def test_an_event_that_cannot_be_understood_is_counted_and_the_others_are_read() -> None:
    whole = "DTSTART:20261124T080000Z\r\nDTEND:20261124T090000Z"

    busy = read_busy(
        _calendar("DTSTART:banan", whole, f"{whole}\r\nRRULE:FREQ=BANAN", "SUMMARY:when?", "DTSTART:99991231T235959Z"),
        AUTUMN,
    )

    assert (_told(busy), busy.unreadable) == (["1124T0800-1124T0900"], 3)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><body>Sign in</body></html>",
        _file("google")[:-20],
        _file("google")[:900],
        b"BEGIN:VEVENT\r\nEND:VEVENT\r\n",
        b"END:VCALENDAR\r\n",
        _file("apple") + _file("google")[:900],
        _file("google").replace(b"END:VEVENT", b"no line at all"),
    ],
)
def test_what_is_no_whole_calendar_is_refused(content: bytes) -> None:
    with pytest.raises(NoCalendar):
        read_busy(content, AUTUMN)


def test_more_times_than_anybody_keeps_are_refused() -> None:
    every_minute = "DTSTART:20261101T000000Z\r\nDURATION:PT1M\r\nRRULE:FREQ=MINUTELY;COUNT=21000"

    with pytest.raises(NoCalendar):
        read_busy(_calendar(every_minute), AUTUMN)


PIECES = st.sampled_from(
    [
        b"BEGIN:VCALENDAR\r\n",
        b"END:VCALENDAR\r\n",
        b"BEGIN:VEVENT\r\n",
        b"END:VEVENT\r\n",
        b"UID:1\r\n",
        b"DTSTART:20261124T080000Z\r\n",
        b"DTSTART;VALUE=DATE:20261124\r\n",
        b"DTSTART;TZID=W. Europe Standard Time:20261124T080000\r\n",
        b"DTSTART:00010101T000000\r\n",
        b"DTEND:20261124T090000Z\r\n",
        b"DTEND:99991231T235959\r\n",
        b"DURATION:-PT5M\r\n",
        b"DURATION:P99999999W\r\n",
        b"RRULE:FREQ=WEEKLY;COUNT=3\r\n",
        b"RRULE:FREQ=YEARLY;BYDAY=99MO\r\n",
        b"RDATE:20261125T080000Z\r\n",
        b"RDATE;VALUE=PERIOD:20261125T080000Z/PT1H\r\n",
        b"EXDATE:20261124\r\n",
        b"RECURRENCE-ID:20261124T080000Z\r\n",
        b"STATUS:\xff\r\n",
        b" folded\r\n",
        b";;:\r\n",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES | st.binary(max_size=12), max_size=25))
def test_a_broken_file_is_read_or_refused(pieces: list[bytes]) -> None:
    try:
        busy = read_busy(b"BEGIN:VCALENDAR\r\n" + b"".join(pieces) + b"END:VCALENDAR\r\n", AUTUMN)
    except NoCalendar:
        return

    assert all(AUTUMN.from_second <= start < end <= AUTUMN.until_second for start, end in busy.spans)
