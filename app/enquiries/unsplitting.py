"""An enquiry that was moved to another contact goes back to where it was, where nothing new stands in the way."""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.contacts.merge_facts import take_back_facts
from app.contacts.merges import ContactMerge
from app.contacts.merging import addresses_of, lock_contacts
from app.contacts.models import Consent, Contact, Subject
from app.contacts.services import write_terms_anew
from app.contacts.tags import ContactTag
from app.contacts.telling_apart import ask_as_before
from app.core.db import db
from app.core.errors import RuleBroken
from app.core.mail_addresses import address_key
from app.core.phones import to_e164
from app.enquiries.models import Enquiry
from app.enquiries.split_alone import give_enquiry_back
from app.enquiries.split_consents import give_consents_back
from app.enquiries.split_leads import give_lead_back
from app.enquiries.split_queries import story_of
from app.enquiries.splits import EnquirySplit, Story
from app.follow_ups.queries import follow_ups_of
from app.leads.models import JOINING, EventKind, Lead
from app.leads.queries import timeline
from app.leads.services import write_line

OVER = _l("Flytten går inte att ångra längre. Det går i 30 dagar.")
IN_NO_WAY = (*JOINING, EventKind.CONSENT_GIVEN, EventKind.CONSENT_WITHDRAWN)
"""What is told of the contact alone; a yes or a no is kept with the contact."""
MOVED_ON = _l("Det har flyttats vidare till någon annan sedan dess. Ångra den flytten först.")


def undo_split(split: EnquirySplit, actor: User | None, now: datetime) -> Lead:
    """Let the enquiry be where it was, and all that went with it; gives its lead. Refused as `refuse_undoing` says.

    Mails that were stopped stay so. A contact that was made for it goes, unless it has something of its own by now.
    """
    _lock(split)
    refuse_undoing(split)
    story = story_of(split)
    lead, origin, to = db.session.get_one(Lead, story["lead"]), split.origin, split.to
    if to is None:
        raise RuleBroken(OVER)
    other, origin_id, to_id = to.name, origin.id, to.id
    give_consents_back(story["consents"], to_id, origin_id)
    if split.is_whole:
        give_lead_back(split, lead, story)
    else:
        give_enquiry_back(split, lead, story, actor, now)
    ask_as_before(story["pair"], split.split_at)
    _give_facts_back(story)
    _forget_who_was_made(story["made_contact"])
    split.undone_at, split.story = now, None
    back = db.session.get_one(Lead, split.from_lead_id)
    write_line(back, EventKind.UNSPLIT, now, actor=actor, about_id=split.id, text=other)
    return back


def refuse_undoing(split: EnquirySplit) -> None:
    """Raise RuleBroken where the move cannot be taken back, with what stands in the way."""
    if split.undone_at is not None:
        raise RuleBroken(_l("Flytten är redan ångrad."))
    if split.story is None or split.to_id is None:
        raise RuleBroken(OVER)
    if split.from_id == split.to_id:
        raise RuleBroken(_l("De två är samma kontakt nu. Ångra sammanslagningen av dem först."))
    story = story_of(split)
    lead = db.session.get(Lead, story["lead"])
    if lead is None or db.session.get(Lead, split.from_lead_id) is None:
        raise RuleBroken(_l("En av affärerna finns inte längre, så flytten går inte att ångra."))
    if lead.contact_id != split.to_id or split.enquiry.lead_id != lead.id:
        raise RuleBroken(MOVED_ON)
    if not split.is_whole:
        _refuse_what_is_new(split.enquiry, lead, story)


def _refuse_what_is_new(enquiry: Enquiry, lead: Lead, story: Story) -> None:
    """What came to a lead that was made for the enquiry would have nowhere to be."""
    if enquiry.state != story["state"]:
        raise RuleBroken(_l("Förfrågan har besvarats eller avslutats sedan dess, så den får stå kvar."))
    if not story["made_lead"]:
        return
    new_lines = {line.id for line in timeline(lead) if line.kind not in IN_NO_WAY} - set(story["lines"])
    new_steps = {step.id for step in follow_ups_of(lead.id)} - set(story["steps"])
    if new_lines or new_steps:
        raise RuleBroken(_l("Mer har hänt på affären sedan dess, så den får stå kvar. Flytta hela affären i stället."))


def _lock(split: EnquirySplit) -> None:
    """All that a split locks, and the split itself, as they are when nobody else changes them.

    Refused where one of the two became another contact while we waited, who is not locked.
    """
    people = [split.origin, *([split.to] if split.to else [])]
    enquiry = split.enquiry
    written = [key for key in (address_key(enquiry.email), to_e164(enquiry.phone)) if key]
    addresses = [address for person in people for address in addresses_of(person)]
    keys = [person.id for person in people]
    lock_contacts(keys, *written, *addresses)
    itself = sa.select(EnquirySplit).where(EnquirySplit.id == split.id).with_for_update()
    db.session.execute(itself.with_only_columns(EnquirySplit.id))
    db.session.expire_all()
    if not {split.from_id, split.to_id} <= {*keys, None}:
        raise RuleBroken(_l("Kontakten ändrades av någon annan just nu. Försök igen."))


def _give_facts_back(story: Story) -> None:
    db.session.flush()
    for contact_id, (before, became) in story["facts"].items():
        contact = db.session.get(Contact, int(contact_id))
        if contact is not None:
            take_back_facts(contact, before, became)
            write_terms_anew(contact)


def _forget_who_was_made(contact_id: int | None) -> None:
    """A contact that was made for the enquiry and has nothing of its own goes with it."""
    holds = [
        sa.exists().where(column == contact_id)
        for column in (
            Lead.contact_id,
            Subject.contact_id,
            Consent.contact_id,
            ContactTag.contact_id,
            ContactMerge.kept_id,
        )
    ]
    unused = sa.delete(Contact).where(Contact.id == contact_id, *(~one for one in holds))
    db.session.flush()
    db.session.execute(unused.execution_options(synchronize_session=False))
    db.session.expire_all()
