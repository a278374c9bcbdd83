"""What calendar programs are told of a booking: made, moved, taken away (iTIP, RFC 5546)."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from app.consultations.calendar_files import Occasion, Standing, calendar_file, new_event, one_line
from app.mail.kinds import Invitation

if TYPE_CHECKING:
    from icalendar import Event

_ADDRESS_SAFE = "@!$&'*+-/=^_`{|}~."
_URL_SAFE = "%:/?#[]@!$&'()*+,;=~"


@dataclass(frozen=True, slots=True)
class Party:
    """Who calls to a meeting, or who is called to it."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """One booking as a calendar sees it. Nothing here may say what the talk is about: calendars are shared at work."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    stamp: datetime
    organizer: Party
    attendee: Party
    summary: str
    language: str
    location: str = ""
    description: str = ""
    url: str = ""
    standing: Standing = Standing.CONFIRMED

    @property
    def occasion(self) -> Occasion:
        return Occasion(self.uid, self.sequence, self.starts_at, self.ends_at, self.stamp, self.standing)


def invitation(meeting: Meeting) -> Invitation:
    """What goes with the mail: REQUEST for a meeting that is made or changed, CANCEL for one that is taken away.

    Whoever has no address is called to nothing: then it is a file to take in, PUBLISH (RFC 5546 3.2.1). No alarms. The
    attendee, who asked for the time, has accepted and need not answer. ValueError for a moment without a zone, or an
    end that is not after the start.
    """
    event = new_event(meeting.occasion)
    _add_party(event, "organizer", meeting.organizer)
    method = "PUBLISH"
    if meeting.attendee.address:
        _add_party(event, "attendee", meeting.attendee, ROLE="REQ-PARTICIPANT", PARTSTAT="ACCEPTED", RSVP="FALSE")
        method = "CANCEL" if meeting.standing is Standing.CANCELLED else "REQUEST"
    _add_words(event, meeting)
    return Invitation(method, calendar_file(method, [event]))


def _add_party(event: "Event", role: str, party: Party, **parameters: str) -> None:
    address = "mailto:" + quote(one_line(party.address), safe=_ADDRESS_SAFE)
    event.add(role, address, parameters={"CN": one_line(party.name) or party.address, **parameters})


def _add_words(event: "Event", meeting: Meeting) -> None:
    spoken = {"LANGUAGE": meeting.language}
    event.add("summary", one_line(meeting.summary), parameters=spoken)
    if meeting.location:
        event.add("location", one_line(meeting.location), parameters=spoken)
    if meeting.description:
        lines = meeting.description.replace("\r\n", "\n").split("\n")
        event.add("description", "\n".join(map(one_line, lines)), parameters=spoken)
    if meeting.url:
        event.add("url", quote(meeting.url, safe=_URL_SAFE))
