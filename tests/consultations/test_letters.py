"""Which mails follow a change of a booking: those of its newest version, and none that is too late."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.models import User
from app.consultations.letters import tell_host, tell_visitor
from app.consultations.models import ChangeKind, Consultation, ConsultationChange, ConsultationState
from app.core.db import db, writing
from app.mail.kinds import kind_of
from app.mail.models import Message, MessageState
from app.mail.outbox import why_not_now
from tests.conftest import NOW
from tests.consultations.cast import add_consultation, add_host, add_kind
from tests.leads.cast import add_contact, add_lead

Book = Callable[..., Consultation]
WEDNESDAY_AT_TEN = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
DAY_BEFORE, HOUR_BEFORE = WEDNESDAY_AT_TEN - timedelta(hours=17), WEDNESDAY_AT_TEN - HOUR


@pytest.fixture
def book(app: Flask, owner: User) -> Book:
    """Stores a booking of Siv's with Maj, and tells of it."""

    def made(
        starts_at: datetime = WEDNESDAY_AT_TEN,
        now: datetime = NOW,
        email: str | None = "siv@example.se",
        **facts: object,
    ) -> Consultation:
        with writing():
            kind = add_kind(add_host(owner))
            lead = add_lead(add_contact(email="siv@example.se"))
            booked = add_consultation(lead, kind, starts_at, email=email, **facts)
            tell_visitor(booked, ChangeKind.MADE, now)
            tell_host(booked, ChangeKind.MADE, now)
        return booked

    return made


def _change(booked: Consultation, change: ChangeKind, now: datetime = NOW + HOUR, **facts: object) -> None:
    """What a service does, as far as mails go."""
    with writing():
        for name, value in facts.items():
            setattr(booked, name, value)
        tell_visitor(booked, change, now)
        tell_host(booked, change, now)


def _move(booked: Consultation, starts_at: datetime, now: datetime = NOW + HOUR) -> None:
    _change(
        booked,
        ChangeKind.MOVED,
        now,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=30),
        sequence=booked.sequence + 1,
    )


def _cancel(booked: Consultation, now: datetime = NOW + HOUR) -> None:
    with writing():
        change = ConsultationChange(
            consultation_id=booked.id,
            kind=ChangeKind.MADE,
            at=NOW,
            to_state=booked.state,
            sequence=booked.sequence,
        )
        db.session.add(change)
    _change(
        booked,
        ChangeKind.CANCELLED,
        now,
        state=ConsultationState.CANCELLED,
        settled_at=now,
        sequence=booked.sequence + 1,
    )


def _messages(*, to_us: bool = False) -> list[Message]:
    """The mails to the visitor, or to us, in the order they were planned."""
    db.session.expire_all()
    is_ours = Message.address == "maj@stilla.example.se"
    return list(db.session.scalars(sa.select(Message).where(is_ours if to_us else ~is_ours).order_by(Message.id)))


def _waiting(*, to_us: bool = False) -> list[tuple[str, datetime]]:
    """What has been planned and not been called off, without the word that all kinds begin with."""
    return [
        (message.kind.removeprefix("consultation_"), message.due_at)
        for message in _messages(to_us=to_us)
        if message.state is MessageState.PENDING
    ]


def _why_not(kind: str) -> list[str | None]:
    """What the guards say of each mail of that kind."""
    return [kind_of(kind).why_not(message) for message in _messages() if message.kind == kind]


def test_a_booking_is_confirmed_and_reminded_of_twice(book: Book) -> None:
    booked = book()

    assert _waiting() == [("confirmation", NOW), ("reminder_day", DAY_BEFORE), ("reminder_hour", HOUR_BEFORE)]
    assert [message.expires_at for message in _messages()] == [
        WEDNESDAY_AT_TEN,
        DAY_BEFORE + 4 * HOUR,
        WEDNESDAY_AT_TEN,
    ]
    assert {(message.address, message.lead_id) for message in _messages()} == {("siv@example.se", booked.lead_id)}


def test_a_wish_is_received_and_reminded_of_once_we_have_said_yes(book: Book) -> None:
    booked = book(state=ConsultationState.REQUESTED)
    before = _waiting()

    _change(booked, ChangeKind.CONFIRMED, state=ConsultationState.BOOKED)

    assert before == [("requested", NOW)]
    assert _waiting()[1:] == [
        ("confirmation", NOW + HOUR),
        ("reminder_day", DAY_BEFORE),
        ("reminder_hour", HOUR_BEFORE),
    ]
    assert _why_not("consultation_requested") == ["settled already"]


def test_a_move_calls_off_what_was_planned_for_the_old_time(book: Book) -> None:
    booked = book()
    later = WEDNESDAY_AT_TEN + 2 * DAY

    _move(booked, later)

    assert _waiting() == [
        ("moved", NOW + HOUR),
        ("reminder_day", DAY_BEFORE + 2 * DAY),
        ("reminder_hour", later - HOUR),
    ]
    assert [message.state for message in _messages()[:3]] == [MessageState.CANCELLED] * 3


def test_a_moved_wish_is_received_anew(book: Book) -> None:
    booked = book(state=ConsultationState.REQUESTED)

    _move(booked, WEDNESDAY_AT_TEN + DAY)

    assert _waiting() == [("requested", NOW + HOUR)]


def test_a_cancelled_booking_says_so_and_reminds_of_nothing(book: Book) -> None:
    booked = book()

    _cancel(booked)

    assert _waiting() == [("cancelled", NOW + HOUR)]


def test_what_a_sender_holds_at_that_moment_is_stopped_as_well(book: Book) -> None:
    booked = book()
    kinds = ("consultation_confirmation", "consultation_reminder_day", "consultation_reminder_hour")

    before = [_why_not(kind) for kind in kinds]
    with writing():
        booked.sequence += 1
    moved = [_why_not(kind) for kind in kinds]
    with writing():
        booked.sequence, booked.state, booked.settled_at = 0, ConsultationState.CANCELLED, NOW
    cancelled = [_why_not(kind) for kind in kinds]
    with writing():
        db.session.delete(booked)
    gone = [_why_not(kind) for kind in kinds]

    assert (before, moved, cancelled, gone) == tuple(
        [[said]] * 3 for said in (None, "moved", "settled already", "gone")
    )


@pytest.mark.parametrize("state", [ConsultationState.NO_SHOW, ConsultationState.COULD_NOT_COME])
def test_one_that_is_settled_reminds_of_nothing(book: Book, state: ConsultationState) -> None:
    booked = book()

    _change(booked, ChangeKind.SETTLED, state=state, settled_at=NOW)

    assert _waiting() == []


def test_a_second_call_for_the_same_change_plans_and_stops_nothing(book: Book) -> None:
    booked = book()
    _move(booked, WEDNESDAY_AT_TEN + DAY)
    before = _waiting()

    _change(booked, ChangeKind.MOVED)

    assert _waiting() == before


def test_whoever_books_inside_the_window_of_a_reminder_gets_none(book: Book) -> None:
    book(now=DAY_BEFORE + timedelta(minutes=1))

    assert [kind for kind, _ in _waiting()] == ["confirmation", "reminder_hour"]


def test_nothing_is_said_of_a_talk_that_has_begun(book: Book) -> None:
    booked = book(now=WEDNESDAY_AT_TEN)
    _cancel(booked, WEDNESDAY_AT_TEN + HOUR)

    assert _messages() == []


def test_what_waits_too_long_is_not_sent_after_the_start(book: Book) -> None:
    book()

    stopped = [why_not_now(message, WEDNESDAY_AT_TEN) for message in _messages()]

    assert [move and move.reason for move in stopped] == ["too_late"] * 3


def test_a_reminder_that_was_held_up_into_the_night_is_too_late(book: Book) -> None:
    book()
    day_before = _messages()[1]

    assert why_not_now(day_before, DAY_BEFORE + 4 * HOUR - timedelta(seconds=1)) is None
    assert why_not_now(day_before, DAY_BEFORE + 4 * HOUR)


def test_whoever_left_no_address_is_told_nothing(book: Book) -> None:
    booked = book(email=None)
    _move(booked, WEDNESDAY_AT_TEN + DAY)

    assert _messages() == []


def test_an_address_in_what_looks_like_spam_is_written_to_when_we_have_said_yes(book: Book) -> None:
    refused = book(is_suspect=True, state=ConsultationState.REQUESTED)
    _cancel(refused)
    before = _waiting()

    _change(refused, ChangeKind.CONFIRMED, state=ConsultationState.BOOKED, settled_at=None)

    assert before == []
    assert [kind for kind, _ in _waiting()] == ["confirmation", "reminder_day", "reminder_hour"]


def test_asking_for_another_time_can_be_done_again_and_taken_back(book: Book) -> None:
    booked = book()
    asked = NOW + HOUR

    _change(booked, ChangeKind.ASKED_TO_MOVE, asked, asked_to_move_at=asked)
    once = _why_not("consultation_please_move")
    _change(booked, ChangeKind.KEPT, asked_to_move_at=None)
    taken_back = _why_not("consultation_please_move")
    _change(booked, ChangeKind.ASKED_TO_MOVE, asked + HOUR, asked_to_move_at=asked + HOUR)

    assert (once, taken_back) == ([None], ["not wanted"])
    assert [due for kind, due in _waiting() if kind == "please_move"] == [asked, asked + HOUR]


def test_the_host_hears_what_the_visitor_does(book: Book) -> None:
    booked = book()
    _move(booked, WEDNESDAY_AT_TEN + DAY)
    _cancel(booked, NOW + 2 * HOUR)

    assert _waiting(to_us=True) == [
        ("new_consultation_notice", NOW),
        ("changed_notice", NOW + HOUR),
        ("changed_notice", NOW + 2 * HOUR),
    ]
    assert [kind_of(message.kind).why_not(message) for message in _messages(to_us=True)] == ["moved", "moved", None]


def test_nobody_is_told_of_their_own_doing(book: Book, owner: User, staff: User) -> None:
    booked = book()
    before = _waiting(to_us=True)

    with writing():
        booked.sequence += 1
        tell_host(booked, ChangeKind.MOVED, NOW, actor=owner)
    own = _waiting(to_us=True)
    with writing():
        tell_host(booked, ChangeKind.MOVED, NOW, actor=staff)

    assert own == before
    assert _waiting(to_us=True) == [*before, ("changed_notice", NOW)]


def test_a_host_is_left_alone_in_quiet_hours_and_where_no_notices_are_wanted(book: Book, owner: User) -> None:
    with writing():
        owner.quiet_from, owner.quiet_until = time(9, 30), time(12, 0)
    booked = book()
    with writing():
        owner.wants_enquiry_notices = False
    _move(booked, WEDNESDAY_AT_TEN + DAY)

    assert _waiting(to_us=True) == [("new_consultation_notice", NOW + 2 * HOUR)]
    assert kind_of("new_consultation_notice").why_not(_messages(to_us=True)[0]) == "moved"


def test_whoever_held_it_before_hears_of_a_move_as_well(book: Book, staff: User) -> None:
    booked = book()
    with writing():
        former, booked.host, booked.sequence = booked.host, add_host(staff), 1
        tell_host(booked, ChangeKind.MOVED, NOW + HOUR, former=former)

    told = [
        (message.address, kind_of(message.kind).why_not(message), message.due_at)
        for message in db.session.scalars(sa.select(Message).where(Message.kind == "consultation_changed_notice"))
    ]

    assert sorted(told) == [("maj@stilla.example.se", None, NOW + HOUR), ("sixten@stilla.example.se", None, NOW + HOUR)]


def test_a_notice_is_for_whoever_is_there_and_wants_to_know(book: Book, owner: User) -> None:
    booked = book()
    [message] = _messages(to_us=True)

    def why_not() -> str | None:
        db.session.expire_all()
        return kind_of(message.kind).why_not(message)

    reasons = [why_not()]
    with writing():
        owner.wants_enquiry_notices = False
    reasons.append(why_not())
    with writing():
        owner.wants_enquiry_notices, owner.is_active = True, False
    reasons.append(why_not())
    with writing():
        owner.is_active = True
        db.session.delete(booked)
    reasons.append(why_not())

    assert reasons == [None, "not wanted", "not wanted", "gone"]
