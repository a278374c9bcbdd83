"""Reminders of tasks: when they come, to whom, and that each comes once."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.models import TaskReminder, User
from app.core.db import db, writing
from app.follow_ups.dues import whole_day
from app.follow_ups.jobs import remind_of_tasks
from app.follow_ups.models import FollowUp, FollowUpKind
from app.follow_ups.onward import NextStep
from app.follow_ups.services import complete, move, plan, reopen
from app.leads.services import hand_over
from app.mail.kinds import kind_of
from app.mail.models import Message
from app.mail.outbox import why_not_now
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead

DUE = NOW + timedelta(hours=5)
"""15.00 in Stockholm."""
MONDAY_AT_SEVEN = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
STOCKHOLM = ZoneInfo("Europe/Stockholm")
EARLIER = NOW - timedelta(days=30)


@pytest.fixture
def maj(owner: User) -> User:
    """Maj, who has been here for a month and is reminded an hour before each task."""
    with writing():
        owner.created_at = EARLIER
    return owner


@pytest.fixture
def early_bird(maj: User) -> User:
    """Maj, when she wants the tasks of the day and no digest."""
    with writing():
        maj.task_reminder, maj.wants_digest = TaskReminder.MORNING, False
    return maj


def _task(
    owner: User | None = None, due: datetime = DUE, kind: FollowUpKind = FollowUpKind.CALL, on: date | None = None
) -> FollowUp:
    with writing():
        return plan(add_lead(add_contact(), owner=owner), kind, due, NOW - timedelta(days=9), due_on=on)


def _told(kind: str = "task_reminder") -> list[tuple[str, datetime]]:
    db.session.rollback()
    query = sa.select(Message.address, Message.due_at).where(Message.kind == kind).order_by(Message.due_at, Message.id)
    return [(address, due_at) for address, due_at in db.session.execute(query)]


@pytest.mark.parametrize(
    ("wish", "ahead"),
    [
        (TaskReminder.QUARTER, timedelta(minutes=15)),
        (TaskReminder.HOUR, timedelta(hours=1)),
        (TaskReminder.DAY, timedelta(days=1)),
    ],
)
def test_a_task_is_reminded_of_once_so_long_before(app: Flask, maj: User, wish: TaskReminder, ahead: timedelta) -> None:
    with writing():
        maj.task_reminder = wish
    _task(maj)

    planned = [remind_of_tasks(DUE - ahead + timedelta(seconds=seconds)) for seconds in (-1, 0, 60)]

    assert planned == [0, 1, 0]
    assert _told() == [(maj.email, DUE - ahead)]


def test_it_goes_to_whose_task_it_is_and_of_nobodys_to_everybody(app: Flask, maj: User, staff: User) -> None:
    with writing():
        staff.created_at = EARLIER
    _task(staff)
    _task(None, DUE + timedelta(minutes=1))

    remind_of_tasks(DUE)

    assert [address for address, _ in _told()] == [staff.email, maj.email, staff.email]


def test_whoever_wants_none_gets_none(app: Flask, maj: User, staff: User) -> None:
    with writing():
        maj.task_reminder, staff.is_active = TaskReminder.NONE, False
    _task()

    assert remind_of_tasks(DUE) == 0


def test_an_answer_is_left_to_the_enquiries_own_reminder(app: Flask, maj: User) -> None:
    _task(maj, kind=FollowUpKind.ANSWER)

    assert remind_of_tasks(DUE) == 0


def test_after_downtime_it_comes_once_and_late(app: Flask, maj: User) -> None:
    _task(maj)
    back = DUE + timedelta(hours=3)

    planned = [remind_of_tasks(back + timedelta(minutes=minutes)) for minutes in range(3)]

    assert planned == [1, 0, 0]
    [message] = db.session.scalars(sa.select(Message))
    assert why_not_now(message, back) is None


def test_after_long_downtime_it_is_kept_as_too_late(app: Flask, maj: User) -> None:
    _task(maj)
    back = DUE + timedelta(days=2)

    remind_of_tasks(back)

    [message] = db.session.scalars(sa.select(Message))
    stopped = why_not_now(message, back)
    assert stopped
    assert (stopped.state, stopped.reason) == ("expired", "too_late")


def test_a_task_planned_after_its_moment_is_not_reminded_of(app: Flask, maj: User) -> None:
    with writing():
        plan(add_lead(add_contact(), owner=maj), FollowUpKind.CALL, NOW + timedelta(minutes=30), NOW)

    assert remind_of_tasks(NOW + timedelta(minutes=1)) == 0


def test_nothing_of_before_is_told_to_whoever_asks_for_reminders_today(app: Flask, maj: User) -> None:
    _task(maj)
    with writing():
        maj.notices_chosen_at = DUE - timedelta(minutes=30)

    assert remind_of_tasks(DUE) == 0


def test_a_moved_task_is_reminded_of_again_and_no_more_of_its_old_moment(app: Flask, maj: User) -> None:
    task = _task(maj)
    remind_of_tasks(DUE - timedelta(hours=1))
    [first] = db.session.scalars(sa.select(Message))

    with writing():
        move(task, DUE + timedelta(days=1), DUE - timedelta(minutes=50))
    remind_of_tasks(DUE + timedelta(hours=23))

    assert [due_at for _, due_at in _told()] == [DUE - timedelta(hours=1), DUE + timedelta(hours=23)]
    assert kind_of(first.kind).why_not(first) == "moved"


def test_a_reminder_waits_for_the_end_of_quiet_hours(app: Flask, maj: User) -> None:
    with writing():
        maj.quiet_from, maj.quiet_until = time(13, 0), time(16, 30)
    _task(maj)

    remind_of_tasks(DUE - timedelta(hours=1))

    assert _told() == [(maj.email, datetime(2026, 11, 23, 15, 30, tzinfo=UTC))]


def test_what_is_done_handed_over_or_unwanted_stops_the_mail(app: Flask, maj: User, staff: User) -> None:
    task = _task(maj)
    remind_of_tasks(DUE - timedelta(hours=1))
    [message] = db.session.scalars(sa.select(Message))

    def why_not() -> str | None:
        db.session.rollback()
        return kind_of(message.kind).why_not(message)

    reasons = [why_not()]
    with writing():
        complete(task, maj, DUE, NextStep(FollowUpKind.OTHER, DUE + timedelta(days=30)))
    reasons.append(why_not())
    with writing():
        reopen(task)
        task.owner = staff
        hand_over(task.lead, staff, maj, DUE)
    reasons.append(why_not())
    with writing():
        task.owner = maj
        maj.task_reminder = TaskReminder.MORNING
    reasons.append(why_not())
    with writing():
        db.session.execute(sa.delete(FollowUp))
    db.session.expire_all()
    reasons.append(why_not())

    assert reasons == [None, "settled already", "not wanted", "not wanted", "gone"]


def _days_task(on: date, owner: User) -> FollowUp:
    return _task(owner, whole_day(on, STOCKHOLM).at, on=on)


def test_the_tasks_of_a_day_come_in_one_mail_at_seven(app: Flask, early_bird: User) -> None:
    _task(early_bird)
    _days_task(date(2026, 11, 23), early_bird)

    planned = [remind_of_tasks(MONDAY_AT_SEVEN + timedelta(minutes=minutes)) for minutes in (-1, 0, 1, 240)]

    assert planned == [0, 1, 0, 0]
    assert _told("tasks_of_the_day") == [(early_bird.email, MONDAY_AT_SEVEN)]
    assert _told() == []


@pytest.mark.parametrize(
    ("wish", "wants_digest", "on", "reason"),
    [
        (TaskReminder.MORNING, False, date(2026, 11, 23), None),
        (TaskReminder.MORNING, False, date(2026, 11, 20), None),
        (TaskReminder.MORNING, False, date(2026, 11, 24), "nothing to say"),
        (TaskReminder.HOUR, False, date(2026, 11, 23), None),
        (TaskReminder.HOUR, False, date(2026, 11, 20), "nothing to say"),
        (TaskReminder.MORNING, True, date(2026, 11, 23), "not wanted"),
        (TaskReminder.NONE, False, date(2026, 11, 23), "not wanted"),
    ],
)
def test_the_mornings_mail_goes_when_it_has_something_to_say(
    app: Flask, early_bird: User, wish: TaskReminder, wants_digest: bool, on: date, reason: str | None
) -> None:
    _days_task(on, early_bird)
    remind_of_tasks(MONDAY_AT_SEVEN)
    [message] = db.session.scalars(sa.select(Message))
    with writing():
        early_bird.task_reminder, early_bird.wants_digest = wish, wants_digest

    assert kind_of(message.kind).why_not(message) == reason


def test_one_mail_for_each_local_date_in_nights_when_clocks_move(app: Flask, early_bird: User) -> None:
    for start in (datetime(2026, 3, 28, 12, 0, tzinfo=UTC), datetime(2026, 10, 24, 12, 0, tzinfo=UTC)):
        with writing():
            early_bird.created_at = start
        for hours in range(48):
            remind_of_tasks(start + timedelta(hours=hours))

    local = [due_at.astimezone(STOCKHOLM) for _, due_at in _told("tasks_of_the_day")]
    assert [(moment.date(), moment.time()) for moment in local] == [
        (date(2026, month, day), time(7, 0)) for month, day in ((3, 29), (3, 30), (10, 25), (10, 26))
    ]
