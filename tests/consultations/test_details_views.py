import html
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.accounts.models import User
from app.consultations.booking import Booker, Details
from app.consultations.kinds import ConsultationKind
from app.consultations.models import ConsultationState, Hold
from app.consultations.services import book
from app.consultations.times_views import FORM
from app.consultations.weeks import start_in_words
from app.contacts.models import Consent, ConsentPurpose, SubjectKind
from app.contacts.services import person
from app.core import form_tokens
from app.core.clock import now
from app.core.db import db, writing
from app.leads.models import Lead
from tests.consultations.visits import READING, bookable, buttons, consultations, filled, form_address, send
from tests.enquiries.letters import add_article, field_values, words
from tests.storage_that_fails import full_storage


def starts_of_held(fields: dict[str, str]) -> datetime:
    """The time that a form is about."""
    return datetime.fromisoformat(fields["start"])


def _holds_are_over() -> None:
    with writing() as session:
        session.execute(sa.update(Hold).values(expires_at=now() - timedelta(seconds=1)))


def _taken_by_another(kind: ConsultationKind, start: datetime) -> None:
    """Somebody else books the time; what was held is over."""
    _holds_are_over()
    with writing():
        book(kind, start, "another", Booker(person("Bo Ek", "bo@example.com", "070-174 06 30")), Details(), now())


def test_the_form_says_which_time_is_held_until_when_and_asks_what_a_talk_needs(
    client: FlaskClient, owner: User
) -> None:
    response = client.get(form_address(client, bookable(owner)))

    page = words(response)
    for expected in (
        "Tiden hålls för dig till kl.",
        "Vem gäller det? Mig själv En anhörig En häst",
        "Ditt namn Telefon E-post (valfritt)",
        "Vad vill du prata om? (valfritt)",
        "Jag samtycker till att ni sparar det jag skriver",
        "Boka ",
    ):
        assert expected in page
    assert "Gata och nummer" not in page
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers


def test_a_filled_form_is_a_booking_with_lead_consents_and_article(client: FlaskClient, owner: User) -> None:
    kind, article = bookable(owner), add_article()
    address = form_address(client, kind, article="sova-battre", zone="America/New_York")
    fields = filled(address, subject_kind="horse", subject_name="Saga", wishes="Jag är 640823-3234.", tips="y")

    response = send(client, address, fields)
    page = words(client.get(response.location))

    assert response.status_code == 303
    [booked] = consultations()
    assert (booked.state, booked.kind_id, booked.is_suspect) == (ConsultationState.BOOKED, kind.id, False)
    assert start_in_words(booked.starts_at) == fields["start"]
    assert (booked.email, booked.phone) == ("siv@example.se", "070-174 06 21")
    assert (booked.wishes, booked.visitor_zone) == ("Jag är [personnummer borttaget].", "America/New_York")
    lead = booked.lead
    assert (lead.contact.name, lead.article_id) == ("Siv Lund", article.id)
    assert (lead.subject.kind, lead.subject.name) == (SubjectKind.HORSE, "Saga")
    consents = db.session.execute(sa.select(Consent.purpose, Consent.text_version)).all()
    assert sorted(map(tuple, consents)) == [(ConsentPurpose.ANSWER, "answer-1"), (ConsentPurpose.TIPS, "tips-2")]
    assert "Din tid är bokad" in page
    assert "Du får ett mejl om tiden" in page
    assert "Det är svensk tid, alltså" in page


def test_d24_the_same_form_again_is_one_booking_and_the_same_page(client: FlaskClient, owner: User) -> None:
    address = form_address(client, bookable(owner))
    fields = filled(address)

    answers = [send(client, address, fields) for _ in range(3)]
    reloaded = client.get(address)

    assert {(answer.status_code, answer.location) for answer in [*answers, reloaded]} == {(303, answers[0].location)}
    assert len(consultations()) == 1


def test_a_form_that_was_booked_with_and_is_sent_again_next_day_is_the_same_booking(
    client: FlaskClient, owner: User
) -> None:
    kind = bookable(owner)
    address = form_address(client, kind)
    fields = filled(address)
    booked = send(client, address, fields).location
    stale = form_tokens.issue(FORM, kind.slug, now() - timedelta(hours=25))
    with writing():
        consultations()[0].nonce = form_tokens.read(FORM, kind.slug, stale, now()).nonce

    again = send(client, address, {**fields, "token": stale, "name": ""})

    assert (again.status_code, again.location) == (303, booked)
    assert len(consultations()) == 1


def test_d23_a_time_lost_while_the_form_was_open_keeps_the_answers_and_offers_three(
    client: FlaskClient, owner: User
) -> None:
    kind = bookable(owner)
    address = form_address(client, kind)
    fields = filled(address, wishes="Ett långt brev")
    _taken_by_another(kind, starts_of_held(fields))

    response = send(client, address, fields)
    values = field_values(response)
    offered = list(buttons(response))
    again = send(client, address, {**values, "instead": offered[0]})

    assert response.status_code == 409
    assert "Någon annan hann boka den tiden." in words(response)
    assert (values["wishes"], values["name"], values["consent"]) == ("Ett långt brev", "Siv Lund", "y")
    assert len(offered) == 3
    assert again.status_code == 303
    mine = consultations()[-1]
    assert (start_in_words(mine.starts_at), mine.wishes) == (offered[0], "Ett långt brev")


def test_a_hold_that_is_over_still_books_when_nobody_came_before(client: FlaskClient, owner: User) -> None:
    address = form_address(client, bookable(owner))
    _holds_are_over()

    page = words(client.get(address))
    response = send(client, address, filled(address))

    assert "Tiden hålls inte längre för dig, men den är din om ingen annan hinner före." in page
    assert response.status_code == 303
    assert len(consultations()) == 1


def test_d27_a_kind_that_was_unpublished_meanwhile_is_refused_with_the_answers_kept(
    client: FlaskClient, owner: User
) -> None:
    kind = bookable(owner)
    address = form_address(client, kind)
    fields = filled(address, wishes="Ett långt brev")
    with writing():
        kind.is_published = False

    response = send(client, address, fields)

    assert response.status_code == 409
    assert "Det här går inte att boka just nu." in words(response)
    assert field_values(response)["wishes"] == "Ett långt brev"
    assert consultations() == []


@pytest.mark.parametrize(
    ("changes", "age"),
    [({"website": "https://x.example.com"}, READING), ({}, timedelta(0)), ({"name": "www.x.com"}, READING)],
)
def test_what_looks_like_spam_waits_for_a_yes_and_its_sender_sees_no_difference_in_kind(
    client: FlaskClient, owner: User, changes: dict[str, str], age: timedelta
) -> None:
    address = form_address(client, bookable(owner), age)

    response = send(client, address, filled(address, **changes))

    assert response.status_code == 303
    [booked] = consultations()
    assert (booked.is_suspect, booked.state) == (True, ConsultationState.REQUESTED)
    assert "Din tid väntar på bekräftelse" in words(client.get(response.location))


@pytest.mark.parametrize(
    ("age", "token", "status", "sentence"),
    [
        (timedelta(hours=25), None, 422, "Sidan hade varit öppen länge."),
        (READING, "damaged", 400, "Något gick fel på vägen hit."),
    ],
)
def test_an_expired_or_damaged_token_costs_no_word(
    client: FlaskClient, owner: User, age: timedelta, token: str | None, status: int, sentence: str
) -> None:
    kind = bookable(owner)
    address = form_address(client, kind)
    _holds_are_over()
    stale = token or form_tokens.issue(FORM, kind.slug, now() - age)
    fields = {**filled(address, wishes="Ett långt brev"), "token": stale}

    response = send(client, address, fields)
    values = field_values(response)

    assert response.status_code == status
    assert sentence in words(response)
    assert (values["wishes"], values["name"]) == ("Ett långt brev", "Siv Lund")
    assert send(client, address, values).status_code == 303


def test_a_form_from_another_site_comes_back_filled(client: FlaskClient, owner: User) -> None:
    address = form_address(client, bookable(owner))
    headers = {"Origin": "https://stranger.example.com", "Sec-Fetch-Site": "cross-site"}

    response = client.post(address, data=filled(address, wishes="Ett långt brev"), headers=headers)

    assert response.status_code == 403
    assert field_values(response)["wishes"] == "Ett långt brev"
    assert consultations() == []


@pytest.mark.parametrize("statement", ["INSERT INTO consultation", "SELECT"])
def test_a_full_or_unreachable_database_gives_everything_back(client: FlaskClient, owner: User, statement: str) -> None:
    address = form_address(client, bookable(owner))
    fields = filled(address, wishes='Ett "långt" brev\nmed <två> rader')

    with full_storage(statement):
        response = send(client, address, fields)

    assert (response.status_code, response.headers["Retry-After"]) == (503, "10")
    assert "Ingen tid är bokad än." in words(response)
    kept = {name: html.unescape(value) for name, value in field_values(response).items()}
    assert kept == fields
    assert send(client, address, kept).status_code == 303


@pytest.mark.parametrize("query", ["", "?start=2031-03-25T08:00Z", "?token=x&start=2031-03-25T08:00Z"])
def test_the_form_without_a_time_of_its_own_leads_back_to_the_times(
    client: FlaskClient, owner: User, query: str
) -> None:
    bookable(owner)

    assert client.get(f"/book/samtal/details{query}").location == "/book/samtal"
    assert client.get("/book/finns-inte/details").status_code == 404


def test_booking_moves_the_lead_on(client: FlaskClient, owner: User) -> None:
    address = form_address(client, bookable(owner))

    send(client, address, filled(address))

    db.session.rollback()
    assert db.session.scalars(sa.select(Lead.stage)).all() == ["consultation"]
