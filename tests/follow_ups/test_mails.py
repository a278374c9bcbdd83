"""The whole text of each reminder, in both languages, against the stored one."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.models import TaskReminder, User
from app.contacts.models import SubjectKind
from app.core.db import db, writing
from app.follow_ups.dues import whole_day
from app.follow_ups.jobs import remind_of_tasks
from app.follow_ups.mails import KINDS
from app.follow_ups.models import FollowUpKind
from app.follow_ups.services import plan
from app.mail.models import Message, MessageClass
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead
from tests.mail.texts import expect_whole

EXPECTED = Path(__file__).parent / "expected"
CANARIES = ("KANARIEFAGEL", "Siv", "Saga", "070-174 06 21")
BEFORE = NOW - timedelta(days=9)
STOCKHOLM = ZoneInfo("Europe/Stockholm")


def _tasks(owner: User) -> None:
    with writing():
        owner.created_at = BEFORE
        lead = add_lead(add_contact(), SubjectKind.HORSE, "Saga", owner=owner)
        plan(lead, FollowUpKind.CALL, NOW + timedelta(hours=5), BEFORE, title="KANARIEFAGEL")


def _reminder(owner: User) -> None:
    _tasks(owner)
    remind_of_tasks(NOW + timedelta(hours=4))


def _reminder_of_tomorrow(owner: User) -> None:
    _tasks(owner)
    with writing():
        owner.task_reminder = TaskReminder.DAY
    remind_of_tasks(NOW - timedelta(hours=19))


def _late_reminder(owner: User) -> None:
    _tasks(owner)
    remind_of_tasks(NOW + timedelta(hours=8))


def _tasks_of_the_day(owner: User) -> None:
    _tasks(owner)
    friday, monday = date(2026, 11, 20), date(2026, 11, 23)
    with writing():
        owner.task_reminder, owner.wants_digest = TaskReminder.MORNING, False
        lead = add_lead(add_contact("Bo Ek", "070-174 06 22"), owner=owner)
        plan(lead, FollowUpKind.VISIT, whole_day(friday, STOCKHOLM).at, BEFORE, due_on=friday)
        for kind in (FollowUpKind.OTHER, FollowUpKind.MAIL):
            plan(lead, kind, whole_day(monday, STOCKHOLM).at, BEFORE, due_on=monday, title="KANARIEFAGEL")
    remind_of_tasks(NOW)


CAUSES: dict[str, tuple[str, Callable[[User], None]]] = {
    "task_reminder": ("task_reminder", _reminder),
    "task_reminder_of_tomorrow": ("task_reminder", _reminder_of_tomorrow),
    "late_task_reminder": ("task_reminder", _late_reminder),
    "tasks_of_the_day": ("tasks_of_the_day", _tasks_of_the_day),
}


def test_every_kind_of_mail_is_compared_and_goes_to_ourselves() -> None:
    assert {kind.name for kind in KINDS} == {kind for kind, _ in CAUSES.values()}
    assert {kind.message_class for kind in KINDS} == {MessageClass.INTERNAL}


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("name", CAUSES)
def test_the_whole_mail(app: Flask, owner: User, name: str, language: str) -> None:
    kind, cause = CAUSES[name]
    cause(owner)
    message = db.session.scalars(sa.select(Message).where(Message.kind == kind)).one()

    expect_whole(message, language, EXPECTED / name, CANARIES)
