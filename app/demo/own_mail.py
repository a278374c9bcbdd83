"""The mail that the business sends to itself: what the jobs would have planned, had they run all along."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from itertools import product

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


Happening = tuple[datetime, Callable[[], object]]


def mornings(now: datetime) -> Iterator[Happening]:
    """What was told at seven on each of the last days, to whoever wants it, and when."""
    today = now.astimezone(local_zone()).date()
    for user, days in product(active_users(), range(MORNINGS)):
        day = today - timedelta(days=days)
        at = morning_of(day)
        for kind in _told(user, day) if at <= now else ():
            yield at, partial(tell_in_the_morning, kind, user, day, at)


def _told(user: User, day: date) -> Iterator[str]:
    if user.wants_digest:
        yield DIGEST
    if user.wants_weekly_summary and day.weekday() == MONDAY:
        yield WEEKLY_SUMMARY


def plan_reminders(now: datetime) -> None:
    """The reminders of answers and tasks up to `now`, so that the jobs find none left to plan."""
    _plan_to_answer()
    for reminder in reminders_due(now):
        plan_reminder(reminder, reminder.at)


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
