"""Trials as what their leads wait for; registered with the follow-ups. Every open trial is a next step of its lead."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core.db import db
from app.core.language import local_day
from app.core.workdays import next_working_day
from app.follow_ups.appointments import Appointment
from app.leads.models import Lead
from app.leads.stages import OPEN
from app.trials.models import Decision, Trial, TrialState


@dataclass(frozen=True, slots=True)
class Step:
    """What an open trial asks of us where it stands."""

    icon: str
    words: Any
    """What it is called until its day is over (lazily translated)."""
    words_after: Any
    """What it asks after that."""


_S = TrialState
_LAST_DAY = Step("calendar-event", _l("Provperioden slutar"), _l("Provperioden är slut: vad bestämde de?"))
STEPS: Mapping[TrialState, Step] = {
    _S.REQUESTED: Step("eye", _l("Bedöm om provperioden passar"), _l("Bedöm om provperioden passar")),
    _S.SUITABLE: Step("calendar-event", _l("Reservera en enhet"), _l("Reservera en enhet")),
    _S.RESERVED: Step("device-heart-monitor", _l("Utlämning"), _l("Är enheten utlämnad?")),
    _S.AGREED: Step("device-heart-monitor", _l("Utlämning"), _l("Är enheten utlämnad?")),
    _S.OUT: _LAST_DAY,
    _S.DECISION: _LAST_DAY,
    _S.RETURNING: Step("device-heart-monitor", _l("Enheten är på väg tillbaka"), _l("Har enheten kommit tillbaka?")),
    _S.RECEIVED: Step("eye", _l("Kontrollera enheten"), _l("Kontrollera enheten")),
    _S.CHECKED: Step("phone", _l("Hör om de vill köpa"), _l("Hör om de vill köpa")),
}

_TAKE_BACK = STEPS[_S.RETURNING]
STEPS_SAID: Mapping[Decision, Step] = {
    Decision.BUYS_THIS: Step("shopping-cart", _l("Gör klart köpet"), _l("Gör klart köpet")),
    Decision.BUYS_NEW: _TAKE_BACK,
    Decision.RETURNS: _TAKE_BACK,
}
"""While the unit is with them, once they have said what becomes of it."""


def trials_ahead(lead_ids: Collection[int]) -> dict[int, Appointment]:
    """What each lead's open trial asks next, the earliest where it has several. A closed lead waits for nothing."""
    query = sa.select(Trial).join(Trial.lead).where(Trial.settled_at.is_(None), Trial.lead_id.in_(lead_ids))
    earliest: dict[int, Appointment] = {}
    for trial in db.session.scalars(query.where(Lead.stage.in_(OPEN)).order_by(Trial.id)):
        if trial.lead_id is not None:
            found = step_of(trial)
            known = earliest.setdefault(trial.lead_id, found)
            earliest[trial.lead_id] = min(known, found, key=lambda one: one.due_at)
    return earliest


def step_of(trial: Trial) -> Appointment:
    """What an open trial asks next, on the whole of its day."""
    step = STEPS_SAID[trial.decision] if trial.is_with_borrower and trial.decision else STEPS[trial.state]
    return Appointment.on_day(_day_of(trial), step.icon, step.words, step.words_after)


def _day_of(trial: Trial) -> date:
    """Its first day, or its last; the working day after it was asked for, or came back, where it waits for us alone."""
    if trial.state in (_S.RESERVED, _S.AGREED) and trial.starts_on is not None:
        return trial.starts_on
    if trial.state in (_S.OUT, _S.DECISION, _S.RETURNING) and trial.ends_on is not None:
        return trial.ends_on
    return next_working_day(local_day(trial.received_at or trial.requested_at))
