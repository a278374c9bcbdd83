"""A lead's timeline as it is read: by days, each line with the thing that it tells of."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from app.leads.models import EventKind, LeadEvent
from app.mail.models import Message

Things = Mapping[tuple[EventKind, int], Any]
"""What lines tell of (enquiries, answers, follow-ups, owners), by kind and key."""

PLAN_EVENTS = (
    EventKind.PLAN_STARTED,
    EventKind.PLAN_SKIPPED,
    EventKind.PLAN_LATE,
    EventKind.PLAN_STOPPED,
    EventKind.PLAN_FINISHED,
)
"""What happened to a run of a plan."""

STEP_EVENTS = (EventKind.FOLLOW_UP, EventKind.MOVED, EventKind.HANDED_ON)
"""What happened to a step."""

CONSULTATION_EVENTS = (
    EventKind.CONSULTATION_REQUESTED,
    EventKind.CONSULTATION_BOOKED,
    EventKind.CONSULTATION_MOVED,
    EventKind.CONSULTATION_CANCELLED,
    EventKind.CONSULTATION_HELD,
    EventKind.CONSULTATION_MISSED,
)
"""What happened to a consultation."""

TRIAL_EVENTS = (
    EventKind.TRIAL_REQUESTED,
    EventKind.TRIAL_RESERVED,
    EventKind.TRIAL_AGREED,
    EventKind.TRIAL_HANDED_OVER,
    EventKind.TRIAL_MOVED,
    EventKind.TRIAL_DECIDED,
    EventKind.TRIAL_RETURNING,
    EventKind.TRIAL_RECEIVED,
    EventKind.TRIAL_CHECKED,
    EventKind.TRIAL_REMINDED,
    EventKind.TRIAL_ENDED,
    EventKind.CHECK_IN,
)
"""What happened to a trial."""


class Shown(StrEnum):
    """What of a timeline can be read alone."""

    WORDS = "words"
    CALLS = "calls"
    NOTES = "notes"
    STEPS = "steps"
    TALKS = "talks"
    TRIALS = "trials"
    MAILS = "mails"
    CHANGES = "changes"


KINDS_SHOWN: Mapping[Shown, frozenset[EventKind]] = {
    Shown.WORDS: frozenset({EventKind.ENQUIRY, EventKind.ANSWER, EventKind.CLOSED, EventKind.QUARANTINED}),
    Shown.CALLS: frozenset({EventKind.CALL}),
    Shown.NOTES: frozenset({EventKind.NOTE}),
    Shown.STEPS: frozenset({*STEP_EVENTS, *PLAN_EVENTS}),
    Shown.TALKS: frozenset(CONSULTATION_EVENTS),
    Shown.TRIALS: frozenset({*TRIAL_EVENTS, EventKind.TRIAL_CARE_LATE}),
}
"""The kinds of lines that belong to each; mails are no events, and all other kinds are changes of the lead."""

NEEDS_ITS_THING = {
    EventKind.ENQUIRY,
    EventKind.ANSWER,
    *STEP_EVENTS,
    *PLAN_EVENTS,
    *CONSULTATION_EVENTS,
    *TRIAL_EVENTS,
}


@dataclass(frozen=True, slots=True)
class Line:
    """What happened at one moment: an event with the thing that it tells of, or a mail to the visitor."""

    at: datetime
    event: LeadEvent | None = None
    about: Any = None
    message: Message | None = None
    reason: str | None = None
    """Why the mail stands where it does."""


@dataclass(frozen=True, slots=True)
class Day:
    """What happened on one local day."""

    on: date
    lines: list[Line]


def shown_as(line: Line) -> Shown:
    """Where a line belongs."""
    if line.event is None:
        return Shown.MAILS
    kind = line.event.kind
    return next((shown for shown, kinds in KINDS_SHOWN.items() if kind in kinds), Shown.CHANGES)


def only(lines: Iterable[Line], shown: Shown | None) -> list[Line]:
    """The lines that belong there; all of them where nothing is asked."""
    return [line for line in lines if shown is None or shown_as(line) is shown]


def counts_of(lines: Iterable[Line]) -> dict[Shown, int]:
    """How many lines belong where; what has none is not in it."""
    counts = Counter(shown_as(line) for line in lines)
    return {shown: counts[shown] for shown in Shown if counts[shown]}


def lines_of(events: Iterable[LeadEvent], things: Things) -> list[Line]:
    """A line for each event; one whose thing is gone is left out."""
    lines = (Line(event.at, event, things.get((event.kind, event.about_id or 0))) for event in events)
    return [line for line in lines if line.about or (line.event and line.event.kind not in NEEDS_ITS_THING)]


def last_moves(lines: Iterable[Line], zone: ZoneInfo) -> list[Line]:
    """The lines, the latest first, and of each step's moves on one local day the last: the others came to nothing."""
    seen: set[tuple[int | None, date]] = set()
    kept = []
    for line in lines:
        if line.event is not None and line.event.kind is EventKind.MOVED:
            move = (line.event.about_id, line.at.astimezone(zone).date())
            if move in seen:
                continue
            seen.add(move)
        kept.append(line)
    return kept


def mail_lines_of(messages: Iterable[Message], reasons: Mapping[int, str]) -> list[Line]:
    """A line for each mail, at the moment it was sent or, until then, planned."""
    return [
        Line(message.sent_at or message.created_at, message=message, reason=reasons.get(message.id))
        for message in messages
    ]


def by_days(lines: Iterable[Line], zone: ZoneInfo) -> list[Day]:
    """The lines under the local days they fall on, the latest first; lines of one moment in the order they come."""
    latest_first = sorted(lines, key=attrgetter("at"), reverse=True)
    return [Day(day, list(found)) for day, found in groupby(latest_first, lambda line: line.at.astimezone(zone).date())]
