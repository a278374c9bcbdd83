"""Who books, and what they say: the lead that a booking is for, and the words that are kept with it."""

from dataclasses import dataclass, replace
from datetime import datetime

from app.contacts.consents import record_consents
from app.contacts.models import ConsentPurpose, SubjectKind
from app.contacts.services import Person
from app.core.language import local_zone
from app.enquiries.identity_numbers import mask
from app.enquiries.services import LONGEST_NAME
from app.leads.matters import matter_of
from app.leads.models import Lead
from app.leads.queries import lead_to_change
from app.leads.services import open_lead

CONSENT_SOURCE = "booking"
"""Where a consent comes from that was given with a booking."""


@dataclass(frozen=True, slots=True)
class Details:
    """What was filled in for the talk itself; `email` and `language` where they are not the contact's."""

    phone: str | None = None
    street_address: str | None = None
    postcode: str | None = None
    city: str | None = None
    visitor_zone: str | None = None
    wishes: str | None = None
    answers: tuple[tuple[str, str], ...] = ()
    """Each question in the words it was asked in, and what was answered."""
    email: str | None = None
    language: str | None = None

    def without_identity_numbers(self, now: datetime) -> "Details":
        """The same with personal identity numbers blotted out of what was written freely."""
        answers = tuple((question, masked(answer, now)) for question, answer in self.answers)
        return replace(self, wishes=masked(self.wishes or "", now), answers=answers)


@dataclass(frozen=True, slots=True)
class Booker:
    """Somebody who books without having been shown a lead of their own."""

    who: Person
    subject_kind: SubjectKind = SubjectKind.SELF
    subject_name: str | None = None
    article_id: int | None = None
    consent_version: str | None = None
    tips_version: str | None = None
    is_suspect: bool = False
    """Whether it looks like spam, so that a host has to say yes first."""


def lead_to_book(by: Booker | Lead, now: datetime, source: str = CONSENT_SOURCE) -> Lead:
    """The lead that is booked for, locked: the open one of that person and subject, else a new one.

    A lead that is won or lost stays so, and the same contact and subject get a new one. What a stranger allows with it
    is kept, as coming from `source`.
    """
    if isinstance(by, Lead):
        lead_to_change(by.id)
        return by if by.is_open else open_lead(by.contact, by.subject, now, article_id=by.article_id, owner=by.owner)
    who = replace(by.who, name=masked(by.who.name, now)[:LONGEST_NAME])
    matter = matter_of(who, by.subject_kind, masked(by.subject_name or "", now)[:LONGEST_NAME], now)
    given = {ConsentPurpose.ANSWER: by.consent_version, ConsentPurpose.TIPS: by.tips_version}
    record_consents(matter.contact, given, who.language, source, now, is_new=matter.is_new, address=who.email)
    return matter.lead or open_lead(matter.contact, matter.subject, now, article_id=by.article_id)


def masked(text: str, now: datetime) -> str:
    """What a visitor wrote, with personal identity numbers blotted out."""
    return mask(text, now.astimezone(local_zone()).date())[0]
