from datetime import datetime

from app.accounts.activity import forget_old_activity
from app.accounts.attempts import forget_old_attempts
from app.accounts.sent_forms import forget_sent_forms
from app.accounts.services import forget_old
from app.core.db import writing


def forget_old_sessions(now: datetime) -> int:
    """Remove sessions, links, failed sign-ins, keys of sent forms and lines of the log that have served; how many."""
    with writing():
        forgotten = forget_old(now) + forget_old_attempts(now)
        return forgotten + forget_sent_forms(now) + forget_old_activity(now)
