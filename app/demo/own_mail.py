"""The mail that the business sends to itself: what the jobs would have planned, had they run all along."""

from datetime import date, datetime, timedelta

from app.accounts.models import User
from app.accounts.mornings import morning_of, tell_in_the_morning
from app.accounts.queries import active_users
from app.core.language import local_zone
from app.enquiries.deadlines import REMIND_BEFORE, answer_due_at
from app.enquiries.jobs import REMINDER
from app.enquiries.queries import notice_key, recipients_of_notices, to_answer
from app.follow_ups.reminders import plan_reminder, reminders_due
from app.home.jobs import MONDAY
from app.home.mails import DIGEST, WEEKLY_SUMMARY
from app.mail.services import queue

MORNINGS = 30
"""How many days of digests are remembered."""


def plan_own_mail(now: datetime) -> None:
    """Everything up to `now`, so that the jobs find nothing left to plan."""
    _plan_to_answer()
    for reminder in reminders_due(now):
        plan_reminder(reminder, reminder.at)
    today = now.astimezone(local_zone()).date()
    for user in active_users():
        for days in reversed(range(MORNINGS)):
            _tell(user, today - timedelta(days=days), now)


def _plan_to_answer() -> None:
    """Planned ahead, as the one mail here that will be sent in front of whoever looks."""
    for enquiry in to_answer():
        for recipient in recipients_of_notices():
            queue(
                REMINDER,
                address=recipient.address,
                language=recipient.language,
                dedupe_key=notice_key(REMINDER, enquiry.reference, recipient),
                context={"enquiry": enquiry.id},
                now=enquiry.received_at,
                due_at=answer_due_at(enquiry.received_at) - REMIND_BEFORE,
            )


def _tell(user: User, day: date, now: datetime) -> None:
    at = morning_of(day)
    if at > now:
        return
    if user.wants_digest:
        tell_in_the_morning(DIGEST, user, day, at)
    if user.wants_weekly_summary and day.weekday() == MONDAY:
        tell_in_the_morning(WEEKLY_SUMMARY, user, day, at)
