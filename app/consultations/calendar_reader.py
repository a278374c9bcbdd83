"""When a calendar that somebody else wrote is busy (iCalendar, RFC 5545).

A stranger's file can ask for more than there is time for, such as something every second since 1970. So it is read by a
process of its own, which runs this file as a script and has an end to its time and its memory. It imports nothing of
the application, which would take longer to load than most calendars to read.
"""

import json
import os
import resource
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from icalendar import Component

CPU_SECONDS = 10
MEMORY_BYTES = 256 * 1024 * 1024
MOST_TIMES = 20_000
NICENESS = 10

Span = tuple[int, int]
"""From and until, in seconds since the epoch."""


class NoCalendar(ValueError):
    """Not a whole iCalendar file, or one with more in it than anybody keeps."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which calendar is meant when, and what in it is our own."""

    zone: str
    """The zone of days, and of times that name none that is known."""
    from_second: int
    until_second: int
    own_uids: tuple[str, ...] = ()
    """Events that are our own bookings come back."""


@dataclass(frozen=True, slots=True)
class Busy:
    """When it is busy, in no order; and how many events could not be understood."""

    spans: list[Span]
    unreadable: int = 0


def read_busy(content: bytes, asked: Asked) -> Busy:
    """When the calendar is busy between the two moments. Raises NoCalendar for what is none, or is cut off.

    What is cancelled or marked as free takes no time; what is tentative does. A whole day is the local one.
    """
    zone, unreadable = ZoneInfo(asked.zone), 0
    spans: list[Span] = []
    for events in _series(content, frozenset(asked.own_uids)):
        try:
            spans += _times(events, asked, zone)
        except MemoryError:
            raise
        except Exception:  # whatever one event stumbles over, the others count
            unreadable += 1
        if len(spans) > MOST_TIMES:
            raise NoCalendar("too many times")
    return Busy(spans, unreadable)


def _series(content: bytes, own_uids: frozenset[str]) -> Iterable[list["Component"]]:
    """The events, those of one UID together: what recurs, and the occasions of it that differ."""
    from icalendar import Calendar  # late, as below: who asks and who answers share this file, and only one reads

    if not content.rstrip().upper().endswith(b"END:VCALENDAR"):
        raise NoCalendar("cut off")
    try:
        parts = Calendar.from_ical(content, multiple=True)
    except Exception as fault:
        raise NoCalendar("broken") from fault
    calendars = [part for part in parts if part.name == "VCALENDAR"]
    if not calendars:
        raise NoCalendar("no calendar")
    series: dict[str, list[Component]] = {}
    for number, event in enumerate(event for calendar in calendars for event in calendar.walk("VEVENT")):
        uid = str(event.get("UID", "")) or f"no uid: {number}"
        if uid not in own_uids:
            series.setdefault(uid, []).append(event)
    return series.values()


def _times(events: list["Component"], asked: Asked, zone: ZoneInfo) -> list[Span]:
    """When these events of one UID are busy. Raises whatever the library does for what it does not understand."""
    import recurring_ical_events
    from icalendar import Calendar

    calendar = Calendar()
    for event in events:
        calendar.add_component(event)
    wider = timedelta(days=1)  # days, and times of no zone, may lie that far to either side in another
    first = datetime.fromtimestamp(asked.from_second, UTC) - wider
    last = datetime.fromtimestamp(asked.until_second, UTC) + wider
    found = recurring_ical_events.of(calendar).between(first, last)
    spans = (_span(event, asked, zone) for event in found if _takes_time(event))
    return [(start, end) for start, end in spans if start < end]


def _takes_time(event: "Component") -> bool:
    is_free = str(event.get("TRANSP", "")).upper() == "TRANSPARENT"
    return not is_free and str(event.get("STATUS", "")).upper() != "CANCELLED"


def _span(event: Any, asked: Asked, zone: ZoneInfo) -> Span:
    """What lies between the two moments; its end is not after its start where nothing does."""
    start, end = _second(event["DTSTART"].dt, zone), _second(event["DTEND"].dt, zone)
    return max(start, asked.from_second), min(end, asked.until_second)


def _second(moment: date | datetime, zone: ZoneInfo) -> int:
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(0, 0))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return int(moment.timestamp())


def main() -> None:
    """Read what is asked on the first line, and the calendar on the rest; write when it is busy."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    os.nice(NICENESS)
    asked = Asked(**json.loads(sys.stdin.buffer.readline()))
    try:
        json.dump(asdict(read_busy(sys.stdin.buffer.read(), asked)), sys.stdout)
    except (NoCalendar, MemoryError):
        sys.exit(1)


if __name__ == "__main__":
    main()
