"""Whether somebody who writes is somebody we know.

Only the same e-mail address or the same number can say so, compared whole. A couple, a family or an office may share
both, and what one of them wrote about their health is not the other's to read. So a name that clearly differs makes
another contact, which can be joined later; a wrong join could not be taken back.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from app.contacts.models import Contact, DuplicateReason
from app.core.db import db
from app.core.statements import Statement
from app.core.words import fold, sort_key, words

SHORTEST_SHORT_FORM = 3
"""From this many letters on, "Mag" may be short for "Magdalena"; a single letter is an initial."""


_KNOWN_BY = Statement(
    sa.select(Contact.id, Contact.name, Contact.email_key, Contact.phone_e164)
    .where(
        sa.or_(Contact.email_key == sa.bindparam("email_key"), Contact.phone_e164 == sa.bindparam("phone_e164"))
    )  # what is not given is null, and equals nothing
    .order_by(Contact.active_at.desc(), Contact.id.desc())
)


@dataclass(frozen=True, slots=True)
class Known:
    """A contact that shares an address or a number with the person who writes."""

    id: int
    name: str
    has_email: bool
    has_phone: bool

    @property
    def has_both(self) -> bool:
        return self.has_email and self.has_phone


@dataclass(frozen=True, slots=True)
class Match:
    """Whom the person is: a known contact, or nobody known; and whom the reseller should compare them with."""

    contact_id: int | None
    doubts: tuple[int, ...] = ()
    reason: DuplicateReason | None = None


def known_by(email_key: str | None, phone_e164: str | None) -> Sequence[Known]:
    """Those with exactly that address or that number, the one active last first."""
    return [
        Known(id_, name, bool(email_key) and email == email_key, bool(phone_e164) and phone == phone_e164)
        for id_, name, email, phone in _KNOWN_BY.run({"email_key": email_key, "phone_e164": phone_e164})
    ]


def namesakes(name: str, limit: int) -> Sequence[int]:
    """The keys of those who are called just so, the one active last first."""
    called_so = sa.select(Contact.id).where(Contact.name_key == sort_key(name))
    return db.session.scalars(called_so.order_by(Contact.active_at.desc(), Contact.id.desc()).limit(limit)).all()


def match(name: str, known: Sequence[Known]) -> Match:
    """Pick the contact that the person is, by the rules above. `known` comes in the order of preference.

    Of several with such a name the one called just so comes first: a mother and a daughter may share a mailbox.
    """
    alike = [contact for contact in known if not clearly_differ(name, contact.name)]
    same_name = sorted(alike, key=lambda contact: (fold(contact.name) != fold(name), not contact.has_both))
    if any(contact.has_both for contact in same_name):
        return Match(same_name[0].id)
    by_email = [contact for contact in known if contact.has_email]
    by_phone = [contact for contact in known if contact.has_phone]
    if by_email and by_phone:
        pointed_at = dict.fromkeys(contact.id for contact in (by_email[0], by_phone[0]))
        reason = DuplicateReason.TWO_MATCHES if len(pointed_at) > 1 else DuplicateReason.SHARED_ADDRESS
        return Match(None, tuple(pointed_at), reason)
    if same_name:
        return Match(same_name[0].id)
    if known:
        return Match(None, (known[0].id,), DuplicateReason.SHARED_ADDRESS)
    return Match(None)


def clearly_differ(one: str, other: str) -> bool:
    """Whether two names are hardly one person's: "Anna Ek" and "Bo Ek" differ, "Anna B" and "Anna Bengtsson" do not.

    The same given name is enough (surnames change). Otherwise every word of the shorter name must have its like in the
    longer one: the same word, its initial, or a short form of it. A name without letters says nothing.
    """
    shorter, longer = sorted((words(one), words(other)), key=len)
    if not shorter or shorter[0] == longer[0]:
        return False
    return not all(any(_alike(word, candidate) for candidate in longer) for word in shorter)


def _alike(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return one == other or (long.startswith(short) and (len(short) == 1 or len(short) >= SHORTEST_SHORT_FORM))
