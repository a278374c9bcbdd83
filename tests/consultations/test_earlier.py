"""The waiting list: who is told of a time that is given up, when, and what stops it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.models import User
from app.consultations.agreeing import want_earlier
from app.consultations.booking import Details
from app.consultations.ending import cancel
from app.consultations.hosts import Host
from app.consultations.kinds import ConsultationKind, NoticeUnit
from app.consultations.models import Consultation
from app.consultations.notice import bookable_until, earliest_start
from app.consultations.services import book, book_for, move
from app.core.db import db, writing
from app.mail.kinds import kind_of
from app.mail.models import Message
from tests.conftest import NOW
from tests.consultations.cast import TOMORROW_AT_NINE, add_kind
from tests.leads.cast import add_contact, add_lead

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
HALF_PAST = TOMORROW_AT_NINE + timedelta(minutes=30)
EVENING = NOW + 12 * HOUR
"""22.00 in Stockholm."""
MORNING = NOW + 22 * HOUR
"""08.00 there, the day after."""


@pytest.fixture
def kind(host: Host) -> ConsultationKind:
    """Half an hour with Maj, bookable until an hour before."""
    with writing():
        return add_kind(host, notice=1)


def _booked(
    kind: ConsultationKind, name: str, starts_at: datetime, *, waits_since: datetime | None = None
) -> Consultation:
    with writing():
        address = f"{name.lower()}@example.se"
        lead = add_lead(add_contact(name, email=address))
        booked = book(kind, starts_at, f"form of {name}", lead, Details(email=address), NOW)
        if waits_since:
            want_earlier(booked, waits_since)
    return booked


def _cancelled(booked: Consultation, now: datetime = NOW) -> None:
    with writing():
        cancel(booked, now)


def _told() -> list[Message]:
    """The mails of earlier times, as they were planned."""
    db.session.expire_all()
    query = sa.select(Message).where(Message.kind == "consultation_earlier").order_by(Message.id)
    return list(db.session.scalars(query))


def _why_not() -> list[str | None]:
    db.session.expire_all()
    return [kind_of(message.kind).why_not(message) for message in _told()]


def test_everybody_who_waits_is_told_of_a_time_that_is_given_up(kind: ConsultationKind) -> None:
    given_up = _booked(kind, "Siv", TOMORROW_AT_NINE)
    for number, name in enumerate(("Bo", "Eva"), start=1):
        _booked(kind, name, TOMORROW_AT_NINE + number * DAY, waits_since=NOW - number * HOUR)
    _booked(kind, "Ulf", TOMORROW_AT_NINE + 3 * DAY)

    _cancelled(given_up)

    assert [(message.address, message.due_at, message.expires_at) for message in _told()] == [
        ("eva@example.se", NOW, TOMORROW_AT_NINE - HOUR),
        ("bo@example.se", NOW, TOMORROW_AT_NINE - HOUR),
    ]
    assert _why_not() == [None, None]


def test_a_time_that_is_moved_away_from_is_offered_and_not_to_who_left_it(kind: ConsultationKind) -> None:
    moved = _booked(kind, "Siv", TOMORROW_AT_NINE, waits_since=NOW)
    _booked(kind, "Bo", TOMORROW_AT_NINE + DAY, waits_since=NOW)

    with writing():
        move(moved, TOMORROW_AT_NINE + 2 * DAY, NOW)

    assert [message.address for message in _told()] == ["bo@example.se"]


def test_nobody_is_told_of_what_is_no_earlier_of_another_kind_or_cannot_be_booked(
    kind: ConsultationKind, owner: User
) -> None:
    with writing():
        another = add_kind(*kind.hosts, slug="annat", notice=1)
        outside = book_for(
            add_lead(add_contact("Siv")), kind, kind.hosts[0], TOMORROW_AT_NINE - 2 * HOUR, Details(), owner, NOW
        )
    later = _booked(kind, "Eva", TOMORROW_AT_NINE + 2 * DAY)
    _booked(kind, "Bo", TOMORROW_AT_NINE + DAY, waits_since=NOW)
    _booked(another, "Ulf", TOMORROW_AT_NINE + 3 * DAY, waits_since=NOW)

    _cancelled(later)
    with writing():
        cancel(outside, NOW, actor=owner)

    assert _told() == []


def test_a_time_is_told_of_once(kind: ConsultationKind) -> None:
    _booked(kind, "Bo", TOMORROW_AT_NINE + DAY, waits_since=NOW)
    for name in ("Siv", "Eva"):
        _cancelled(_booked(kind, name, TOMORROW_AT_NINE))

    assert len(_told()) == 1


def test_at_night_it_waits_until_the_morning_if_it_is_still_of_use_then(kind: ConsultationKind) -> None:
    _booked(kind, "Bo", TOMORROW_AT_NINE + DAY, waits_since=NOW)
    at_nine, at_half_past = (
        _booked(kind, name, TOMORROW_AT_NINE + timedelta(minutes=minutes))
        for name, minutes in (("Siv", 0), ("Eva", 30))
    )

    for given_up in (at_nine, at_half_past):
        _cancelled(given_up, EVENING)

    assert [(message.context["starts_at"], message.due_at) for message in _told()] == [
        (int(HALF_PAST.timestamp()), MORNING)
    ]


@pytest.mark.parametrize(
    ("what", "reason"),
    [("take", "taken"), ("stop", "not wanted"), ("cancel", "settled already"), ("move", "moved"), ("delete", "gone")],
)
def test_what_has_changed_since_stops_the_mail(kind: ConsultationKind, owner: User, what: str, reason: str) -> None:
    given_up = _booked(kind, "Siv", TOMORROW_AT_NINE)
    waiting = _booked(kind, "Bo", TOMORROW_AT_NINE + DAY, waits_since=NOW)
    _cancelled(given_up)

    with writing():
        match what:
            case "take":
                book(kind, TOMORROW_AT_NINE, "form of Eva", given_up.lead, Details(), NOW)
            case "stop":
                want_earlier(waiting, NOW, is_wanted=False)
            case "cancel":
                cancel(waiting, NOW)
            case "move":
                move(waiting, TOMORROW_AT_NINE, NOW, actor=owner)
                waiting.wants_earlier_at = NOW
            case "delete":
                db.session.delete(waiting)

    assert _why_not() == [reason]


@given(
    start=st.datetimes(datetime(2026, 1, 2), datetime(2027, 12, 31)),  # noqa: DTZ001  (given its zone below)
    notice=st.integers(0, 40),
    unit=st.sampled_from(NoticeUnit),
    zone=st.sampled_from(
        ["Europe/Stockholm", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut", "Asia/Kathmandu"]
    ),
)
def test_a_start_can_be_booked_until_then_and_no_longer(
    start: datetime, notice: int, unit: NoticeUnit, zone: str
) -> None:
    here, starts_at = ZoneInfo(zone), start.replace(tzinfo=UTC)
    until = bookable_until(starts_at, notice, unit, here)

    assert earliest_start(until - timedelta(microseconds=1), notice, unit, here) <= starts_at
    assert earliest_start(until + timedelta(microseconds=1), notice, unit, here) > starts_at
