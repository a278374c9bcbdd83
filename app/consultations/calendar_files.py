"""Files that calendar programs read (iCalendar, RFC 5545): what an invitation and a feed have in common."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icalendar import Event

PRODUCT = "-//Ledtrad//Ledtrad//SV"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Standing(StrEnum):
    """How sure a meeting is; the values are those of RFC 5545 3.8.1.11."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Occasion:
    """That something takes place, when, and which version of it this is."""

    uid: str
    """The same for the life of the booking."""
    sequence: int
    """One more for each change of time or place, and for taking it away."""
    starts_at: datetime
    ends_at: datetime
    stamp: datetime
    """When this was told."""
    standing: Standing


def new_event(occasion: Occasion) -> "Event":
    """Something that takes time, in UTC, which every program understands without a table of zones.

    It is private: who shares the calendar sees that it is busy, and no more. ValueError for a moment without a zone,
    or an end that is not after the start.
    """
    from icalendar import Event  # late, as below: it weighs three megabytes, which most processes save

    if occasion.ends_at <= occasion.starts_at:
        raise ValueError("a meeting ends after it starts")
    event = Event()
    event.add("uid", occasion.uid)
    event.add("sequence", occasion.sequence)
    event.add("dtstamp", _in_utc(occasion.stamp))
    event.add("dtstart", _in_utc(occasion.starts_at))
    event.add("dtend", _in_utc(occasion.ends_at))
    event.add("status", occasion.standing.value)
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE")
    return event


def calendar_file(method: str, events: Iterable["Event"], **more: str) -> bytes:
    """The file with these events; `more` are further properties of the calendar, such as its name."""
    from icalendar import Calendar

    calendar = Calendar()
    head = {"prodid": PRODUCT, "version": "2.0", "calscale": "GREGORIAN", "method": method, **more}
    for name, value in head.items():
        calendar.add(name.replace("_", "-"), value)
    for event in events:
        calendar.add_component(event)
    content: bytes = calendar.to_ical(sorted=False)
    return content


def one_line(words: str) -> str:
    """Words for a place where there is one line, without what could end a line or a quoted name (RFC 5545 3.1)."""
    return " ".join(_CONTROL.sub(" ", words).replace('"', "”").split())


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment has a zone")
    return moment.astimezone(UTC).replace(microsecond=0)
