from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.contacts.models import ConsentPurpose, Contact
from app.core.db import db
from app.core.errors import RuleBroken
from app.core.language import local_zone
from app.follow_ups.dues import whole_day
from app.follow_ups.services import plan as plan_task
from app.leads.models import EventKind, Lead
from app.leads.services import tell
from app.leads.stages import Stage
from app.mail.models import MessageClass
from app.mail.services import cancel
from app.plans.drafts import LETTER_KINDS, withdraw, write_draft
from app.plans.drafts import skip as skip_draft
from app.plans.models import Plan, PlanRun, PlanStep, PlanVersion, RunState, StepAction, StopReason
from app.plans.queries import drafts_of, leads_with_runs, newest_version, plans_started_by, runs_to_stop
from app.plans.starting import reasons_against
from app.plans.triggers import trigger_called
from app.plans.walking import go_on, next_step, wait_for_next

CANCELLED = "plan_stopped"
"""Why a letter that was approved and had not left is called off."""


@dataclass(frozen=True, slots=True)
class Started:
    """For whom a plan was started, and who was left out and why (by lead)."""

    runs: Sequence[PlanRun]
    left_out: Mapping[int, Any]


def start(plan: Plan, lead: Lead, actor: User | None, now: datetime) -> PlanRun:
    """Let the lead walk the plan, and say so on the timeline.

    Refused while the plan is off or the lead has another of the same class under way; when it is closed (a plan for won
    leads: when it is not won); without an address; for tips without a consent.
    """
    started = start_many(plan, [lead], actor, now)
    if lead.id in started.left_out:
        raise RuleBroken(started.left_out[lead.id])
    return started.runs[0]


def start_many(plan: Plan, leads: Sequence[Lead], actor: User | None, now: datetime) -> Started:
    """Start the plan for each of the leads that may, and give those that may not. The leads are locked."""
    if not plan.is_on:
        raise RuleBroken(_l("Planen är avstängd. Slå på den först."))
    left_out = reasons_against(plan, leads)
    version = newest_version(plan.id)
    runs = [_begin(plan, version, lead, actor, now) for lead in leads if lead.id not in left_out]
    return Started(runs, left_out)


def _begin(plan: Plan, version: PlanVersion, lead: Lead, actor: User | None, now: datetime) -> PlanRun:
    run = PlanRun(
        plan=plan,
        version=version,
        lead=lead,
        message_class=plan.message_class,
        state=RunState.RUNNING,
        started_at=now,
        started_by_id=actor.id if actor else None,
        position=1,
        waits_from=now.astimezone(local_zone()).date(),
    )
    db.session.add(run)
    db.session.flush()
    wait_for_next(run, now)
    tell(lead, EventKind.PLAN_STARTED, now, actor=actor, about_id=run.id)
    return run


def start_by_event(lead: Lead, trigger: str, now: datetime) -> list[PlanRun]:
    """Something happened to the lead: start the plans that are on and wait for it. Those that may not are passed over.

    For rooms above, in the write of what happened; `trigger` is the name of one that they registered.
    """
    if trigger_called(trigger) is None:
        raise ValueError(f"plan trigger {trigger} is not registered")
    return [run for plan in plans_started_by(trigger) for run in start_many(plan, [lead], None, now).runs]


def advance(run: PlanRun, now: datetime) -> bool:
    """Make the run's next step ready when its time has come. False, and no change, when it has not, or is over."""
    if not run.is_running or run.next_at is None or run.next_at > now:
        return False
    step = next_step(run)
    if step is None or step.waits.prepared_at(run.waits_from, local_zone()) > now:
        wait_for_next(run, now)  # all is done, or the zone has been changed since the moment was counted
    elif step.action is StepAction.TASK:
        _make_task(run, step, now)
    elif run.lead.contact.email is None:
        _stop(run, StopReason.NO_ADDRESS, None, now)
    else:
        write_draft(run, step, now)
    return True


def _make_task(run: PlanRun, step: PlanStep, now: datetime) -> None:
    if step.task_kind is None:
        raise ValueError("this step is no task")
    zone = local_zone()
    due = whole_day(max(step.waits.day(run.waits_from), now.astimezone(zone).date()), zone)
    owner = db.session.get(User, step.task_owner_id) if step.task_owner_id else run.lead.owner
    is_english = owner is not None and owner.language == "en" and step.task_title_en
    title = step.task_title_en if is_english else step.task_title_sv
    plan_task(run.lead, step.task_kind, due.at, now, owner=owner, title=title, due_on=due.on)
    go_on(run, now)


def skip_step(run: PlanRun, actor: User, now: datetime) -> None:
    """Pass over the step that comes next, and say so on the timeline. A run that is over is refused."""
    _refuse_ended(run)
    draft = drafts_of([run.id]).get(run.id)
    if draft is not None:
        skip_draft(draft, actor, now)
        return
    if next_step(run) is None:
        raise RuleBroken(_l("Planen har inga fler steg."))
    tell(run.lead, EventKind.PLAN_SKIPPED, now, actor=actor, about_id=run.id)
    go_on(run, now)


def stop(run: PlanRun, actor: User, now: datetime) -> None:
    """Stop one run by hand: nothing more of it is sent. A run that is over is refused."""
    _refuse_ended(run)
    _stop(run, StopReason.BY_HAND, actor, now)


def stop_runs(
    lead: Lead,
    reason: StopReason,
    now: datetime,
    *,
    actor: User | None = None,
    message_class: MessageClass | None = None,
) -> int:
    """Stop what is under way for the lead, of one class or all, and say how many runs that was.

    Letters of runs that have finished are called off too, where they have not left.
    """
    runs = [run for run in runs_to_stop(lead.id) if message_class in (None, run.message_class)]
    running = [run for run in runs if run.is_running]
    for run in running:
        _stop(run, reason, actor, now)
    for kind in {LETTER_KINDS[run.message_class] for run in runs if not run.is_running}:
        cancel(now, reason=CANCELLED, lead_id=lead.id, kind=kind)
    return len(running)


def _stop(run: PlanRun, reason: StopReason, actor: User | None, now: datetime) -> None:
    run.state = RunState.STOPPED
    run.stop_reason = reason
    run.next_at = None
    run.ended_at = now
    withdraw(run, now)
    db.session.flush()
    cancel(now, reason=CANCELLED, lead_id=run.lead_id, dedupe_prefix=f"plan:{run.id}:")
    tell(run.lead, EventKind.PLAN_STOPPED, now, actor=actor, about_id=run.id)


def _refuse_ended(run: PlanRun) -> None:
    if not run.is_running:
        raise RuleBroken(_l("Planen pågår inte längre för den här affären."))


def stop_when_withdrawn(
    contacts: Sequence[Contact], purpose: ConsentPurpose, actor: User | None, now: datetime
) -> None:
    """Without a yes to tips no tips are sent; without one to an answer nothing. Registered with the contacts.

    No plan rests on a yes to check-ins.
    """
    if purpose is ConsentPurpose.CHECK_INS:
        return
    is_about_tips = purpose is ConsentPurpose.TIPS
    reason = StopReason.UNSUBSCRIBED if is_about_tips and actor is None else StopReason.CONSENT_WITHDRAWN
    for lead in leads_with_runs(contacts):
        stop_runs(lead, reason, now, actor=actor, message_class=MessageClass.MARKETING if is_about_tips else None)


def stop_when_moved(lead: Lead, left: Stage, actor: User | None, now: datetime) -> None:
    """A lead in another stage is another matter. Registered with the leads."""
    if lead.stage is not left:
        stop_runs(lead, StopReason.STAGE_CHANGED if lead.is_open else StopReason.CLOSED, now, actor=actor)


def stop_when_talked(lead: Lead, actor: User, now: datetime) -> None:
    """Who has talked with us needs no reminder. Registered with the leads."""
    stop_runs(lead, StopReason.REPLIED, now, actor=actor)
