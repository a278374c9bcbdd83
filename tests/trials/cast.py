"""Models, units and trials that the tests of trials and of what shows them share; stored with the write."""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from app.consultations.kinds import Audience
from app.core.db import db
from app.leads.models import Lead
from app.trials.models import ENDS, Trial, TrialState
from app.trials.units import DeviceModel, DeviceUnit
from tests.conftest import NOW

TODAY = date(2026, 11, 23)
"""The local day of NOW."""
FIRST, LAST = TODAY, TODAY + timedelta(days=20)
"""The days of a trial when nothing else is said."""
WITHOUT_DAYS = (TrialState.REQUESTED, TrialState.SUITABLE, TrialState.DECLINED)


def add_model(slug: str = "bm", **changes: Any) -> DeviceModel:
    """A model that visitors may ask for, lent for three weeks with a day's rest; whatever else is said."""
    facts: dict[str, Any] = {"name": "BM Hem", "audience": Audience.BOTH, "is_offered": True, **changes}
    model = DeviceModel(slug=slug, **facts)
    db.session.add(model)
    db.session.flush()
    return model


def add_unit(model: DeviceModel, serial: str = "BM-104", **changes: Any) -> DeviceUnit:
    """A free unit of the model."""
    unit = DeviceUnit(model=model, serial=serial, serial_key=serial.casefold(), created_at=NOW, **changes)
    db.session.add(unit)
    db.session.flush()
    return unit


def add_trial(lead: Lead, unit: DeviceUnit | None = None, state: TrialState = TrialState.OUT, **changes: Any) -> Trial:
    """A trial as a bare row: no days taken, no mails, no touch points, nothing on the timeline.

    Of some unit, from today for three weeks; but only of a model while it is no more than asked for.
    """
    unit = unit or _some_unit()
    is_placed = state not in WITHOUT_DAYS
    facts: dict[str, Any] = {
        "audience": Audience.PERSON,
        "unit": unit if is_placed else None,
        "starts_on": FIRST if is_placed else None,
        "ends_on": LAST if is_placed else None,
        "requested_at": NOW - timedelta(days=7),
        "settled_at": NOW if state in ENDS else None,
        "borrower_name": lead.contact.name,
        "email": lead.contact.email,
        "phone": lead.contact.phone,
        **changes,
    }
    trial = Trial(lead=lead, article_id=lead.article_id, model=unit.model, state=state, **facts)
    db.session.add(trial)
    db.session.flush()
    return trial


def _some_unit() -> DeviceUnit:
    """A unit that nobody else was given: the next of the first model."""
    model = db.session.scalars(sa.select(DeviceModel).order_by(DeviceModel.id)).first() or add_model()
    count = db.session.scalar(sa.select(sa.func.count(DeviceUnit.id))) or 0
    return add_unit(model, f"BM-{104 + count}")
