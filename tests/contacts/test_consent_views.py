"""Yes and no on the pages of a lead and of its contact."""

import pytest
from flask import Flask

from app.contacts.models import ConsentPurpose
from app.core.db import writing
from app.leads.models import Lead
from tests.contacts.consents import consented
from tests.leads.cast import add_contact, add_lead
from tests.leads.page import read
from tests.signed_in import SignedIn

TIPS, ANSWER = ConsentPurpose.TIPS, ConsentPurpose.ANSWER


@pytest.fixture
def lead(app: Flask) -> Lead:
    """Siv's, who has an address."""
    with writing():
        return add_lead(add_contact(email="siv@example.se"))


def _pages(lead: Lead) -> tuple[str, str]:
    return f"/leads/{lead.id}", f"/contacts/{lead.contact_id}"


def _see(browser: SignedIn, address: str) -> str:
    return read(browser.get(address).text, "consents-title")


def test_each_purpose_that_stands_can_be_taken_back_and_says_what_follows(owner_client: SignedIn, lead: Lead) -> None:
    consented(lead.contact)
    consented(lead.contact, ANSWER)

    for page in _pages(lead):
        seen = _see(owner_client, page)

        assert "Återkalla: tips med e-post" in seen
        assert "inga fler tips skickas, och planer som skickar tips stannar" in seen
        assert "Återkalla: spara uppgifter för att svara" in seen
        assert "det som har skrivits om hälsa får inte användas mer" in seen
        assert "Notera ett ja till tips" not in seen


def test_who_takes_it_back_comes_to_where_they_were(owner_client: SignedIn, lead: Lead) -> None:
    consented(lead.contact)
    address = f"/contacts/{lead.contact_id}/consents/tips/withdraw"

    there = owner_client.post(address, data={"lead": str(lead.id)}).headers["Location"]
    here = owner_client.post(address).headers["Location"]

    assert (there, here) == (f"/leads/{lead.id}#consents-title", f"/contacts/{lead.contact_id}#consents-title")


def test_what_was_taken_back_is_seen_and_told(owner_client: SignedIn, lead: Lead) -> None:
    consented(lead.contact)

    owner_client.post(f"/contacts/{lead.contact_id}/consents/tips/withdraw")

    seen = _see(owner_client, f"/leads/{lead.id}")
    assert "Taget tillbaka i dag" in seen
    assert "Återkalla" not in seen
    assert "Notera ett ja till tips" in seen
    timeline = read(owner_client.get(f"/leads/{lead.id}").text, "timeline")
    assert "Maj Ek noterade att samtycket är återkallat: Tips med e-post" in timeline


def test_without_a_yes_to_answer_the_page_warns(owner_client: SignedIn, lead: Lead) -> None:
    warning = "Använd inte det som har skrivits om hälsa"
    assert warning not in _see(owner_client, f"/leads/{lead.id}")
    consented(lead.contact, ANSWER)
    assert warning not in _see(owner_client, f"/leads/{lead.id}")

    owner_client.post(f"/contacts/{lead.contact_id}/consents/answer/withdraw")

    assert warning in _see(owner_client, f"/leads/{lead.id}")


def test_a_yes_by_word_of_mouth_is_noted(owner_client: SignedIn, lead: Lead) -> None:
    address = f"/contacts/{lead.contact_id}/consents/tips"

    answer = owner_client.post(address, data={"said": "I telefon: gärna tips", "lead": str(lead.id)})

    page = owner_client.get(answer.headers["Location"]).text
    assert "noterat för hand" in read(page, "consents-title")
    assert "”I telefon: gärna tips”" in read(page, "consents-title")
    assert "Maj Ek noterade ett samtycke: Tips med e-post" in read(page, "timeline")


def test_more_than_is_kept_of_a_yes_comes_back_whole(owner_client: SignedIn, lead: Lead) -> None:
    said = "Ja, " * 200

    answer = owner_client.post(f"/contacts/{lead.contact_id}/consents/tips", data={"said": said, "lead": str(lead.id)})

    assert answer.status_code == 422
    assert said.strip() in answer.text
    assert f'name="lead" value="{lead.id}"' in answer.text
    assert "noterat för hand" not in read(owner_client.get(f"/leads/{lead.id}").text, "consents-title")


def test_a_refusal_says_why(owner_client: SignedIn, lead: Lead) -> None:
    consented(lead.contact)

    answer = owner_client.post(f"/contacts/{lead.contact_id}/consents/tips", data={"said": "Ja tack"})

    assert answer.status_code == 409
    assert "Kontakten har redan sagt ja till tips." in answer.text


def test_what_is_not_there_is_not_found(owner_client: SignedIn, lead: Lead) -> None:
    addresses = (
        f"/contacts/{lead.contact_id}/consents/cake/withdraw",
        "/contacts/4711/consents/tips/withdraw",
        "/contacts/4711/consents/tips",
    )

    assert [owner_client.post(address).status_code for address in addresses] == [404, 404, 404]
