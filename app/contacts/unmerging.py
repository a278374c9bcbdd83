"""A merge is taken back: the contact that went comes back with its own key and all that was its own.

What has come since stays where it is: with a lead that goes back what is on it, with the kept contact the rest.
"""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.contacts.merge_facts import take_back_facts
from app.contacts.merge_queries import merge_after, story_of
from app.contacts.merge_rows import Pointer, move, pointers_to, put_back
from app.contacts.merge_rules import follow_undoing_rules
from app.contacts.merges import ContactMerge, Story
from app.contacts.merging import addresses_of, lock_contacts
from app.contacts.models import Contact, Subject
from app.contacts.services import write_terms_anew
from app.core.db import Base, db
from app.core.errors import RuleBroken
from app.core.rows import table_of
from app.mail.suppressions import allow_marketing_again

OVER = _l("Sammanslagningen går inte att ångra längre. Det går i 30 dagar, så länge kontakten inte har raderats.")


def undo_merge(merge: ContactMerge, actor: User | None, now: datetime) -> Contact:
    """Make two of one again; gives the contact that comes back.

    Refused when it was undone already or is forgotten, and while a later merge into the same contact stands.
    """
    kept_id = merge.kept_id
    addresses = [*addresses_of(db.session.get_one(Contact, kept_id)), *_addresses_of_gone(merge)]
    if not lock_contacts([kept_id], *addresses):
        raise RuleBroken(OVER)
    itself = sa.select(ContactMerge).where(ContactMerge.id == merge.id).with_for_update()
    db.session.execute(itself.execution_options(populate_existing=True))
    refuse_undoing(merge)
    story = story_of(merge)
    put_back(table_of(Contact), story["gone"])
    _give_back(story, merge.kept_id, merge.gone_id)
    db.session.expire_all()
    kept, gone = (db.session.get_one(Contact, contact_id) for contact_id in (merge.kept_id, merge.gone_id))
    take_back_facts(kept, story["kept"], story["became"])
    allow_marketing_again(story["stopped"], merge.merged_at)
    write_terms_anew(kept)
    write_terms_anew(gone)
    merge.undone_at, merge.story = now, None
    follow_undoing_rules(merge, kept, gone, actor, now)
    return gone


def refuse_undoing(merge: ContactMerge) -> None:
    """Raise RuleBroken where the merge cannot be taken back, or not yet."""
    if merge.undone_at is not None:
        raise RuleBroken(_l("Sammanslagningen är redan ångrad."))
    if merge.story is None:
        raise RuleBroken(OVER)
    later = merge_after(merge)
    if later is not None:
        name = story_of(later)["gone"]["name"]
        raise RuleBroken(_("Ångra först sammanslagningen med %(name)s, som kom efter.", name=name))


def _addresses_of_gone(merge: ContactMerge) -> list[str]:
    gone = story_of(merge).get("gone", {})
    return [key for key in (gone.get("email_key"), gone.get("phone_e164")) if key]


def _give_back(story: Story, kept_id: int, gone_id: int) -> None:
    """Move what changed hands, where it is still where the merge put it, and put back what it took out."""
    theirs = {pointer.name: pointer for pointer in pointers_to("contact")}
    new_keys = {row["id"]: put_back(table_of(Subject), row) for row in story["taken_out"].pop("subject")}
    for name, keys in story["moved"].items():
        move(theirs[name], kept_id, gone_id, keys)
    _give_back_subjects(story, new_keys)
    _copy_subjects_that_both_need(kept_id, gone_id)
    for table, rows in story["taken_out"].items():
        for row in rows:
            put_back(Base.metadata.tables[table], row)


def _give_back_subjects(story: Story, new_keys: dict[int, int | None]) -> None:
    pointers = {pointer.name: pointer for pointer in pointers_to("subject")}
    for subject in story["subjects"]:
        old = new_keys[subject["from"]]
        for name, keys in subject["moved"].items():
            if old is not None:
                move(pointers[name], subject["to"], old, keys)


def _copy_subjects_that_both_need(kept_id: int, gone_id: int) -> None:
    """A lead that came after the merge, and stays, may be about somebody who goes back: both need to know of them."""
    for owner, subject in _across(kept_id, gone_id):
        pointer = _pointer_of_leads()
        values = {"contact_id": owner, "kind": subject.kind, "name": subject.name}
        copy = db.session.execute(sa.insert(Subject).values(values).returning(Subject.id)).scalar_one()
        has_both = sa.and_(pointer.column == subject.id, pointer.table.c.contact_id == owner)
        db.session.execute(sa.update(pointer.table).where(has_both).values({pointer.column: copy}))


def _across(kept_id: int, gone_id: int) -> list[tuple[int, Subject]]:
    """Who has a lead about a subject of the other's, each once."""
    pointer = _pointer_of_leads()
    owner = pointer.table.c.contact_id
    query = sa.select(owner, Subject).distinct().join(Subject, Subject.id == pointer.column)
    rows = db.session.execute(query.where(owner.in_((kept_id, gone_id)), owner != Subject.contact_id))
    return [(contact_id, subject) for contact_id, subject in rows]


def _pointer_of_leads() -> Pointer:
    """What leads say of whom they are about: this room knows them by their foreign key alone."""
    (pointer,) = pointers_to("subject")
    return pointer
