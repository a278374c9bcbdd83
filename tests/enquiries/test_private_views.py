from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.accounts.models import User
from app.core import form_tokens
from app.core.clock import now
from app.core.db import db, writing
from app.enquiries.models import Answer, Enquiry, EnquiryWay
from app.enquiries.private_pages import private_address
from app.enquiries.services import answer
from app.mail.models import Message
from tests.consultations.cast import add_consultation, add_host, add_kind
from tests.enquiries.letters import enquiries, errors, field_values, recorded, sent, words
from tests.storage_that_fails import full_storage


def _path(lead_id: int | None, address: str = "siv@example.se", written_at: datetime | None = None) -> str:
    full = private_address(lead_id or 0, address, "sv", written_at or now())
    return full.removeprefix("https://ledtrad.example.se")


ONE_MINUTE = timedelta(minutes=1)
ANOTHER_YEAR = datetime.fromisoformat("2031-03-25T08:00:00+00:00")


def _reply_form(lead_id: int | None, message: str = "Tack för svaret!", age: timedelta = ONE_MINUTE) -> dict[str, str]:
    return {"token": form_tokens.issue("reply", lead_id, now() - age), "message": message}


def _answered(owner: User) -> Enquiry:
    enquiry = recorded(sent("Hur länge\nfår man låna?"), now() - timedelta(minutes=90))
    with writing():
        answer(enquiry.lead, "Två veckor.\nHälsningar Maj", owner, now())
    return enquiry


def test_the_page_shows_both_sides_and_a_form(client: FlaskClient, owner: User) -> None:
    enquiry = _answered(owner)

    response = client.get(_path(enquiry.lead_id))

    page = words(response)
    assert response.status_code == 200
    assert f", {enquiry.reference} Hur länge får man låna?" in page
    assert page.index("Hur länge") < page.index("Maj Ek , ") < page.index("Två veckor. Hälsningar Maj")
    assert "Skriv till oss" in page
    assert "Ring oss" in page
    assert [response.headers[name] for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")] == [
        "no-store",
        "no-referrer",
        "noindex, nofollow",
    ]
    assert "Set-Cookie" not in response.headers


def test_typed_text_is_shown_as_text(client: FlaskClient, owner: User) -> None:
    enquiry = recorded(sent("<b>Hej</b> & välkommen"))

    assert "&lt;b&gt;Hej&lt;/b&gt; &amp; välkommen" in client.get(_path(enquiry.lead_id)).text


def test_the_first_opening_is_noted_once(client: FlaskClient, owner: User) -> None:
    enquiry = _answered(owner)
    client.head(_path(enquiry.lead_id))
    unopened = db.session.scalars(sa.select(Answer.opened_at)).one()

    client.get(_path(enquiry.lead_id))
    db.session.rollback()
    opened = db.session.scalars(sa.select(Answer.opened_at)).one()
    client.get(_path(enquiry.lead_id))
    db.session.rollback()

    assert unopened is None
    assert opened is not None
    assert db.session.scalars(sa.select(Answer.opened_at)).one() == opened


def test_a_strangers_link_shows_nothing_of_the_contacts_words(client: FlaskClient, owner: User) -> None:
    mine = recorded(sent("HEMLIGT", phone="070-174 06 21"))
    recorded(sent("Jag är Siv", email="stranger@example.com", phone="070-174 06 21"))

    page = words(client.get(_path(mine.lead_id, "stranger@example.com")))

    assert "Jag är Siv" in page
    assert "HEMLIGT" not in page


@pytest.mark.parametrize("token", ["x", "W10.abc", "%00", "a" * 2000])
def test_a_damaged_link_opens_nothing(client: FlaskClient, token: str) -> None:
    assert client.get(f"/p/{token}").status_code == 404
    assert client.post(f"/p/{token}", data={"message": "Hej"}).status_code == 404
    assert client.post(f"/p/{token}/new-link").status_code == 404


def test_a_reply_is_stored_and_shown(client: FlaskClient, owner: User) -> None:
    enquiry = _answered(owner)
    path = _path(enquiry.lead_id)

    response = client.post(
        path, data=_reply_form(enquiry.lead_id), headers={"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    )
    page = words(client.get(response.location))

    assert response.status_code == 303
    assert "Tack! Vi har fått det du skrev och hör av oss." in page
    assert "Tack för svaret!" in page
    reply = enquiries()[-1]
    assert (reply.way, reply.lead_id, reply.message) == (EnquiryWay.REPLY, enquiry.lead_id, "Tack för svaret!")


def test_the_same_reply_sent_again_is_one(client: FlaskClient, owner: User) -> None:
    enquiry = _answered(owner)
    form = _reply_form(enquiry.lead_id)

    answers = [client.post(_path(enquiry.lead_id), data=form).status_code for _ in range(3)]

    assert answers == [303] * 3
    assert len(enquiries()) == 2


@pytest.mark.parametrize(
    ("message", "age", "sentence"),
    [
        ("  ", timedelta(minutes=1), "Skriv något först."),
        (
            "x" * 5001,
            timedelta(minutes=1),
            "Texten får ha högst 5\N{NO-BREAK SPACE}000 tecken. Nu har den 5\N{NO-BREAK SPACE}001.",
        ),
        ("Ett långt brev", timedelta(hours=25), "Sidan hade varit öppen länge."),
    ],
)
def test_a_reply_that_comes_back_has_every_word(
    client: FlaskClient, owner: User, message: str, age: timedelta, sentence: str
) -> None:
    enquiry = _answered(owner)

    response = client.post(_path(enquiry.lead_id), data=_reply_form(enquiry.lead_id, message, age))

    assert response.status_code == 422
    assert " ".join(sentence.split()) in words(response)
    assert field_values(response)["message"] == message.strip()
    assert len(enquiries()) == 1
    assert errors(response) == ([sentence] if age < timedelta(hours=1) else [])


def test_a_form_of_another_lead_is_not_taken(client: FlaskClient, owner: User) -> None:
    mine = _answered(owner)
    other = recorded(sent(name="Bo Ek", email="bo@example.com"))

    response = client.post(_path(mine.lead_id), data=_reply_form(other.lead_id))

    assert response.status_code == 422
    assert len(enquiries()) == 2


def test_a_database_that_cannot_store_gives_the_reply_back(client: FlaskClient, owner: User) -> None:
    enquiry = _answered(owner)

    with full_storage("INSERT INTO enquiry"):
        response = client.post(_path(enquiry.lead_id), data=_reply_form(enquiry.lead_id, "Ett långt brev"))

    assert (response.status_code, response.headers["Retry-After"]) == (503, "10")
    assert field_values(response)["message"] == "Ett långt brev"


def test_an_expired_link_offers_a_new_one_to_the_same_address(client: FlaskClient, owner: User) -> None:
    enquiry = _answered(owner)
    path = _path(enquiry.lead_id, written_at=now() - timedelta(days=91)).partition("?")[0]

    expired = client.get(path)
    asked = [client.post(f"{path}/new-link") for _ in range(3)]
    page = words(client.get(asked[0].location))

    assert expired.status_code == 410
    assert "Länken har slutat gälla" in words(expired)
    assert "Två veckor" not in expired.text
    assert {response.location for response in asked} == {"/new-link"}
    assert "Om sidan finns kvar har vi skickat en ny länk" in page
    assert "siv@example.se" not in expired.text + page
    links = db.session.query(Message).filter_by(kind="new_link").all()
    assert [(message.address, message.lead_id) for message in links] == [("siv@example.se", enquiry.lead_id)]


def test_a_link_to_what_is_gone_gets_the_same_answer_and_no_mail(client: FlaskClient, owner: User) -> None:
    path = _path(12345, written_at=now() - timedelta(days=91)).partition("?")[0]

    response = client.post(f"{path}/new-link")

    assert (response.status_code, response.location) == (303, "/new-link")
    assert db.session.query(Message).count() == 0
    assert client.get(_path(12345)).status_code == 404


def test_what_was_written_while_the_link_ran_out_is_taken(client: FlaskClient, owner: User) -> None:
    enquiry = _answered(owner)
    path = _path(enquiry.lead_id, written_at=now() - timedelta(days=90, minutes=1))

    response = client.post(path, data=_reply_form(enquiry.lead_id, "Skrivet i tid"))

    assert response.status_code == 303
    assert enquiries()[-1].message == "Skrivet i tid"


def test_a_stranger_needs_no_sign_in_and_the_dashboard_stays_closed(client: FlaskClient, owner: User) -> None:
    enquiry = _answered(owner)

    assert client.get(_path(enquiry.lead_id)).status_code == 200
    assert client.get("/enquiries/").status_code == 302


def test_the_page_lists_what_its_own_mailbox_has_booked_and_a_way_to_book(client: FlaskClient, owner: User) -> None:
    mine = recorded(sent("Hej", phone="070-174 06 21"))
    recorded(sent("Jag är Siv", email="stranger@example.com", phone="070-174 06 21"))
    with writing():
        assert mine.lead is not None
        kind = add_kind(add_host(owner))
        add_consultation(mine.lead, kind, ANOTHER_YEAR)

    own = client.get(_path(mine.lead_id))
    strangers = client.get(_path(mine.lead_id, "stranger@example.com"))

    assert "Dina tider 25 mars 2031 09.00 Visa, boka om eller avboka" in words(own)
    assert "/booked/" in own.text
    assert "/booked/" not in strangers.text
    assert "25 mars 2031" not in words(strangers)
    for page in (own, strangers):
        assert 'href="/book?known=' in page.text
