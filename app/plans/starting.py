"""Who may start a plan, and why not: asked for one lead or for many with the same few questions."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from app.contacts.models import ConsentPurpose
from app.contacts.queries import consents_by_contact
from app.leads.models import Lead
from app.leads.stages import Stage
from app.mail.models import MessageClass
from app.plans.labels import name_here
from app.plans.models import Plan
from app.plans.queries import plans_running_for
from app.plans.triggers import trigger_called


def reasons_against(plan: Plan, leads: Sequence[Lead]) -> dict[int, Any]:
    """For each lead that the plan may not be started for, the reason in words (lazily translated)."""
    running = plans_running_for([lead.id for lead in leads], plan.message_class)
    consents = consents_by_contact([lead.contact_id for lead in leads])
    refusals = {
        lead.id: _stage_refusal(plan, lead)
        or _running_refusal(plan, running.get(lead.id))
        or _contact_refusal(plan, lead, consents.get(lead.contact_id, {}))
        for lead in leads
    }
    return {lead_id: refusal for lead_id, refusal in refusals.items() if refusal is not None}


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
