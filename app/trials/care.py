"""The care around a loan: what is said or asked, as a table; and when, as days that follow the loan's own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.core.db import db
from app.core.language import local_zone
from app.core.wall_clock import moment_of
from app.follow_ups.dues import MORNING
from app.leads.models import EventKind
from app.trials.care_queries import touch_points_of
from app.trials.check_in_queries import wants_check_ins
from app.trials.models import Decision, Trial, TrialState
from app.trials.touch_points import TouchPoint, TouchPointKind, TouchPointState

WITH_THEM = (TrialState.OUT, TrialState.DECISION)
"""Whoever says that it is on its way back is asked nothing more, unless it never comes."""
NOT_BACK = _l("Provperioden är slut och enheten är inte tillbaka")


class Anchor(StrEnum):
    """The day of the loan that a touch point follows."""

    START = "starts_on"
    END = "ends_on"


@dataclass(frozen=True, slots=True)
class Care:
    """One row of the table."""

    anchor: Anchor
    days: int
    """After that day; before it where negative."""
    late_days: int
    """How many days after its own it is still done; later than that it is passed over, and the timeline says so."""
    mail: str = ""
    """The kind of mail to the borrower. Whoever left no address is called instead."""
    task: LazyString | None = None
    """What whoever cares for the loan is to call about (lazily translated)."""
    is_check_in: bool = False
    """Whether it asks for what only those who have not said no to it are asked."""
    pointless_when: tuple[Decision, ...] = ()
    """What the borrower may have said that leaves nothing to ask or to say."""


SAID = tuple(Decision)
KEEPS_IT = (Decision.BUYS_THIS,)

CARE: Mapping[TouchPointKind, Care] = {
    TouchPointKind.STARTED_WELL: Care(Anchor.START, 1, 1, mail="trial_started_well"),
    TouchPointKind.CHECK_IN_EARLY: Care(Anchor.START, 3, 2, mail="trial_check_in", is_check_in=True),
    TouchPointKind.CHECK_IN_LATER: Care(Anchor.START, 10, 4, mail="trial_check_in", is_check_in=True),
    TouchPointKind.ENDS_SOON: Care(Anchor.END, -2, 1, mail="trial_ends_soon", pointless_when=SAID),
    TouchPointKind.DECISION: Care(Anchor.END, 0, 2, mail="trial_decision", pointless_when=SAID),
    TouchPointKind.OVERDUE_TASK: Care(Anchor.END, 1, 14, task=NOT_BACK, pointless_when=KEEPS_IT),
    TouchPointKind.OVERDUE_MAIL: Care(Anchor.END, 3, 3, mail="trial_overdue", pointless_when=KEEPS_IT),
    TouchPointKind.OVERDUE_AGAIN: Care(
        Anchor.END, 7, 30, mail="trial_overdue_again", task=NOT_BACK, pointless_when=KEEPS_IT
    ),
}
"""No row is still done on a day when the next of its anchor is due, so that nobody gets two of them at once."""


def plan_care(trial: Trial, now: datetime) -> None:
    """Owe the loan its touch points; those whose hour has passed, as of a back-dated start, are passed over at once.

    A second call plans nothing more.
    """
    known = {point.kind for point in touch_points_of(trial.id)}
    for kind in CARE:
        if kind not in known:
            _plan(trial, kind, now)


def move_care(trial: Trial, now: datetime) -> None:
    """Let what is still planned follow the loan's days; what is done stays as it was.

    What told of a former end is owed again for the new one, and what was passed over as well, where that is still to
    come: a day that was set by mistake and put right leaves nothing out.
    """
    points = touch_points_of(trial.id)
    for point in points:
        day = day_of(point.kind, trial)
        if point.state is TouchPointState.PLANNED and point.due_on != day:
            point.due_on = day
            _pass_over_if_past(point, now)
    for kind in {point.kind for point in points}:
        if _is_owed_again(kind, [point for point in points if point.kind is kind], trial, now):
            _plan(trial, kind, now)


def _is_owed_again(kind: TouchPointKind, former: Sequence[TouchPoint], trial: Trial, now: datetime) -> bool:
    """Of what follows the start only that which was never done: it began well, or not, once."""
    states, day = {point.state for point in former}, day_of(kind, trial)
    if TouchPointState.PLANNED in states or day == former[-1].due_on or due_at(day) <= now:
        return False
    return CARE[kind].anchor is Anchor.END or TouchPointState.DONE not in states


def end_care(trial: Trial, now: datetime) -> None:
    """The unit is back, or the loan is settled: nothing more is owed."""
    for point in touch_points_of(trial.id):
        if point.state is TouchPointState.PLANNED:
            settle(point, TouchPointState.SKIPPED, now)


FOLLOWS: Mapping[EventKind, Callable[[Trial, datetime], None]] = {
    EventKind.TRIAL_HANDED_OVER: plan_care,
    EventKind.TRIAL_MOVED: move_care,
    EventKind.TRIAL_RECEIVED: end_care,
    EventKind.TRIAL_ENDED: end_care,
}


def follow_change(trial: Trial, event: EventKind, now: datetime) -> None:
    """Let the care follow what has happened to its loan."""
    if event in FOLLOWS:
        FOLLOWS[event](trial, now)


def day_of(kind: TouchPointKind, trial: Trial) -> date:
    """The local day of that touch point, by the days of a loan that has some."""
    care = CARE[kind]
    anchor: date = getattr(trial, care.anchor)
    return anchor + timedelta(days=care.days)


def due_at(day: date) -> datetime:
    """The moment of that local day when a touch point is due: nine in the morning."""
    return moment_of(day, MORNING, local_zone())


def is_pointless(point: TouchPoint, today: date) -> bool:
    """Whether there would be no use for it today, or on its own day where that is to come."""
    care, trial = CARE[point.kind], point.trial
    if trial.state not in WITH_THEM or trial.decision in care.pointless_when or trial.ends_on is None:
        return True
    if care.is_check_in and not wants_check_ins(trial):
        return True
    return care.anchor is Anchor.START and max(point.due_on, today) >= trial.ends_on


def settle(point: TouchPoint, state: TouchPointState, now: datetime) -> None:
    """From now on it is done, or passed over."""
    point.state, point.settled_at = state, now


def _plan(trial: Trial, kind: TouchPointKind, now: datetime) -> None:
    point = TouchPoint(trial=trial, kind=kind, due_on=day_of(kind, trial), state=TouchPointState.PLANNED)
    db.session.add(point)
    _pass_over_if_past(point, now)


def _pass_over_if_past(point: TouchPoint, now: datetime) -> None:
    if due_at(point.due_on) <= now:
        settle(point, TouchPointState.SKIPPED, now)
