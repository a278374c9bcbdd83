"""How a run goes from one step to the next, and how it ends."""

from datetime import date, datetime

from app.core.language import local_zone
from app.leads.models import EventKind
from app.leads.services import tell
from app.plans.models import PlanRun, PlanStep, RunState


def next_step(run: PlanRun) -> PlanStep | None:
    """The step that comes next, in the version that the run walks; None when all are done."""
    return next((step for step in run.version.steps if step.position == run.position), None)


def wait_for_next(run: PlanRun, now: datetime) -> None:
    """Count anew when the next step comes. Where there is none, the run is over once its last letter has left."""
    step = next_step(run)
    if step is not None:
        run.next_at = step.waits.prepared_at(run.waits_from, local_zone())
    elif run.next_at is None or run.next_at <= now:
        finish(run, now)


def go_on(run: PlanRun, now: datetime, leaves_at: datetime | None = None) -> None:
    """The step is done, or passed over. The next one waits from today, or from the day that a letter leaves."""
    done_at = max(now, leaves_at or now)
    run.position += 1
    run.waits_from = done_at.astimezone(local_zone()).date()
    run.next_at = done_at
    wait_for_next(run, now)


def finish(run: PlanRun, now: datetime) -> None:
    """All steps are done."""
    run.state = RunState.FINISHED
    run.next_at = None
    run.ended_at = now
    tell(run.lead, EventKind.PLAN_FINISHED, now, about_id=run.id)


def ahead_of(run: PlanRun) -> list[tuple[PlanStep, date]]:
    """The steps still to come, each with the day it falls on if nothing is put off."""
    day = run.waits_from
    ahead = []
    for step in run.version.steps:
        if step.position >= run.position:
            day = step.waits.day(day)
            ahead.append((step, day))
    return ahead
