"""An enquiry that needs no answer is closed, and taken up again where that was a slip."""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _

from app.accounts.models import User
from app.core.db import db
from app.core.errors import RuleBroken
from app.enquiries.deadlines import answer_due_at
from app.enquiries.intake import owes_answer
from app.enquiries.models import Enquiry, EnquiryState
from app.enquiries.services import owe_no_answer_without_enquiries, settle
from app.follow_ups.models import FollowUpKind
from app.follow_ups.queries import answers_settled_at
from app.follow_ups.services import plan
from app.follow_ups.services import reopen as owe_again
from app.leads.models import EventKind, Lead, LeadEvent
from app.leads.services import tell


def close_without_answer(enquiry: Enquiry, actor: User, now: datetime) -> None:
    """It needs no answer. The lead is owed none any more when nothing else of it is open. A settled one is refused."""
    if enquiry.state is not EnquiryState.OPEN or enquiry.lead is None:
        raise RuleBroken(_("Förfrågan är inte öppen längre."))
    settle(enquiry, EnquiryState.CLOSED, now)
    tell(enquiry.lead, EventKind.CLOSED, now, actor=actor, text=enquiry.reference)
    owe_no_answer_without_enquiries(enquiry.lead, actor, now)


def reopen(enquiry: Enquiry, closed_at: datetime, now: datetime) -> None:
    """Undo `close_without_answer`: it waits for its answer, and the timeline forgets that it did not.

    An open lead is owed the answer as it was before, and no longer what was suggested instead. Refused where it does
    not stand closed since that moment.
    """
    lead = enquiry.lead
    if lead is None or (enquiry.state, enquiry.settled_at) != (EnquiryState.CLOSED, closed_at):
        raise RuleBroken(_("Förfrågan är inte avslutad längre."))
    enquiry.state, enquiry.settled_at = EnquiryState.OPEN, None
    _forget_on_timeline(lead, enquiry.reference, closed_at)
    if lead.is_open and not owes_answer(lead):
        settled = answers_settled_at(lead.id, closed_at)
        for step in settled:
            owe_again(step)
        if not settled:
            plan(lead, FollowUpKind.ANSWER, answer_due_at(enquiry.received_at), now)


def _forget_on_timeline(lead: Lead, reference: str, closed_at: datetime) -> None:
    told = sa.select(LeadEvent).where(
        LeadEvent.lead_id == lead.id, LeadEvent.kind == EventKind.CLOSED, LeadEvent.at == closed_at
    )
    for event in db.session.scalars(told):
        if event.text == reference:
            db.session.delete(event)
