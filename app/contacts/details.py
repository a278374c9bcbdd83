"""Changes that the reseller makes to a contact by hand."""

from datetime import datetime

from app.contacts.models import Contact, PossibleDuplicate
from app.contacts.services import Person, renew_terms
from app.core.words import sort_key


def change_details(contact: Contact, who: Person) -> None:
    """Replace what we know of a contact, who is found by the new words at once. Enquiries keep what was sent."""
    contact.name, contact.name_key = who.name, sort_key(who.name)
    contact.email, contact.email_key = who.email, who.email_key
    contact.phone, contact.phone_e164 = who.phone, who.phone_e164
    contact.reach_by, contact.language = who.reach_by, who.language
    renew_terms(contact)


def decide_duplicate(duplicate: PossibleDuplicate, are_same: bool, now: datetime) -> None:
    """Answer the question whether two contacts are one person. The contacts themselves stay as they are."""
    duplicate.are_same = are_same
    duplicate.decided_at = now


def reopen_duplicate(duplicate: PossibleDuplicate) -> None:
    """Take the answer back: the question waits again."""
    duplicate.are_same = duplicate.decided_at = None
