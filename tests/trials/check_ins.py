"""Loans that are checked in on, for the tests of what is told during a trial."""

from datetime import date, datetime, timedelta
from typing import Any

from app.consultations.kinds import Audience
from app.core.db import db, writing
from app.trials.check_in_queries import check_ins_of
from app.trials.check_ins import CheckIn, CheckInKind, Scale
from app.trials.first_scales import ensure_scales
from app.trials.models import BEFORE_OUT, Trial, TrialState
from app.trials.rating import Numbers, allow, check_in
from app.trials.scale_queries import scales_for
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead
from tests.trials.cast import add_trial

A_DAY = timedelta(days=1)


def asked_of_people() -> list[Scale]:
    """What a person is rated on: sleep first, then energy and stiffness."""
    with writing():
        ensure_scales()
    return list(scales_for(Audience.PERSON))


def lent_to(name: str, state: TrialState = TrialState.OUT, *, has_said_yes: bool = True, **changes: Any) -> Trial:
    """A trial whose borrower lets us keep how it goes; the unit has been handed over, unless it says otherwise."""
    facts = {"handed_over_at": None if state in BEFORE_OUT else NOW, **changes}
    with writing():
        trial = add_trial(add_lead(add_contact(name, email="siv@example.se")), state=state, **facts)
        if has_said_yes:
            allow(trial, "sv", NOW)
    return trial


def say(trial: Trial, numbers: Numbers, now: datetime = NOW, **more: Any) -> CheckIn:
    """Check in as the borrower does."""
    facts = {"words": None, "wants_call": False, "kind": CheckInKind.OWN, **more}
    with writing():
        return check_in(trial, numbers, now=now, **facts)


def told(trial: Trial) -> list[tuple[date, CheckInKind, dict[str, str], str | None]]:
    """All that is kept of how it goes."""
    db.session.expire_all()
    return [
        (each.day_on, each.kind, {rating.scale.name_sv: rating.value for rating in each.ratings}, each.words)
        for each in check_ins_of(trial.id)
    ]
