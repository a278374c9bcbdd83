"""What leads can be asked for by their trials; registered with their list."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core.conditions import NONE, Found, Values, is_any_of
from app.core.labels import label
from app.core.language import local_day
from app.leads.filters import NEXT, LeadCondition
from app.leads.models import Lead
from app.trials.listing import TrialGroup, is_in
from app.trials.models import IS_WITH_BORROWER, Trial

UNIT = {"out": _l("Utlånad nu")}
_OF_LEADS = sa.select(Trial.lead_id).where(Trial.lead_id.is_not(None))


def _choices() -> Mapping[str, Any]:
    return {**{group.value: label(group) for group in TrialGroup}, NONE: _l("Har ingen")}


def _in_group(values: Values, now: datetime) -> Found:
    found = {group.value: _OF_LEADS.where(is_in(group, local_day(now))) for group in TrialGroup}
    return is_any_of(Lead.id, values, found, _OF_LEADS)


def _unit_out(_values: Values, _now: datetime) -> sa.Select[int | None]:
    return _OF_LEADS.where(IS_WITH_BORROWER)


CONDITIONS = (
    LeadCondition("trial", _l("Provperiod"), _choices, _in_group, NEXT),
    LeadCondition("unit", _l("Enhet"), lambda: UNIT, _unit_out, NEXT),
)
