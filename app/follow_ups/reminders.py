"""Who is reminded of which task, and when: before each by itself, or of a day's together in the morning."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.accounts.models import TaskReminder, User
from app.accounts.notices import AHEAD, held_until, quiet_hours_of
from app.accounts.queries import users_who_want
from app.core.language import local_zone
from app.follow_ups.dues import whole_day
from app.follow_ups.models import FollowUp
from app.follow_ups.queries import tasks_between, tasks_of
from app.mail.queries import unplanned
from app.mail.services import queue

BEFORE_TASK, IN_THE_MORNING = "task_reminder", "tasks_of_the_day"
LOOKED_BACK = timedelta(days=7)
"""How long the scheduler may have stood still for a reminder that was missed to be told of, if only as too late."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """One user is to be told of one task."""

    task: FollowUp
    user: User

    @property
    def at(self) -> datetime:
        """When it is time."""
        return self.task.due_at - AHEAD[self.user.task_reminder]

    @property
    def key(self) -> str:
        """One task, one due moment, one user: a task that is moved is reminded of again."""
        return f"{BEFORE_TASK}:f{self.task.id}:{due_stamp(self.task)}:u{self.user.id}"

    def is_due(self, now: datetime) -> bool:
        """Whether its moment has come, and came after the task was planned and the user asked to be told."""
        return max(self.task.planned_at, self.user.notices_since) < self.at <= now


def due_stamp(task: FollowUp) -> int:
    """A task's due moment as a number, to tell whether it is still that one."""
    return int(task.due_at.timestamp())


def is_for(task: FollowUp, user: User) -> bool:
    """Whether the user is to do it: it is theirs, or nobody's in particular."""
    return task.owner_id in (None, user.id)


def reminders_due(now: datetime) -> list[Reminder]:
    """The reminders whose moment has come and that have never been planned."""
    due = {reminder.key: reminder for reminder in _reminders(now) if reminder.is_due(now)}
    new = unplanned(list(due))
    return [reminder for key, reminder in due.items() if key in new]


def _reminders(now: datetime) -> Iterator[Reminder]:
    users = users_who_want(*AHEAD)
    tasks = tasks_between(now - LOOKED_BACK, now + max(AHEAD.values())) if users else ()
    return (Reminder(task, user) for task in tasks for user in users if is_for(task, user))


def plan_reminder(reminder: Reminder, now: datetime) -> bool:
    """Plan the mail, for after the quiet hours that it falls in; False where it has been planned before."""
    user = reminder.user
    planned = queue(
        BEFORE_TASK,
        address=user.email,
        language=user.language,
        dedupe_key=reminder.key,
        context={"follow_up": reminder.task.id, "due": due_stamp(reminder.task), "user": user.id},
        now=now,
        due_at=held_until(reminder.at, quiet_hours_of(user), local_zone()),
    )
    return planned is not None


def wants_mornings(user: User) -> bool:
    """Whether a mail with the tasks of the day is wanted. Whoever gets the digest finds them there."""
    return user.task_reminder is not TaskReminder.NONE and not user.wants_digest


def tasks_of_the_day(user: User, day: date) -> list[FollowUp]:
    """What the user is reminded of in the morning: all there is to do by the end of the day, the late included.

    Whoever is reminded of each task by itself hears in the morning of those that have no time of day.
    """
    tasks = tasks_of(user.id, whole_day(day, local_zone()).at)
    return [task for task in tasks if user.task_reminder is TaskReminder.MORNING or task.due_on == day]
