"""What an enquiry sets in motion once it is let in: whose it is, which lead it joins, what we owe, who is told."""

from datetime import datetime

import sqlalchemy as sa

from app.accounts.notices import held_until
from app.contacts.consents import record_consents
from app.contacts.models import ConsentPurpose, Contact
from app.contacts.services import Person, person
from app.core.db import db
from app.core.language import local_zone
from app.core.rows import store
from app.enquiries.deadlines import answer_due_at
from app.enquiries.models import Enquiry
from app.enquiries.queries import notice_key, recipients_of_notices
from app.follow_ups.models import FollowUpKind
from app.follow_ups.queries import open_of
from app.follow_ups.services import plan
from app.leads.matters import matter_of
from app.leads.models import EventKind, Lead
from app.leads.services import open_lead, take_up, tell
from app.leads.stages import Stage
from app.mail.services import queue
from app.plans.models import StopReason
from app.plans.services import stop_runs


def take_in(enquiry: Enquiry, who: Person, now: datetime) -> None:
    """Join the enquiry to the contact's open lead for its subject, or open one, and do all that follows."""
    matter = matter_of(who, enquiry.subject_kind, enquiry.subject_name, now)
    lead = matter.lead or open_lead(matter.contact, matter.subject, now, article_id=enquiry.article_id)
    if sa.inspect(enquiry).transient:
        store(enquiry, lead=lead)
    else:
        enquiry.lead = lead
        db.session.flush()
    _keep_consents(enquiry, matter.contact, now, matter.is_new)
    owe_answer(enquiry, lead, now, is_new_lead=matter.lead is None)
    if enquiry.email:
        _confirm(enquiry, enquiry.email, now)
    tell_ourselves("new_enquiry_notice", enquiry, now)


def owe_answer(enquiry: Enquiry, lead: Lead, now: datetime, *, is_new_lead: bool = False) -> None:
    """Put the enquiry on the timeline, and "Svara" among the next steps unless it is there or the lead is closed.

    A resting lead is awake at once. Plans under way are stopped: somebody who writes waits for us, not for the next
    letter.
    """
    tell(lead, EventKind.ENQUIRY, now, about_id=enquiry.id)
    let_wait(enquiry, lead, now, is_new_lead=is_new_lead)


def let_wait(enquiry: Enquiry, lead: Lead, now: datetime, *, is_new_lead: bool = False) -> None:
    """All of the same but the line on the timeline."""
    if not is_new_lead:
        stop_runs(lead, StopReason.REPLIED, now)
    if lead.is_open and (is_new_lead or not owes_answer(lead)):
        plan(lead, FollowUpKind.ANSWER, answer_due_at(enquiry.received_at), now)
    if lead.stage is Stage.RESTING:
        take_up(lead, None, now)


def owes_answer(lead: Lead) -> bool:
    """Whether "Svara" stands among its next steps."""
    return any(follow_up.kind is FollowUpKind.ANSWER for follow_up in open_of(lead.id))


def sender_of(enquiry: Enquiry) -> Person:
    """Who wrote, by what they wrote of themselves."""
    return person(enquiry.name, enquiry.email, enquiry.phone, enquiry.reach_by, enquiry.language)


def _keep_consents(enquiry: Enquiry, contact: Contact, now: datetime, is_new: bool) -> None:
    given = {ConsentPurpose.ANSWER: enquiry.consent_version, ConsentPurpose.TIPS: enquiry.tips_version}
    record_consents(contact, given, enquiry.language, enquiry.reference, now, is_new=is_new, address=enquiry.email)


def _confirm(enquiry: Enquiry, address: str, now: datetime) -> None:
    queue(
        "enquiry_confirmation",
        address=address,
        language=enquiry.language,
        dedupe_key=f"confirm:{enquiry.reference}",
        context={"enquiry": enquiry.id},
        now=now,
        lead_id=enquiry.lead_id,
    )


def tell_ourselves(kind: str, enquiry: Enquiry, now: datetime) -> int:
    """A mail of that kind to everybody who wants to be told, each once per enquiry; says to how many.

    Whoever has quiet hours now gets it when they are over.
    """
    told = [
        queue(
            kind,
            address=recipient.address,
            language=recipient.language,
            dedupe_key=notice_key(kind, enquiry.reference, recipient),
            context={"enquiry": enquiry.id},
            now=now,
            due_at=held_until(now, recipient.quiet, local_zone()),
        )
        for recipient in recipients_of_notices()
    ]
    return sum(message is not None for message in told)
