"""What happens here and can start a plan; registered with the plans."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.plans.triggers import Trigger


def _held_words(_days: int) -> str:
    words: str = _("när en konsultation har hållits")
    return words


def _missed_words(_days: int) -> str:
    words: str = _("när en konsultation inte blev av")
    return words


HELD = Trigger("consultation_held", _l("En konsultation har hållits"), _held_words)
MISSED = Trigger("consultation_missed", _l("En konsultation blev inte av"), _missed_words)
TRIGGERS = (HELD, MISSED)
