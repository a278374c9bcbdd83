"""Two contacts who are one person, with everything that is kept of each."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.accounts.models import User
from app.contacts.merge_facts import Side
from app.contacts.merges import ContactMerge
from app.contacts.merging import merge
from app.contacts.models import Contact, SubjectKind
from app.contacts.services import add_subject
from app.contacts.tags import ContactTag, Tag
from app.contacts.unmerging import undo_merge
from app.core.db import db, writing
from app.enquiries.models import Enquiry
from app.enquiries.private_pages import _mailbox
from app.enquiries.services import SentEnquiry
from tests.conftest import NOW
from tests.enquiries.letters import recorded, sent


@dataclass(frozen=True)
class Pair:
    """The keys of the one that stays and of the one that goes, of their tags, and of a page of each mailbox."""

    kept: int
    gone: int
    tags: tuple[int, ...]
    mailboxes: tuple[tuple[int, str], ...]


def make_pair() -> Pair:
    """Anna wrote of herself and of Blixten, and half a year later of him again, from another mailbox."""
    first = recorded(sent("Hur länge?", name="Anna Berg", email="anna@example.se"), NOW - timedelta(days=200))
    recorded(of_horse("Anna Berg", "anna@example.se", "Blixten"), NOW - timedelta(days=190))
    second = recorded(of_horse("Anna Berg Lund", "berg@example.com", "blixten", "070-174 06 31"), NOW)
    kept, gone = _contact_of(first), _contact_of(second)
    with writing():
        horse = Tag(name="Häst", name_hash="horse"), Tag(name="Mässa", name_hash="fair")
        db.session.add_all(horse)
        db.session.flush()
        tags = tuple(tag.id for tag in horse)
        for contact_id, tag_id in ((kept, tags[0]), (gone, tags[0]), (gone, tags[1])):
            db.session.add(ContactTag(contact_id=contact_id, tag_id=tag_id))
        add_subject(db.session.get_one(Contact, gone), SubjectKind.HORSE, "Åska")
    return Pair(kept, gone, tags, tuple((letter.lead_id or 0, _mailbox(letter.email)) for letter in (first, second)))


def joined(pair: Pair, actor: User, at: datetime = NOW, **chosen: Side) -> ContactMerge:
    """The two become one."""
    with writing():
        kept, gone = (db.session.get_one(Contact, key) for key in (pair.kept, pair.gone))
        return merge(kept, gone, chosen, db.session.get_one(User, actor.id), at)


def undone(merged: ContactMerge, actor: User, at: datetime = NOW) -> None:
    """And two again."""
    with writing():
        undo_merge(db.session.get_one(ContactMerge, merged.id), db.session.get_one(User, actor.id), at)


def of_horse(name: str, email: str, horse: str, phone: str | None = None) -> SentEnquiry:
    """A letter about a horse."""
    return sent("Och hästen?", name=name, email=email, phone=phone, subject_kind=SubjectKind.HORSE, subject_name=horse)


def _contact_of(letter: Enquiry) -> int:
    assert letter.lead is not None
    return letter.lead.contact_id
