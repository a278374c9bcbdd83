"""By when an enquiry is answered: within one working day."""

from datetime import datetime, timedelta

from babel.dates import format_datetime

from app.core.language import current_language, local_zone
from app.core.workdays import end_of_next_working_day
from app.settings.queries import the_business

REMIND_BEFORE = timedelta(hours=2)


def answer_due_at(received_at: datetime) -> datetime:
    """When the working day after the enquiry closes, by the hours of the business: what visitors are promised."""
    return end_of_next_working_day(received_at, local_zone(), the_business().closes_at)


def due_words(due_at: datetime) -> str:
    """The promise in words that stay true whenever they are read: "tisdag 24 november kl. 17.00"."""
    pattern = "EEEE d MMMM 'kl.\u00a0'HH.mm" if current_language() == "sv" else "EEEE d MMMM 'at' HH:mm"
    local = due_at.astimezone(local_zone()).replace(tzinfo=None)
    return format_datetime(local, pattern, locale=current_language())
