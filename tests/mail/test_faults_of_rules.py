"""Mails that are called off or replaced on their way, and answers that nobody asked for."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from app.core.clock import now
from app.core.db import db, writing
from app.mail.delivery import Sender
from app.mail.kinds import Kind
from app.mail.letters import Letter
from app.mail.models import Message, MessageClass, MessageState, Suppression
from app.mail.outbox import take_back
from app.mail.outcomes import Outcome, Result
from app.mail.services import cancel, queue
from app.mail.smtp import Smtp
from app.mail.transports import MayGo
from tests.mail.conftest import Clock, always_wanted, compose
from tests.mail.post_office import PostOffice
from tests.mail.processes import by_smtp, processes, states_in_a_hurry, wait_until

PlanMany = Callable[..., set[str]]

MAILS = 150
ENDED = {MessageState.SENT, MessageState.CANCELLED, MessageState.SUPPRESSED}


def test_nothing_leaves_once_an_erasure_is_stored(
    app: Flask, plan_many: PlanMany, office: PostOffice, tmp_path: Path, database: str
) -> None:
    plan_many(MAILS)
    machines = 1 if database == "sqlite" else 3
    with processes(app, tmp_path, machines, **by_smtp(office, LEDTRAD_MAIL_SENDERS="2")) as senders:
        wait_until(lambda: len(office.taken) > MAILS // 10, senders[0])
        with writing():
            cancel(now(), reason="raderad", kind="test_service")
            left_before = _have_left()
        wait_until(lambda: states_in_a_hurry() <= ENDED, senders[0])
        time.sleep(0.5)

    assert office.ids() == dict.fromkeys(left_before, 1)
    assert len(left_before) < MAILS


def _have_left() -> set[str]:
    """What had passed its point of no return before everything else was called off in this write."""
    gone = Message.state.in_((MessageState.SENDING, MessageState.SENT))
    return set(db.session.scalars(select(Message.message_id).where(gone)))


def test_an_answer_to_our_own_mail_is_never_asked_for_and_changes_nothing(
    app: Flask, plan_many: PlanMany, office: PostOffice, clock: Clock
) -> None:
    """No mail is taken in, so a forged bounce reaches nobody; and each of ours says that no program shall answer it."""
    plan_many(3)
    clock.moment = now()

    Sender(app, Smtp(office.server()), clock=clock).send_due()

    assert [b"\r\nAuto-Submitted: auto-generated\r\n" in content for _, content in office.taken] == [True] * 3
    assert db.session.scalars(select(Suppression)).all() == []


class Killed(BaseException):
    """The process is gone: nothing more is done, nothing is tidied up."""


@dataclass
class Wire:
    """A way out that remembers what was accepted, and at which moment of a hand-over the process is killed."""

    clock: Clock
    accepted: list[tuple[str, datetime]] = field(default_factory=list)
    kill_at: str = ""
    name = "smtp"
    deadline_seconds = 60.0

    def send(self, letter: Letter, may_go: MayGo) -> Result:
        self._reach("data")
        if not may_go():
            return Result(Outcome.STOPPED)
        self._reach("dot")
        self.accepted.append((letter.message_id, self.clock()))
        self._reach("reply")
        return Result(Outcome.ACCEPTED, 250, "OK")

    def _reach(self, point: str) -> None:
        if self.kill_at == point:
            raise Killed

    def seconds_left(self) -> float:
        return 60.0

    def rest(self) -> None:
        """Nothing is held open."""


@dataclass
class Booking:
    """A talk at a time, whose reminder leaves a day before; each move is a new version."""

    number: int
    starts_at: datetime
    version: int = 1
    is_cancelled: bool = False

    @property
    def key(self) -> str:
        return f"reminder:b{self.number}:v{self.version}"


class Bookings(RuleBasedStateMachine):
    """Random bookings, moves, cancellations, ticks and deaths of the sender."""

    app: Flask
    bookings = Bundle("bookings")

    def __init__(self) -> None:
        super().__init__()
        with writing() as session:
            session.execute(Message.__table__.delete())
        self.clock = Clock()
        self.wire = Wire(self.clock)
        self.count = 0
        self.kills = 0
        self.wanted: dict[str, tuple[Booking, int]] = {}
        """Each planned mail's Message-ID, with its booking and version."""
        self.checked = 0

    @rule(target=bookings, days=st.integers(2, 6))
    def book(self, days: int) -> Booking:
        self.count += 1
        booking = Booking(self.count, self.clock() + timedelta(days=days))
        with writing():
            self._plan(booking)
        return booking

    @rule(booking=bookings, days=st.integers(2, 6))
    def move(self, booking: Booking, days: int) -> None:
        if booking.is_cancelled:
            return
        with writing():
            cancel(self.clock(), reason="flyttad", dedupe_prefix=f"reminder:b{booking.number}:")
            booking.version += 1
            booking.starts_at = self.clock() + timedelta(days=days)
            self._plan(booking)

    @rule(booking=bookings)
    def cancel(self, booking: Booking) -> None:
        with writing():
            cancel(self.clock(), reason="avbokad", dedupe_prefix=f"reminder:b{booking.number}:")
        booking.is_cancelled = True

    @rule(hours=st.integers(1, 40))
    def tick(self, hours: int) -> None:
        self.clock.pass_by(hours=hours)
        self._work()

    @rule(hours=st.integers(1, 40), point=st.sampled_from(["data", "dot", "reply"]))
    def kill(self, hours: int, point: str) -> None:
        self.clock.pass_by(hours=hours)
        self.wire.kill_at = point
        try:
            self._work()
        except Killed:
            self.kills += 1
        self.wire.kill_at = ""

    def _work(self) -> None:
        with writing():
            take_back(self.clock(), is_only_worker=True)
        Sender(self.app, self.wire, clock=self.clock).send_due()

    def _plan(self, booking: Booking) -> None:
        message = queue(
            "test_reminder",
            address="anna@example.com",
            language="sv",
            dedupe_key=booking.key,
            context={"number": booking.number},
            now=self.clock(),
            due_at=booking.starts_at - timedelta(days=1),
        )
        assert message is not None
        self.wanted[message.message_id] = (booking, booking.version)

    @invariant()
    def what_is_sent_is_wanted(self) -> None:
        for message_id, moment in self.wire.accepted[self.checked :]:
            booking, version = self.wanted[message_id]
            assert (version, booking.is_cancelled) == (booking.version, False)
            assert booking.starts_at - timedelta(days=1) <= moment < booking.starts_at
        self.checked = len(self.wire.accepted)

    @invariant()
    def copies_are_fewer_than_deaths(self) -> None:
        copies = Counter(message_id for message_id, _ in self.wire.accepted)
        assert max(copies.values(), default=0) <= 2
        assert sum(copies.values()) - len(copies) <= self.kills


def test_whatever_is_booked_moved_and_cancelled_only_what_holds_is_sent(app: Flask, kinds: dict[str, Kind]) -> None:
    kinds["test_reminder"] = Kind(
        "test_reminder", MessageClass.SERVICE, compose, always_wanted, latest_after=timedelta(days=1)
    )
    machine = type("BookingsHere", (Bookings,), {"app": app})

    run_state_machine_as_test(machine, settings=settings(max_examples=25, stateful_step_count=30, deadline=None))
