"""Tags: words of our own by which contacts and leads are told apart."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column, relationship

from app.contacts.models import Contact
from app.core.crypto import EncryptedText
from app.core.db import Model, UtcDateTime, db
from app.core.errors import RuleBroken
from app.core.forms import clean_text, is_storable
from app.core.keys import current_keys
from app.core.privacy import HEALTH, KEYED_HASH
from app.core.rows import insert_once
from app.core.words import fold, sort_key

MOST_TAGS = 200
LONGEST_NAME = 40
CAME_WITH = text("came_with_id IS NOT NULL")


class Tag(Model):
    """One word that contacts and leads can carry. It may tell of somebody's health, so it is kept as such."""

    __tablename__ = "tag"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(EncryptedText("tag.name"), info=HEALTH)
    name_hash: Mapped[str] = mapped_column(String(32), unique=True, info=KEYED_HASH)
    """Of the name without accents and capitals, so that no two tags say the same."""
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    """Since when nobody sees it; who carries it is kept for as long as that can be taken back."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("tag.id", ondelete="SET NULL"))
    """The tag that those who carried it got instead, where it was merged and not only removed."""

    merged_into: Mapped["Tag | None"] = relationship(remote_side="Tag.id")


class ContactTag(Model):
    """A contact carries a tag."""

    __tablename__ = "contact_tag"
    __table_args__ = (
        Index("ix_contact_tag_came_with_id", "came_with_id", sqlite_where=CAME_WITH, postgresql_where=CAME_WITH),
    )

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True, index=True)
    came_with_id: Mapped[int | None] = mapped_column(ForeignKey("tag.id", ondelete="SET NULL"))
    """The merged tag that it was given in place of; empty where somebody put it on."""


def every_tag() -> list[Tag]:
    """All there are, in Swedish alphabetical order."""
    return _by_name(db.session.scalars(sa.select(Tag).where(Tag.removed_at.is_(None))))


def removed_tags() -> list[Tag]:
    """Those that nobody sees any more and that can still be brought back."""
    return _by_name(db.session.scalars(sa.select(Tag).where(Tag.removed_at.is_not(None))))


def find_or_add_tag(name: str) -> Tag:
    """The tag of that name, accents and capitals aside, or a new one. Refused when empty, too long, or one too many."""
    name = _tidy(name)
    found = _called(name)
    if found is not None and found.removed_at is None:
        return found
    if found is not None:  # was removed, and is now meant anew: those who carried it do not come back with it
        db.session.delete(found)
        db.session.flush()
    if (db.session.scalar(sa.select(sa.func.count()).where(Tag.removed_at.is_(None))) or 0) >= MOST_TAGS:
        raise RuleBroken(_l("Det finns redan %(most)s taggar. Slå ihop eller ta bort några först.", most=MOST_TAGS))
    insert_once(Tag, name=name, name_hash=_hash_of(name))
    return db.session.scalars(sa.select(Tag).where(Tag.name_hash == _hash_of(name))).one()


def tag_to_change(tag_id: int) -> Tag | None:
    """The tag, removed or not, locked until the write ends."""
    return db.session.scalar(sa.select(Tag).where(Tag.id == tag_id).with_for_update())


def rename_tag(tag: Tag, name: str) -> str:
    """Give it another name, and say which it had. Refused where another tag is called so: merge the two instead."""
    name, before = _tidy(name), tag.name
    other = _called(name)
    if other is not None and other.id != tag.id:
        if other.removed_at is None:
            raise RuleBroken(_l("Det finns redan en tagg som heter så. Slå ihop dem i stället."))
        db.session.delete(other)
        db.session.flush()
    tag.name, tag.name_hash = name, _hash_of(name)
    return before


def rename_tag_back(tag: Tag, name: str, after: str) -> None:
    """Give it the name that it had before it was called `after`. Refused where it is called something else by now."""
    if tag.name not in (name, after):
        raise RuleBroken(_l("Taggen har fått ett annat namn sedan dess, så den får heta som den heter."))
    rename_tag(tag, name)


def remove_tag(tag: Tag, now: datetime) -> None:
    """Nobody sees it any more, until it is forgotten or brought back with all who carried it."""
    tag.removed_at = now


def tag_contact(contact: Contact, tag: Tag) -> bool:
    """Let the contact carry the tag. False, and no change, where it does."""
    return insert_once(ContactTag, contact_id=contact.id, tag_id=tag.id)


def untag_contact(contact: Contact, tag: Tag) -> bool:
    """Take the tag from the contact. False, and no change, where it carries none such."""
    links = sa.delete(ContactTag).where(ContactTag.contact_id == contact.id, ContactTag.tag_id == tag.id)
    return count_deleted(links) > 0


def tags_of_contacts(contact_ids: Collection[int]) -> dict[int, list[Tag]]:
    """What each contact carries, in alphabetical order; those who carry nothing are not in it."""
    return tags_by(ContactTag.contact_id, ContactTag.tag_id, contact_ids)


def tags_by(
    carrier: InstrumentedAttribute[int], tag_id: InstrumentedAttribute[int], carrier_ids: Collection[int]
) -> dict[int, list[Tag]]:
    """What each of the carriers of one kind carries."""
    query = sa.select(carrier, Tag).join(Tag, Tag.id == tag_id)
    found: dict[int, list[Tag]] = {}
    for carrier_id, tag in db.session.execute(query.where(carrier.in_(carrier_ids), Tag.removed_at.is_(None))):
        found.setdefault(carrier_id, []).append(tag)
    return {carrier_id: _by_name(tags) for carrier_id, tags in found.items()}


def count_deleted(rows: sa.Delete) -> int:
    """Delete the rows, and say how many there were."""
    result: Any = db.session.execute(rows)
    return int(result.rowcount)


def _by_name(tags: Any) -> list[Tag]:
    return sorted(tags, key=lambda tag: (sort_key(tag.name), tag.id))


def _called(name: str) -> Tag | None:
    """The tag of a tidy name, kept as it is until the write ends."""
    query = sa.select(Tag).where(Tag.name_hash == _hash_of(name))
    return db.session.scalar(query.with_for_update(read=True, key_share=True))


def _tidy(name: str) -> str:
    tidy = " ".join((clean_text(name) or "").split())
    if not tidy:
        raise RuleBroken(_l("Skriv vad taggen ska heta."))
    if len(tidy) > LONGEST_NAME:
        raise RuleBroken(_l("En tagg har högst %(most)s tecken.", most=LONGEST_NAME))
    if not is_storable(tidy):
        raise RuleBroken(_l("Här finns tecken som inte kan sparas. Ta bort dem och försök igen."))
    return tidy


def _hash_of(name: str) -> str:
    return current_keys().keyed_hash("tag", fold(name))
