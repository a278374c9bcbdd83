"""Whether promise 4 is kept: nobody is taken twice."""

from datetime import timedelta
from itertools import pairwise

import sqlalchemy as sa

from app.consultations.models import Consultation, OccupiedCell
from app.core.db import db


def overlaps(bookings: list[Consultation], *, with_buffers: bool) -> list[tuple[Consultation, Consultation]]:
    """Neighbours with one host of which the second begins before the first is over and its host has had a rest."""
    rests = [max(one.buffer_after_minutes, two.buffer_before_minutes) for one, two in pairwise(bookings)]
    return [
        (one, two)
        for (one, two), rest in zip(pairwise(bookings), rests, strict=True)
        if one.host_id == two.host_id
        and two.occupied_from_at < one.occupied_until_at + timedelta(minutes=rest * with_buffers)
    ]


def taken_cells() -> dict[tuple[int, int], int | None]:
    """Whose booking each taken cell is."""
    rows = db.session.execute(sa.select(OccupiedCell.host_id, OccupiedCell.cell, OccupiedCell.consultation_id))
    return {(host_id, cell): consultation_id for host_id, cell, consultation_id in rows}
