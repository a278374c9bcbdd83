from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from app.accounts.models import User
from app.consultations.booked_links import booked_token, earlier_address
from app.consultations.booking import Booker, Details
from app.consultations.kinds import ConsultationKind
from app.consultations.models import Consultation, ConsultationState
from app.consultations.services import book
from app.consultations.weeks import start_in_words
from app.contacts.services import person
from app.core.clock import now
from app.core.db import db, writing
from tests.consultations.visits import bookable, buttons, consultations, starts_of
from tests.enquiries.letters import words


def _booked(kind: ConsultationKind, start: datetime, name: str = "Siv Lund") -> Consultation:
    with writing():
        who = Booker(person(name, f"{name.lower().replace(' ', '.')}@example.se", "070-174 06 21"))
        return book(kind, start, name, who, Details(), now())


def _path(consultation: Consultation, start: datetime) -> str:
    return earlier_address(consultation, start).removeprefix("https://ledtrad.example.se")


def test_an_earlier_time_is_shown_beside_the_own_and_taken_by_a_button(client: FlaskClient, owner: User) -> None:
    kind = bookable(owner)
    first, *_others, own = starts_of(kind)[:6]
    consultation = _booked(kind, own)

    shown = client.get(_path(consultation, first))
    db.session.rollback()
    unmoved = consultations()[0].starts_at
    response = client.post(_path(consultation, first))
    again = client.post(_path(consultation, first))

    assert "En tidigare tid är ledig" in words(shown)
    assert "Byt till" in words(shown)
    assert unmoved == own
    [moved] = consultations()
    assert (moved.starts_at, moved.sequence) == (first, 1)
    where = f"/booked/{booked_token(moved)}?lang=sv"
    assert [(each.status_code, each.location) for each in (response, again)][1] == (303, where)
    assert response.status_code == 303


def test_whoever_comes_second_is_told_so_and_offered_others(client: FlaskClient, owner: User) -> None:
    kind = bookable(owner)
    first, *_others, own = starts_of(kind)[:6]
    consultation = _booked(kind, own)
    _booked(kind, first, "Bo Ek")

    shown = client.get(_path(consultation, first))
    response = client.post(_path(consultation, first))
    offered = list(buttons(response))
    moved = client.post(f"/booked/{booked_token(consultation)}/move", data={"start": offered[0]})

    for page in (shown, response):
        assert "Tiden hann bli tagen" in words(page)
        assert "har du kvar." in words(page)
    assert response.status_code == 409
    assert start_in_words(own) not in offered
    assert moved.status_code == 303
    assert start_in_words(consultations()[0].starts_at) == offered[0]


def test_a_booking_that_is_settled_or_too_near_leads_to_its_own_page(client: FlaskClient, owner: User) -> None:
    kind = bookable(owner)
    first, own = starts_of(kind)[:2]
    consultation = _booked(kind, own)
    with writing():
        booked = db.session.get_one(Consultation, consultation.id)
        booked.state, booked.settled_at = ConsultationState.CANCELLED, now()

    answers = [client.get(_path(consultation, first)), client.post(_path(consultation, first))]

    assert {answer.status_code for answer in answers} == {303}
    assert "Din tid är avbokad" in words(client.get(answers[0].location))


@pytest.mark.parametrize("token", ["x", "W10.abc"])
def test_a_link_that_did_not_arrive_whole_leads_to_us(client: FlaskClient, token: str) -> None:
    response = client.get(f"/booked/earlier/{token}")

    assert response.status_code == 404
    assert "Länken gäller inte" in words(response)


def test_a_link_to_a_time_that_has_been_is_over(client: FlaskClient, owner: User) -> None:
    kind = bookable(owner)
    consultation = _booked(kind, starts_of(kind)[5])

    response = client.get(_path(consultation, now() - timedelta(minutes=1)))

    assert response.status_code == 410
    assert "Länken gäller inte" in words(response)
