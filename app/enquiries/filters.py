"""What leads and contacts can be asked for by their enquiries; registered with their lists."""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core.conditions import Values
from app.enquiries.models import Enquiry
from app.enquiries.queries import IS_OPEN_ENQUIRY
from app.leads.filters import NEXT, LeadCondition

CHOICES = {"open": _l("Väntar på svar")}


def _waiting(_values: Values, _now: datetime) -> sa.Select[int | None]:
    return sa.select(Enquiry.lead_id).where(IS_OPEN_ENQUIRY, Enquiry.lead_id.is_not(None))


CONDITIONS = (LeadCondition("enquiry", _l("Förfrågan"), lambda: CHOICES, _waiting, NEXT),)
