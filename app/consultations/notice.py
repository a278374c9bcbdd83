"""How soon and how far ahead a consultation can be booked. Pure."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.consultations.kinds import NoticeUnit
from app.core.wall_clock import start_of_day


def earliest_start(now: datetime, notice: int, unit: NoticeUnit, zone: ZoneInfo) -> datetime:
    """The first moment that can be booked.

    Hours are real hours, also when the clocks change. Days are local days: with one, all of tomorrow can be booked.
    """
    if unit is NoticeUnit.HOURS:
        return now + timedelta(hours=notice)
    return max(now, start_of_day(now.astimezone(zone).date() + timedelta(days=notice), zone))


def last_bookable_day(now: datetime, horizon_days: int, zone: ZoneInfo) -> date:
    """The local day so many days ahead, the whole of which can be booked; the day after cannot yet."""
    return now.astimezone(zone).date() + timedelta(days=horizon_days)


def bookable_until(start: datetime, notice: int, unit: NoticeUnit, zone: ZoneInfo) -> datetime:
    """The moment from which it is too late to book that start: what `earliest_start` says, read backwards."""
    if unit is NoticeUnit.HOURS:
        return start - timedelta(hours=notice)
    last_day = start.astimezone(zone).date() - timedelta(days=notice)
    return min(start, start_of_day(last_day + timedelta(days=1), zone))
