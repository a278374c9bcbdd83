"""What a booking keeps, whose lead it is for, and whom it is given to."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.accounts.models import User
from app.consultations.booking import Booker, Details
from app.consultations.cells import cells_of
from app.consultations.hosts import Host
from app.consultations.kinds import ConsultationKind, Place
from app.consultations.models import ConsultationState
from app.consultations.queries import changes_of
from app.consultations.services import book, book_for
from app.consultations.travel import Travel
from app.contacts.models import Consent, Contact
from app.contacts.services import person
from app.core.db import db, writing
from app.leads.models import EventKind, Lead
from app.leads.services import move_to_stage
from app.leads.stages import Stage
from tests.conftest import NOW
from tests.consultations.cast import (
    A_DAY,
    HALF_AN_HOUR,
    SIV,
    TOMORROW_AT_NINE,
    add_consultation,
    add_kind,
    cells,
    events_of,
    is_offered,
)
from tests.leads.cast import add_contact, add_lead


def test_a_booking_keeps_its_moment_its_wall_clock_and_its_place(kind: ConsultationKind, host: Host) -> None:
    details = Details(
        phone="070-174 06 21", visitor_zone="America/New_York", wishes="Benen", answers=(("Ålder?", "61"),)
    )

    with writing():
        booking = book(kind, TOMORROW_AT_NINE, "form", SIV, details, NOW)

    assert (booking.starts_at, booking.ends_at) == (TOMORROW_AT_NINE, TOMORROW_AT_NINE + HALF_AN_HOUR)
    assert (booking.wall_clock, booking.zone) == ("2026-11-24T09:00", "Europe/Stockholm")
    assert (booking.host, booking.place, booking.state) == (host, Place.PHONE, ConsultationState.BOOKED)
    assert (booking.email, booking.phone, booking.visitor_zone) == (
        "siv@example.se",
        "070-174 06 21",
        "America/New_York",
    )
    assert [(answer.question, answer.answer) for answer in booking.answers] == [("Ålder?", "61")]
    assert list(cells(host)) == list(cells_of(booking))
    assert len(cells(host)) == 6


def test_a_stranger_who_books_becomes_a_contact_with_a_lead_and_a_consent(kind: ConsultationKind) -> None:
    stranger = Booker(person("Siv Lund", "siv@example.se"), consent_version="2026-1", tips_version="2026-1")

    with writing():
        booking = book(kind, TOMORROW_AT_NINE, "form", stranger, Details(), NOW)

    lead = booking.lead
    assert (lead.contact.name, lead.stage, lead.next_step_at) == ("Siv Lund", Stage.CONSULTATION, TOMORROW_AT_NINE)
    assert events_of(lead) == [EventKind.CONSULTATION_BOOKED, EventKind.STAGE]
    consents = db.session.execute(sa.select(Consent.purpose, Consent.source).order_by(Consent.id)).all()
    assert [tuple(consent) for consent in consents] == [("answer", "booking"), ("tips", "booking")]


def test_identity_numbers_are_blotted_out(kind: ConsultationKind) -> None:
    number = "19811218-9876"
    stranger = Booker(person(f"Siv {number}", "siv@example.se"))
    details = Details(wishes=f"Jag är {number}.", answers=(("Född?", number),))

    with writing():
        booking = book(kind, TOMORROW_AT_NINE, "form", stranger, details, NOW)

    assert booking.lead.contact.name == "Siv [personnummer borttaget]"
    assert booking.wishes == "Jag är [personnummer borttaget]."
    assert booking.answers[0].answer == "[personnummer borttaget]"


def test_somebody_known_books_on_the_lead_they_have(kind: ConsultationKind, lead: Lead) -> None:
    with writing():
        booking = book(kind, TOMORROW_AT_NINE, "form", SIV, Details(), NOW)

    assert booking.lead == lead
    assert lead.stage is Stage.CONSULTATION
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Contact)) == 1


def test_a_lead_that_has_come_to_its_end_begins_anew(kind: ConsultationKind, lead: Lead, owner: User) -> None:
    with writing():
        move_to_stage(lead, Stage.WON, owner, NOW)

    with writing():
        booking = book(kind, TOMORROW_AT_NINE, "form", lead, Details(), NOW)

    assert booking.lead != lead
    assert (booking.lead.contact, booking.lead.subject) == (lead.contact, lead.subject)
    assert (booking.lead.stage, lead.stage) == (Stage.CONSULTATION, Stage.WON)


def test_a_resting_lead_wakes_and_one_who_tries_already_stays_there(
    kind: ConsultationKind, lead: Lead, owner: User
) -> None:
    with writing():
        move_to_stage(lead, Stage.RESTING, owner, NOW, rests_until_on=(NOW + 30 * A_DAY).date())
        trying = add_lead(add_contact("Bo Ek", "070-174 06 22"))
        move_to_stage(trying, Stage.TRIAL, owner, NOW)

    with writing():
        book(kind, TOMORROW_AT_NINE, "form", lead, Details(), NOW)
        book(kind, TOMORROW_AT_NINE + HALF_AN_HOUR, "other form", trying, Details(), NOW)

    assert (lead.stage, lead.rests_until_on) == (Stage.CONSULTATION, None)
    assert trying.stage is Stage.TRIAL


def test_a_visitors_booking_is_heard_and_ours_is_not(kind: ConsultationKind, host: Host, owner: User) -> None:
    later = NOW + timedelta(hours=1)
    with writing():
        siv, bo = add_lead(add_contact()), add_lead(add_contact("Bo Ek", "070-174 06 22"))

    with writing():
        book(kind, TOMORROW_AT_NINE, "form", siv, Details(), later)
        book_for(bo, kind, host, TOMORROW_AT_NINE + HALF_AN_HOUR, Details(), owner, later)

    assert (siv.heard_at, bo.heard_at) == (later, NOW)


@pytest.mark.parametrize(
    ("needs_confirming", "is_suspect", "state"),
    [
        (False, False, ConsultationState.BOOKED),
        (True, False, ConsultationState.REQUESTED),
        (False, True, ConsultationState.REQUESTED),
    ],
)
def test_what_a_host_must_confirm_is_requested(
    host: Host, needs_confirming: bool, is_suspect: bool, state: ConsultationState
) -> None:
    with writing():
        kind = add_kind(host, needs_confirming=needs_confirming)

    with writing():
        booking = book(kind, TOMORROW_AT_NINE, "form", Booker(SIV.who, is_suspect=is_suspect), Details(), NOW)

    assert (booking.state, booking.is_suspect) == (state, is_suspect)
    assert not is_offered(kind, TOMORROW_AT_NINE)
    is_requested = state is ConsultationState.REQUESTED
    told = EventKind.CONSULTATION_REQUESTED if is_requested else EventKind.CONSULTATION_BOOKED
    assert told in events_of(booking.lead)


def test_the_host_with_the_fewest_bookings_of_that_week_gets_it(host: Host, other_host: Host, lead: Lead) -> None:
    with writing():
        kind = add_kind(host, other_host)
        add_consultation(lead, kind, TOMORROW_AT_NINE + A_DAY, host)
        for weeks in (1, 2):
            add_consultation(lead, kind, TOMORROW_AT_NINE + weeks * 7 * A_DAY, other_host)
        add_consultation(lead, kind, TOMORROW_AT_NINE, other_host, state=ConsultationState.CANCELLED)

    with writing():
        booking = book(kind, TOMORROW_AT_NINE, "form", lead, Details(), NOW)

    assert booking.host == other_host


def test_a_visit_takes_its_host_for_the_way_there_and_back(host: Host) -> None:
    with writing():
        kind = add_kind(host, place=Place.VISIT, length_minutes=60)

    with writing():
        visit = book(kind, TOMORROW_AT_NINE + A_DAY, "form", SIV, Details(postcode="12345"), NOW, travel=Travel(45))

    assert visit.travel_minutes == 45
    assert len(cells(host)) == (45 + 60 + 45) // 5


def test_d24_the_same_form_twice_is_one_booking(kind: ConsultationKind, host: Host) -> None:
    with writing():
        first = book(kind, TOMORROW_AT_NINE, "form", SIV, Details(), NOW)
    with writing():
        second = book(kind, TOMORROW_AT_NINE + HALF_AN_HOUR, "form", SIV, Details(), NOW)

    assert second.id == first.id
    assert second.starts_at == TOMORROW_AT_NINE
    assert len(cells(host)) == 6
    assert len(changes_of(first.id)) == 1


def test_a_booking_takes_no_more_statements_among_many(
    kind: ConsultationKind, lead: Lead, count_queries: Callable[[], int]
) -> None:
    def statements(hour: int) -> int:
        count_queries()
        with writing():
            book(kind, TOMORROW_AT_NINE + hour * HALF_AN_HOUR, f"form {hour}", lead, Details(), NOW)
        return count_queries()

    statements(0)
    few = statements(1)
    with writing():
        for day in range(1, 20):
            add_consultation(lead, kind, TOMORROW_AT_NINE + day * A_DAY)

    assert statements(2) == few


def test_we_may_book_outside_the_hours(kind: ConsultationKind, host: Host, lead: Lead, owner: User) -> None:
    evening = TOMORROW_AT_NINE + timedelta(hours=10)

    with writing():
        booking = book_for(lead, kind, host, evening, Details(phone="070-174 06 30"), owner, NOW)

    assert (booking.is_outside_hours, booking.created_by, booking.phone) == (True, owner, "070-174 06 30")
    assert booking.state is ConsultationState.BOOKED
    assert lead.stage is Stage.CONSULTATION
