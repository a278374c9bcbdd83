"""Two tags become one, and how that is taken back.

The tag that goes is removed with all who carried it, as any tag is; what they got in its place says where it came from.
"""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import InstrumentedAttribute

from app.contacts.tags import ContactTag, Tag, remove_tag
from app.core.db import db
from app.core.errors import RuleBroken
from app.leads.tags import LeadTag

Links = type[ContactTag] | type[LeadTag]
LINKS: tuple[tuple[Links, InstrumentedAttribute[int]], ...] = (
    (ContactTag, ContactTag.contact_id),
    (LeadTag, LeadTag.lead_id),
)
"""Where it is kept what is carried, and the column of who carries it."""


def merge_tags(kept: Tag, gone: Tag, now: datetime) -> None:
    """Let all who carry the one carry the other instead, until it is restored."""
    for links, carrier in LINKS:
        _hand_on(links, carrier, kept, gone)
    gone.merged_into = kept
    remove_tag(gone, now)


def restore_tag(tag_id: int) -> Tag | None:
    """Bring a removed or merged tag back to all who carried it; None where there is none. A second call does no more.

    Whoever got another tag in its place is rid of that one, unless a further tag brought it, too. Refused while that
    other tag is itself merged.
    """
    tag = _locked(tag_id)
    if tag is None:
        return None
    kept = tag.merged_into
    if kept is not None:
        _refuse_while_merged(kept)
        for links, carrier in LINKS:
            _let_others_bring(links, carrier, kept, tag)
            brought = sa.delete(links).where(links.tag_id == kept.id, links.came_with_id == tag.id)
            db.session.execute(brought.execution_options(synchronize_session=False))
    tag.removed_at = tag.merged_into = None
    return tag


def _hand_on(links: Links, carrier: InstrumentedAttribute[int], kept: Tag, gone: Tag) -> None:
    has_it = sa.select(carrier).where(links.tag_id == kept.id)
    rows = sa.select(carrier, sa.literal(kept.id), sa.literal(gone.id))
    rows = rows.where(links.tag_id == gone.id, carrier.not_in(has_it))
    db.session.execute(sa.insert(links).from_select([carrier.key, "tag_id", "came_with_id"], rows))


def _let_others_bring(links: Links, carrier: InstrumentedAttribute[int], kept: Tag, gone: Tag) -> None:
    """Whoever carried several tags that became the one keeps it for as long as one of those is merged."""
    merged = sa.select(Tag.id).where(Tag.merged_into_id == kept.id, Tag.id != gone.id).order_by(Tag.id)
    for other_id in db.session.scalars(merged).all():
        carried = sa.select(carrier).where(links.tag_id == other_id)
        brought = sa.update(links).where(links.tag_id == kept.id, links.came_with_id == gone.id, carrier.in_(carried))
        db.session.execute(brought.values(came_with_id=other_id).execution_options(synchronize_session=False))


def _refuse_while_merged(kept: Tag) -> None:
    if kept.merged_into is not None:
        raise RuleBroken(_l("Taggen %(name)s är själv ihopslagen med en annan. Ta fram den först.", name=kept.name))


def _locked(tag_id: int) -> Tag | None:
    """The tag, locked together with the one that it was merged into, in the order of their keys as a merge does it."""
    into = sa.select(Tag.merged_into_id).where(Tag.id == tag_id).scalar_subquery()
    both = sa.select(Tag).where(sa.or_(Tag.id == tag_id, Tag.id == into)).order_by(Tag.id)
    found = db.session.scalars(both.with_for_update()).all()
    return next((tag for tag in found if tag.id == tag_id), None)
