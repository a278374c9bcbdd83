from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.models import User
from app.consultations import imports
from app.consultations.availability import free_times
from app.consultations.hosts import Host, ImportedBusy, ImportedCalendar
from app.consultations.imports import Look, add_calendar, claim, https_form, look, stale_calendars, what_to_ask
from app.consultations.jobs import import_calendar, import_calendars
from app.core.db import db, writing
from app.core.errors import RuleBroken
from tests.conftest import NOW
from tests.consultations.cast import add_consultation, add_host, add_kind
from tests.https_server import Site, https_site
from tests.leads.cast import add_contact, add_lead

FILES = Path(__file__).parent / "calendars"
READ = Look(is_read=True, busy=())


@pytest.fixture(scope="module")
def running() -> Iterator[Site]:
    with https_site() as site:
        yield site


@pytest.fixture
def site(running: Site) -> Site:
    running.answers.clear()
    running.asked.clear()
    return running


@pytest.fixture
def host(app: Flask, owner: User) -> Host:
    with writing():
        return add_host(owner)


@pytest.fixture
def calendar(host: Host, site: Site) -> ImportedCalendar:
    with writing():
        row = ImportedCalendar(host=host, name="Jobbet", address=site.address())
        db.session.add(row)
    return row


def _event(start: str, end: str, *more: str, uid: str = "1") -> str:
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", f"DTSTART:{start}", f"DTEND:{end}", *more, "END:VEVENT", ""])


def _file(*events: str) -> bytes:
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\n{''.join(events)}END:VCALENDAR\r\n".encode()


ONE = _event("20261124T080000Z", "20261124T090000Z")


def _busy(calendar: ImportedCalendar) -> list[tuple[str, str]]:
    query = sa.select(ImportedBusy).where(ImportedBusy.calendar_id == calendar.id).order_by(ImportedBusy.starts_at)
    return [(f"{row.starts_at:%m%dT%H%M}", f"{row.ends_at:%m%dT%H%M}") for row in db.session.scalars(query)]


def _facts(calendar: ImportedCalendar) -> dict[str, Any]:
    db.session.refresh(calendar)
    return {name: getattr(calendar, name) for name in ("failure", "etag", "tried_at", "fetched_at")}


def test_what_is_busy_elsewhere_is_busy_here(calendar: ImportedCalendar, site: Site) -> None:
    touching, apart = _event("20261124T090000Z", "20261124T093000Z"), _event("20261201T080000Z", "20261201T090000Z")
    site.say(_file(ONE, touching.replace("UID:1", "UID:2"), apart.replace("UID:1", "UID:3")), etag='"a"')

    import_calendar(calendar.id, NOW, site.outside())

    assert _busy(calendar) == [("1124T0800", "1124T0930"), ("1201T0800", "1201T0900")]
    assert _facts(calendar) == {"failure": None, "etag": '"a"', "tried_at": NOW, "fetched_at": NOW}


def test_reading_again_takes_what_is_new_and_drops_what_is_gone(calendar: ImportedCalendar, site: Site) -> None:
    site.say(_file(ONE))
    import_calendar(calendar.id, NOW, site.outside())
    site.say(_file(_event("20261124T100000Z", "20261124T110000Z")))

    import_calendar(calendar.id, NOW + timedelta(minutes=15), site.outside())

    assert _busy(calendar) == [("1124T1000", "1124T1100")]


def test_a_calendar_that_is_the_same_is_read_again_once_a_day(calendar: ImportedCalendar, site: Site) -> None:
    site.say(_file(ONE), etag='"a"')
    import_calendar(calendar.id, NOW, site.outside())

    import_calendar(calendar.id, NOW + timedelta(minutes=15), site.outside())
    import_calendar(calendar.id, NOW + timedelta(days=1), site.outside())

    assert [known for _path, _host, known in site.asked] == [None, '"a"', None]
    assert _busy(calendar) == [("1124T0800", "1124T0900")]
    assert _facts(calendar)["fetched_at"] == NOW + timedelta(days=1)


def _is_too_long(content: bytes) -> bytes:
    return content + b"x" * 1_000_000


@pytest.mark.parametrize(
    ("content", "status", "failure"),
    [
        (b"<html>Sign in</html>", 200, "no_calendar"),
        (_file(ONE)[:-10], 200, "no_calendar"),
        (b"", 404, "refused"),
        (b"", 500, "no_answer"),
        (_is_too_long(_file(ONE)), 200, "too_large"),
    ],
)
def test_after_a_failure_the_last_copy_counts(
    calendar: ImportedCalendar, site: Site, content: bytes, status: int, failure: str
) -> None:
    site.say(_file(ONE), etag='"a"')
    import_calendar(calendar.id, NOW, site.outside())
    site.say(content, status=status)
    later = NOW + timedelta(minutes=15)

    import_calendar(calendar.id, later, site.outside())

    assert _busy(calendar) == [("1124T0800", "1124T0900")]
    assert _facts(calendar) == {"failure": failure, "etag": '"a"', "tried_at": later, "fetched_at": NOW}


def test_what_failed_is_read_whole_when_it_works_again(calendar: ImportedCalendar, site: Site) -> None:
    site.say(_file(ONE), etag='"a"')
    import_calendar(calendar.id, NOW, site.outside())
    site.say(b"", status=500)
    import_calendar(calendar.id, NOW, site.outside())
    site.say(_file(ONE), etag='"a"')

    import_calendar(calendar.id, NOW, site.outside())

    assert site.asked[-1][2] is None
    assert _facts(calendar)["failure"] is None


def test_this_machine_is_out_of_reach(calendar: ImportedCalendar, site: Site) -> None:
    site.say(_file(ONE))
    with writing():
        calendar.address = f"https://127.0.0.1:{site.port}/calendar.ics"

    import_calendar(calendar.id, NOW)

    assert (_facts(calendar)["failure"], site.asked) == ("not_public", [])


def test_an_event_that_cannot_be_read_is_told_of_and_the_others_count(calendar: ImportedCalendar, site: Site) -> None:
    site.say(_file(ONE, _event("banan", "20261124T090000Z", uid="2")))

    import_calendar(calendar.id, NOW, site.outside())

    assert _busy(calendar) == [("1124T0800", "1124T0900")]
    assert _facts(calendar) | {"etag": None} == {
        "failure": "partly",
        "etag": None,
        "tried_at": NOW,
        "fetched_at": NOW,
    }


def test_a_file_that_asks_for_too_much_is_given_up(
    calendar: ImportedCalendar, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "READING_SECONDS", 1.0)
    site.say(_file(_event("19700101T000000Z", "19700101T000001Z", "RRULE:FREQ=SECONDLY")))

    import_calendar(calendar.id, NOW, site.outside())

    assert _facts(calendar)["failure"] == "no_calendar"


def test_our_own_bookings_coming_back_are_no_second_meeting(calendar: ImportedCalendar, host: Host, site: Site) -> None:
    with writing():
        booking = add_consultation(add_lead(add_contact()), add_kind(host), uid="ours@ledtrad.example.se")
        start, end = (f"{moment:%Y%m%dT%H%M%SZ}" for moment in (booking.starts_at, booking.ends_at))
    site.say(_file(_event(start, end, uid="ours@ledtrad.example.se"), _event(start, end, "STATUS:CANCELLED", uid="2")))

    import_calendar(calendar.id, NOW, site.outside())

    assert _busy(calendar) == []


@pytest.mark.parametrize("name", ["google", "outlook", "apple"])
def test_calendars_as_others_write_them(calendar: ImportedCalendar, site: Site, name: str) -> None:
    site.say((FILES / f"{name}.ics").read_bytes())

    import_calendar(calendar.id, NOW - timedelta(days=30), site.outside())

    assert _facts(calendar)["failure"] is None
    assert len(_busy(calendar)) > 2


def test_d26_a_time_that_ends_elsewhere_lets_ours_start(calendar: ImportedCalendar, host: Host, site: Site) -> None:
    with writing():
        kind = add_kind(host, length_minutes=60, step_minutes=60)
    site.say(_file(_event("20261124T090000Z", "20261124T110000Z")))

    import_calendar(calendar.id, NOW, site.outside())

    day = date(2026, 11, 24)
    starts = [f"{free.starts_at:%H}" for free in free_times(db.session.merge(kind), day, day, NOW)]
    assert starts == ["08", "11", "12", "13", "14", "15"]


def test_what_it_asks_is_from_yesterday_to_over_a_year_ahead(app: Flask, host: Host) -> None:
    asked = what_to_ask(datetime(2026, 10, 25, 23, 30, tzinfo=UTC))

    assert asked.zone == "Europe/Stockholm"
    assert datetime.fromtimestamp(asked.from_second, UTC) == datetime(2026, 10, 24, 22, tzinfo=UTC)
    assert asked.until_second - asked.from_second == 400 * 24 * 3600


def test_the_job_reads_each_calendar_every_quarter_of_an_hour(calendar: ImportedCalendar, site: Site) -> None:
    site.say(_file(ONE))

    done = [
        import_calendars(NOW + timedelta(minutes=minutes), site.outside()) for minutes in (0, 1, 14, 15, 16, 29, 30)
    ]

    assert done == [1, 0, 0, 1, 0, 0, 1]


def test_the_job_goes_on_after_a_calendar_that_fails(calendar: ImportedCalendar, host: Host, site: Site) -> None:
    site.say(_file(ONE))
    with writing():
        broken = ImportedCalendar(host=host, name="Trasig", address=site.address("/missing.ics"))
        db.session.add(broken)

    assert import_calendars(NOW, site.outside()) == 2
    assert (_facts(calendar)["failure"], _facts(broken)["failure"]) == (None, "refused")


def test_a_calendar_of_somebody_who_holds_no_talks_is_left_alone(calendar: ImportedCalendar, host: Host) -> None:
    with writing():
        host.is_active = False

    assert import_calendars(NOW) == 0


def test_two_schedulers_do_not_fetch_the_same(calendar: ImportedCalendar) -> None:
    with writing():
        first = claim(calendar.id, NOW)
    with writing():
        second = claim(calendar.id, NOW)

    assert (first, second) == (True, False)


def test_a_calendar_removed_while_it_is_read_stays_removed(calendar: ImportedCalendar, site: Site, app: Flask) -> None:
    removed: list[int] = []

    def remove(host: str, seconds: float) -> list[str]:
        with writing():
            removed.append(calendar.id)
            imports.remove_calendar(db.session.get_one(ImportedCalendar, calendar.id))
        return ["127.0.0.1"]

    site.say(_file(ONE))
    outside = site.outside()

    is_read = import_calendar(calendar.id, NOW, type(outside)(remove, outside.is_public, outside.make_tls))

    assert (is_read, len(removed)) == (False, 1)
    assert db.session.scalars(sa.select(ImportedBusy)).all() == []


def test_a_calendar_is_added_with_what_a_first_look_found(host: Host, site: Site) -> None:
    site.say(_file(ONE))
    with writing():
        asked = what_to_ask(NOW)
    found = look(site.address(), None, asked, site.outside())

    with writing():
        calendar = add_calendar(host, "Jobbet", site.address(), found, NOW)

    assert _busy(calendar) == [("1124T0800", "1124T0900")]
    assert _facts(calendar)["fetched_at"] == NOW


def test_a_calendar_that_cannot_be_read_is_not_added(host: Host) -> None:
    with pytest.raises(RuleBroken, match="lämnar inte ut"), writing():
        add_calendar(host, "Jobbet", "https://calendar.example.com/a.ics", Look("refused"), NOW)


def test_a_calendar_is_added_once_and_ten_are_enough(host: Host) -> None:
    with writing():
        for number in range(imports.MOST_CALENDARS):
            add_calendar(host, "Jobbet", f"https://calendar.example.com/{number}.ics", READ, NOW)

    with pytest.raises(RuleBroken, match="finns redan"), writing():
        add_calendar(host, "Igen", "https://calendar.example.com/3.ics", READ, NOW)
    with pytest.raises(RuleBroken, match="Fler än tio"), writing():
        add_calendar(host, "En till", "https://calendar.example.com/10.ics", READ, NOW)


def test_the_address_is_encrypted(calendar: ImportedCalendar, site: Site) -> None:
    stored = db.session.scalar(sa.text("SELECT address FROM imported_calendar"))

    assert b"calendar.example.com" not in bytes(stored)
    assert calendar.address == site.address()


@pytest.mark.parametrize(
    ("typed", "fetched"),
    [
        ("webcal://calendar.example.com/a.ics", "https://calendar.example.com/a.ics"),
        ("WEBCALS://calendar.example.com/a.ics", "https://calendar.example.com/a.ics"),
        ("https://calendar.example.com/a.ics", "https://calendar.example.com/a.ics"),
        ("http://calendar.example.com/a.ics", "http://calendar.example.com/a.ics"),
        ("", ""),
    ],
)
def test_what_calendar_programs_call_https(typed: str, fetched: str) -> None:
    assert https_form(typed) == fetched


def test_a_copy_that_is_hours_old_is_told_of(calendar: ImportedCalendar, host: Host) -> None:
    with writing():
        calendar.tried_at, calendar.fetched_at = NOW, NOW

    def stale(hours: float) -> list[ImportedCalendar]:
        return list(stale_calendars(NOW + timedelta(hours=hours)))

    assert (stale(5.9), stale(6)) == ([], [calendar])
    with writing():
        host.is_active = False
    assert stale(6) == []
