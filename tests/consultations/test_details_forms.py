import pytest
from flask.testing import FlaskClient

from app.accounts.models import User
from app.consultations.kinds import Audience, KindQuestion, Place, TravelBand
from app.consultations.weeks import start_in_words
from app.contacts.models import SubjectKind
from app.core.db import writing
from tests.consultations.visits import (
    bookable,
    chosen,
    consultations,
    filled,
    form_address,
    send,
    starts_of,
)
from tests.enquiries.letters import errors, field_values, words


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({"name": ""}, ["Skriv ditt namn."]),
        ({"phone": ""}, ["Skriv ditt telefonnummer, så att vi kan ringa dig."]),
        ({"phone": "12"}, ["Det här ser inte ut som ett telefonnummer. Så här kan ett se ut: 070-174 06 05."]),
        ({"email": "siv"}, ["Det här ser inte ut som en e-postadress. Så här kan en se ut: namn@example.se."]),
        ({"email": "", "tips": "y"}, ["Skriv din e-postadress om du vill ha tips."]),
        ({"consent": None}, ["Kryssa i rutan. Utan ditt samtycke får vi inte spara det du skriver."]),
        ({"subject_kind": "cat"}, ["Välj ett av alternativen."]),
        ({"wishes": "a\x00b"}, ["Här finns tecken som inte kan sparas. Ta bort dem och försök igen."]),
    ],
)
def test_what_is_wrong_stands_beside_its_field_with_all_that_was_typed(
    client: FlaskClient, owner: User, changes: dict[str, str | None], sentences: list[str]
) -> None:
    address = form_address(client, bookable(owner))
    fields = filled(address, **changes)

    response = send(client, address, fields)

    assert response.status_code == 422
    assert errors(response) == sentences
    assert "Allt du har skrivit finns kvar." in words(response)
    values = field_values(response)
    kept = [name for name in ("token", "start", "name", "phone", "email") if name in fields]
    assert {name: values[name] for name in kept} == {name: fields[name] for name in kept}
    assert consultations() == []


@pytest.mark.parametrize(
    ("place", "needed"),
    [
        (Place.PHONE, {"phone"}),
        (Place.VIDEO, {"email"}),
        (Place.OURS, {"email"}),
        (Place.VISIT, {"phone", "street_address", "city", "postcode"}),
    ],
)
def test_each_place_needs_its_own(client: FlaskClient, owner: User, place: Place, needed: set[str]) -> None:
    kind = bookable(owner, place=place)
    with writing() as session:
        session.add(TravelBand(postcode_from="75000", postcode_until="75999", travel_minutes=30))
    token_and_start = filled(f"token=x&start={start_in_words(starts_of(kind)[5])}", phone="", email="")

    response = send(client, "/book/samtal/details", token_and_start)

    wrong = {part.partition('"')[0] for part in response.text.split('<p class="error" id="')[1:]}
    assert wrong == {f"{name}-error" for name in needed}


def test_a_visit_is_booked_with_its_address_and_the_way_there(client: FlaskClient, owner: User) -> None:
    kind = bookable(owner, place=Place.VISIT, audience=Audience.HORSE)
    with writing() as session:
        session.add(TravelBand(postcode_from="75000", postcode_until="75999", travel_minutes=30))
    start = starts_of(kind)[5]
    address = chosen(client, kind, start, postcode="753 20").location
    shown = client.get(address)
    stable = {"street_address": "Hagvägen 2", "city": "Uppsala", "postcode": "753 20", "subject_name": "Saga"}

    too_far = send(client, address, filled(address, **{**stable, "postcode": "98101"}))
    unnamed = send(client, address, filled(address, **{**stable, "subject_name": ""}))
    done = send(client, address, filled(address, **stable))

    assert field_values(shown)["postcode"] == "753 20"
    assert "Hästens namn" in words(shown)
    assert "Stallets adress" in words(shown)
    assert errors(too_far) == ["Dit kommer vi inte på egen hand än. Är det rätt postnummer, fem siffror?"]
    assert errors(unnamed) == ["Skriv hästens namn."]
    assert done.status_code == 303
    [booked] = consultations()
    assert (booked.travel_minutes, booked.street_address, booked.city) == (30, "Hagvägen 2", "Uppsala")
    assert booked.lead.subject.kind is SubjectKind.HORSE


def test_the_kinds_own_questions_are_asked_and_kept_in_the_words_of_the_page(client: FlaskClient, owner: User) -> None:
    kind = bookable(
        owner,
        questions=[
            KindQuestion(words_sv="Hur gammal?", words_en="How old?", is_required=True, position=1),
            KindQuestion(words_sv="Något mer?", words_en="", position=2),
        ],
    )
    address = form_address(client, kind, lang="en")
    first, second = (f"question_{question.id}" for question in kind.questions)

    unanswered = send(client, address, filled(address, **{first: ""}))
    done = send(client, address, filled(address, **{first: "Tolv år", second: ""}))

    assert errors(unanswered) == ["Answer this question."]
    assert done.status_code == 303
    [booked] = consultations()
    assert [(answer.question, answer.answer) for answer in booked.answers] == [("How old?", "Tolv år")]
    assert booked.language == "en"
