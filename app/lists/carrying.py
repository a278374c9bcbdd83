"""How a change to many is carried out: some rows at a time, each time in a write of its own.

The rows wait in the database, so it goes on whoever asks for the next: the page that shows how far it has come, or the
clock where nobody looks.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime

from flask_babel import lazy_gettext as _l

from app.core.db import writing
from app.core.errors import RuleBroken, StorageUnavailable
from app.lists.change_queries import change_to_carry
from app.lists.changing import leave_next, next_row_id, next_rows
from app.lists.deeds import AT_ONCE

PATIENCE_SECONDS = 0.8
"""How long a page waits for a change before it shows how far it has come."""

FAULT = _l("Något gick fel hos oss. Felet är noterat.")

log = logging.getLogger(__name__)


def carry_on_for_a_while(change_id: int, clock: Callable[[], datetime]) -> bool:
    """Carry out as much as nobody minds to wait for. True while there may be more."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while carry_on(change_id, clock()):
        if time.monotonic() > ends:
            return True
    return False


def carry_on(change_id: int, now: datetime) -> bool:
    """Carry out or take back the next rows, in one write. True while there may be more.

    Whoever calls, and however often: each row is acted on once. One that fails is left alone, and the rest go on.
    """
    try:
        with writing():
            return next_rows(change_to_carry(change_id), now)
    except StorageUnavailable:
        raise
    except Exception as fault:
        log.info("a write of change %s failed (%s); its rows come one by one", change_id, type(fault).__name__)
        return all(_carry_one(change_id, now) for _row in range(AT_ONCE))


def _carry_one(change_id: int, now: datetime) -> bool:
    row_id = None
    try:
        with writing():
            change = change_to_carry(change_id)
            row_id = next_row_id(change)
            return next_rows(change, now, most=1)
    except StorageUnavailable:
        raise
    except RuleBroken as refusal:
        why = refusal.sentence
    except Exception:
        log.exception("a row of change %s failed", change_id)
        why = FAULT
    with writing():
        leave_next(change_to_carry(change_id), row_id, why)
    return True
