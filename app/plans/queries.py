from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from app.accounts.queries import falls_to
from app.contacts.models import Contact
from app.core.db import db
from app.leads.models import Lead
from app.leads.queries import WITH_NAMES, lead_to_change
from app.mail.models import MailTemplate, MessageClass
from app.plans.models import (
    Plan,
    PlanDraft,
    PlanRun,
    PlanVersion,
    RunState,
)

_RUNNING = PlanRun.state == sa.literal_column("'running'")
IS_WAITING_DRAFT = PlanDraft.state == sa.literal_column("'waiting'")
"""In literal words: partial indexes answer to no others."""
_WITH_LEAD = joinedload(PlanRun.lead).options(*WITH_NAMES)
_WITH_STEPS = joinedload(PlanRun.version).selectinload(PlanVersion.steps)
_DRAFT_WITH_ALL = joinedload(PlanDraft.run).options(joinedload(PlanRun.plan), _WITH_LEAD)


def plans() -> Sequence[Plan]:
    """Every plan: those that are on first, then in the order they were made."""
    return db.session.scalars(sa.select(Plan).order_by(Plan.switched_on_at.is_(None), Plan.id)).all()


def plans_on() -> Sequence[Plan]:
    """The plans that leads may start, in the order they were made."""
    return db.session.scalars(sa.select(Plan).where(Plan.switched_on_at.is_not(None)).order_by(Plan.id)).all()


def known_keys() -> set[str]:
    """Which of the house's own plans the instance has."""
    return set(db.session.scalars(sa.select(Plan.key).where(Plan.key.is_not(None))))


def plans_started_by(trigger: str) -> Sequence[Plan]:
    """The plans that are on and wait for that trigger."""
    return db.session.scalars(
        sa.select(Plan).where(Plan.trigger == trigger, Plan.switched_on_at.is_not(None)).order_by(Plan.id)
    ).all()


def plan_to_change(plan_id: int) -> Plan | None:
    """The plan, locked until the write ends; before leads are, and so that others may start it meanwhile."""
    return db.session.scalar(sa.select(Plan).where(Plan.id == plan_id).with_for_update(key_share=True))


def newest_versions(plan_ids: Collection[int]) -> dict[int, PlanVersion]:
    """Each plan's newest version, with its steps."""
    newest = (
        sa.select(PlanVersion.plan_id, sa.func.max(PlanVersion.number).label("number"))
        .where(PlanVersion.plan_id.in_(plan_ids))
        .group_by(PlanVersion.plan_id)
        .subquery()
    )
    is_newest = sa.and_(PlanVersion.plan_id == newest.c.plan_id, PlanVersion.number == newest.c.number)
    return {version.plan_id: version for version in db.session.scalars(sa.select(PlanVersion).join(newest, is_newest))}


def newest_version(plan_id: int) -> PlanVersion:
    """The steps that a run begins with now. KeyError for a plan that is not there."""
    return newest_versions([plan_id])[plan_id]


def running_counts() -> dict[int, int]:
    """How many runs each plan has under way; plans without any are not in it."""
    query = sa.select(PlanRun.plan_id, sa.func.count()).where(_RUNNING).group_by(PlanRun.plan_id)
    return dict(db.session.execute(query).all())


def has_runs(plan_id: int) -> bool:
    """Whether the plan was ever started."""
    return db.session.scalar(sa.select(sa.exists().where(PlanRun.plan_id == plan_id))) or False


def runs_of(plan_id: int, state: RunState | None, limit: int) -> Sequence[PlanRun]:
    """A plan's runs, the latest started first, with whom each is for and its steps."""
    query = sa.select(PlanRun).where(PlanRun.plan_id == plan_id)
    if state is not None:
        query = query.where(PlanRun.state == state)
    query = query.order_by(PlanRun.started_at.desc(), PlanRun.id.desc()).limit(limit)
    return db.session.scalars(query.options(_WITH_LEAD, _WITH_STEPS)).all()


def run_counts_of(plan_id: int) -> dict[RunState, int]:
    """How many of a plan's runs stand where; states without any are not in it."""
    query = sa.select(PlanRun.state, sa.func.count()).where(PlanRun.plan_id == plan_id).group_by(PlanRun.state)
    return dict(db.session.execute(query).all())


def runs_of_lead(lead_id: int) -> Sequence[PlanRun]:
    """Every run that the lead has or had, the latest started first, with plan and steps."""
    query = sa.select(PlanRun).where(PlanRun.lead_id == lead_id)
    query = query.order_by(PlanRun.started_at.desc(), PlanRun.id.desc())
    return db.session.scalars(query.options(joinedload(PlanRun.plan), _WITH_STEPS)).all()


def leads_with_runs(contacts: Sequence[Contact]) -> Sequence[Lead]:
    """The contacts' leads that walk or have walked a plan, locked until the write ends."""
    has_runs = sa.exists().where(PlanRun.lead_id == Lead.id)
    is_theirs = Lead.contact_id.in_([contact.id for contact in contacts])
    query = sa.select(Lead).where(is_theirs, has_runs).order_by(Lead.id)
    return db.session.scalars(query.with_for_update()).all()


def runs_to_stop(lead_id: int) -> Sequence[PlanRun]:
    """The lead's runs in every state, locked until the write ends: letters of a finished one may still wait."""
    return db.session.scalars(sa.select(PlanRun).where(PlanRun.lead_id == lead_id).with_for_update()).all()


def runs_to_move(plan_id: int) -> Sequence[PlanRun]:
    """The plan's runs under way, locked until the write ends; their leads first, as everybody does."""
    walkers = sa.select(PlanRun.lead_id).where(PlanRun.plan_id == plan_id, _RUNNING)
    leads_to_lock(db.session.scalars(walkers).all())
    query = sa.select(PlanRun).where(PlanRun.plan_id == plan_id, _RUNNING).order_by(PlanRun.lead_id)
    return db.session.scalars(query.with_for_update(of=PlanRun)).all()


def run_to_change(run_id: int) -> PlanRun | None:
    """The run with its lead, both locked until the write ends; the lead first, as everybody does."""
    lead_id = db.session.scalar(sa.select(PlanRun.lead_id).where(PlanRun.id == run_id))
    if lead_id is None or lead_to_change(lead_id) is None:
        return None
    return db.session.scalar(sa.select(PlanRun).where(PlanRun.id == run_id).with_for_update())


def due_runs(now: datetime, limit: int = 500) -> Sequence[int]:
    """The keys of runs whose next step is to be made ready, the longest waiting first."""
    query = sa.select(PlanRun.id).where(_RUNNING, PlanRun.next_at.is_not(None), PlanRun.next_at <= now)
    return db.session.scalars(query.order_by(PlanRun.next_at, PlanRun.id).limit(limit)).all()


def plans_running_for(lead_ids: Collection[int], message_class: MessageClass) -> dict[int, Plan]:
    """For each of the leads the plan of that class that is under way; leads without one are not in it."""
    query = sa.select(PlanRun.lead_id, Plan).join(Plan, Plan.id == PlanRun.plan_id)
    query = query.where(PlanRun.lead_id.in_(lead_ids), PlanRun.message_class == message_class, _RUNNING)
    return dict(db.session.execute(query).all())


def running_among(lead_ids: Collection[int]) -> int:
    """How many plans these leads have under way."""
    query = sa.select(sa.func.count()).select_from(PlanRun).where(PlanRun.lead_id.in_(lead_ids), _RUNNING)
    return db.session.scalar(query) or 0


def waiting_drafts(limit: int, user_id: int | None = None) -> Sequence[PlanDraft]:
    """Letters that wait for somebody, the earliest due first, with plan, lead and whom it is about.

    To the leads of one user and of nobody, or to all.
    """
    query = sa.select(PlanDraft).where(IS_WAITING_DRAFT).order_by(PlanDraft.due_at, PlanDraft.id).limit(limit)
    if user_id is not None:
        query = query.where(PlanDraft.run.has(PlanRun.lead.has(falls_to(user_id, Lead.owner_id))))
    return db.session.scalars(query.options(_DRAFT_WITH_ALL)).all()


def drafts_count() -> int:
    """How many letters wait for somebody."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(PlanDraft).where(IS_WAITING_DRAFT)) or 0


def drafts_waiting_since(moment: datetime) -> int:
    """How many letters have waited for somebody since a moment or longer."""
    query = sa.select(sa.func.count()).select_from(PlanDraft).where(IS_WAITING_DRAFT, PlanDraft.made_at <= moment)
    return db.session.scalar(query) or 0


def draft_with_all(draft_id: int) -> PlanDraft | None:
    """The letter with its plan and lead."""
    return db.session.scalar(sa.select(PlanDraft).where(PlanDraft.id == draft_id).options(_DRAFT_WITH_ALL))


def draft_to_change(draft_id: int) -> PlanDraft | None:
    """The letter with its run and lead, all locked until the write ends."""
    run_id = db.session.scalar(sa.select(PlanDraft.run_id).where(PlanDraft.id == draft_id))
    if run_id is None or run_to_change(run_id) is None:
        return None
    return db.session.get(PlanDraft, draft_id, with_for_update=True)


def drafts_of(run_ids: Collection[int]) -> dict[int, PlanDraft]:
    """The letter that waits for somebody in each of the runs; runs without one are not in it."""
    query = sa.select(PlanDraft).where(PlanDraft.run_id.in_(run_ids), IS_WAITING_DRAFT)
    return {draft.run_id: draft for draft in db.session.scalars(query)}


def leads_to_lock(lead_ids: Collection[int]) -> Sequence[Lead]:
    """The leads with whom each is for, locked until the write ends; in the order of their keys, so that none waits."""
    query = sa.select(Lead).where(Lead.id.in_(lead_ids)).options(joinedload(Lead.contact, innerjoin=True))
    return db.session.scalars(query.order_by(Lead.id).with_for_update(of=Lead)).all()


def template_names() -> dict[int, MailTemplate]:
    """Every template, by its key."""
    return {template.id: template for template in db.session.scalars(sa.select(MailTemplate))}


@dataclass(frozen=True, slots=True)
class Window:
    """Moments between two, both included."""

    begins: datetime
    ends: datetime


def leads_to_start(
    plan_id: int,
    moment: InstrumentedAttribute[datetime | None] | InstrumentedAttribute[datetime],
    where: Sequence[sa.ColumnElement[bool]],
    window: Window,
) -> Sequence[int]:
    """The keys of leads whose moment lies in the window, and for which the plan has not been started since then."""
    is_started = sa.exists().where(PlanRun.plan_id == plan_id, PlanRun.lead_id == Lead.id, PlanRun.started_at >= moment)
    has_moved_since = Lead.active_at >= window.begins  # each such moment is told, which makes the lead active: an index
    query = sa.select(Lead.id).where(*where, has_moved_since, moment.between(window.begins, window.ends), ~is_started)
    return db.session.scalars(query.order_by(moment, Lead.id)).all()


def leads_with_contacts(lead_ids: Collection[int]) -> Sequence[Lead]:
    """The leads with whom each is for, in the order of their keys."""
    query = sa.select(Lead).where(Lead.id.in_(lead_ids)).order_by(Lead.id)
    return db.session.scalars(query.options(*WITH_NAMES)).all()
