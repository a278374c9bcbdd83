"""Random lives of bookings while mail is sent and senders die, and real mail: only what holds is ever said."""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
import sqlalchemy as sa
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from app.accounts.models import User
from app.consultations.agreeing import confirm
from app.consultations.availability import free_times
from app.consultations.booking import Details
from app.consultations.ending import cancel, settle_missed
from app.consultations.kinds import ConsultationKind
from app.consultations.letters import tell_visitor
from app.consultations.models import ChangeKind, Consultation, ConsultationState, OccupiedCell
from app.consultations.queries import consultation_to_change
from app.consultations.services import book, move
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.core.language import local_zone
from app.leads.models import Lead
from app.mail.delivery import Sender
from app.mail.letters import Letter
from app.mail.models import Message, MessageState
from app.mail.outbox import take_back
from app.mail.outcomes import Outcome, Result
from app.mail.smtp import Smtp
from app.mail.transports import MayGo
from tests.calendars import read_calendar
from tests.conftest import NOW
from tests.consultations.cast import TOMORROW_AT_NINE, add_consultation, add_host, add_kind
from tests.leads.cast import add_contact, add_lead
from tests.mail.conftest import Clock
from tests.mail.post_office import PostOffice, open_office
from tests.mail.processes import wait_until

REMINDERS = 200
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
HOLDS_IN = {
    "consultation_confirmation": ConsultationState.BOOKED,
    "consultation_moved": ConsultationState.BOOKED,
    "consultation_reminder_day": ConsultationState.BOOKED,
    "consultation_reminder_hour": ConsultationState.BOOKED,
    "consultation_requested": ConsultationState.REQUESTED,
    "consultation_cancelled": ConsultationState.CANCELLED,
}
"""What is said to visitors, and the only state of the booking in which it may be."""


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
class Known:
    """What the test knows of a booking by what it did to it itself."""

    key: int
    needs_confirming: bool
    starts_at: datetime
    state: ConsultationState
    version: int = 0

    @property
    def is_ahead(self) -> bool:
        return self.state in (ConsultationState.REQUESTED, ConsultationState.BOOKED)


@dataclass
class HalfwayOffice(PostOffice):
    """Takes half of the reminders at once, and the rest when it is told that it may."""

    may_go_on: threading.Event = field(default_factory=threading.Event)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  (aiosmtpd's name)
        while len(self.taken) >= REMINDERS // 2 and not self.may_go_on.is_set():
            await asyncio.sleep(0.01)
        return await super().handle_DATA(server, session, envelope)


class Bookings(RuleBasedStateMachine):
    """Random bookings, answers of ours, moves, cancellations, ticks and deaths of the sender."""

    app: Flask
    maj: int
    kinds: tuple[int, int]
    """What is booked at once, and what waits for a yes."""
    lead: int
    said: Counter[str]
    """How many mails of each kind were found to hold, in all the lives together."""
    bookings = Bundle("bookings")

    def __init__(self) -> None:
        super().__init__()
        with writing() as session:
            for table in (Message, OccupiedCell, Consultation):
                session.execute(sa.delete(table))
        db.session.expunge_all()
        self.clock = Clock()
        self.wire = Wire(self.clock)
        self.known: dict[int, Known] = {}
        self.forms = 0
        self.kills = 0
        self.checked = 0

    @rule(target=bookings, needs_confirming=st.booleans(), days=st.integers(0, 5), which=st.integers(0, 99))
    def book(self, needs_confirming: bool, days: int, which: int) -> Known:
        self.forms += 1
        with writing():
            kind = db.session.get_one(ConsultationKind, self.kinds[needs_confirming])
            start = self._free(kind, days, which)
            lead = db.session.get_one(Lead, self.lead)
            booked = book(kind, start, f"form-{self.forms}", lead, Details(), self.clock())
            expected = ConsultationState.REQUESTED if needs_confirming else ConsultationState.BOOKED
            known = Known(booked.id, needs_confirming, start, expected)
        self.known[known.key] = known
        return known

    @rule(known=bookings, days=st.integers(0, 5), which=st.integers(0, 99), is_ours=st.booleans())
    def move(self, known: Known, days: int, which: int, is_ours: bool) -> None:
        def deed(booked: Consultation, maj: User) -> None:
            start = self._free(booked.kind, days, which, booked)
            move(booked, start, self.clock(), actor=maj if is_ours else None)
            is_new = start != known.starts_at
            known.starts_at, known.version = start, known.version + is_new
            if is_new and known.needs_confirming and not is_ours:
                known.state = ConsultationState.REQUESTED

        self._change(known, deed)

    @rule(known=bookings, is_ours=st.booleans())
    def cancel(self, known: Known, is_ours: bool) -> None:
        def deed(booked: Consultation, maj: User) -> None:
            cancel(booked, self.clock(), actor=maj if is_ours else None)
            known.version += known.is_ahead
            known.state = ConsultationState.CANCELLED

        self._change(known, deed)

    @rule(known=bookings)
    def confirm(self, known: Known) -> None:
        def deed(booked: Consultation, maj: User) -> None:
            confirm(booked, maj, self.clock())
            known.state = ConsultationState.BOOKED

        self._change(known, deed)

    @rule(known=bookings)
    def miss(self, known: Known) -> None:
        def deed(booked: Consultation, maj: User) -> None:
            settle_missed(booked, ConsultationState.NO_SHOW, maj, self.clock())
            known.state = ConsultationState.NO_SHOW

        self._change(known, deed)

    @rule(hours=st.integers(1, 40))
    def tick(self, hours: int) -> None:
        self.clock.pass_by(hours=hours)
        self._work()

    @rule(minutes=st.integers(0, 50))
    def wait_for_a_mail(self, minutes: int) -> None:
        """Until the next that is planned is due, or some minutes longer."""
        planned = sa.select(sa.func.min(Message.due_at)).where(Message.due_at > self.clock())
        due_at = db.session.scalar(planned.where(Message.state == MessageState.PENDING))
        self.clock.moment = (due_at or self.clock()) + timedelta(minutes=minutes)
        self._work()

    @rule(minutes=st.integers(1, 90), point=st.sampled_from(["", "data", "dot", "reply"]))
    def kill(self, minutes: int, point: str) -> None:
        self.clock.pass_by(minutes=minutes)
        self.wire.kill_at = point
        try:
            self._work()
        except Killed:
            self.kills += 1
        self.wire.kill_at = ""

    def _change(self, known: Known, deed: Callable[[Consultation, User], None]) -> None:
        """What a rule of the house refuses changes nothing."""
        with suppress(RuleBroken), writing():
            booked = consultation_to_change(known.key)
            assert booked is not None
            deed(booked, db.session.get_one(User, self.maj))

    def _free(self, kind: ConsultationKind, days: int, which: int, moves: Consultation | None = None) -> datetime:
        today = self.clock().astimezone(local_zone()).date()
        free = free_times(kind, today + DAY * days, today + DAY * (days + 1), self.clock(), ignoring=moves)
        return free[which % len(free)].starts_at

    def _work(self) -> None:
        with writing():
            take_back(self.clock(), is_only_worker=True)
        Sender(self.app, self.wire, clock=self.clock).send_due()

    @invariant()
    def what_is_said_holds(self) -> None:
        for message_id, moment in self.wire.accepted[self.checked :]:
            message = db.session.scalars(sa.select(Message).where(Message.message_id == message_id)).one()
            if message.kind in HOLDS_IN:
                self._assert_holds(message, moment)
                self.said[message.kind] += 1
        self.checked = len(self.wire.accepted)
        db.session.rollback()

    def _assert_holds(self, message: Message, moment: datetime) -> None:
        known = self.known[message.context["consultation"]]
        assert (message.context["version"], known.state) == (known.version, HOLDS_IN[message.kind])
        assert moment < known.starts_at
        here, start = moment.astimezone(local_zone()), known.starts_at.astimezone(local_zone())
        if message.kind == "consultation_reminder_day":
            assert (here.date() + DAY, here.time() >= time(17), here.time() < time(21)) == (start.date(), True, True)
        if message.kind == "consultation_reminder_hour":
            assert known.starts_at - moment <= HOUR
            assert time(8) <= here.time() < time(21)

    @invariant()
    def copies_are_fewer_than_deaths(self) -> None:
        copies = Counter(message_id for message_id, _ in self.wire.accepted)
        assert max(copies.values(), default=0) <= 2
        assert sum(copies.values()) - len(copies) <= self.kills


def test_whatever_is_booked_moved_and_cancelled_only_what_holds_is_said(app: Flask, owner: User) -> None:
    with writing():
        host = add_host(owner, opens=0, closes=24 * 60, weekdays="0123456", is_closed_on_holidays=False)
        at_once, asked = (add_kind(host, slug=slug, notice=0, step_minutes=60) for slug in ("samtal", "besok"))
        asked.needs_confirming = True
        lead = add_lead(add_contact(email="siv@example.se"))
    said: Counter[str] = Counter()
    here = {"app": app, "maj": owner.id, "kinds": (at_once.id, asked.id), "lead": lead.id, "said": said}
    machine = type("BookingsHere", (Bookings,), here)

    run_state_machine_as_test(machine, settings=settings(max_examples=25, stateful_step_count=30, deadline=None))

    assert said.total() > 0


@pytest.fixture
def office() -> Iterator[PostOffice]:
    """A mail server on loopback."""
    with open_office() as opened:
        yield opened


def test_a_confirmation_arrives_with_what_calendars_read(app: Flask, owner: User, office: PostOffice) -> None:
    with writing():
        kind = add_kind(add_host(owner))
        lead = add_lead(add_contact(email="siv@example.se"))
        booked = book(kind, TOMORROW_AT_NINE, "form", lead, Details(), NOW)

    Sender(app, Smtp(office.server()), clock=Clock()).send_due()

    [mail] = [message_from_bytes(content, policy=default) for address, content in office.taken if "siv" in address]
    [calendar] = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    assert calendar["Content-Type"].params["method"] == "REQUEST"
    event = read_calendar(bytes(calendar.get_payload(decode=True))).parts[0].values()
    assert (event["UID"], event["SEQUENCE"], event["DTSTART"]) == (booked.uid, "0", "20261124T080000Z")


def test_reminders_of_what_is_cancelled_in_the_middle_of_a_drain_stay_here(app: Flask, owner: User) -> None:
    """All that is cancelled in one write, while a sender is at it."""
    with writing():
        kind = add_kind(add_host(owner), reminds_minutes_before=None)
        lead = add_lead(add_contact(email="siv@example.se"))
        booked = [add_consultation(lead, kind, TOMORROW_AT_NINE) for _ in range(REMINDERS)]
        for each in booked:
            tell_visitor(each, ChangeKind.CONFIRMED, TOMORROW_AT_NINE - DAY * 2)
        db.session.execute(sa.delete(Message).where(Message.kind != "consultation_reminder_day"))
    clock = Clock()
    clock.moment = TOMORROW_AT_NINE - 16 * HOUR
    with open_office(HalfwayOffice) as office:
        smtp = Smtp(office.server(deadline_seconds=60.0))
        sender = threading.Thread(target=Sender(app, smtp, clock=clock).send_due)
        sender.start()

        wait_until(lambda: len(office.taken) > REMINDERS // 10)
        with writing():
            for each in booked:
                cancel(each, clock(), actor=owner)
            gone = Message.state.in_((MessageState.SENDING, MessageState.SENT))
            left_before = set(db.session.scalars(sa.select(Message.message_id).where(gone)))
        office.may_go_on.set()
        sender.join()

    reminders = sa.select(Message.message_id).where(Message.kind == "consultation_reminder_day")
    arrived = office.ids().keys() & set(db.session.scalars(reminders))
    assert arrived == left_before
    assert 0 < len(left_before) < REMINDERS
