from datetime import datetime

from app.accounts.mornings import tell_every_morning
from app.core.language import local_zone
from app.home.mails import DIGEST, HEARTBEAT, WEEKLY_SUMMARY

MONDAY = 0


def plan_digests(now: datetime) -> int:
    """Plan this morning's digests, and on Mondays the summaries and signs of life; says how many mails."""
    planned = tell_every_morning(DIGEST, lambda user: user.wants_digest, now)
    if now.astimezone(local_zone()).weekday() == MONDAY:
        planned += tell_every_morning(WEEKLY_SUMMARY, lambda user: user.wants_weekly_summary, now)
        planned += tell_every_morning(HEARTBEAT, lambda user: user.wants_heartbeat, now)
    return planned
