"""A booking's life as calendars see it: each mail taken by a real mail server, and its file read field by field."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from itertools import permutations

import pytest
from flask import Flask

from app.consultations.booked_links import booked_address
from app.consultations.booking import Details
from app.consultations.ending import cancel
from app.consultations.feeds import feed_of
from app.consultations.hosts import Host
from app.consultations.kinds import ConsultationKind
from app.consultations.models import Consultation
from app.consultations.refusals import TimeTaken
from app.consultations.services import book, move
from app.core.db import db, writing
from app.leads.models import Lead
from app.mail.delivery import Sender
from app.mail.smtp import Smtp
from tests.calendars import Part, read_calendar
from tests.conftest import NOW
from tests.consultations.cast import A_DAY, BO, HALF_AN_HOUR, TOMORROW_AT_NINE
from tests.mail.post_office import PostOffice, open_office

SIV = "siv@example.se"


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with open_office() as opened:
        yield opened


@pytest.fixture
def mails_to_siv(app: Flask, office: PostOffice) -> Callable[[datetime], list[EmailMessage]]:
    """Sends what is due, and gives all that has come to Siv so far."""

    def sent(now: datetime) -> list[EmailMessage]:
        sender = Sender(app, Smtp(office.server()), clock=lambda: now)
        sender.send_due()
        found = (message_from_bytes(content, policy=default) for address, content in office.taken if address == SIV)
        return [mail for mail in found if isinstance(mail, EmailMessage)]

    return sent


def _told(mail: EmailMessage) -> Part:
    """The calendar file of a mail, which is its last form and names the same method twice."""
    *_texts, part = mail.iter_parts()
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    calendar = read_calendar(content)
    assert part.get_content_type() == "text/calendar"
    assert part["Content-Type"].params["method"] == calendar.one("METHOD").value
    return calendar


class Program:
    """What a calendar program does with the files it is sent (RFC 5546 2.1.4 and 3.2): the highest SEQUENCE counts."""

    def __init__(self) -> None:
        self.events: dict[str, Part] = {}

    def take(self, calendar: Part) -> None:
        (event,) = calendar.parts
        uid, known = event.one("UID").value, self.events.get(event.one("UID").value)
        if known is None or int(known.one("SEQUENCE").value) <= int(event.one("SEQUENCE").value):
            self.events[uid] = event

    def shown(self) -> list[tuple[str, str]]:
        """What stands in the calendar: when each meeting starts and ends."""
        kept = (event for event in self.events.values() if event.one("STATUS").value != "CANCELLED")
        return [(event.one("DTSTART").value, event.one("DTEND").value) for event in kept]


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def test_a_booking_is_put_into_the_calendar_moved_there_and_taken_out(
    kind: ConsultationKind, lead: Lead, host: Host, mails_to_siv: Callable[[datetime], list[EmailMessage]]
) -> None:
    moments = [NOW + timedelta(minutes=minutes) for minutes in (0, 10, 20, 30)]
    with writing():
        booking = book(kind, TOMORROW_AT_NINE, "form", lead, Details(wishes="Jag sover dåligt"), moments[0])
    pages = [booked_address(booking)]
    mails_to_siv(moments[0])
    for moment, start in ((moments[1], TOMORROW_AT_NINE + A_DAY), (moments[2], TOMORROW_AT_NINE + HALF_AN_HOUR)):
        with writing():
            move(db.session.get_one(Consultation, booking.id), start, moment)
        pages.append(booked_address(booking))
        mails_to_siv(moment)
    with writing():
        cancel(db.session.get_one(Consultation, booking.id), moments[3], why="Min MS är sämre")
    pages.append(booked_address(booking))

    told = [_told(mail) for mail in mails_to_siv(moments[3])]

    assert [calendar.values() for calendar in told] == [
        {"PRODID": "-//Ledtrad//Ledtrad//SV", "VERSION": "2.0", "CALSCALE": "GREGORIAN", "METHOD": method}
        for method in ("REQUEST", "REQUEST", "REQUEST", "CANCEL")
    ]
    starts = [
        TOMORROW_AT_NINE,
        TOMORROW_AT_NINE + A_DAY,
        TOMORROW_AT_NINE + HALF_AN_HOUR,
        TOMORROW_AT_NINE + HALF_AN_HOUR,
    ]
    assert [calendar.parts[0].values() for calendar in told] == [
        {
            "UID": booking.uid,
            "SEQUENCE": str(sequence),
            "DTSTAMP": _utc(moments[sequence]),
            "DTSTART": _utc(starts[sequence]),
            "DTEND": _utc(starts[sequence] + HALF_AN_HOUR),
            "STATUS": "CANCELLED" if sequence == 3 else "CONFIRMED",
            "CLASS": "PRIVATE",
            "TRANSP": "OPAQUE",
            "ORGANIZER": "mailto:maj@stilla.example.se",
            "ATTENDEE": "mailto:siv@example.se",
            "SUMMARY": "Samtal med Stilla & Stark",
            "LOCATION": "Vi ringer dig",
            "DESCRIPTION": f"Visa, boka om eller avboka: {pages[sequence]}",
            "URL": pages[sequence],
        }
        for sequence in range(4)
    ]


def test_a_calendar_shows_what_holds_in_whatever_order_the_mails_arrive(
    kind: ConsultationKind, booked: Consultation, mails_to_siv: Callable[[datetime], list[EmailMessage]]
) -> None:
    mails_to_siv(NOW)
    with writing():
        move(db.session.get_one(Consultation, booked.id), TOMORROW_AT_NINE + A_DAY, NOW)
    moved = [_told(mail) for mail in mails_to_siv(NOW)]
    with writing():
        cancel(db.session.get_one(Consultation, booked.id), NOW)
    cancelled = [_told(mail) for mail in mails_to_siv(NOW)]

    shown = []
    for files in (moved, cancelled):
        for order in permutations(files):
            program = Program()
            for calendar in (*order, *order):  # a mail may come twice
                program.take(calendar)
            shown.append(program.shown())

    start = TOMORROW_AT_NINE + A_DAY
    assert shown == [[(_utc(start), _utc(start + HALF_AN_HOUR))]] * 2 + [[]] * 6


def test_a_move_that_is_refused_tells_no_calendar(
    kind: ConsultationKind, booked: Consultation, mails_to_siv: Callable[[datetime], list[EmailMessage]]
) -> None:
    with writing():
        book(kind, TOMORROW_AT_NINE + A_DAY, "bos-form", BO, Details(), NOW)

    with pytest.raises(TimeTaken), writing():
        move(db.session.get_one(Consultation, booked.id), TOMORROW_AT_NINE + A_DAY, NOW)

    assert [_told(mail).parts[0].one("SEQUENCE").value for mail in mails_to_siv(NOW)] == ["0"]


def test_the_hosts_own_calendar_follows(kind: ConsultationKind, booked: Consultation, host: Host) -> None:
    def shown() -> list[tuple[str, str, str]]:
        events = read_calendar(feed_of(host, NOW)).parts
        return [tuple(event.one(name).value for name in ("UID", "SEQUENCE", "DTSTART")) for event in events]

    before = shown()
    with writing():
        move(db.session.get_one(Consultation, booked.id), TOMORROW_AT_NINE + A_DAY, NOW)
    moved = shown()
    with writing():
        cancel(db.session.get_one(Consultation, booked.id), NOW)

    assert before == [(booked.uid, "0", _utc(TOMORROW_AT_NINE))]
    assert moved == [(booked.uid, "1", _utc(TOMORROW_AT_NINE + A_DAY))]
    assert shown() == []
