"""What calendar programs are told of a booking: made, moved, taken away (iCalendar, RFC 5545; iTIP, RFC 5546)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from app.mail.kinds import Invitation

PRODUCT = "-//Ledtrad//Ledtrad//SV"
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_ADDRESS_SAFE = "@!$&'*+-/=^_`{|}~."


class Standing(StrEnum):
    """How sure a meeting is; the values are those of RFC 5545 3.8.1.11."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Party:
    """Who calls to a meeting, or who is called to it."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """One booking as a calendar sees it. Nothing here may say what the talk is about: calendars are shared at work."""

    uid: str
    """The same for the life of the booking."""
    sequence: int
    """One more for each change of time or place, and for taking it away."""
    starts_at: datetime
    ends_at: datetime
    stamp: datetime
    """When this was told."""
    organizer: Party
    attendee: Party
    summary: str
    language: str
    location: str = ""
    description: str = ""
    url: str = ""
    standing: Standing = Standing.CONFIRMED


def invitation(meeting: Meeting) -> Invitation:
    """What goes with the mail: REQUEST for a meeting that is made or changed, CANCEL for one that is taken away.

    No alarms. The attendee, who asked for the time, has accepted and need not answer. ValueError for a moment without a
    zone, or an end that is not after the start.
    """
    if meeting.ends_at <= meeting.starts_at:
        raise ValueError("a meeting ends after it starts")
    method = "CANCEL" if meeting.standing is Standing.CANCELLED else "REQUEST"
    return Invitation(method, _written(meeting, method))


def one_line(words: str) -> str:
    """Words for a place where there is one line, without what could end a line or a quoted name (RFC 5545 3.1)."""
    return " ".join(_CONTROL.sub(" ", words).replace('"', "”").split())


def in_utc(moment: datetime) -> datetime:
    """The moment in UTC, which every calendar understands without a table of zones. ValueError without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment has a zone")
    return moment.astimezone(UTC).replace(microsecond=0)


def _written(meeting: Meeting, method: str) -> bytes:
    from icalendar import Calendar, Event  # late: it weighs three megabytes, which processes that invite nobody save

    event = Event()
    event.add("uid", meeting.uid)
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", in_utc(meeting.stamp))
    event.add("dtstart", in_utc(meeting.starts_at))
    event.add("dtend", in_utc(meeting.ends_at))
    event.add("status", meeting.standing.value)
    event.add("class", "PRIVATE")  # who shares the calendar sees that it is busy, and no more
    event.add("transp", "OPAQUE")
    _add_party(event, "organizer", meeting.organizer)
    _add_party(event, "attendee", meeting.attendee, ROLE="REQ-PARTICIPANT", PARTSTAT="ACCEPTED", RSVP="FALSE")
    _add_words(event, meeting)
    calendar = Calendar()
    for name, value in (("prodid", PRODUCT), ("version", "2.0"), ("calscale", "GREGORIAN"), ("method", method)):
        calendar.add(name, value)
    calendar.add_component(event)
    content: bytes = calendar.to_ical(sorted=False)
    return content


def _add_party(event: Any, role: str, party: Party, **parameters: str) -> None:
    address = "mailto:" + quote(one_line(party.address), safe=_ADDRESS_SAFE)
    event.add(role, address, parameters={"CN": one_line(party.name) or party.address, **parameters})


def _add_words(event: Any, meeting: Meeting) -> None:
    spoken = {"LANGUAGE": meeting.language}
    event.add("summary", one_line(meeting.summary), parameters=spoken)
    if meeting.location:
        event.add("location", one_line(meeting.location), parameters=spoken)
    if meeting.description:
        lines = meeting.description.replace("\r\n", "\n").split("\n")
        event.add("description", "\n".join(map(one_line, lines)), parameters=spoken)
    if meeting.url:
        event.add("url", quote(meeting.url, safe="%:/?#[]@!$&'()*+,;=~"))
