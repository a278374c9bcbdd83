"""One of two processes whose people want the same unit for days that overlap, round after round.

Its arguments are the keys of its trials, one for each round, as JSON, and which guards are on. It says "ready", waits
for a line, and then prints what each round met with, as JSON.
"""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from unittest import mock

import sqlalchemy as sa

from app import create_app
from app.core.db import db, writing
from app.trials import lending, queries
from app.trials.lending import change_days, reserve
from app.trials.models import Trial, TrialState
from app.trials.queries import trial_to_change
from app.trials.refusals import UnitTaken
from app.trials.units import DeviceUnit
from tests.conftest import NOW

ALL_GUARDS, KEY_ALONE = "all guards", "key alone"
HESITATES_SECONDS = 0.2
"""Between what it writes and the commit, so that the other comes in between."""


def meet(trial_id: int, serial: str, starts_on: date, ends_on: date) -> dict[str, object]:
    """Try to get that unit on those days, or to keep it for so long where it is out already."""
    try:
        with writing():
            trial = trial_to_change(trial_id)
            assert trial is not None
            unit = db.session.scalars(sa.select(DeviceUnit).filter_by(serial=serial)).one()
            _lend(trial, unit, starts_on, ends_on)
            time.sleep(HESITATES_SECONDS)
    except UnitTaken as taken:
        return {"free": [unit.serial for unit in taken.free]}
    except Exception as fault:
        return {"fault": f"{fault!r} from {fault.__cause__!r}"}
    return {"got": serial}


def _lend(trial: Trial, unit: DeviceUnit, starts_on: date, ends_on: date) -> None:
    if trial.state is TrialState.OUT:
        change_days(trial, starts_on, ends_on, None, NOW, "Vill prova längre")
    else:
        reserve(trial, starts_on, ends_on, None, NOW, unit=unit)


def main(rounds: str, guards: str) -> None:
    """Try each round as soon as the one before is over."""
    app = create_app()
    print("ready", flush=True)
    sys.stdin.readline()
    with app.app_context(), _guarded_by(guards):
        met = [
            meet(trial_id, serial, date.fromisoformat(first), date.fromisoformat(last))
            for trial_id, serial, first, last in json.loads(rounds)
        ]
    print(json.dumps(met), flush=True)


@contextmanager
def _guarded_by(guards: str) -> Iterator[None]:
    """With the key alone, nobody looks whether the unit is free, and nobody waits for the units."""
    with ExitStack() as stack:
        if guards == KEY_ALONE:
            stack.enter_context(mock.patch.object(queries, "lock_units", return_value=[]))
            stack.enter_context(mock.patch.object(lending, "free_units", _all_units))
        yield


def _all_units(*_: object, **__: object) -> list[DeviceUnit]:
    return list(db.session.scalars(sa.select(DeviceUnit)))


if __name__ == "__main__":
    main(*sys.argv[1:])
