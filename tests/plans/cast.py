"""Plans, and leads that walk them, for the tests of this room and of those above it."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

import sqlalchemy as sa

from app.accounts.models import User
from app.contacts.consents import record_consent
from app.contacts.models import ConsentPurpose
from app.core.clock import now
from app.core.db import db
from app.follow_ups.models import FollowUpKind
from app.leads.models import EventKind, Lead, LeadEvent
from app.leads.queries import timeline
from app.leads.timeline import PLAN_EVENTS
from app.mail.models import Message, MessageClass
from app.mail.templates import ensure_templates, template_by_key
from app.plans.editing import Facts, Step, add_plan, switch_on
from app.plans.models import Plan, PlanDraft, PlanRun, StepAction
from app.plans.services import advance, start
from app.plans.waits import Wait, WaitUnit
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead

NINE = time(9, 0)

MORNING = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)
"""Wednesday, 06.00 in Stockholm: two days after NOW, when the day's letters are made ready."""


def letter(days: int, template: str = "after_consultation", unit: WaitUnit = WaitUnit.DAYS, clock: time = NINE) -> Step:
    """A step that writes a letter so many days later."""
    ensure_templates(NOW)
    found = template_by_key(template)
    assert found is not None
    return Step(Wait(days, unit, clock), StepAction.LETTER, template_id=found.id)


def task(days: int, title: str = "Ring upp", owner: User | None = None) -> Step:
    """A step that makes a call due so many days later."""
    waits = Wait(days, WaitUnit.DAYS, NINE)
    owner_id = owner.id if owner else None
    return Step(waits, StepAction.TASK, task_kind=FollowUpKind.CALL, task_title_sv=title, task_owner_id=owner_id)


def make_plan(
    *days: int,
    steps: Sequence[Step] | None = None,
    name: str = "Höra av oss",
    message_class: MessageClass = MessageClass.SERVICE,
    trigger: str | None = None,
    trigger_days: int = 0,
    sends_by_itself: bool = False,
    is_on: bool = True,
    now: datetime = NOW,
) -> Plan:
    """A plan that is on, with a letter after each of the waits, or with the steps that are given."""
    facts = Facts(name, "", trigger, trigger_days, sends_by_itself)
    plan = add_plan(facts, message_class, steps or [letter(wait) for wait in days], None, now)
    if is_on:
        switch_on(plan, now)
    return plan


def make_lead(name: str = "Siv Lund", email: str | None = "siv@example.se", **more: User | None) -> Lead:
    """A new lead with an address."""
    return add_lead(add_contact(name, email=email), **more)


def start_with_letter(plan: Plan, lead: Lead, actor: User | None = None) -> PlanRun:
    """A run whose first letter waits by the real clock: begun yesterday, since the day's are not ready before six."""
    run = start(plan, lead, actor, now() - timedelta(days=1))
    advance(run, now())
    return run


def say_yes_to_tips(lead: Lead) -> None:
    """The contact wants tips."""
    record_consent(lead.contact, ConsentPurpose.TIPS, "tips-1", "sv", "LT-222222", NOW)


def told_of_plans(lead: Lead) -> list[EventKind]:
    """What the timeline tells of plans, the first first."""
    return [event.kind for event in reversed(timeline(lead)) if event.kind in PLAN_EVENTS]


def last_told(lead: Lead) -> LeadEvent:
    """The latest line about a plan."""
    return next(event for event in timeline(lead) if event.kind in PLAN_EVENTS)


def drafts_in(run: PlanRun) -> list[PlanDraft]:
    """The run's letters in order."""
    return list(db.session.scalars(sa.select(PlanDraft).filter_by(run_id=run.id).order_by(PlanDraft.position)))


def mails_to(lead: Lead) -> list[Message]:
    """What is planned or sent to the lead, in order."""
    return list(db.session.scalars(sa.select(Message).filter_by(lead_id=lead.id).order_by(Message.id)))
