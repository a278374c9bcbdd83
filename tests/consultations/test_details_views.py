import html
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.accounts.models import User
from app.consultations.agreeing import confirm
from app.consultations.booked_links import booked_token
from app.consultations.booking import Booker, Details
from app.consultations.kinds import Audience, ConsultationKind, KindQuestion, Place, TravelBand
from app.consultations.models import ConsultationState, Hold
from app.consultations.services import book
from app.consultations.times_views import FORM
from app.consultations.weeks import start_in_words
from app.contacts.models import Consent, ConsentPurpose, SubjectKind
from app.contacts.services import person
from app.core import form_tokens
from app.core.clock import now
from app.core.db import db, writing
from app.enquiries.private_pages import private_address
from app.leads.models import Lead
from tests.consultations.cast import add_kind
from tests.consultations.visits import READING, bookable, buttons, chosen, consultations, filled, send, starts_of
from tests.enquiries.letters import add_article, enquiries, errors, field_values, post_form, recorded, sent, words
from tests.enquiries.letters import filled as filled_letter
from tests.storage_that_fails import full_storage


def _address(client: FlaskClient, kind: ConsultationKind, age: timedelta = READING, **arguments: str) -> str:
    """Where the button of the second free time leads."""
    return chosen(client, kind, starts_of(kind)[1], age, **arguments).location


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
    response = client.get(_address(client, bookable(owner)))

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
    address = _address(client, kind, article="sova-battre", zone="America/New_York")
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
    address = _address(client, bookable(owner))
    fields = filled(address)

    answers = [send(client, address, fields) for _ in range(3)]
    reloaded = client.get(address)

    assert {(answer.status_code, answer.location) for answer in [*answers, reloaded]} == {(303, answers[0].location)}
    assert len(consultations()) == 1


def test_a_form_that_was_booked_with_and_is_sent_again_next_day_is_the_same_booking(
    client: FlaskClient, owner: User
) -> None:
    kind = bookable(owner)
    address = _address(client, kind)
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
    address = _address(client, kind)
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


def starts_of_held(fields: dict[str, str]) -> datetime:
    """The time that a form is about."""
    return datetime.fromisoformat(fields["start"])


def test_a_hold_that_is_over_still_books_when_nobody_came_before(client: FlaskClient, owner: User) -> None:
    address = _address(client, bookable(owner))
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
    address = _address(client, kind)
    fields = filled(address, wishes="Ett långt brev")
    with writing():
        kind.is_published = False

    response = send(client, address, fields)

    assert response.status_code == 409
    assert "Det här går inte att boka just nu." in words(response)
    assert field_values(response)["wishes"] == "Ett långt brev"
    assert consultations() == []


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
    address = _address(client, bookable(owner))
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
    address = _address(client, kind, lang="en")
    first, second = (f"question_{question.id}" for question in kind.questions)

    unanswered = send(client, address, filled(address, **{first: ""}))
    done = send(client, address, filled(address, **{first: "Tolv år", second: ""}))

    assert errors(unanswered) == ["Answer this question."]
    assert done.status_code == 303
    [booked] = consultations()
    assert [(answer.question, answer.answer) for answer in booked.answers] == [("How old?", "Tolv år")]
    assert booked.language == "en"


@pytest.mark.parametrize(
    ("changes", "age"),
    [({"website": "https://x.example.com"}, READING), ({}, timedelta(0)), ({"name": "www.x.com"}, READING)],
)
def test_what_looks_like_spam_waits_for_a_yes_and_its_sender_sees_no_difference_in_kind(
    client: FlaskClient, owner: User, changes: dict[str, str], age: timedelta
) -> None:
    address = _address(client, bookable(owner), age)

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
    address = _address(client, kind)
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
    address = _address(client, bookable(owner))
    headers = {"Origin": "https://stranger.example.com", "Sec-Fetch-Site": "cross-site"}

    response = client.post(address, data=filled(address, wishes="Ett långt brev"), headers=headers)

    assert response.status_code == 403
    assert field_values(response)["wishes"] == "Ett långt brev"
    assert consultations() == []


@pytest.mark.parametrize("statement", ["INSERT INTO consultation", "SELECT"])
def test_a_full_or_unreachable_database_gives_everything_back(client: FlaskClient, owner: User, statement: str) -> None:
    address = _address(client, bookable(owner))
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


# Whoever is known already


def test_from_the_thanks_nothing_is_typed_again(client: FlaskClient, owner: User) -> None:
    kind = bookable(owner)
    letter = filled_letter(client.application, wish="book", phone="070-174 06 21")
    thanks = client.get(post_form(client, letter).location)
    way = thanks.text.partition('href="/book?known=')[2].partition('"')[0]
    address = _address(client, kind, known=way)

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
    address = _address(client, kind, known=way)

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
    address = _address(client, kind, known=token.partition("?")[0])

    shown = client.get(address)
    send(client, address, field_values(shown))

    assert "siv@example.se" not in shown.text
    [booked] = consultations()
    assert (booked.lead_id, booked.email) == (stranger.lead_id, "stranger@example.com")


def test_what_waits_in_quarantine_books_like_anybody_and_waits_too(client: FlaskClient, owner: User) -> None:
    kind = bookable(owner)
    token = _thanks_token(client, website="https://x.example.com", phone="070-174 06 21")
    address = _address(client, kind, known=token)

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
    address = _address(client, kind)
    send(client, address, filled(address, website="https://x.example.com"))
    [suspect] = consultations()
    if is_agreed:
        with writing():
            confirm(suspect, owner, now())
    address = _address(client, kind, known=booked_token(suspect))

    send(client, address, field_values(client.get(address)))

    again = consultations()[1]
    assert (again.lead_id, again.email, again.is_suspect) == (suspect.lead_id, "siv@example.se", not is_agreed)


def test_somebody_known_for_themselves_is_asked_in_full_for_a_horse(client: FlaskClient, owner: User) -> None:
    kind = bookable(owner, audience=Audience.HORSE)
    address = _address(client, kind, known=_thanks_token(client))

    assert "Hästens namn" in words(client.get(address))
    assert "name" in field_values(client.get(address))


@pytest.mark.parametrize("known", ["x", "W10.abc"])
def test_a_broken_link_is_nobody_known(client: FlaskClient, owner: User, known: str) -> None:
    assert "Ditt namn" in words(client.get(_address(client, bookable(owner), known=known)))


def test_booking_moves_the_lead_on(client: FlaskClient, owner: User) -> None:
    address = _address(client, bookable(owner))

    send(client, address, filled(address))

    db.session.rollback()
    assert db.session.scalars(sa.select(Lead.stage)).all() == ["consultation"]


def test_a_booking_gives_away_no_number_that_was_not_typed_with_it(client: FlaskClient, owner: User) -> None:
    talk = bookable(owner)
    with writing():
        video = add_kind(*talk.hosts, slug="video", place=Place.VIDEO)
    recorded(sent("Hej", phone="070-174 06 21"))
    address = chosen(client, video, starts_of(video)[2]).location
    booked = send(client, address, filled(address, phone="")).location
    known = booked.partition("/booked/")[2].partition("?")[0]

    shown = client.get(_address(client, talk, known=known))

    assert "phone" in field_values(shown)
    assert "070-174" not in "".join(client.get(booked).text.partition("<main")[2].partition("</main>")[0])
    assert consultations()[0].phone == "070-174 06 21"
