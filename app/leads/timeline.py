"""A lead's timeline as it is read: by days, each line with the thing that it tells of."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from app.leads.models import EventKind, LeadEvent

Things = Mapping[tuple[EventKind, int], Any]
"""What lines tell of (enquiries, answers, follow-ups, owners), by kind and key."""

NEEDS_ITS_THING = {EventKind.ENQUIRY, EventKind.ANSWER, EventKind.FOLLOW_UP}


@dataclass(frozen=True, slots=True)
class Line:
    """One event, and the thing that it tells of."""

    event: LeadEvent
    about: Any


@dataclass(frozen=True, slots=True)
class Day:
    """What happened on one local day."""

    on: date
    lines: list[Line]


def by_days(events: Iterable[LeadEvent], things: Things, is_shown: Callable[[Line], bool], zone: ZoneInfo) -> list[Day]:
    """The lines in the order they come, under the days they fall on. A line whose thing is gone is left out."""
    lines = [Line(event, things.get((event.kind, event.about_id or 0))) for event in events]
    shown = [line for line in lines if (line.about or line.event.kind not in NEEDS_ITS_THING) and is_shown(line)]
    return [Day(day, list(found)) for day, found in groupby(shown, lambda line: line.event.at.astimezone(zone).date())]
