"""Whose a yes is when an enquiry turns out to be somebody else's: theirs who sent it, as the enquiry itself proves.

Nobody keeps a yes that another gave, nobody gets one that they did not give, and a no outlives the move.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa

from app.contacts.merge_rows import Pointer, move
from app.contacts.models import BY_HAND, Consent, ConsentPurpose, Contact
from app.contacts.queries import consents_of
from app.core.db import db
from app.core.rows import insert, table_of
from app.enquiries.models import Enquiry
from app.enquiries.services import REFERENCE_MARK
from app.enquiries.split_queries import enquiries_of_contact
from app.enquiries.splits import Story
from app.leads.models import LeadEvent

Given = tuple[ConsentPurpose, str]
"""What was said yes to, and the version of its words."""

_OWNER = Pointer(table_of(Consent), table_of(Consent).c.contact_id)


def move_consents(enquiries: Sequence[Enquiry], lines: Sequence[LeadEvent], origin: Contact, to: Contact) -> Story:
    """Let every yes that came with these enquiries, or with what these lines tell of, be the other contact's."""
    theirs, others = consents_of(origin.id), consents_of(to.id)
    noes = {purpose: _last_no(others, purpose) for purpose in ConsentPurpose}
    moving = [consent for consent in theirs if _came_with(consent, enquiries, lines)]
    held = {_given(consent) for consent in (*moving, *others) if consent.withdrawn_at is None}
    made = [
        _give(to, given, enquiry, cover.withdrawn_at)
        for enquiry in enquiries
        for given in given_with(enquiry)
        if given not in held and (cover := _cover(theirs, given, enquiry)) is not None
    ]
    move(_OWNER, origin.id, to.id, [[consent.id] for consent in moving])
    made += [row for consent in moving for row in _prove_again(consent, origin, enquiries)]
    db.session.expire_all()
    moved = [consent.id for consent in moving]
    return {"moved": moved, "made": made, "withdrawn": _outlive(consents_of(to.id), {*moved, *made}, noes)}


def give_consents_back(story: Story, to_id: int, origin_id: int) -> None:
    """Whose each yes was before; a no that was said since goes with the yes that it took back."""
    db.session.execute(sa.delete(Consent).where(Consent.id.in_(story["made"])))
    for key, withdrawn_at in story["withdrawn"].items():
        taken_back = sa.update(Consent).where(
            Consent.id == int(key), Consent.withdrawn_at == datetime.fromisoformat(withdrawn_at)
        )
        db.session.execute(taken_back.values(withdrawn_at=None))
    move(_OWNER, to_id, origin_id, [[key] for key in story["moved"]])


def given_with(enquiry: Enquiry) -> Iterator[Given]:
    """Each yes that the form carried, in the version of its words."""
    if enquiry.consent_version:
        yield ConsentPurpose.ANSWER, enquiry.consent_version
    if enquiry.tips_version:
        yield ConsentPurpose.TIPS, enquiry.tips_version


def _came_with(consent: Consent, enquiries: Sequence[Enquiry], lines: Sequence[LeadEvent]) -> bool:
    """With one of the enquiries, or in the same write as a line: a booking and a trial name no reference."""
    if consent.source.startswith(REFERENCE_MARK):
        return consent.source in {enquiry.reference for enquiry in enquiries}
    return consent.source != BY_HAND and consent.given_at in {line.at for line in lines}


def _given(consent: Consent) -> Given:
    return consent.purpose, consent.text_version


def _cover(theirs: Sequence[Consent], given: Given, enquiry: Enquiry) -> Consent | None:
    """The older yes to the same words because of which the enquiry's own was not written a second time."""
    said_at = enquiry.taken_in_at
    same = (one for one in theirs if _given(one) == given and one.source != enquiry.reference)
    stood = (one for one in same if one.given_at <= said_at and (not one.withdrawn_at or one.withdrawn_at > said_at))
    return next(stood, None)


def _give(contact: Contact, given: Given, enquiry: Enquiry, withdrawn_at: datetime | None) -> int:
    purpose, version = given
    return insert(
        Consent,
        {
            "contact_id": contact.id,
            "purpose": purpose,
            "text_version": version,
            "language": enquiry.language,
            "source": enquiry.reference,
            "given_at": enquiry.taken_in_at,
            "withdrawn_at": withdrawn_at,
        },
    )


def _prove_again(gone: Consent, origin: Contact, moving: Sequence[Enquiry]) -> Iterator[int]:
    """Where the contact said yes to the same words later, by a form of their own, and it was not written twice."""
    for enquiry in enquiries_of_contact(origin.id):
        said_at = enquiry.taken_in_at
        was_covered = said_at > gone.given_at and (not gone.withdrawn_at or said_at < gone.withdrawn_at)
        if enquiry not in moving and was_covered and _given(gone) in given_with(enquiry):
            yield _give(origin, _given(gone), enquiry, gone.withdrawn_at)
            return


def _last_no(consents: Sequence[Consent], purpose: ConsentPurpose) -> datetime | None:
    taken_back = (one.withdrawn_at for one in consents if one.purpose is purpose)
    return max((moment for moment in taken_back if moment), default=None)


def _outlive(consents: Sequence[Consent], new: set[int], noes: dict[ConsentPurpose, datetime | None]) -> dict[int, str]:
    """Who has said no since they sent the enquiry has taken that yes back too."""
    ended = {}
    for consent in consents:
        no = noes[consent.purpose]
        if consent.id in new and consent.withdrawn_at is None and no is not None and no > consent.given_at:
            consent.withdrawn_at = no
            ended[consent.id] = no.isoformat()
    return ended
