"""What somebody who left has handed over, remembered for as long as that can be taken back."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app.accounts.models import User
from app.core.db import Model, UtcDateTime, db
from app.core.errors import RuleBroken
from app.core.privacy import NOT_PERSONAL
from app.core.ways_back import LASTS
from app.leads.leaving import Gift, give_back, take_over
from app.leads.models import Lead, LeadEvent


class HandOver(Model):
    """One time that all of somebody's was given to somebody else."""

    __tablename__ = "hand_over"

    id: Mapped[int] = mapped_column(primary_key=True)
    leaver_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    heir_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was taken back; what is still listed then had been changed, and stayed."""

    leaver: Mapped[User] = relationship(foreign_keys=leaver_id)
    heir: Mapped[User] = relationship(foreign_keys=heir_id)


class HandedThing(Model):
    """One thing that went along: of which sort, and of which lead."""

    __tablename__ = "handed_thing"

    hand_over_id: Mapped[int] = mapped_column(ForeignKey("hand_over.id", ondelete="CASCADE"), primary_key=True)
    charge: Mapped[str] = mapped_column(String(24), primary_key=True, info=NOT_PERSONAL)
    """The name of its sort."""
    thing_id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id", ondelete="CASCADE"), index=True)


def begin_hand_over(leaver: User, heir: User, now: datetime) -> HandOver:
    """Remember that it is done. Nothing has gone along yet."""
    begun = HandOver(leaver_id=leaver.id, heir_id=heir.id, made_at=now)
    db.session.add(begun)
    db.session.flush()
    return begun


def hand_over_of(lead: Lead, made: HandOver, actor: User) -> bool:
    """Give the heir all that the leaver answers for of a locked lead, and remember what it was; whether it was any."""
    taken = take_over(lead, Gift(made.leaver, made.heir, actor, made.made_at))
    for charge, thing_ids in taken.items():
        db.session.add_all(
            HandedThing(hand_over_id=made.id, charge=charge, thing_id=thing_id, lead_id=lead.id)
            for thing_id in thing_ids
        )
    return any(taken.values())


def hand_overs_of(leaver_id: int, now: datetime) -> Sequence[HandOver]:
    """Those that can still be taken back, or were a short while ago, the latest first."""
    query = sa.select(HandOver).where(HandOver.leaver_id == leaver_id, HandOver.made_at > now - LASTS)
    return db.session.scalars(query.options(joinedload(HandOver.heir)).order_by(HandOver.id.desc())).all()


def leads_in(made: HandOver) -> Sequence[int]:
    """The keys of the leads of which something went along and has not come back, in the order they are locked."""
    query = sa.select(HandedThing.lead_id).where(HandedThing.hand_over_id == made.id).distinct()
    return db.session.scalars(query.order_by(HandedThing.lead_id)).all()


def refuse_undoing(made: HandOver, now: datetime) -> None:
    """Raise RuleBroken where it cannot be taken back any more, or not yet."""
    if now - made.made_at > LASTS:
        raise RuleBroken(_l("Det har gått mer än en timme. Ändra för hand i stället."))
    if not (made.leaver.is_active and made.leaver.may_change):
        raise RuleBroken(_l("%(name)s kan inte ha hand om affärer nu. Släpp in dem igen först.", name=made.leaver.name))


def hand_back(lead: Lead, made: HandOver, actor: User, now: datetime) -> bool:
    """Give back what went along of a locked lead. False, and no change, where one of us has done something with it.

    What nobody has touched but somebody else answers for by now stays with them.
    """
    if _is_touched(lead, made.made_at):
        return False
    rows = sa.select(HandedThing).where(HandedThing.hand_over_id == made.id, HandedThing.lead_id == lead.id)
    things: dict[str, list[int]] = {}
    for row in db.session.scalars(rows.with_for_update()).all():
        things.setdefault(row.charge, []).append(row.thing_id)
        db.session.delete(row)
    give_back(lead, things, Gift(made.heir, made.leaver, actor, now))
    return True


def _is_touched(lead: Lead, since: datetime) -> bool:
    """Whether one of us has written a line on its timeline."""
    ours = sa.exists().where(LeadEvent.lead_id == lead.id, LeadEvent.at > since, LeadEvent.actor_id.is_not(None))
    return bool(db.session.scalar(sa.select(ours)))
