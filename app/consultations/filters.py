"""What leads can be asked for by their consultations; registered with their list."""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.consultations.models import IS_AHEAD, Consultation, ConsultationState
from app.core.conditions import NONE, Found, Values, is_any_of
from app.leads.filters import NEXT, LeadCondition
from app.leads.models import Lead

CHOICES = {"ahead": _l("Bokad"), "held": _l("Har varit"), NONE: _l("Har ingen")}


def _found(values: Values, _now: datetime) -> Found:
    of_leads = sa.select(Consultation.lead_id)
    held = of_leads.where(Consultation.state == ConsultationState.HELD)
    return is_any_of(Lead.id, values, {"ahead": of_leads.where(IS_AHEAD), "held": held}, of_leads)


CONDITIONS = (LeadCondition("consultation", _l("Konsultation"), lambda: CHOICES, _found, NEXT),)
