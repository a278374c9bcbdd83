from datetime import datetime

from app.accounts.attempts import forget_old_attempts
from app.accounts.sent_forms import forget_sent_forms
from app.accounts.services import forget_old
from app.core.db import writing


def forget_old_sessions(now: datetime) -> int:
    """Remove sessions, one-time links, failed sign-ins and keys of sent forms that have served; how many."""
    with writing():
        return forget_old(now) + forget_old_attempts(now) + forget_sent_forms(now)
