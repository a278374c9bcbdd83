"""What a change to many brings with it besides itself: mails that will go, plans that stop, units that are out."""

from collections.abc import Collection, Iterator

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import joinedload

from app.core.db import db
from app.leads.models import Lead
from app.lists.deeds import Deed
from app.lists.erasures import Erase
from app.lists.plan_starts import StartPlan
from app.lists.stages import EnterStage
from app.plans.models import StepAction
from app.plans.queries import newest_version, running_among
from app.trials.models import WITH_BORROWER, Trial


def consequences(deed: Deed, row_ids: Collection[int]) -> list[str]:
    """A sentence for each thing that follows, of the rows that will change."""
    if not row_ids:
        return []
    match deed:
        case StartPlan():
            return list(_mails(deed, len(row_ids)))
        case EnterStage():
            return list(_stopped(row_ids))
        case Erase():
            return list(_lost_with(row_ids))
    return []


def _mails(deed: StartPlan, count: int) -> Iterator[str]:
    letters = sum(step.action is StepAction.LETTER for step in newest_version(deed.plan.id).steps)
    if not letters:
        return
    mails = ngettext("Planen har ett mejl", "Planen har %(num)s mejl", letters)
    in_all = ngettext("högst ett mejl i allt", "högst %(num)s mejl i allt", letters * count)
    yield _("%(mails)s: %(in_all)s, om ingen svarar.", mails=mails, in_all=in_all)
    yield _("Mejlen går av sig själva.") if deed.plan.sends_by_itself else _("Du godkänner varje mejl.")


def _stopped(lead_ids: Collection[int]) -> Iterator[str]:
    running = running_among(lead_ids)
    if running:
        yield ngettext(
            "En pågående plan stoppas. Den startar inte igen om du ångrar.",
            "%(num)s pågående planer stoppas. De startar inte igen om du ångrar.",
            running,
        )


def _lost_with(contact_ids: Collection[int]) -> Iterator[str]:
    theirs = Lead.contact_id.in_(contact_ids)
    leads = db.session.scalar(sa.select(sa.func.count()).select_from(Lead).where(theirs)) or 0
    if leads:
        yield ngettext(
            "En affär med allt som hör till raderas också.",
            "%(num)s affärer med allt som hör till raderas också.",
            leads,
        )
    out = sa.select(Trial).join(Lead, Lead.id == Trial.lead_id).where(theirs, Trial.state.in_(WITH_BORROWER))
    out = out.options(joinedload(Trial.unit)).order_by(Trial.id)
    loans = [f"{trial.borrower_name} ({trial.unit.serial})" for trial in db.session.scalars(out) if trial.unit]
    if loans:
        yield ngettext(
            "En har en enhet ute: %(names)s. Vem som har den och hur man når den personen finns kvar tills den är"
            " tillbaka.",
            "%(num)s har en enhet ute: %(names)s. Vilka som har dem och hur man når dem finns kvar tills enheterna är"
            " tillbaka.",
            len(loans),
            names=", ".join(loans),
        )
