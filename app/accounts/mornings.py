"""Mail that comes at seven in the morning: once per user and local day, whatever the clocks do at night."""

from collections.abc import Callable
from datetime import date, datetime, time

from app.accounts.models import User
from app.accounts.queries import active_users
from app.core.db import db, writing
from app.core.language import local_zone
from app.core.one_by_one import one_by_one
from app.core.wall_clock import moment_of
from app.mail.kinds import kind_of
from app.mail.models import Message
from app.mail.queries import unplanned
from app.mail.reasons import GONE, NOT_WANTED
from app.mail.services import queue

MORNING = time(7, 0)
NOTHING_TO_SAY = "nothing to say"
"""Why such a mail is not sent after all, besides what other mails have too."""


def tell_every_morning(kind: str, wants: Callable[[User], bool], now: datetime) -> int:
    """Plan today's mail of that kind for everybody who wants it, as a job does; says how many were planned.

    From seven on, until it would come too late to be sent. Whoever began to want it after seven gets their first
    another day.
    """
    day = now.astimezone(local_zone()).date()
    at = morning_of(day)
    if not at <= now < at + kind_of(kind).latest_after:
        return 0
    users = {_key(kind, user, day): user.id for user in active_users() if user.notices_since <= at and wants(user)}
    return one_by_one(sorted(unplanned(list(users))), lambda key: _tell(kind, users[key], day, now))


def _tell(kind: str, user_id: int, day: date, now: datetime) -> bool:
    with writing():
        return tell_in_the_morning(kind, db.session.get_one(User, user_id), day, now)


def tell_in_the_morning(kind: str, user: User, day: date, now: datetime) -> bool:
    """Plan the mail of that kind for one user and day; False where it has been planned before."""
    planned = queue(
        kind,
        address=user.email,
        language=user.language,
        dedupe_key=_key(kind, user, day),
        context={"user": user.id, "on": day.isoformat()},
        now=now,
        due_at=morning_of(day),
    )
    return planned is not None


def morning_of(day: date) -> datetime:
    """The moment of seven o'clock on a local day."""
    return moment_of(day, MORNING, local_zone())


def told_in(message: Message) -> tuple[User | None, date]:
    """Whom a morning's mail is for, and on which local day. No user where they have gone or may not sign in."""
    user = db.session.get(User, message.context["user"])
    return user if user and user.is_active else None, date.fromisoformat(message.context["on"])


def why_not_told(message: Message, wants: Callable[[User], bool], says: Callable[[User, date], object]) -> str | None:
    """What stops a morning's mail: its user is gone or wants it no more, or `says` has nothing for that day."""
    user, day = told_in(message)
    if user is None:
        return GONE
    if not wants(user):
        return NOT_WANTED
    return None if says(user, day) else NOTHING_TO_SAY


def _key(kind: str, user: User, day: date) -> str:
    return f"{kind}:u{user.id}:{day}"
