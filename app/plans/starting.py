"""Who may start a plan, and why not: asked for one lead or for many with the same few questions."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.contacts.models import ConsentPurpose
from app.contacts.queries import consents_by_contact
from app.core.labels import name_here
from app.follow_ups.appointments import next_appointments
from app.leads.models import Lead
from app.leads.stages import Stage
from app.mail.models import MessageClass
from app.plans.models import Plan, PlanRun
from app.plans.queries import Window, leads_to_start, leads_with_contacts, plans_on, plans_running_for
from app.plans.triggers import trigger_called

LATEST_START = timedelta(days=7)
"""What happened longer ago than it takes to start a plan, and this, starts none: the matter has grown cold."""


def reasons_against(plan: Plan, leads: Sequence[Lead]) -> dict[int, Any]:
    """For each lead that the plan may not be started for, the reason in words (lazily translated)."""
    running = plans_running_for([lead.id for lead in leads], plan.message_class)
    consents = consents_by_contact([lead.contact_id for lead in leads])
    refusals = {
        lead.id: _refusal(plan, lead, running.get(lead.id), consents.get(lead.contact_id, {})) for lead in leads
    }
    return {lead_id: refusal for lead_id, refusal in refusals.items() if refusal is not None}


def startable(lead: Lead, runs: Sequence[PlanRun]) -> list[Plan]:
    """The plans that are on and may be started for the lead, which has these runs."""
    running = {run.message_class: run.plan for run in runs if run.is_running}
    consents = consents_by_contact([lead.contact_id]).get(lead.contact_id, {})
    return [plan for plan in plans_on() if _refusal(plan, lead, running.get(plan.message_class), consents) is None]


def who_may_start(plan: Plan, now: datetime) -> list[int]:
    """The leads that the plan starts for by itself now.

    Asked before anything is locked, since those that may not come up again each time for a week.
    """
    leads = leads_with_contacts(whose_moment_has_come(plan, now))
    against = reasons_against(plan, leads)
    return [lead.id for lead in leads if lead.id not in against]


def whose_moment_has_come(plan: Plan, now: datetime, *more: sa.ColumnElement[bool]) -> Sequence[int]:
    """The leads whose moment passed so many days ago, but after the plan was switched on."""
    trigger = trigger_called(plan.trigger)
    if trigger is None or trigger.moment is None or plan.switched_on_at is None:
        return []
    ends = now - timedelta(days=plan.trigger_days)
    begins = max(ends - LATEST_START, plan.switched_on_at - timedelta(days=plan.trigger_days))
    where = (*trigger.moment.where, *more)
    found = leads_to_start(plan.id, trigger.moment.column, where, Window(begins, ends))
    waiting = next_appointments(found) if trigger.yields_to_appointments else {}
    return [lead_id for lead_id in found if lead_id not in waiting]


def _refusal(plan: Plan, lead: Lead, running: Plan | None, consents: dict[ConsentPurpose, bool]) -> Any:
    return _stage_refusal(plan, lead) or _running_refusal(plan, running) or _contact_refusal(plan, lead, consents)


def _stage_refusal(plan: Plan, lead: Lead) -> Any:
    if lead.stage is Stage.LOST:
        return _l("Affären är förlorad.")
    trigger = trigger_called(plan.trigger)
    is_for_won = trigger is not None and trigger.is_for_won
    if is_for_won and lead.stage is not Stage.WON:
        return _l("Planen är för affärer som är vunna.")
    if lead.stage is Stage.WON and not is_for_won:
        return _l("Affären är redan vunnen.")
    return None


def _running_refusal(plan: Plan, running: Plan | None) -> Any:
    if running is None:
        return None
    if running.id == plan.id:
        return _l("Planen pågår redan.")
    return _l("Planen %(name)s pågår. Stoppa den först, så att det inte blir för många mejl.", name=name_here(running))


def _contact_refusal(plan: Plan, lead: Lead, consents: dict[ConsentPurpose, bool]) -> Any:
    if not lead.contact.email:
        return _l("Kontakten har ingen e-postadress.")
    if consents.get(ConsentPurpose.ANSWER) is False:
        return _l("Kontakten har tagit tillbaka sitt samtycke.")
    if plan.message_class is MessageClass.MARKETING and not consents.get(ConsentPurpose.TIPS):
        return _l("Kontakten har inte sagt ja till tips med e-post.")
    return None
