"""What a lead is worth, or may be."""

from datetime import datetime

from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.core.errors import RuleBroken
from app.core.money import MOST_ORE
from app.leads.models import EventKind, Lead
from app.leads.services import tell


def set_value(lead: Lead, value_ore: int | None, actor: User | None, now: datetime) -> None:
    """The lead is worth that, in öre, and the timeline says so; None where nobody knows. The same changes nothing."""
    if value_ore is not None and not 0 <= value_ore <= MOST_ORE:
        raise RuleBroken(_l("Skriv ett belopp mellan 0 och 20 000 000 kronor."))
    if value_ore == lead.value_ore:
        return
    lead.value_ore = value_ore
    tell(lead, EventKind.VALUE, now, actor=actor, text=None if value_ore is None else str(value_ore))
