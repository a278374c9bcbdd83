"""The five-minute cells of a host. Whoever takes one first has it, whatever was shown or checked before."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute

from app.consultations.models import CELL_SECONDS, Consultation, Hold, OccupiedCell
from app.core.db import db

Occupant = Consultation | Hold


class CellTaken(Exception):
    """Somebody else has one of the cells. The write under way goes on as if it had not been tried."""


def occupy(occupant: Occupant) -> None:
    """Take, in one statement, every cell that a stored booking or hold touches, travel included. Raises CellTaken."""
    db.session.flush()
    owner = {_column_of(occupant).key: occupant.id}
    cells = [{"host_id": occupant.host_id, "cell": cell, **owner} for cell in cells_of(occupant)]
    try:
        with db.session.begin_nested():
            db.session.execute(sa.insert(OccupiedCell).values(cells))
    except IntegrityError as error:
        raise CellTaken from error


def release(occupant: Occupant) -> None:
    """Give its cells back."""
    is_its = _column_of(occupant) == occupant.id
    db.session.execute(sa.delete(OccupiedCell).where(is_its).execution_options(synchronize_session=False))


def cells_of(occupant: Occupant) -> range:
    """The numbers of the cells that it touches; one that ends where another starts shares none with it."""
    travel = timedelta(minutes=occupant.travel_minutes)
    first = _seconds(occupant.starts_at - travel) // CELL_SECONDS
    return range(first, -(-_seconds(occupant.ends_at + travel) // CELL_SECONDS))


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _column_of(occupant: Occupant) -> InstrumentedAttribute[int | None]:
    return OccupiedCell.hold_id if isinstance(occupant, Hold) else OccupiedCell.consultation_id
