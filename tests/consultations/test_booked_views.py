from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.accounts.models import User
from app.consultations.booked_links import LIVES, PURPOSE, booked_address
from app.consultations.kinds import Place
from app.consultations.models import Consultation, ConsultationState
from app.core import links
from app.core.clock import now
from app.core.db import writing
from tests.consultations.cast import add_consultation, add_host, add_kind
from tests.enquiries.letters import words
from tests.leads.cast import add_contact, add_lead

ANOTHER_YEAR = datetime.fromisoformat("2031-03-25T08:00:00+00:00")
"""A Tuesday, 09.00 in Stockholm, that no test run comes near."""


def booking(
    owner: User, starts_at: datetime = ANOTHER_YEAR, place: Place = Place.PHONE, **changes: Any
) -> Consultation:
    """Siv's, with Maj."""
    with writing():
        kind = add_kind(add_host(owner, video_address="https://video.example.se/maj"), place=place)
        return add_consultation(add_lead(add_contact(email="siv@example.se")), kind, starts_at, **changes)


def path(consultation: Consultation) -> str:
    """Where its link leads, on our own host."""
    return booked_address(consultation).removeprefix("https://ledtrad.example.se")


def test_the_page_says_what_when_where_and_with_whom(client: FlaskClient, owner: User) -> None:
    response = client.get(path(booking(owner)))

    page = words(response)
    assert response.status_code == 200
    assert "Din tid är bokad" in page
    assert "Vad Samtal på telefon När tisdag 25 mars kl. 09.00–09.30 Var Vi ringer 070-174 06 21. Med Maj Ek" in page
    assert [response.headers[name] for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")] == [
        "no-store",
        "no-referrer",
        "noindex, nofollow",
    ]
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize(
    ("place", "words_of_it"),
    [
        (Place.VIDEO, 'href="https://video.example.se/maj"'),
        (Place.OURS, "Hos oss"),
        (Place.VISIT, "Hos dig: Ängsvägen 2, 743 30 Storvreta"),
    ],
)
def test_the_page_says_where(client: FlaskClient, owner: User, place: Place, words_of_it: str) -> None:
    address = {"street_address": "Ängsvägen 2", "postcode": "743 30", "city": "Storvreta"}

    response = client.get(path(booking(owner, place=place, **address)))

    assert words_of_it in response.text


@pytest.mark.parametrize(
    ("starts_at", "changes", "name"),
    [
        (ANOTHER_YEAR, {"state": ConsultationState.REQUESTED}, "Din tid väntar på bekräftelse"),
        (ANOTHER_YEAR, {"state": ConsultationState.CANCELLED, "settled_at": ANOTHER_YEAR}, "Din tid är avbokad"),
        (now() - timedelta(days=1), {}, "Din tid har varit"),
    ],
)
def test_the_page_says_how_it_stands(
    client: FlaskClient, owner: User, starts_at: datetime, changes: dict[str, Any], name: str
) -> None:
    assert f"<h1>{name}</h1>" in client.get(path(booking(owner, starts_at, **changes))).text


def test_the_link_speaks_the_language_of_whoever_booked(client: FlaskClient, owner: User) -> None:
    page = words(client.get(path(booking(owner, language="en"))))

    assert "Your appointment is booked" in page
    assert "Talk on the phone" in page


def test_a_link_outlives_its_booking_by_ninety_days_and_then_leads_to_us(client: FlaskClient, owner: User) -> None:
    consultation = booking(owner, now() - LIVES + timedelta(hours=1))
    over = links.sign(PURPOSE, [consultation.id], now())

    assert client.get(path(consultation)).status_code == 200
    answers = [client.get(f"/booked/{token}") for token in (over, "broken")]
    assert [answer.status_code for answer in answers] == [410, 404]
    for answer in answers:
        assert "Länken gäller inte" in words(answer)
        assert "070-174 06 10" in words(answer)
        assert "siv" not in answer.text.lower()


def test_a_link_to_what_is_gone_opens_nothing(client: FlaskClient, owner: User) -> None:
    consultation = booking(owner)
    address = path(consultation)
    with writing() as session:
        session.delete(session.merge(consultation))

    assert client.get(address).status_code == 404
