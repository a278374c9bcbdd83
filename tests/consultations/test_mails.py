"""The whole text of each mail about a booking, in both languages, against the stored one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.models import Role, User
from app.consultations.earlier import KINDS as EARLIER_KINDS
from app.consultations.earlier import offer_given_up
from app.consultations.hosts import Host
from app.consultations.kinds import Place
from app.consultations.letters import tell_host, tell_visitor
from app.consultations.mails import KINDS
from app.consultations.models import ChangeKind, Consultation, ConsultationAnswer, ConsultationChange, ConsultationState
from app.consultations.notices import NOTICES
from app.contacts.models import SubjectKind
from app.core.db import db, writing
from app.mail.models import Message, MessageClass
from app.settings.models import Business
from tests.calendars import read_calendar
from tests.conftest import NOW, add_user
from tests.consultations.cast import TOMORROW_AT_NINE, add_consultation, add_host, add_kind
from tests.enquiries.letters import add_article
from tests.leads.cast import add_contact, add_lead
from tests.mail.texts import expect_whole, part, read

EXPECTED = Path(__file__).parent / "expected"
CANARIES = ("KANARIEFAGEL", "Migrän", "Siv", "Saga", "070-174 06 21", "Stallvägen")
DAY = timedelta(days=1)


def _booked(owner: User, starts_at: datetime = TOMORROW_AT_NINE + DAY, **facts: object) -> Consultation:
    """A booking of Siv's with everything in it that no mail may say."""
    article = add_article(slug="migran", title="Migrän")
    with writing():
        host = add_host(owner, video_address="https://video.example.se/maj")
        kind = add_kind(host, slug="migran", name_sv="Migrän", name_en="Migrän")
        lead = add_lead(add_contact(email="siv@example.se"), SubjectKind.HORSE, "Saga")
        lead.article_id = article.id
        booked = add_consultation(
            lead,
            kind,
            starts_at,
            wishes="KANARIEFAGEL",
            street_address="Stallvägen 4",
            postcode="999 91",
            city="Lillköping",
            **facts,
        )
        booked.answers.append(ConsultationAnswer(question="KANARIEFAGEL?", answer="KANARIEFAGEL"))
        business = db.session.get_one(Business, 1)
        business.street_address, business.postcode, business.city = "Björkgränd 3", "999 90", "Lillköping"
    return booked


def _tell(booked: Consultation, change: ChangeKind, former: Host | None = None, **facts: object) -> Consultation:
    with writing():
        before = booked.starts_at
        for name, value in facts.items():
            setattr(booked, name, value)
        db.session.add(
            ConsultationChange(
                consultation_id=booked.id,
                kind=change,
                at=NOW,
                from_starts_at=before,
                to_starts_at=booked.starts_at,
                to_state=booked.state,
                sequence=booked.sequence,
            )
        )
        tell_visitor(booked, change, NOW)
        tell_host(booked, change, NOW, former=former)
    return booked


def _made(owner: User, **facts: object) -> Consultation:
    return _tell(_booked(owner, **facts), ChangeKind.MADE)


def _moved(owner: User) -> Consultation:
    later = TOMORROW_AT_NINE + 2 * DAY
    return _tell(_made(owner), ChangeKind.MOVED, starts_at=later, ends_at=later + timedelta(minutes=30), sequence=1)


def _offered(owner: User) -> None:
    """Another booking gives up a time that is earlier than Siv's."""
    booked = _booked(owner, wants_earlier_at=NOW)
    with writing():
        other = add_consultation(booked.lead, booked.kind, TOMORROW_AT_NINE, state=ConsultationState.CANCELLED)
        offer_given_up(other, TOMORROW_AT_NINE, NOW)


def _handed_over(owner: User) -> None:
    """The newest mail then is the one to the former host."""
    booked, sixten = _made(owner), add_user("sixten@stilla.example.se", "Sixten Alm", Role.STAFF)
    with writing():
        another = add_host(sixten)
    later = TOMORROW_AT_NINE + 2 * DAY
    _tell(
        booked,
        ChangeKind.MOVED,
        former=booked.host,
        host=another,
        starts_at=later,
        ends_at=later + timedelta(minutes=30),
        sequence=1,
    )


def _cancelled(owner: User) -> Consultation:
    return _tell(_made(owner), ChangeKind.CANCELLED, state=ConsultationState.CANCELLED, settled_at=NOW, sequence=1)


def _without_a_room(owner: User) -> None:
    booked = _made(owner, place=Place.VIDEO)
    with writing():
        booked.host.video_address = ""


CAUSES: dict[str, tuple[str, Callable[[User], object]]] = {
    "confirmation": ("consultation_confirmation", _made),
    "confirmation_video": ("consultation_confirmation", lambda owner: _made(owner, place=Place.VIDEO)),
    "confirmation_elsewhere": (
        "consultation_confirmation",
        lambda owner: _made(owner, place=Place.VIDEO, visitor_zone="America/New_York"),
    ),
    "confirmation_video_without_a_room": ("consultation_confirmation", _without_a_room),
    "confirmation_ours": ("consultation_confirmation", lambda owner: _made(owner, place=Place.OURS)),
    "confirmation_visit": ("consultation_confirmation", lambda owner: _made(owner, place=Place.VISIT)),
    "requested": ("consultation_requested", lambda owner: _made(owner, state=ConsultationState.REQUESTED)),
    "moved": ("consultation_moved", _moved),
    "cancelled": ("consultation_cancelled", _cancelled),
    "please_move": (
        "consultation_please_move",
        lambda owner: _tell(_made(owner), ChangeKind.ASKED_TO_MOVE, asked_to_move_at=NOW),
    ),
    "reminder_day": ("consultation_reminder_day", _made),
    "reminder_hour": ("consultation_reminder_hour", _made),
    "earlier": ("consultation_earlier", _offered),
    "new_notice": ("new_consultation_notice", _made),
    "new_request_notice": ("new_consultation_notice", lambda owner: _made(owner, state=ConsultationState.REQUESTED)),
    "moved_notice": ("consultation_changed_notice", _moved),
    "handed_over_notice": ("consultation_changed_notice", _handed_over),
    "cancelled_notice": ("consultation_changed_notice", _cancelled),
}
ALL_KINDS = (*KINDS, *EARLIER_KINDS, *NOTICES)


def test_every_kind_of_mail_is_compared() -> None:
    assert {kind.name for kind in ALL_KINDS} == {kind for kind, _ in CAUSES.values()}


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("name", CAUSES)
def test_the_whole_mail(app: Flask, owner: User, name: str, language: str) -> None:
    kind, cause = CAUSES[name]
    cause(owner)
    message = _newest(kind)

    assert expect_whole(message, language, EXPECTED / name, CANARIES) != []
    assert [canary for canary in CANARIES if canary in str(_calendar(message))] == []


def _newest(kind: str) -> Message:
    query = sa.select(Message).where(Message.kind == kind).order_by(Message.id.desc()).limit(1)
    return db.session.scalars(query).one()


def _calendar(message: Message) -> str:
    """What the mail tells calendars; nothing where it tells them nothing."""
    parts = [each for each in read(message).walk() if each.get_content_type() == "text/calendar"]
    return "".join(bytes(each.get_payload(decode=True) or b"").decode() for each in parts)


@pytest.mark.parametrize(
    ("name", "method", "sequence", "status"),
    [
        ("confirmation", "REQUEST", "0", "CONFIRMED"),
        ("moved", "REQUEST", "1", "CONFIRMED"),
        ("cancelled", "CANCEL", "1", "CANCELLED"),
    ],
)
def test_what_changes_a_calendar_goes_with_the_mail(
    app: Flask, owner: User, name: str, method: str, sequence: str, status: str
) -> None:
    kind, cause = CAUSES[name]
    booked = cause(owner)
    assert isinstance(booked, Consultation)

    calendar = read_calendar(_calendar(_newest(kind)).encode())
    event = calendar.parts[0].values()

    assert calendar.one("METHOD").value == method
    assert {
        field: event[field] for field in ("UID", "SEQUENCE", "STATUS", "DTSTART", "DTEND", "DTSTAMP", "SUMMARY")
    } == {
        "UID": booked.uid,
        "SEQUENCE": sequence,
        "STATUS": status,
        "DTSTART": f"{booked.starts_at:%Y%m%dT%H%M%SZ}",
        "DTEND": f"{booked.ends_at:%Y%m%dT%H%M%SZ}",
        "DTSTAMP": "20261123T090000Z",
        "SUMMARY": "Samtal med Stilla & Stark",
    }
    assert (event["ORGANIZER"], event["ATTENDEE"]) == ("mailto:maj@stilla.example.se", "mailto:siv@example.se")


@pytest.mark.parametrize("name", ["requested", "please_move", "reminder_day", "new_notice", "cancelled_notice"])
def test_the_rest_leave_calendars_alone(app: Flask, owner: User, name: str) -> None:
    kind, cause = CAUSES[name]
    cause(owner)

    assert _calendar(_newest(kind)) == ""


def test_a_booking_moved_to_a_time_that_waits_for_a_yes_is_tentative_in_calendars(app: Flask, owner: User) -> None:
    booked = _made(owner)
    later = booked.starts_at + DAY
    _tell(
        booked,
        ChangeKind.MOVED,
        starts_at=later,
        ends_at=later + timedelta(minutes=30),
        state=ConsultationState.REQUESTED,
        sequence=1,
    )

    event = read_calendar(_calendar(_newest("consultation_requested")).encode()).parts[0].values()

    assert (event["STATUS"], event["SEQUENCE"], event["DTSTART"]) == (
        "TENTATIVE",
        "1",
        f"{later:%Y%m%dT%H%M%SZ}",
    )


def test_a_wish_that_comes_to_nothing_was_never_in_a_calendar(app: Flask, owner: User) -> None:
    wished = _made(owner, state=ConsultationState.REQUESTED)
    _tell(wished, ChangeKind.CANCELLED, state=ConsultationState.CANCELLED, settled_at=NOW, sequence=1)

    message = _newest("consultation_cancelled")

    assert _calendar(message) == ""
    assert "kalender" not in part(read(message), "plain")


def test_a_time_that_comes_twice_in_autumn_says_which_of_the_two(app: Flask, owner: User) -> None:
    second = datetime(2026, 10, 25, 1, 0, tzinfo=UTC)
    booked = _booked(owner, starts_at=second, ends_at=second + timedelta(minutes=30))
    with writing():
        tell_visitor(booked, ChangeKind.MADE, second - 3 * DAY)

    mail = read(_newest("consultation_confirmation"))

    assert mail["Subject"] == "Din tid är bokad: söndag 25 oktober kl. 02.00 (vintertid)"


@pytest.mark.parametrize(
    ("place", "location"),
    [
        (Place.PHONE, "Vi ringer dig"),
        (Place.VIDEO, "https://video.example.se/maj"),
        (Place.OURS, "Björkgränd 3, 999 90 Lillköping"),
        (Place.VISIT, "Hos dig"),
    ],
)
def test_the_calendar_says_where(app: Flask, owner: User, place: Place, location: str) -> None:
    _made(owner, place=place)

    event = read_calendar(_calendar(_newest("consultation_confirmation")).encode()).parts[0]

    assert event.one("LOCATION").text == location


def test_what_goes_to_visitors_is_service_and_to_us_internal() -> None:
    assert {kind.message_class for kind in (*KINDS, *EARLIER_KINDS)} == {MessageClass.SERVICE}
    assert {kind.message_class for kind in NOTICES} == {MessageClass.INTERNAL}
