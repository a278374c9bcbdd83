from datetime import timedelta

import pytest
from flask import Flask

from app.accounts.models import User
from app.consultations.affected import affected
from app.consultations.hosts import Host
from app.consultations.hours import change_week
from app.consultations.models import Consultation, ConsultationState
from app.consultations.queries import changes_of
from app.core.clock import now
from app.core.db import db, writing
from tests.consultations.cast import add_consultation, add_host, add_kind
from tests.consultations.test_hour_views import range_fields
from tests.leads.page import read
from tests.plans.cast import make_lead
from tests.signed_in import SignedIn


@pytest.fixture
def booking(app: Flask, owner: User) -> Consultation:
    """A booking a week ahead, at an hour when the host is open."""
    with writing():
        host = add_host(owner, opens=0, closes=24 * 60, weekdays="0123456")
        host.is_closed_on_holidays = host.is_closed_on_eves = False
        return add_consultation(make_lead(owner=owner), add_kind(host), now() + timedelta(days=7))


def close(host: Host) -> None:
    with writing():
        change_week(host, [])


def test_saving_a_week_leads_to_the_bookings_it_leaves_outside(owner_client: SignedIn, booking: Consultation) -> None:
    answer = owner_client.post(f"/consultations/hours/{booking.host_id}/week", data={})
    page = read(owner_client.get("/consultations/hours/").text)

    assert answer.headers["Location"] == "/consultations/hours/#affected"
    assert "Veckan är sparad. En bokning ligger utanför tiderna: säg vad som ska hända med den." in page
    assert "En bokning ligger utanför tiderna\n" in page
    assert "Siv Lund" in page
    assert booking.is_ahead


def test_a_week_that_touches_no_booking_leads_back_to_the_hours(owner_client: SignedIn, booking: Consultation) -> None:
    whole = {name: value for day in range(7) for name, value in range_fields(day, day, "00:00", "00:00").items()}

    answer = owner_client.post(f"/consultations/hours/{booking.host_id}/week", data=whole)

    assert answer.headers["Location"] == "/consultations/hours/"
    assert "ligger utanför tiderna" not in owner_client.get("/consultations/hours/").text


@pytest.mark.parametrize(
    ("what", "state", "change", "words"),
    [
        ("keep", ConsultationState.BOOKED, "kept", "Bokningen är kvar, fast den ligger utanför tiderna."),
        ("ask", ConsultationState.BOOKED, "asked_to_move", "Vi har bett om en ny tid."),
        ("cancel", ConsultationState.CANCELLED, "cancelled", "Bokningen är avbokad."),
    ],
)
def test_each_is_decided_by_a_button_and_is_affected_no_more(
    owner_client: SignedIn, booking: Consultation, what: str, state: ConsultationState, change: str, words: str
) -> None:
    close(booking.host)

    page = owner_client.post(
        f"/consultations/{booking.id}/decide", data={"what": what, "why": "Sjuk"}, follow_redirects=True
    ).text

    found = db.session.get_one(Consultation, booking.id, populate_existing=True)
    (kept,) = changes_of(booking.id)
    assert words in page
    assert (found.state, kept.kind, kept.why) == (state, change, "Sjuk" if what == "cancel" else None)
    assert affected(now()) == []


@pytest.mark.parametrize(("data", "status"), [({"what": "explode"}, 400), ({"what": "cancel", "why": "x" * 501}, 422)])
def test_a_decision_that_makes_no_sense_changes_nothing(
    owner_client: SignedIn, booking: Consultation, data: dict[str, str], status: int
) -> None:
    close(booking.host)

    answer = owner_client.post(f"/consultations/{booking.id}/decide", data=data)

    assert answer.status_code == status
    assert [each.id for each in affected(now())] == [booking.id]


def test_nobody_decides_for_another_host_but_an_owner(staff_client: SignedIn, booking: Consultation) -> None:
    close(booking.host)

    assert staff_client.post(f"/consultations/{booking.id}/decide", data={"what": "cancel"}).status_code == 403
    assert db.session.get_one(Consultation, booking.id, populate_existing=True).is_ahead
