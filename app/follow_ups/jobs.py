from datetime import datetime

from app.accounts.models import User
from app.accounts.mornings import tell_every_morning
from app.core.db import db, writing
from app.core.one_by_one import one_by_one
from app.follow_ups.models import FollowUp
from app.follow_ups.reminders import IN_THE_MORNING, Reminder, plan_reminder, reminders_due, wants_mornings


def remind_of_tasks(now: datetime) -> int:
    """Remind everybody who wants it of the tasks whose moment has come, each once; says how many mails were planned."""
    due = [(reminder.task.id, reminder.user.id) for reminder in reminders_due(now)]
    planned = one_by_one(due, lambda keys: _remind(*keys, now))
    return planned + tell_every_morning(IN_THE_MORNING, wants_mornings, now)


def _remind(task_id: int, user_id: int, now: datetime) -> bool:
    with writing():
        task, user = db.session.get(FollowUp, task_id), db.session.get(User, user_id)
        return task is not None and user is not None and plan_reminder(Reminder(task, user), now)
