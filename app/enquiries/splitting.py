"""An enquiry turns out to be somebody else's: it is moved to another contact, in one write. Back: `unsplitting.py`.

Contacts are matched by what anybody can type (`contacts/matching.py`), so a daughter who writes from her mother's
mailbox may land on the mother's lead. What is moved is the enquiry with what is of it alone, to a lead of its sender's
(`split_alone.py`); or its lead, with all that stands on it (`split_leads.py`).
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.contacts.merge_facts import COLUMNS, Fact, facts_of
from app.contacts.merging import addresses_of, lock_contacts
from app.contacts.models import Contact
from app.contacts.services import Person, add_contact, learn, renew_terms
from app.contacts.telling_apart import tell_apart
from app.core.db import db
from app.core.errors import RuleBroken
from app.core.mail_addresses import address_key
from app.core.rows import change, plain, store
from app.enquiries.intake import sender_of
from app.enquiries.models import Enquiry
from app.enquiries.parcels import Parcel, parcel_of
from app.enquiries.queries import enquiries_of
from app.enquiries.split_alone import move_enquiry
from app.enquiries.split_consents import move_consents
from app.enquiries.split_leads import move_lead
from app.enquiries.splits import EnquirySplit
from app.leads.models import EventKind, Lead
from app.leads.queries import leads_of, timeline
from app.leads.services import write_line
from app.mail.models import Message, MessageState
from app.mail.reasons import OTHER_PERSON
from app.mail.services import CAN_BE_CANCELLED, put_into_state

CAN_BE_FORGOTTEN = (Fact.EMAIL, Fact.PHONE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done with an enquiry that is somebody else's."""

    from_id: int
    """Whose it was taken for by then, by the contact's key."""
    to: Contact | None = None
    """Whose it is; None for somebody new, by what the sender wrote."""
    is_whole: bool = False
    """Whether all of its lead is moved."""
    forgotten: Collection[Fact] = ()
    """Of `CAN_BE_FORGOTTEN`, by what the contact it is taken from is not reached after all."""


def split_off(enquiry: Enquiry, wanted: Wanted, actor: User | None, now: datetime) -> EnquirySplit:
    """Move the enquiry to whose it is, with what belongs to it; a lead that is nothing else is moved whole.

    For as long as the story is kept it can be taken back. Refused where it has been moved meanwhile, where one of the
    contacts has gone, and where it is theirs already.
    """
    who = sender_of(enquiry)
    lead, origin = _locked(enquiry, wanted, who)
    parcel = parcel_of(enquiry, lead)
    is_whole = wanted.is_whole or parcel.is_all
    to = wanted.to or add_contact(who, enquiry.taken_in_at)
    split = _store(parcel, to, actor, now, is_whole=is_whole)
    before = {contact.id: facts_of(contact) for contact in (origin, to)}
    wrong = _mailbox_that_is_wrong(origin, [to.email_key, *_mailboxes_of(parcel, is_whole)])
    moving, lines = (enquiries_of(lead.id), timeline(lead)) if is_whole else ([enquiry], parcel.lines)
    consents = move_consents(moving, lines, origin, to)
    story = move_lead(lead, to) if is_whole else move_enquiry(parcel, to, actor, now)
    story |= {"consents": consents, "state": enquiry.state, "pair": tell_apart(origin, to, now)}
    story["made_contact"] = None if wanted.to else to.id
    if wanted.to:
        learn(to, who)
        to.active_at = max(to.active_at, enquiry.taken_in_at)
    _forget(origin, wanted.forgotten)
    db.session.flush()
    story["facts"] = {contact.id: [before[contact.id], facts_of(contact)] for contact in (origin, to)}
    _tell(split, story["lead"], origin, to, actor, now)
    _stop_mails(story["lead"], wrong, now)
    change(split, story=json.dumps(story, ensure_ascii=False))
    return split


def _locked(enquiry: Enquiry, wanted: Wanted, who: Person) -> tuple[Lead, Contact]:
    """The lead that it is on and whose that is, locked in everybody's order: who writes to them waits until later."""
    if enquiry.lead is None:
        raise RuleBroken(_l("Förfrågan ligger i karantän. Släpp fram den först."))
    if wanted.to is not None and wanted.to.id == wanted.from_id:
        raise RuleBroken(_l("Förfrågan hör redan till den kontakten."))
    people = [enquiry.lead.contact, *([wanted.to] if wanted.to else [])]
    written = [key for key in (who.email_key, who.phone_e164) if key]
    addresses = [address for person in people for address in addresses_of(person)]
    contacts = lock_contacts([person.id for person in people], *written, *addresses)
    lead = _lead_now(enquiry.id, wanted.from_id)
    if lead is None or wanted.from_id not in contacts or len(contacts) < len(people):
        raise RuleBroken(_l("Förfrågan eller kontakten har flyttats eller raderats sedan du öppnade sidan."))
    return lead, contacts[wanted.from_id]


def _lead_now(enquiry_id: int, contact_id: int) -> Lead | None:
    """The lead of an enquiry of that contact, as it is by now."""
    db.session.expire_all()
    query = sa.select(Lead).join(Enquiry, Enquiry.lead_id == Lead.id)
    return db.session.scalar(query.where(Enquiry.id == enquiry_id, Lead.contact_id == contact_id))


def _store(parcel: Parcel, to: Contact, actor: User | None, now: datetime, *, is_whole: bool) -> EnquirySplit:
    return store(
        plain(
            EnquirySplit,
            enquiry_id=parcel.enquiry.id,
            from_lead_id=parcel.lead.id,
            from_id=parcel.lead.contact_id,
            to_id=to.id,
            is_whole=is_whole,
            actor_id=actor.id if actor else None,
            split_at=now,
        )
    )


def _mailboxes_of(parcel: Parcel, is_whole: bool) -> list[str | None]:
    moving = [parcel.enquiry, *(parcel.others if is_whole else ())]
    return [address_key(enquiry.email) for enquiry in moving]


def _mailbox_that_is_wrong(origin: Contact, right: Sequence[str | None]) -> str | None:
    """The mailbox of the contact that it was taken from, unless the sender is reached there too."""
    return None if origin.email_key in right else origin.email_key


def _forget(origin: Contact, facts: Collection[Fact]) -> None:
    for fact in set(facts) & set(CAN_BE_FORGOTTEN):
        for column in COLUMNS[fact]:
            setattr(origin, column, None)
    if facts:
        renew_terms(origin)


def _tell(split: EnquirySplit, lead_id: int, origin: Contact, to: Contact, actor: User | None, now: datetime) -> None:
    """On the lead where it is now stands whose it was, and on the one it has left, or on all of theirs, whose it is."""
    lead = db.session.get_one(Lead, lead_id)
    left = leads_of(origin.id) if split.is_whole else [db.session.get_one(Lead, split.from_lead_id)]
    for each, other in [(lead, origin), *((one, to) for one in left)]:
        write_line(each, EventKind.SPLIT, now, actor=actor, about_id=split.id, text=other.name)


def _stop_mails(lead_id: int, wrong: str | None, now: datetime) -> None:
    """What waits for the lead and would go to the wrong mailbox does not leave."""
    if wrong is None:
        return
    waiting = sa.select(Message.id, Message.address).where(
        Message.lead_id == lead_id, Message.state.in_(CAN_BE_CANCELLED)
    )
    stopped = [key for key, address in db.session.execute(waiting) if address_key(address) == wrong]
    put_into_state(Message.id.in_(stopped), CAN_BE_CANCELLED, MessageState.CANCELLED, now, OTHER_PERSON)
