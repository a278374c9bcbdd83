"""The reminders of this room. Each line is what to do and when, and a link: no names, no words of our own."""

from collections.abc import Sequence
from datetime import date, time, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.accounts.models import User
from app.accounts.mornings import told_in, why_not_told
from app.accounts.notices import AHEAD
from app.core.db import db
from app.core.filters import clock_time, weekday
from app.core.labels import label
from app.core.language import local_zone
from app.core.public_addresses import public_address
from app.core.wall_clock import moment_of
from app.follow_ups.models import FollowUp, FollowUpKind, FollowUpState
from app.follow_ups.reminders import (
    BEFORE_TASK,
    IN_THE_MORNING,
    due_stamp,
    is_for,
    tasks_of_the_day,
    wants_mornings,
)
from app.mail.kinds import Button, Kind, LinkGroup, MailText
from app.mail.models import Message, MessageClass
from app.mail.reasons import GONE, MOVED, NOT_WANTED, SETTLED

MOST_LINES = 20


def task_words(task: FollowUp, day: date) -> str:
    """What to do and when, as one reads it on a day: "Ring kl. 10.30", "Besök fredag 20 november"."""
    what = _("Uppgift") if task.kind is FollowUpKind.OTHER else label(task.kind)
    if task.due_on:
        words: str = what if task.due_on == day else _("%(what)s %(day)s", what=what, day=weekday(task.due_on))
        return words
    clock = clock_time(task.due_at)
    if task.due_at.astimezone(local_zone()).date() == day:
        words = _("%(what)s kl. %(time)s", what=what, time=clock)
    else:
        words = _("%(what)s %(day)s kl. %(time)s", what=what, day=weekday(task.due_at), time=clock)
    return words


def more_words(left_out: int) -> str:
    """How many more there are than a mail has room for."""
    words: str = _("och %(count)s till", count=left_out) if left_out > 0 else ""
    return words


def day_groups(tasks: Sequence[FollowUp], day: date) -> tuple[LinkGroup, ...]:
    """The tasks of a day, and those that were due before it."""
    starts_at = moment_of(day, time(0, 0), local_zone())
    late = [task for task in tasks if task.due_at <= starts_at]
    today = [task for task in tasks if task.due_at > starts_at]
    parts = ((_("Försenat"), late), (_("Att göra i dag"), today))
    return tuple(_task_group(heading, part, day) for heading, part in parts if part)


def _task_group(heading: str, tasks: Sequence[FollowUp], day: date) -> LinkGroup:
    links = (task_link(task, day) for task in tasks[:MOST_LINES])
    return LinkGroup(heading, tuple(links), more_words(len(tasks) - MOST_LINES))


def task_link(task: FollowUp, day: date) -> Button:
    """What is to be done, seen from a day, as a way to its lead."""
    return Button(task_words(task, day), _lead_address(task))


def _lead_address(task: FollowUp) -> str:
    return public_address("leads.detail", lead_id=task.lead_id)


def _task_reminder(message: Message) -> MailText:
    task = db.session.get_one(FollowUp, message.context["follow_up"])
    day = message.created_at.astimezone(local_zone()).date()
    words = task_words(task, day)
    is_late = max(message.created_at, message.due_at) > task.due_at
    return MailText(
        subject=_("Påminnelse: %(task)s", task=words[:1].lower() + words[1:]),
        paragraphs=(
            _("Det här har du att göra: %(task)s.", task=words[:1].lower() + words[1:]),
            *([_("Påminnelsen har väntat, och tiden för uppgiften är förbi.")] if is_late else []),
        ),
        button=Button(_("Öppna affären"), _lead_address(task)),
        closing=(settings_words(),),
    )


def _why_no_reminder(message: Message) -> str | None:
    task = db.session.get(FollowUp, message.context["follow_up"])
    user = db.session.get(User, message.context["user"])
    if task is None or user is None:
        return GONE
    if task.state is not FollowUpState.OPEN:
        return SETTLED
    if due_stamp(task) != message.context["due"]:
        return MOVED
    return None if user.is_active and user.task_reminder in AHEAD and is_for(task, user) else NOT_WANTED


def _tasks_of_the_day(message: Message) -> MailText:
    user, day = told_in(message)
    tasks = tasks_of_the_day(user, day) if user else []
    return MailText(
        subject=ngettext("En uppgift i dag", "%(num)s uppgifter i dag", len(tasks)),
        paragraphs=(_("Det här har du att göra, %(day)s.", day=weekday(day)),),
        groups=day_groups(tasks, day),
        button=Button(_("Öppna Idag"), public_address("home.today")),
        closing=(settings_words(),),
    )


def _why_no_tasks(message: Message) -> str | None:
    return why_not_told(message, wants_mornings, tasks_of_the_day)


def settings_words() -> str:
    """Where one chooses what one is told of."""
    address = public_address("accounts.notices")
    words: str = _("Vad du får mejl om väljer du här: %(address)s", address=address)
    return words


KINDS = (
    Kind(
        BEFORE_TASK,
        MessageClass.INTERNAL,
        _task_reminder,
        _why_no_reminder,
        priority=3,
        latest_after=timedelta(days=1),
        label=_l("Påminnelse om en uppgift"),
    ),
    Kind(
        IN_THE_MORNING,
        MessageClass.INTERNAL,
        _tasks_of_the_day,
        _why_no_tasks,
        priority=4,
        latest_after=timedelta(hours=5),
        label=_l("Dagens uppgifter"),
    ),
)
