from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.consultations.calendar_files import Standing
from app.consultations.invitations import Meeting, Party, invitation
from tests.calendars import Field, Part, read_calendar

STOCKHOLM = ZoneInfo("Europe/Stockholm")
MEETING = Meeting(
    uid="4f1c8a@stilla.example.se",
    sequence=0,
    starts_at=datetime(2026, 12, 1, 14, 30, tzinfo=STOCKHOLM),
    ends_at=datetime(2026, 12, 1, 15, 0, tzinfo=STOCKHOLM),
    stamp=datetime(2026, 11, 23, 9, 0, 0, 345, tzinfo=UTC),
    organizer=Party("Stilla & Stark", "maj@stilla.example.se"),
    attendee=Party("Åsa Öst", "asa@example.com"),
    summary="Samtal med Stilla & Stark",
    language="sv",
    location="Storgatan 1, Örebro",
    description="Vi ringer dig.\nFlytta eller avboka: https://ledtrad.example.se/b/abc",
    url="https://ledtrad.example.se/b/abc",
)


def _event(meeting: Meeting) -> Part:
    (event,) = read_calendar(invitation(meeting).content).parts
    assert event.name == "VEVENT"
    assert event.parts == []  # no alarms
    return event


def test_a_meeting_is_told_field_by_field() -> None:
    made = invitation(MEETING)
    calendar = read_calendar(made.content)
    (event,) = calendar.parts

    assert made.method == "REQUEST"
    assert calendar.values() == {
        "PRODID": "-//Ledtrad//Ledtrad//SV",
        "VERSION": "2.0",
        "CALSCALE": "GREGORIAN",
        "METHOD": "REQUEST",
    }
    assert event.values() == {
        "UID": "4f1c8a@stilla.example.se",
        "SEQUENCE": "0",
        "DTSTAMP": "20261123T090000Z",
        "DTSTART": "20261201T133000Z",
        "DTEND": "20261201T140000Z",
        "STATUS": "CONFIRMED",
        "CLASS": "PRIVATE",
        "TRANSP": "OPAQUE",
        "ORGANIZER": "mailto:maj@stilla.example.se",
        "ATTENDEE": "mailto:asa@example.com",
        "SUMMARY": "Samtal med Stilla & Stark",
        "LOCATION": "Storgatan 1, Örebro",
        "DESCRIPTION": "Vi ringer dig.\nFlytta eller avboka: https://ledtrad.example.se/b/abc",
        "URL": "https://ledtrad.example.se/b/abc",
    }
    assert event.one("ORGANIZER").parameters == {"CN": "Stilla & Stark"}
    assert event.one("ATTENDEE").parameters == {
        "CN": "Åsa Öst",
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": "ACCEPTED",
        "RSVP": "FALSE",
    }
    assert event.one("SUMMARY").parameters == {"LANGUAGE": "sv"}


def test_a_meeting_that_is_taken_away_is_cancelled_by_its_number() -> None:
    taken = invitation(replace(MEETING, sequence=2, standing=Standing.CANCELLED))
    calendar = read_calendar(taken.content)

    assert (taken.method, calendar.one("METHOD").value) == ("CANCEL", "CANCEL")
    told = calendar.parts[0].values()
    assert {name: told[name] for name in ("UID", "SEQUENCE", "STATUS")} == {
        "UID": "4f1c8a@stilla.example.se",
        "SEQUENCE": "2",
        "STATUS": "CANCELLED",
    }


def test_a_meeting_that_waits_for_a_yes_is_tentative() -> None:
    made = invitation(replace(MEETING, standing=Standing.TENTATIVE))

    assert made.method == "REQUEST"
    assert read_calendar(made.content).parts[0].one("STATUS").value == "TENTATIVE"


def test_both_two_oclocks_of_autumn_are_told_apart() -> None:
    first = datetime(2026, 10, 25, 2, 0, tzinfo=STOCKHOLM)

    starts = [
        _event(replace(MEETING, starts_at=start, ends_at=start.astimezone(UTC) + timedelta(hours=1)))
        .one("DTSTART")
        .value
        for start in (first, first.replace(fold=1))
    ]

    assert starts == ["20261025T000000Z", "20261025T010000Z"]


def test_what_is_not_known_is_left_out() -> None:
    event = _event(replace(MEETING, location="", description="", url="", attendee=Party("", "asa@example.com")))

    assert not {"LOCATION", "DESCRIPTION", "URL"} & event.fields.keys()
    assert event.one("ATTENDEE").parameters["CN"] == "asa@example.com"


def test_who_has_no_address_is_called_to_nothing() -> None:
    calendar = read_calendar(invitation(replace(MEETING, attendee=Party("", ""))).content)

    assert calendar.one("METHOD").value == "PUBLISH"
    assert "ATTENDEE" not in calendar.parts[0].fields
    assert "ORGANIZER" in calendar.parts[0].fields


@pytest.mark.parametrize(
    "wrong",
    [
        replace(MEETING, starts_at=datetime(2026, 12, 1, 14), ends_at=datetime(2026, 12, 1, 15)),  # noqa: DTZ001  (no zone, on purpose)
        replace(MEETING, ends_at=MEETING.starts_at),
    ],
)
def test_a_meeting_that_is_none_is_refused(wrong: Meeting) -> None:
    with pytest.raises(ValueError, match=r"zone|ends"):
        invitation(wrong)


NASTY = 'A"\r\nATTENDEE:mailto:x@example.com\r\n;B,C:D\\n\x00\x1f'


def test_no_words_add_a_line_of_their_own() -> None:
    event = _event(
        replace(
            MEETING,
            summary=NASTY,
            location=NASTY,
            description=NASTY,
            organizer=Party(NASTY, "maj@stilla.example.se"),
            attendee=Party(NASTY, "asa@example.com"),
            url="https://ledtrad.example.se/b/\r\nX:y",
        )
    )

    flat = "A” ATTENDEE:mailto:x@example.com ;B,C:D\\n"
    assert event.one("SUMMARY").text == event.one("LOCATION").text == flat
    assert event.one("DESCRIPTION").text == "A”\nATTENDEE:mailto:x@example.com\n;B,C:D\\n"
    assert event.one("ORGANIZER").parameters["CN"] == flat
    assert event.one("ATTENDEE") == Field("mailto:asa@example.com", {**event.one("ATTENDEE").parameters, "CN": flat})
    assert event.one("URL").value == "https://ledtrad.example.se/b/%0D%0AX:y"


@given(st.text(max_size=300), st.text(max_size=60))
def test_any_words_at_all_stay_in_their_field(words: str, name: str) -> None:
    event = _event(replace(MEETING, summary=words, description=words, attendee=Party(name, "asa@example.com")))

    assert set(event.fields) <= {*_event(MEETING).fields}
    assert event.one("SUMMARY").text == " ".join(event.one("SUMMARY").text.split())
    assert event.one("UID").value == MEETING.uid
