"""What templates may say of what comes next."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.filters import clock_time, weekday
from app.follow_ups.queries import next_steps
from app.mail.placeholders import Placeholder, Recipient


def _next_time(recipient: Recipient) -> str | None:
    """When the next step is, in words that stay true whenever they are read; none that has passed is told."""
    step = next_steps([recipient.lead_id]).get(recipient.lead_id) if recipient.lead_id else None
    if step is None or step.due_at <= recipient.at:
        return None
    if step.due_on:
        return weekday(step.due_on)
    words: str = _("%(day)s kl. %(time)s", day=weekday(step.due_at), time=clock_time(step.due_at))
    return words


PLACEHOLDERS = (
    Placeholder(
        "nästa tid",
        "next time",
        _l("Dagen för affärens nästa steg, med klockslag om det har något"),
        _l("24 november kl. 09.00"),
        _next_time,
    ),
)
