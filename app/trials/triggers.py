"""What happens here and can start a plan; registered with the plans."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.plans.triggers import Trigger


def _ended_words(_days: int) -> str:
    words: str = _("när en provperiod är slut och enheten är tillbaka")
    return words


ENDED = Trigger("trial_ended", _l("En provperiod är slut"), _ended_words)
TRIGGERS = (ENDED,)
