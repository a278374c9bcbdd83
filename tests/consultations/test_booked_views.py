import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.accounts.models import User
from app.consultations.booked_links import LIVES, PURPOSE, booked_address, booked_token
from app.consultations.booking import Booker, Details
from app.consultations.kinds import ConsultationKind, Place
from app.consultations.models import Consultation, ConsultationState
from app.consultations.queries import changes_of
from app.consultations.services import book
from app.consultations.weeks import start_in_words
from app.contacts.services import person
from app.core import links
from app.core.clock import now
from app.core.db import db, writing
from tests.consultations.cast import add_consultation, add_host, add_kind
from tests.consultations.visits import bookable, buttons, chosen, consultations, send, starts_of
from tests.enquiries.letters import field_values, words
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
        (Place.VISIT, "Hos dig: Ängsvägen 2, 743\N{NO-BREAK SPACE}30 Storvreta"),
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


# What the visitor does with it


def booked_by_visitor(client: FlaskClient, kind: ConsultationKind, number: int = 5, **changes: Any) -> Consultation:
    """Siv has booked one of the free times."""
    with writing():
        who = Booker(person("Siv Lund", "siv@example.se", "070-174 06 21"))
        return book(kind, starts_of(kind)[number], f"siv{number}", who, Details(**changes), now())


def fresh(consultation: Consultation) -> Consultation:
    """The booking as it is stored now."""
    db.session.rollback()
    db.session.refresh(consultation)
    return consultation


def test_a_new_booking_is_told_with_what_happens_now(client: FlaskClient, owner: User) -> None:
    page = words(client.get(f"{path(booking(owner))}&new=1"))

    assert (
        "Vad händer nu? Du får ett mejl om tiden, med en länk till den här sidan. Vi ringer dig när det är dags."
        in page
    )
    assert "Lägg in i min kalender Boka om Avboka" in page


def test_the_visitors_own_clock_stands_beside_ours(client: FlaskClient, owner: User) -> None:
    page = words(client.get(path(booking(owner, visitor_zone="America/New_York"))))

    assert "kl. 09.00–09.30 Det är svensk tid, alltså 04.00 i New York." in page


def test_the_file_for_calendars_is_an_invitation(client: FlaskClient, owner: User) -> None:
    consultation = booking(owner)
    response = client.get(f"/booked/{booked_token(consultation)}/calendar.ics")

    assert (response.status_code, response.mimetype) == (200, "text/calendar")
    assert response.headers["Content-Disposition"] == "attachment; filename=samtal.ics"
    assert f"UID:{consultation.uid}" in response.text
    assert "DTSTART:20310325T080000Z" in response.text
    assert "Samtal på telefon" not in response.text


def test_opening_any_page_of_a_booking_changes_nothing(client: FlaskClient, owner: User) -> None:
    consultation = booked_by_visitor(client, bookable(owner))
    before = (consultation.starts_at, consultation.state, consultation.sequence)

    for page in ("", "/move", "/cancel", "/calendar.ics"):
        assert client.get(f"/booked/{booked_token(consultation)}{page}").status_code == 200

    fresh(consultation)
    assert (consultation.starts_at, consultation.state, consultation.sequence) == before


def test_d20_a_booking_is_moved_and_keeps_its_link(client: FlaskClient, owner: User) -> None:
    kind, step = bookable(owner, length_minutes=30, step_minutes=15), timedelta(minutes=15)
    free = starts_of(kind)
    inside = next(number for number, start in enumerate(free) if {start - step, start + step} <= set(free))
    consultation = booked_by_visitor(client, kind, inside)
    address, old = f"/booked/{booked_token(consultation)}", consultation.starts_at
    shown = client.get(f"{address}/move")
    wanted = start_in_words(old + step)

    response = client.post(f"{address}/move", data={"start": wanted})
    again = client.post(f"{address}/move", data={"start": wanted})

    assert "din tid nu" in words(shown)
    assert wanted in buttons(shown)
    assert start_in_words(old) not in buttons(shown)
    assert [each.status_code for each in (response, again)] == [303, 303]
    assert "Du har en ny tid. Den gamla är borttagen." in words(client.get(response.location))
    fresh(consultation)
    assert (start_in_words(consultation.starts_at), consultation.sequence) == (wanted, 1)
    assert old - step in starts_of(kind)


def test_d21_a_move_onto_a_taken_time_is_answered_with_others_and_keeps_the_old(
    client: FlaskClient, owner: User
) -> None:
    kind = bookable(owner)
    taken = booked_by_visitor(client, kind, 6)
    consultation = booked_by_visitor(client, kind, 3)
    old = consultation.starts_at

    response = client.post(
        f"/booked/{booked_token(consultation)}/move", data={"start": start_in_words(taken.starts_at)}
    )

    assert response.status_code == 409
    assert "Någon annan hann boka den tiden." in words(response)
    assert "Din tid nu är" in words(response)
    assert len(re.findall(r'<button form="choose"', response.text)) == 3
    fresh(consultation)
    assert (consultation.starts_at, consultation.sequence) == (old, 0)


@pytest.mark.parametrize("start", ["", "x", "0001-01-01T00:00Z"])
def test_a_move_to_no_time_asks_for_one(client: FlaskClient, owner: User, start: str) -> None:
    consultation = booked_by_visitor(client, bookable(owner))

    response = client.post(f"/booked/{booked_token(consultation)}/move", data={"start": start})

    assert response.status_code == 422
    assert "Välj en av tiderna." in words(response)


def test_d19_cancelling_asks_once_more_and_frees_the_time(client: FlaskClient, owner: User) -> None:
    kind = bookable(owner)
    consultation = booked_by_visitor(client, kind)
    address = f"/booked/{booked_token(consultation)}"

    asked = words(client.get(f"{address}/cancel"))
    response = client.post(f"{address}/cancel", data={"why": "Jag är sjuk"})
    again = client.post(f"{address}/cancel")
    page = client.get(response.location)

    assert "Vill du avboka den här tiden?" in asked
    assert [each.status_code for each in (response, again)] == [303, 303]
    fresh(consultation)
    assert (consultation.state, consultation.sequence) == (ConsultationState.CANCELLED, 1)
    assert [change.why for change in changes_of(consultation.id)] == [None, "Jag är sjuk"]
    assert consultation.starts_at in starts_of(kind)
    assert "Din tid är avbokad" in words(page)
    assert "Boka om" not in words(page)
    assert f'href="/book?known={booked_token(consultation)}"' in page.text


def test_a_reason_that_cannot_be_kept_cancels_nothing_and_comes_back(client: FlaskClient, owner: User) -> None:
    consultation = booked_by_visitor(client, bookable(owner))

    response = client.post(f"/booked/{booked_token(consultation)}/cancel", data={"why": "x" * 1001})

    assert response.status_code == 422
    assert field_values(response)["why"] == "x" * 1001
    assert fresh(consultation).state is ConsultationState.BOOKED


def test_whoever_cancelled_books_anew_without_typing_anything(client: FlaskClient, owner: User) -> None:
    kind = bookable(owner)
    consultation = booked_by_visitor(client, kind)
    known = booked_token(consultation)
    client.post(f"/booked/{known}/cancel")
    address = chosen(client, kind, starts_of(kind)[7], known=known).location

    response = send(client, address, field_values(client.get(address)))

    assert response.status_code == 303
    anew = consultations()[-1]
    assert (anew.lead_id, anew.email, anew.phone) == (consultation.lead_id, "siv@example.se", "070-174 06 21")


def test_near_the_time_only_a_call_changes_it(client: FlaskClient, owner: User) -> None:
    consultation = booking(owner, now() + timedelta(minutes=90))
    address = f"/booked/{booked_token(consultation)}"

    page = words(client.get(address))
    answers = [
        client.get(f"{address}/move"),
        client.get(f"{address}/cancel"),
        client.post(f"{address}/move", data={"start": start_in_words(ANOTHER_YEAR)}),
    ]
    refused = client.post(f"{address}/cancel")

    assert "Nu är det så nära att du inte kan ändra tiden här." in page
    assert "070-174 06 10" in page
    assert "Boka om" not in page
    assert {(answer.status_code, answer.location) for answer in answers} == {(303, address)}
    assert refused.status_code == 409
    assert "Ring oss i stället." in words(refused)
    assert fresh(consultation).state is ConsultationState.BOOKED


def test_a_booking_that_has_been_or_is_cancelled_cannot_be_moved(client: FlaskClient, owner: User) -> None:
    consultation = booking(owner, now() - timedelta(days=1))
    address = f"/booked/{booked_token(consultation)}"

    assert client.get(f"{address}/move").location == address
    assert "Boka en ny tid" in words(client.get(address))


def test_who_is_asked_to_move_sees_it_first(client: FlaskClient, owner: User) -> None:
    page = words(client.get(path(booking(owner, asked_to_move_at=now()))))

    assert "Vi behöver byta tid med dig" in page
    assert "Välj en annan tid" in page


def test_a_visitor_joins_and_leaves_those_who_hear_of_earlier_times(client: FlaskClient, owner: User) -> None:
    consultation = booked_by_visitor(client, bookable(owner))
    address = f"/booked/{booked_token(consultation)}"

    asked = client.get(address)
    client.post(f"{address}/earlier", data={"wanted": "y"})
    joined, wants = client.get(address), fresh(consultation).wants_earlier_at
    client.post(f"{address}/earlier", data={})

    assert "Hör av er om en tidigare tid blir ledig" in words(asked)
    assert "Vi mejlar dig om en tidigare tid blir ledig." in words(joined)
    assert "Hör inte av er om tidigare tider" in words(joined)
    assert wants is not None
    assert fresh(consultation).wants_earlier_at is None


def test_another_language_goes_along(client: FlaskClient, owner: User) -> None:
    consultation = booked_by_visitor(client, bookable(owner), language="en")

    page = client.get(path(consultation))

    assert f'href="/booked/{booked_token(consultation)}/move?lang=en"' in page.text
    assert "Keep the time" in words(client.get(f"/booked/{booked_token(consultation)}/move?lang=en"))
