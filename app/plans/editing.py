"""How plans are made and changed. A change of steps is a new version, and runs under way keep theirs unless moved."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.core.db import db
from app.core.errors import RuleBroken
from app.follow_ups.models import FollowUpKind
from app.mail.models import MessageClass
from app.mail.templates import template_by_key
from app.plans.first_plans import FIRST_PLANS, FirstStep
from app.plans.models import Plan, PlanRun, PlanStep, PlanVersion, RunState, StepAction
from app.plans.queries import drafts_of, has_runs, known_keys, newest_version, run_counts_of, runs_to_move
from app.plans.triggers import trigger_called
from app.plans.waits import Wait
from app.plans.walking import wait_for_next

MOST_STEPS = 12


@dataclass(frozen=True, slots=True)
class Step:
    """One step as it is written down: a wait, and then a letter (`template_id`) or a task (`task_kind`)."""

    waits: Wait
    action: StepAction
    template_id: int | None = None
    late_days: int = 3
    task_kind: FollowUpKind | None = None
    task_title_sv: str | None = None
    task_title_en: str | None = None
    task_owner_id: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What a plan is called, what starts it and how it sends."""

    name_sv: str
    name_en: str
    trigger: str | None = None
    trigger_days: int = 0
    sends_by_itself: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What a change came to: whether the steps are a new version, and how many runs got it or kept theirs."""

    is_new_version: bool
    moved: int = 0
    kept: int = 0


def add_plan(
    facts: Facts, message_class: MessageClass, steps: Sequence[Step], actor: User | None, now: datetime
) -> Plan:
    """A new plan, switched off. Refused without steps, or with tasks for leads that are won."""
    _refuse_impossible(facts, steps)
    plan = Plan(message_class=message_class, created_at=now)
    _describe(plan, facts)
    db.session.add(plan)
    db.session.flush()
    _add_version(plan, 1, steps, actor, now)
    return plan


def change_plan(
    plan: Plan, facts: Facts, steps: Sequence[Step], actor: User, now: datetime, *, moves_runs: bool = False
) -> Change:
    """Rename or rewrite a plan. Other steps are a new version; with `moves_runs` those under way go on in it.

    A run stays at its place: who had step 2 before them has the new step 2 before them, counted from the same day.
    A letter that waits for somebody is left as it is, and so is a trigger that no room tells of yet.
    """
    _refuse_impossible(facts, steps)
    if facts.trigger is None and trigger_called(plan.trigger) is None:
        facts = replace(facts, trigger=plan.trigger)
    _describe(plan, facts)
    before = newest_version(plan.id)
    if [_step_of(step) for step in before.steps] == list(steps):
        return Change(is_new_version=False)
    version = _add_version(plan, before.number + 1, steps, actor, now)
    if not moves_runs:
        return Change(is_new_version=True, kept=run_counts_of(plan.id).get(RunState.RUNNING, 0))
    runs = runs_to_move(plan.id)
    _move_runs(runs, version, now)
    return Change(is_new_version=True, moved=len(runs))


def _move_runs(runs: Sequence[PlanRun], version: PlanVersion, now: datetime) -> None:
    waiting = drafts_of([run.id for run in runs])
    for run in runs:
        run.version = version
        if run.id not in waiting:
            wait_for_next(run, now)


def switch_on(plan: Plan, now: datetime) -> None:
    """From now on leads may start it. What happened to them before does not. One that is on stays as it is."""
    if not plan.is_on:
        plan.switched_on_at = now


def switch_off(plan: Plan) -> None:
    """Nobody starts it any more; those under way walk on."""
    plan.switched_on_at = None


def remove(plan: Plan) -> None:
    """Take a plan away. One of ours, or one that has been used, is refused: it can be switched off."""
    if plan.key is not None:
        raise RuleBroken(_l("Planen kom med Ledtråd. Stäng av den i stället, så startar den inte."))
    if has_runs(plan.id):
        raise RuleBroken(_l("Planen har använts, och affärernas tidslinjer hänvisar till den. Stäng av den i stället."))
    db.session.delete(plan)


def ensure_plans(now: datetime) -> None:
    """Put in the house's own plans that the instance has never had, switched off. Those it has are left alone.

    Their letters are templates, which must be there.
    """
    known = known_keys()
    for first in FIRST_PLANS:
        if first.key not in known:
            facts = Facts(first.name_sv, first.name_en, first.trigger, first.trigger_days)
            plan = add_plan(facts, first.message_class, [_first_step(step) for step in first.steps], None, now)
            plan.key = first.key


def _first_step(first: FirstStep) -> Step:
    if first.template is None:
        return Step(
            first.waits,
            StepAction.TASK,
            task_kind=first.task_kind,
            task_title_sv=first.title_sv,
            task_title_en=first.title_en,
        )
    template = template_by_key(first.template)
    if template is None:
        raise LookupError(f"there is no template {first.template}")
    return Step(first.waits, StepAction.LETTER, template_id=template.id)


def _describe(plan: Plan, facts: Facts) -> None:
    plan.name_sv, plan.name_en = facts.name_sv, facts.name_en
    plan.trigger, plan.trigger_days = facts.trigger, facts.trigger_days
    plan.sends_by_itself = facts.sends_by_itself


def _add_version(plan: Plan, number: int, steps: Sequence[Step], actor: User | None, now: datetime) -> PlanVersion:
    version = PlanVersion(plan=plan, number=number, made_at=now, made_by_id=actor.id if actor else None)
    version.steps = [
        PlanStep(
            position=position,
            wait=step.waits.amount,
            wait_unit=step.waits.unit,
            clock=step.waits.clock,
            action=step.action,
            template_id=step.template_id,
            late_days=step.late_days,
            task_kind=step.task_kind,
            task_title_sv=step.task_title_sv,
            task_title_en=step.task_title_en,
            task_owner_id=step.task_owner_id,
        )
        for position, step in enumerate(steps, 1)
    ]
    db.session.add(version)
    db.session.flush()
    return version


def _step_of(row: PlanStep) -> Step:
    return Step(
        row.waits,
        row.action,
        row.template_id,
        row.late_days,
        row.task_kind,
        row.task_title_sv,
        row.task_title_en,
        row.task_owner_id,
    )


def _refuse_impossible(facts: Facts, steps: Sequence[Step]) -> None:
    if not steps:
        raise RuleBroken(_l("En plan behöver minst ett steg."))
    if len(steps) > MOST_STEPS:
        raise RuleBroken(_l("En plan kan ha högst %(most)s steg.", most=MOST_STEPS))
    trigger = trigger_called(facts.trigger)
    if trigger is not None and trigger.is_for_won and any(step.action is StepAction.TASK for step in steps):
        raise RuleBroken(_l("En vunnen affär är avslutad och får inga uppgifter. Låt planen bara skicka mejl."))
