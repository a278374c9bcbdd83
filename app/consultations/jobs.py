from datetime import datetime

from app.consultations.hosts import ImportedCalendar
from app.consultations.imports import calendars_due, claim, keep, known_etag, look, what_to_ask
from app.core.db import db, writing
from app.core.fetching import THE_WORLD, Outside
from app.core.one_by_one import one_by_one


def import_calendars(now: datetime, outside: Outside = THE_WORLD) -> int:
    """Read every calendar kept elsewhere that has not been read for a quarter of an hour; says how many."""
    return one_by_one(calendars_due(now), lambda calendar_id: _import_due(calendar_id, now, outside))


def import_calendar(calendar_id: int, now: datetime, outside: Outside = THE_WORLD) -> bool:
    """Read one calendar now and keep what it says; False where there is none. Locked only while that is kept."""
    calendar = db.session.get(ImportedCalendar, calendar_id)
    if calendar is None:
        return False
    found = look(calendar.address, known_etag(calendar, now), what_to_ask(now), outside)
    with writing():
        calendar = db.session.get(ImportedCalendar, calendar_id, with_for_update=True)
        if calendar is None:
            return False
        keep(calendar, found, now)
    return True


def _import_due(calendar_id: int, now: datetime, outside: Outside) -> bool:
    with writing():
        is_ours = claim(calendar_id, now)
    return is_ours and import_calendar(calendar_id, now, outside)
