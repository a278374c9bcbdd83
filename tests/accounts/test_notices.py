import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.accounts.models import TaskReminder, User
from app.accounts.notices import QuietHours, held_until
from app.core.clock import now
from app.core.db import db, writing
from app.mail.models import Message
from tests.conftest import NOW
from tests.enquiries.letters import recorded
from tests.signed_in import SignedIn

STOCKHOLM = ZoneInfo("Europe/Stockholm")
NIGHT = QuietHours(time(22, 0), time(7, 0))
LUNCH = QuietHours(time(12, 0), time(13, 0))
NO_WISHES = {"task_reminder": "none", "quiet_from": "", "quiet_until": ""}


def _local(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=STOCKHOLM).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "quiet", "expected"),
    [
        (_local(23, 3), None, _local(23, 3)),
        (_local(23, 21, 59), NIGHT, _local(23, 21, 59)),
        (_local(23, 22), NIGHT, _local(24, 7)),
        (_local(24, 6, 59), NIGHT, _local(24, 7)),
        (_local(24, 7), NIGHT, _local(24, 7)),
        (_local(24, 12, 30), LUNCH, _local(24, 13)),
        (_local(24, 13, 30), LUNCH, _local(24, 13, 30)),
    ],
)
def test_a_notice_waits_for_the_end_of_quiet_hours(
    moment: datetime, quiet: QuietHours | None, expected: datetime
) -> None:
    assert held_until(moment, quiet, STOCKHOLM) == expected


@pytest.mark.parametrize(
    ("moment", "hours"),
    [
        (datetime(2026, 3, 28, 21, 0, tzinfo=UTC), 8),  # 22.00; the night has lost an hour
        (datetime(2026, 10, 24, 20, 0, tzinfo=UTC), 10),  # 22.00; the night has an hour more
    ],
)
def test_quiet_hours_end_at_the_wall_clock_in_nights_when_clocks_move(moment: datetime, hours: int) -> None:
    held = held_until(moment, NIGHT, STOCKHOLM)

    assert held - moment == timedelta(hours=hours)
    assert held.astimezone(STOCKHOLM).time() == time(7, 0)


def test_each_chooses_their_own(owner: User, staff: User, staff_client: SignedIn) -> None:
    before = now()

    page = staff_client.post(
        "/profile/notices",
        data={
            "wants_enquiry_notices": "y",
            "task_reminder": "quarter",
            "wants_heartbeat": "y",
            "quiet_from": "22:00",
            "quiet_until": "07:00",
        },
        follow_redirects=True,
    )

    assert "Dina aviseringar är sparade." in page.text
    assert 'value="22:00"' in page.text
    db.session.rollback()
    maj, sixten = db.session.get_one(User, owner.id), db.session.get_one(User, staff.id)
    assert (sixten.wants_enquiry_notices, sixten.wants_digest, sixten.wants_weekly_summary) == (True, False, False)
    assert (sixten.task_reminder, sixten.wants_heartbeat) == (TaskReminder.QUARTER, True)
    assert (sixten.quiet_from, sixten.quiet_until) == (time(22, 0), time(7, 0))
    assert sixten.notices_since >= before
    assert (maj.task_reminder, maj.wants_digest, maj.quiet_from) == (TaskReminder.HOUR, True, None)
    assert maj.notices_since == maj.created_at


@pytest.mark.parametrize(
    ("start", "end", "sentence"),
    [
        ("22:00", "", "Skriv båda klockslagen, eller inget av dem."),
        ("", "07:00", "Skriv båda klockslagen, eller inget av dem."),
        ("07:00", "07:00", "Välj två olika klockslag, eller lämna båda tomma."),
        ("sent", "07:00", "Skriv ett klockslag, till exempel 17.00."),
    ],
)
def test_half_quiet_hours_are_refused_with_nothing_lost(
    staff_client: SignedIn, staff: User, start: str, end: str, sentence: str
) -> None:
    answer = staff_client.post(
        "/profile/notices", data={**NO_WISHES, "wants_heartbeat": "y", "quiet_from": start, "quiet_until": end}
    )

    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{start or end}"' in answer.text
    assert re.search(r'<input[^>]* checked[^>]* name="wants_heartbeat"', answer.text)
    db.session.rollback()
    assert not db.session.get_one(User, staff.id).wants_heartbeat


def test_the_database_keeps_both_ends_together(app: Flask, staff: User) -> None:
    with pytest.raises(IntegrityError), writing():
        db.session.get_one(User, staff.id).quiet_from = time(22, 0)


def test_an_enquiry_in_quiet_hours_is_told_of_when_they_are_over(app: Flask, owner: User, staff: User) -> None:
    with writing():
        owner.quiet_from, owner.quiet_until = time(9, 0), time(11, 0)

    recorded()

    told = sa.select(Message.address, Message.due_at).where(Message.kind == "new_enquiry_notice")
    assert dict(db.session.execute(told).all()) == {
        owner.email: _local(23, 11),
        staff.email: NOW,
    }
