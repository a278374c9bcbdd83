"""Where a unit is, in one word: what the loans say comes first, then what we have said of the unit itself."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.core.db import db
from app.core.errors import RuleBroken
from app.core.labels import label
from app.trials.models import WITH_BORROWER, Trial, TrialState
from app.trials.queries import states_of_loans
from app.trials.units import DeviceUnit, UnitChange, UnitState


class UnitMove(StrEnum):
    """What we can say of a unit that is with us, or was lost. What loans do to it is in `moves.py`."""

    SEND_TO_SERVICE = "send_to_service"
    BACK_FROM_SERVICE = "back_from_service"
    FIND = "find"
    CHECK = "check"


UNIT_MOVES: Mapping[UnitMove, tuple[tuple[UnitState, ...], UnitState]] = {
    UnitMove.SEND_TO_SERVICE: ((UnitState.FREE, UnitState.RESERVED, UnitState.BACK_UNCHECKED), UnitState.SERVICE),
    UnitMove.BACK_FROM_SERVICE: ((UnitState.SERVICE,), UnitState.FREE),
    UnitMove.FIND: ((UnitState.LOST,), UnitState.BACK_UNCHECKED),
    UnitMove.CHECK: ((UnitState.BACK_UNCHECKED,), UnitState.FREE),
}
"""From where, and what is said of it then; one that is free is reserved as soon as a loan waits for it."""

STAYS = (UnitState.BACK_UNCHECKED, UnitState.SERVICE, UnitState.SOLD, UnitState.LOST)
"""What is said of a unit holds until something else is said."""
KEPT = (TrialState.RESERVED, TrialState.AGREED)


def settle_unit(
    unit: DeviceUnit,
    actor: User | None,
    now: datetime,
    why: str = "",
    *,
    said: UnitState | None = None,
    trial: Trial | None = None,
) -> None:
    """Let the unit's state follow its loans, and what is `said` of it now; a change is a line of its history.

    Called after every move of a loan (`trial`) that has the unit. `why` is about the device alone, never a person.
    """
    db.session.flush()
    before, unit.state = unit.state, _state_of(unit, said or unit.state)
    if unit.state is not before:
        db.session.add(
            UnitChange(
                unit_id=unit.id,
                at=now,
                actor_id=actor.id if actor else None,
                from_state=before,
                to_state=unit.state,
                trial_id=trial.id if trial else None,
                why=why,
            )
        )


def _state_of(unit: DeviceUnit, said: UnitState) -> UnitState:
    loans = states_of_loans(unit)
    if loans.intersection(WITH_BORROWER):
        return UnitState.OUT
    if said in STAYS:
        return said
    return UnitState.RESERVED if loans.intersection(KEPT) else UnitState.FREE


def allowed_for(unit: DeviceUnit) -> list[UnitMove]:
    """What can be said of the unit now. What came back from a loan is checked in that loan."""
    if TrialState.RECEIVED in states_of_loans(unit):
        return []
    return [move for move, (starts, _leads_to) in UNIT_MOVES.items() if unit.state in starts]


def send_to_service(unit: DeviceUnit, why: str, actor: User, now: datetime) -> None:
    """It is repaired or looked after, and nobody can have it meanwhile. Refused without a reason."""
    if not why.strip():
        raise RuleBroken(_l("Skriv vad som ska göras med enheten."))
    _say(unit, UnitMove.SEND_TO_SERVICE, actor, now, why)


def back_from_service(unit: DeviceUnit, actor: User, now: datetime, why: str = "") -> None:
    """It can be lent again."""
    _say(unit, UnitMove.BACK_FROM_SERVICE, actor, now, why)


def found(unit: DeviceUnit, actor: User, now: datetime, why: str = "") -> None:
    """What was lost is with us again, and waits to be checked."""
    _say(unit, UnitMove.FIND, actor, now, why)


def check_unit(unit: DeviceUnit, actor: User, now: datetime, why: str = "") -> None:
    """It has been looked over and can be lent. One that came back from a loan is checked there: `returning.check`."""
    _say(unit, UnitMove.CHECK, actor, now, why)


def _say(unit: DeviceUnit, move: UnitMove, actor: User, now: datetime, why: str) -> None:
    if move not in allowed_for(unit):
        raise RuleBroken(
            _l(
                "Det går inte nu, för %(serial)s står som ”%(state)s”. Läs in sidan igen.",
                serial=unit.serial,
                state=label(unit.state),
            )
        )
    settle_unit(unit, actor, now, why.strip(), said=UNIT_MOVES[move][1])
