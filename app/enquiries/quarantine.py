"""Where suspected spam waits: in by the ladder or by hand, out by one click, gone after 30 days."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from app.accounts.models import User
from app.contacts.models import Contact
from app.contacts.queries import consents_of
from app.contacts.tags import tags_of_contacts
from app.core.db import db
from app.core.errors import RuleBroken
from app.enquiries.intake import sender_of, take_in
from app.enquiries.models import Enquiry, EnquiryState, EnquiryWay
from app.enquiries.queries import answers_of, enquiries_of
from app.enquiries.services import owe_no_answer_without_enquiries, settle
from app.enquiries.spam import Rung, Verdict
from app.follow_ups.models import FollowUpKind
from app.follow_ups.queries import open_of
from app.leads.models import EventKind, Lead, LeadEvent
from app.leads.queries import leads_of, timeline
from app.leads.services import tell
from app.leads.tags import tags_of_leads
from app.mail.services import cancel

KEPT = timedelta(days=30)


def release(enquiry: Enquiry, now: datetime) -> None:
    """Let an enquiry out of quarantine: everything happens that would have happened, and it keeps its day.

    One that has left already is refused.
    """
    if enquiry.state is not EnquiryState.QUARANTINED:
        raise RuleBroken(_("Förfrågan är inte i karantän längre."))
    enquiry.state = EnquiryState.OPEN
    enquiry.settled_at = None
    enquiry.released_at = now
    take_in(enquiry, sender_of(enquiry), now)


def mark_as_spam(enquiry: Enquiry, actor: User, now: datetime) -> None:
    """Into quarantine with it. A lead and a contact that it alone had made go with it; `release` makes them anew.
    Whom we knew before it came stays, and so does what somebody has worked on since.

    One that is in quarantine already is refused, and so is a reply: it came by a link that only we gave.
    """
    if enquiry.state is EnquiryState.QUARANTINED or enquiry.lead is None:
        raise RuleBroken(_("Förfrågan är redan i karantän."))
    if enquiry.way is EnquiryWay.REPLY:
        raise RuleBroken(_("Det här är ett svar på något som du har skickat. Avsluta det utan svar i stället."))
    lead = enquiry.lead
    enquiry.lead = None
    settle(enquiry, EnquiryState.QUARANTINED, now)
    _add_rung(enquiry, Rung.BY_HAND)
    cancel(now, reason="spam", dedupe_prefix=f"confirm:{enquiry.reference}")
    db.session.flush()
    if _is_nothing_else(lead, enquiry):
        _remove(lead, enquiry, now)
    else:
        _forget_on_timeline(lead, enquiry)
        tell(lead, EventKind.QUARANTINED, now, actor=actor, text=enquiry.reference)
        owe_no_answer_without_enquiries(lead, actor, now)


def _add_rung(enquiry: Enquiry, rung: Rung) -> None:
    failed: Iterable[Rung] = (Rung(name) for name in enquiry.spam_reasons.split(",") if name)
    verdict = Verdict(tuple(failed)).and_also(rung)
    enquiry.spam_score, enquiry.spam_reasons = verdict.score, verdict.reasons


def _is_nothing_else(lead: Lead, enquiry: Enquiry) -> bool:
    """Whether the lead came with that enquiry, and has nothing on it but its trace."""
    is_only_trace = all(event.kind is EventKind.ENQUIRY and event.about_id == enquiry.id for event in timeline(lead))
    is_owed_more = any(step.kind is not FollowUpKind.ANSWER and not step.is_suggested for step in open_of(lead.id))
    holds = is_owed_more or tags_of_leads([lead.id]) or enquiries_of(lead.id) or answers_of(lead.id)
    return is_only_trace and lead.created_at >= enquiry.taken_in_at and not holds


def _remove(lead: Lead, enquiry: Enquiry, now: datetime) -> None:
    cancel(now, reason="spam", lead_id=lead.id)
    db.session.delete(lead.contact if _is_nobody_else(lead.contact, enquiry) else lead)


def _is_nobody_else(contact: Contact, enquiry: Enquiry) -> bool:
    """Whether the contact came with that enquiry, and we know no more of them."""
    said_more = any(consent.source != enquiry.reference for consent in consents_of(contact.id))
    holds = said_more or tags_of_contacts([contact.id]) or len(leads_of(contact.id)) > 1
    return contact.created_at >= enquiry.taken_in_at and not holds


def _forget_on_timeline(lead: Lead, enquiry: Enquiry) -> None:
    traces = sa.delete(LeadEvent).where(
        LeadEvent.lead_id == lead.id, LeadEvent.kind == EventKind.ENQUIRY, LeadEvent.about_id == enquiry.id
    )
    db.session.execute(traces)
