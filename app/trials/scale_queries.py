from collections.abc import Sequence

import sqlalchemy as sa

from app.consultations.kinds import Audience
from app.core.db import db
from app.trials.check_ins import AnonymousRating, Rating, Scale


def every_scale() -> Sequence[Scale]:
    """All scales in the owner's order, asked of or not."""
    return db.session.scalars(sa.select(Scale).order_by(Scale.position, Scale.id)).all()


def scales_for(audience: Audience) -> Sequence[Scale]:
    """What a person, or a horse, is rated on now, in the owner's order."""
    asked = sa.select(Scale).where(Scale.is_active, Scale.audience.in_((audience, Audience.BOTH)))
    return db.session.scalars(asked.order_by(Scale.position, Scale.id)).all()


def has_scales() -> bool:
    """Whether there is any scale at all."""
    return db.session.scalar(sa.select(sa.exists().select_from(Scale))) or False


def rated_scales() -> set[int]:
    """The scales that somebody has been rated on, by id, also where only the number is left."""
    rated = sa.union(sa.select(Rating.scale_id), sa.select(AnonymousRating.scale_id))
    return set(db.session.scalars(rated))
