from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.core.db import db
from app.trials.models import Trial
from app.trials.units import DeviceModel, DeviceUnit, UnitState

GONE = (UnitState.SOLD, UnitState.LOST)
"""What is not there to be lent any more."""


def every_model() -> Sequence[DeviceModel]:
    """All models in their order, offered or not, with their accessories."""
    query = sa.select(DeviceModel).options(selectinload(DeviceModel.accessories))
    return db.session.scalars(query.order_by(DeviceModel.position, DeviceModel.id)).all()


def model_to_change(model_id: int) -> DeviceModel | None:
    """The model, its row locked."""
    query = sa.select(DeviceModel).where(DeviceModel.id == model_id)
    return db.session.scalar(query.with_for_update(key_share=True))


def has_models() -> bool:
    """Whether there is any model at all."""
    return db.session.scalar(sa.select(sa.exists().select_from(DeviceModel))) or False


def every_slug() -> set[str]:
    """The addresses that are taken."""
    return set(db.session.scalars(sa.select(DeviceModel.slug)))


def last_position() -> int:
    """The place of the last model; -1 where there is none."""
    return db.session.scalar(sa.select(sa.func.coalesce(sa.func.max(DeviceModel.position), -1))) or 0


def units_to_lend() -> dict[int, int]:
    """How many units there are, sold and lost ones left out, by the id of their model."""
    query = sa.select(DeviceUnit.model_id, sa.func.count().label("number")).where(DeviceUnit.state.not_in(GONE))
    return {row.model_id: row.number for row in db.session.execute(query.group_by(DeviceUnit.model_id))}


def used_models() -> set[int]:
    """The models that a unit or a trial refers to, by id."""
    return set(db.session.scalars(sa.union(sa.select(DeviceUnit.model_id), sa.select(Trial.model_id))))
