"""What a lead's page says of why somebody may not be reached, and of what else belongs to them."""

from flask import Flask

from app.accounts.models import User
from app.contacts.consents import withdraw_consent
from app.contacts.models import ConsentPurpose, Contact, SubjectKind
from app.core.clock import now
from app.core.db import db, writing
from app.enquiries.spam import Rung
from app.mail.suppressions import stop_undeliverable
from tests.conftest import NOW
from tests.enquiries.letters import recorded, sent, words
from tests.leads.cast import add_contact, add_lead
from tests.signed_in import SignedIn


def _page(client: SignedIn, lead_id: int) -> str:
    return words(client.get(f"/leads/{lead_id}"))


def test_a_lead_that_nothing_is_wrong_with_warns_of_nothing(owner_client: SignedIn) -> None:
    letter = recorded(sent())

    page = owner_client.get(f"/leads/{letter.lead_id}").text

    assert "notice-due" not in page
    assert "related-title" not in page


def test_it_says_why_they_may_not_be_reached(app: Flask, owner_client: SignedIn) -> None:
    letter = recorded(sent())
    with writing():
        stop_undeliverable("siv@example.se", now())
        nobody = add_contact("Bo Ek")
        nobody.phone = nobody.phone_e164 = None
        lead_id = add_lead(nobody).id

    assert "Mejl till siv@example.se kommer inte fram, så inga fler skickas dit. Ändra adressen" in _page(
        owner_client, letter.lead_id or 0
    )
    assert "kontakten går inte att nå. Lägg till" in _page(owner_client, lead_id)


def test_it_says_that_their_yes_was_taken_back(owner: User, owner_client: SignedIn) -> None:
    letter = recorded(sent())
    assert letter.lead
    with writing():
        contact = db.session.get_one(Contact, letter.lead.contact_id)
        withdraw_consent([contact], ConsentPurpose.ANSWER, db.session.get_one(User, owner.id), NOW)

    page = _page(owner_client, letter.lead_id or 0)

    assert "Kontakten har tagit tillbaka sitt ja till att ni sparar uppgifterna. Radera personen" in page


def test_it_says_that_something_of_theirs_waits_in_quarantine(owner_client: SignedIn) -> None:
    letter = recorded(sent())
    recorded(sent("Köp nu!", failed=(Rung.TRAP,)))
    other = recorded(sent(name="Bo Ek", email="bo@example.se"))

    waits = "En förfrågan från samma e-postadress ligger i karantän. Visa karantänen"
    assert waits in _page(owner_client, letter.lead_id or 0)
    assert waits not in _page(owner_client, other.lead_id or 0)


def test_other_leads_of_theirs_and_of_who_shares_their_mailbox_are_named(
    owner_client: SignedIn,
) -> None:
    letter = recorded(sent())
    recorded(sent(subject_kind=SubjectKind.HORSE, subject_name="Blixten"))
    recorded(sent(name="Bo Ek"))
    recorded(sent(name="Eva Ek", email="eva@example.se"))
    with writing():
        add_lead(add_contact("Åsa Öberg", "070-174 06 44"))

    page = _page(owner_client, letter.lead_id or 0)

    assert "Hör ihop med Blixten Ny Senast aktiv" in page
    assert "Bo Ek Ny Samma e-post eller telefon" in page
    assert "Eva Ek" not in page
    assert "Åsa Öberg" not in page
