from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from flask import Flask

from app.accounts.models import User
from app.core.db import db, writing
from app.enquiries.jobs import empty_quarantine, remind_to_answer
from app.enquiries.quarantine import mark_as_spam
from app.enquiries.services import answer
from app.enquiries.spam import Rung
from app.mail.models import Message
from tests.conftest import NOW
from tests.enquiries.letters import enquiries, recorded, sent

DUE = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
"""Tuesday 17.00 in Stockholm, for what came on Monday."""


def _reminders() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Message.dedupe_key).where(Message.kind == "time_to_answer")))


def test_two_hours_before_the_day_is_over_everybody_is_reminded_once(app: Flask, owner: User, staff: User) -> None:
    enquiry = recorded()

    planned = [remind_to_answer(at) for at in (DUE - timedelta(minutes=121), DUE - timedelta(hours=2), DUE)]

    assert planned == [0, 2, 0]
    key = f"time_to_answer:{enquiry.reference}"
    assert sorted(_reminders()) == sorted([f"{key}:u{owner.id}", f"{key}:u{staff.id}"])


def test_the_reminder_comes_late_rather_than_never(app: Flask, owner: User) -> None:
    recorded()

    assert remind_to_answer(DUE + timedelta(hours=5)) == 1


def test_what_is_answered_or_in_quarantine_is_not_reminded_of(app: Flask, owner: User) -> None:
    enquiry = recorded()
    recorded(sent(name="Bo Ek", email="bo@example.com", failed=(Rung.TRAP,)))
    with writing():
        answer(enquiry.lead, "Två veckor.", owner, NOW)

    assert remind_to_answer(DUE) == 0


def test_nobody_to_remind_is_no_fault(app: Flask) -> None:
    with writing():
        db.session.execute(sa.text("UPDATE business SET email = ''"))
    recorded()

    assert remind_to_answer(DUE) == 0


def test_quarantine_empties_itself_after_thirty_days(app: Flask, owner: User) -> None:
    old_id = recorded(sent(failed=(Rung.TRAP,))).id
    newer = recorded(sent(failed=(Rung.TRAP,)), NOW + timedelta(days=1))
    kept = recorded()
    marked = recorded(sent(name="Bo Ek", email="bo@example.com"))
    with writing():
        mark_as_spam(marked, owner, NOW + timedelta(days=10))
    others = {row.id for row in (newer, kept, marked)}

    counts = [empty_quarantine(NOW + timedelta(days=30, seconds=seconds)) for seconds in (-1, 1, 2)]

    assert counts == [0, 1, 0]
    assert {row.id for row in enquiries()} == others
    assert old_id not in others
    assert empty_quarantine(NOW + timedelta(days=41)) == 2
