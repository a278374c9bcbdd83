import pytest
from flask.testing import FlaskClient

from app.accounts.models import User
from app.consultations.agreeing import confirm
from app.consultations.booked_links import booked_token
from app.consultations.kinds import Audience, Place
from app.consultations.models import ConsultationState
from app.core.clock import now
from app.core.db import writing
from app.enquiries.private_pages import private_address
from tests.consultations.cast import add_kind
from tests.consultations.visits import bookable, chosen, consultations, filled, form_address, send, starts_of
from tests.enquiries.letters import enquiries, errors, field_values, post_form, recorded, sent, words
from tests.enquiries.letters import filled as filled_letter


def test_from_the_thanks_nothing_is_typed_again(client: FlaskClient, owner: User) -> None:
    kind = bookable(owner)
    letter = filled_letter(client.application, wish="book", phone="070-174 06 21")
    thanks = client.get(post_form(client, letter).location)
    way = thanks.text.partition('href="/book?known=')[2].partition('"')[0]
    address = form_address(client, kind, known=way)

    shown = client.get(address)
    response = send(client, address, field_values(shown))

    assert "Vem du är och hur vi når dig vet vi redan" in words(shown)
    assert "siv" not in shown.text.partition("<main")[2].partition("</main>")[0].lower()
    assert "070-174 06 21" not in shown.text
    assert set(field_values(shown)) == {"token", "start", "website", "wishes"}
    assert response.status_code == 303
    [booked], [enquiry] = consultations(), enquiries()
    assert booked.lead_id == enquiry.lead_id
    assert (booked.email, booked.phone) == ("siv@example.se", "070-174 06 21")


def test_from_the_thanks_only_what_is_missing_is_asked(client: FlaskClient, owner: User) -> None:
    kind = bookable(owner)
    way = _thanks_token(client)
    address = form_address(client, kind, known=way)

    shown = client.get(address)
    without = send(client, address, field_values(shown))
    response = send(client, address, {**field_values(shown), "phone": "070-174 06 22"})

    assert "Vem du är vet vi redan. Fyll bara i det som saknas." in words(shown)
    assert errors(without) == ["Skriv ditt telefonnummer, så att vi kan ringa dig."]
    assert response.status_code == 303
    assert consultations()[0].phone == "070-174 06 22"


def _thanks_token(client: FlaskClient, **changes: str) -> str:
    return post_form(client, filled_letter(client.application, **changes)).location.rpartition("/")[2]


def test_a_strangers_link_neither_shows_nor_uses_what_is_known_of_the_contact(client: FlaskClient, owner: User) -> None:
    kind = bookable(owner)
    recorded(sent("Hej", phone="070-174 06 21"))
    stranger = recorded(sent("Hej igen", email=None, phone="070-174 06 21"))
    with writing():
        stranger.email = "stranger@example.com"
    token = private_address(stranger.lead_id or 0, "stranger@example.com", "sv", now()).partition("/p/")[2]
    address = form_address(client, kind, known=token.partition("?")[0])

    shown = client.get(address)
    send(client, address, field_values(shown))

    assert "siv@example.se" not in shown.text
    [booked] = consultations()
    assert (booked.lead_id, booked.email) == (stranger.lead_id, "stranger@example.com")


def test_what_waits_in_quarantine_books_like_anybody_and_waits_too(client: FlaskClient, owner: User) -> None:
    kind = bookable(owner)
    token = _thanks_token(client, website="https://x.example.com", phone="070-174 06 21")
    address = form_address(client, kind, known=token)

    shown = client.get(address)
    response = send(client, address, field_values(shown))

    assert "Vem du är och hur vi når dig vet vi redan" in words(shown)
    assert response.status_code == 303
    [booked] = consultations()
    assert (booked.is_suspect, booked.state) == (True, ConsultationState.REQUESTED)


@pytest.mark.parametrize("is_agreed", [False, True])
def test_from_a_booking_that_waits_for_a_yes_the_next_one_waits_too(
    client: FlaskClient, owner: User, is_agreed: bool
) -> None:
    kind = bookable(owner)
    address = form_address(client, kind)
    send(client, address, filled(address, website="https://x.example.com"))
    [suspect] = consultations()
    if is_agreed:
        with writing():
            confirm(suspect, owner, now())
    address = form_address(client, kind, known=booked_token(suspect))

    send(client, address, field_values(client.get(address)))

    again = consultations()[1]
    assert (again.lead_id, again.email, again.is_suspect) == (suspect.lead_id, "siv@example.se", not is_agreed)


def test_somebody_known_for_themselves_is_asked_in_full_for_a_horse(client: FlaskClient, owner: User) -> None:
    kind = bookable(owner, audience=Audience.HORSE)
    address = form_address(client, kind, known=_thanks_token(client))

    assert "Hästens namn" in words(client.get(address))
    assert "name" in field_values(client.get(address))


@pytest.mark.parametrize("known", ["x", "W10.abc"])
def test_a_broken_link_is_nobody_known(client: FlaskClient, owner: User, known: str) -> None:
    assert "Ditt namn" in words(client.get(form_address(client, bookable(owner), known=known)))


def test_a_booking_gives_away_no_number_that_was_not_typed_with_it(client: FlaskClient, owner: User) -> None:
    talk = bookable(owner)
    with writing():
        video = add_kind(*talk.hosts, slug="video", place=Place.VIDEO)
    recorded(sent("Hej", phone="070-174 06 21"))
    address = chosen(client, video, starts_of(video)[2]).location
    booked = send(client, address, filled(address, phone="")).location
    known = booked.partition("/booked/")[2].partition("?")[0]

    shown = client.get(form_address(client, talk, known=known))

    assert "phone" in field_values(shown)
    assert "070-174" not in "".join(client.get(booked).text.partition("<main")[2].partition("</main>")[0])
    assert consultations()[0].phone == "070-174 06 21"
