from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import User
from app.contacts.models import ReachBy, SubjectKind
from app.core import form_tokens
from app.core.clock import now
from app.core.db import db, writing
from app.enquiries.deadlines import answer_due_at, due_words
from app.enquiries.models import EnquiryState, Wish
from app.mail.models import Message
from tests.consultations.cast import add_host, add_kind
from tests.enquiries.letters import add_article, enquiries, field_values, filled, post_form, recorded, words


def _promise(received_at: datetime) -> str:
    return due_words(answer_due_at(received_at)).replace("\u00a0", " ")


def test_the_form_asks_in_words_and_says_what_happens(client: FlaskClient) -> None:
    response = client.get("/contact")

    page = words(response)
    for expected in (
        "Ställ en fråga",
        "Vad vill du?",
        "Ditt meddelande",
        "Vem gäller det?",
        "E-post eller telefon räcker.",
        "Jag samtycker till att ni sparar det jag skriver, även uppgifter om hälsa",
        "Jag vill gärna få tips med e-post ibland. (valfritt)",
        "Maj Ek läser och svarar.",
        f"Du får svar senast {_promise(now())}.",
        "Ingen annan får se det du skriver.",
    ):
        assert expected in page
    assert field_values(response)["wish"] == "ask"
    assert "consent" not in field_values(response)
    assert "Set-Cookie" not in response.headers


def test_the_form_speaks_english_when_asked(client: FlaskClient) -> None:
    response = client.get("/contact?lang=en")

    assert '<html lang="en">' in response.text
    assert "I agree that you store what I write, including information about health" in words(response)


def test_the_form_of_an_article_knows_the_article_the_wish_and_where_one_came_from(client: FlaskClient) -> None:
    add_article()

    response = client.get(
        "/articles/sova-battre/ask?wish=try&from=top&utm_source=brev", headers={"Referer": "https://example.com/x"}
    )

    assert "Du läste Att sova bättre" in words(response)
    values = field_values(response)
    assert (values["wish"], values["from"], values["utm_source"]) == ("try", "top", "brev")
    assert (values["ref"], values["page"]) == ("example.com", "/articles/sova-battre/ask")
    assert client.get("/articles/nothing/ask").status_code == 404


def test_the_page_before_is_remembered_when_it_is_ours(client: FlaskClient) -> None:
    response = client.get("/contact", headers={"Referer": "http://localhost/articles/sova-battre?secret=1"})

    assert field_values(response)["page"] == "/articles/sova-battre"


def test_a_filled_form_is_stored_whole_and_thanked_for(app: Flask, client: FlaskClient) -> None:
    article = add_article()
    form = filled(
        app,
        "sova-battre",
        wish="try",
        message="Rad ett\r\n\r\nRad två 🐴",
        subject_kind="horse",
        subject_name="Saga",
        name="  Siv Lund ",
        phone="070-174 06 21",
        reach_by="sms",
        tips="y",
        page="/articles/sova-battre",
        ref="example.com",
        utm_source="brev",
        **{"from": "end"},
    )

    response = post_form(client, form, "/articles/sova-battre/ask")
    thanks = client.get(response.location)

    assert response.status_code == 303
    [enquiry] = enquiries()
    assert (enquiry.state, enquiry.article_id, enquiry.wish) == (EnquiryState.OPEN, article.id, Wish.TRY)
    assert (enquiry.name, enquiry.email, enquiry.phone) == ("Siv Lund", "siv@example.se", "070-174 06 21")
    assert (enquiry.subject_kind, enquiry.subject_name, enquiry.reach_by) == (SubjectKind.HORSE, "Saga", ReachBy.SMS)
    assert enquiry.message == "Rad ett\n\nRad två 🐴"
    assert (enquiry.consent_version, enquiry.tips_version, enquiry.language) == ("answer-1", "tips-2", "sv")
    assert (enquiry.page, enquiry.referrer_host, enquiry.button, enquiry.utm_source) == (
        "/articles/sova-battre",
        "example.com",
        "end",
        "brev",
    )
    page = words(thanks)
    assert "Tack! Vi har fått det du skrev." in page
    assert enquiry.reference in page
    assert f"Maj Ek svarar dig senast {_promise(enquiry.received_at)}." in page
    assert "Du får en bekräftelse med e-post" in page
    assert "personnummer" not in page
    assert (thanks.headers["Cache-Control"], thanks.headers["Referrer-Policy"]) == ("no-store", "no-referrer")


def test_whoever_wants_to_book_is_led_to_the_times_where_there_are_any(
    app: Flask, client: FlaskClient, owner: User
) -> None:
    add_article()
    without = [client.get("/articles/sova-battre/ask?wish=book"), client.get("/articles/sova-battre")]
    thanked_without = client.get(post_form(client, filled(app, wish="book")).location)
    with writing():
        add_kind(add_host(owner))

    form, article = client.get("/articles/sova-battre/ask?wish=book"), client.get("/articles/sova-battre")
    other_form = client.get("/articles/sova-battre/ask?wish=try")
    thanked, asked = (client.get(post_form(client, filled(app, wish=wish)).location) for wish in ("book", "ask"))

    assert all("/book" not in page.text.replace("wish=book", "") for page in (*without, thanked_without, other_form))
    for page in (form, article):
        assert 'href="/book?article=sova-battre"' in page.text
    assert "Välj en tid" in words(thanked)
    for page, is_first in ((thanked, True), (asked, False)):
        button = page.text.partition('href="/book?known=')[0].rpartition("<a")[2]
        assert ("quiet" not in button) is is_first


def test_a_masked_identity_number_is_told_of(app: Flask, client: FlaskClient) -> None:
    response = post_form(client, filled(app, message="Jag är 640823-3234."))

    assert "Du hade skrivit ett personnummer. Vi tog bort det innan vi sparade" in words(client.get(response.location))
    assert enquiries()[0].message == "Jag är [personnummer borttaget]."


def test_who_leaves_a_number_only_is_called(app: Flask, client: FlaskClient) -> None:
    response = post_form(client, filled(app, email="", phone="070-174 06 21", wish="call", message=""))

    page = words(client.get(response.location))
    assert "Maj Ek ringer dig senast" in page
    assert "Du lämnade ingen e-postadress" in page
    assert db.session.query(Message).filter_by(kind="enquiry_confirmation").count() == 0


@pytest.mark.parametrize("token", ["nonsense", "WyJMVC1BIiwxXQ.abc"])
def test_thanks_are_for_who_has_the_link(client: FlaskClient, token: str) -> None:
    assert client.get(f"/thanks/{token}").status_code == 404


@pytest.mark.parametrize(
    ("age", "token", "status", "sentence"),
    [
        (timedelta(hours=25), None, 422, "Sidan hade varit öppen länge."),
        (None, "damaged", 400, "Något gick fel på vägen hit."),
        (None, "", 400, "Något gick fel på vägen hit."),
    ],
)
def test_an_expired_or_damaged_token_costs_no_word(
    app: Flask, client: FlaskClient, age: timedelta | None, token: str | None, status: int, sentence: str
) -> None:
    form = filled(app, message="Ett långt brev", **({"age": age} if age else {}))
    if token is not None:
        form["token"] = token

    response = post_form(client, form)

    assert response.status_code == status
    assert sentence in words(response)
    values = field_values(response)
    assert (values["message"], values["name"], values["consent"]) == ("Ett långt brev", "Siv Lund", "y")
    fresh = form_tokens.read("enquiry", None, values["token"], now())
    assert fresh.is_fresh
    assert enquiries() == []


def test_a_form_that_was_stored_and_is_sent_again_next_day_is_thanked_for(app: Flask, client: FlaskClient) -> None:
    form = filled(app, age=timedelta(hours=25))
    nonce = form_tokens.read("enquiry", None, form["token"], now()).nonce
    enquiry = recorded()
    with writing():
        enquiry.nonce = nonce

    response = post_form(client, form)

    assert response.status_code == 303
    assert enquiry.reference in words(client.get(response.location))
    assert len(enquiries()) == 1


def test_a_form_from_another_site_comes_back_filled(app: Flask, client: FlaskClient) -> None:
    headers = {"Origin": "https://stranger.example.com", "Sec-Fetch-Site": "cross-site"}

    response = client.post("/contact", data=filled(app, message="Ett långt brev"), headers=headers)

    assert response.status_code == 403
    assert "Formuläret skickades från en annan webbplats." in words(response)
    assert field_values(response)["message"] == "Ett långt brev"
    assert enquiries() == []


def test_the_form_of_an_article_that_was_taken_down_is_still_taken(app: Flask, client: FlaskClient) -> None:
    article = add_article()
    form = filled(app, "sova-battre")
    with writing():
        article.is_published = False

    assert post_form(client, form, "/articles/sova-battre/ask").status_code == 303
    assert enquiries()[0].article_id == article.id


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [({"website": "https://x.example.com"}, "trap"), ({"age": timedelta(seconds=1)}, "too_fast")],
)
def test_what_looks_like_spam_waits_and_its_sender_sees_the_same_thanks(
    app: Flask,
    client: FlaskClient,
    changes: dict[str, str],
    reasons: str,
) -> None:
    good = post_form(client, filled(app))
    suspect = post_form(client, filled(app, **changes))

    first, second = enquiries()
    assert (first.state, second.state, second.spam_reasons) == (EnquiryState.OPEN, EnquiryState.QUARANTINED, reasons)
    pages = [
        words(client.get(response.location)).replace(row.reference, "LT")
        for response, row in ((good, first), (suspect, second))
    ]
    assert pages[0] == pages[1]


def test_the_network_address_is_kept_as_a_keyed_hash(app: Flask, client: FlaskClient) -> None:
    for address in ("192.0.2.7", "192.0.2.7", "192.0.2.8", "2001:db8::1", "2001:db8::2", "2001:db8:1::1"):
        client.post("/contact", data=filled(app), environ_base={"REMOTE_ADDR": address})

    hashes = [enquiry.address_hash or "" for enquiry in enquiries()]
    assert [hashes.index(value) for value in hashes] == [0, 0, 2, 3, 3, 5]
    assert all("192" not in value or len(value) == 32 for value in hashes)


def test_every_way_to_the_form_is_light(client: FlaskClient) -> None:
    page = client.get("/contact")
    with client.get("/static/public.css") as style:
        assert len(page.data) + len(style.data) < 50_000
    assert "<script" not in page.text
    assert "http" not in page.text.replace("http://www.w3.org", "").partition("<body>")[0]
