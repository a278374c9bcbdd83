from collections.abc import Sequence

import sqlalchemy as sa

from app.consultations.kinds import Audience
from app.core.db import db
from app.trials.models import Trial
from app.trials.suitability import SuitabilityAnswer, SuitabilityQuestion
from app.trials.units import DeviceModel

_IN_ORDER = (SuitabilityQuestion.position, SuitabilityQuestion.id)


def offered_models() -> Sequence[DeviceModel]:
    """What visitors can ask to try, in the owner's order."""
    query = sa.select(DeviceModel).where(DeviceModel.is_offered)
    return db.session.scalars(query.order_by(DeviceModel.position, DeviceModel.id)).all()


def model_by_slug(slug: str) -> DeviceModel | None:
    """The model at that address, offered or not."""
    return db.session.scalar(sa.select(DeviceModel).where(DeviceModel.slug == slug))


def trial_by_nonce(nonce: str) -> Trial | None:
    """The trial that the form with that number asked for."""
    return db.session.scalar(sa.select(Trial).where(Trial.nonce == nonce))


def questions_for(audience: Audience) -> Sequence[SuitabilityQuestion]:
    """What is asked before such a one tries a device, in the owner's order."""
    query = sa.select(SuitabilityQuestion).where(
        SuitabilityQuestion.is_active, SuitabilityQuestion.audience.in_((audience, Audience.BOTH))
    )
    return db.session.scalars(query.order_by(*_IN_ORDER)).all()


def every_question() -> Sequence[SuitabilityQuestion]:
    """All questions in the owner's order, asked or not."""
    return db.session.scalars(sa.select(SuitabilityQuestion).order_by(*_IN_ORDER)).all()


def answers_of(trial_id: int) -> Sequence[SuitabilityAnswer]:
    """What was answered for that trial, in the order it was asked."""
    query = sa.select(SuitabilityAnswer).filter_by(trial_id=trial_id)
    return db.session.scalars(query.order_by(SuitabilityAnswer.id)).all()
