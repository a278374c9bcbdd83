"""The photos of a loan: of the unit when it changes hands, and of an agreement on paper."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import undefer

from app.core.db import db
from app.core.errors import RuleBroken
from app.core.rows import plain, store
from app.trials.models import Trial
from app.trials.pictures import Picture
from app.trials.protocols import PhotoKind, TrialPhoto

MOST_OF_A_KIND = 8


def take_in(trial: Trial, kind: PhotoKind, pictures: Sequence[Picture], now: datetime) -> list[TrialPhoto]:
    """Keep photos with the loan. Refused where it would have more than eight of the kind."""
    if len(pictures) + _count_of(trial, kind) > MOST_OF_A_KIND:
        raise RuleBroken(_l("Det får vara högst åtta bilder. Ta bort någon, eller välj färre."))
    return [
        store(
            plain(
                TrialPhoto,
                trial_id=trial.id,
                kind=kind,
                taken_in_at=now,
                width=picture.width,
                height=picture.height,
                jpeg=picture.jpeg,
            )
        )
        for picture in pictures
    ]


def _count_of(trial: Trial, kind: PhotoKind) -> int:
    count = sa.select(sa.func.count()).select_from(TrialPhoto)
    return db.session.scalar(count.where(TrialPhoto.trial_id == trial.id, TrialPhoto.kind == kind)) or 0


def photos_of(trial_id: int) -> Sequence[TrialPhoto]:
    """The loan's photos without their pixels, the first first."""
    return db.session.scalars(
        sa.select(TrialPhoto).where(TrialPhoto.trial_id == trial_id).order_by(TrialPhoto.id)
    ).all()


def photo_of(trial_id: int, photo_id: int) -> TrialPhoto | None:
    """One photo of that loan, with its pixels."""
    query = sa.select(TrialPhoto).where(TrialPhoto.id == photo_id, TrialPhoto.trial_id == trial_id)
    return db.session.scalar(query.options(undefer(TrialPhoto.jpeg)))


def take_away(photo: TrialPhoto) -> None:
    """Delete a photo for good."""
    db.session.delete(photo)
