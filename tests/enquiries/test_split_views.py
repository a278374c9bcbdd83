import re

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.models import User
from app.contacts.models import Contact
from app.core.clock import now
from app.core.db import db, writing
from app.enquiries.models import Enquiry
from app.enquiries.services import answer
from app.enquiries.splits import EnquirySplit
from app.leads.queries import lead_to_change
from tests.enquiries.letters import recorded, sent, words
from tests.enquiries.shared_mailbox import Shared, contact_of, make_shared
from tests.leads.cast import add_contact
from tests.signed_in import SignedIn


@pytest.fixture
def shared(app: Flask) -> Shared:
    return make_shared()


def test_the_timeline_leads_to_whose_it_may_be(shared: Shared, owner_client: SignedIn) -> None:
    address = f"/enquiries/{shared.enquiry}/split"
    assert f'href="{address}"' in owner_client.get(f"/leads/{shared.lead}").text
    assert f'href="{address}"' in owner_client.get("/enquiries/").text

    page = words(owner_client.get(address))

    assert "Det avsändaren skrev Karin Ek familjen@example.se · 070-174 06 41" in page
    assert "Ligger hos Karin Berg familjen@example.se" in page
    assert "Ny kontakt: Karin Ek" in page


def test_a_contact_is_found_by_a_search(shared: Shared, owner_client: SignedIn) -> None:
    eva_id = contact_of(recorded(sent("Hej", name="Eva Ek", email=None, phone="070-174 06 45")).id).id

    page = owner_client.get(f"/enquiries/{shared.enquiry}/split?q=0701740645")

    assert f'href="/enquiries/{shared.enquiry}/split?to={eva_id}"' in page.text
    assert f"split?to={shared.mother}" not in page.text
    nobody = words(owner_client.get(f"/enquiries/{shared.enquiry}/split?q=finnsinte"))
    assert "Ingen annan kontakt stämmer med ”finnsinte”." in nobody


def test_what_follows_is_said_before_it_is_done(shared: Shared, owner_client: SignedIn) -> None:
    page = words(owner_client.get(f"/enquiries/{shared.enquiry}/split?to=new"))

    assert "Från Karin Berg" in page
    assert "Till en ny kontakt Karin Ek familjen@example.se · 070-174 06 41" in page
    assert "Hos Karin Berg blir resten kvar: frågor och svar (1)." in page
    assert "Ja till ”Spara uppgifter för att svara”, ”Tips med e-post” följer med" in page
    assert "Ta bort 070-174 06 41 från Karin Berg" in page


def test_the_button_moves_it_and_the_toast_takes_it_back(shared: Shared, owner_client: SignedIn) -> None:
    sent_form = {"from": str(shared.mother), "to": "new", "what": "enquiry", "forget": "phone"}
    done = owner_client.post(f"/enquiries/{shared.enquiry}/split", data=sent_form, follow_redirects=True)

    assert "Förfrågan hör nu till Karin Ek." in words(done)
    assert "flyttade hit en förfrågan från Karin Berg" in words(done)
    assert contact_of(shared.enquiry).name == "Karin Ek"
    assert db.session.get_one(Contact, shared.mother).phone is None
    assert "flyttade en förfrågan till Karin Ek" in words(owner_client.get(f"/leads/{shared.lead}"))
    split_id = db.session.scalars(sa.select(EnquirySplit.id)).one()
    assert f'action="/enquiries/splits/{split_id}/undo"' in done.text
    note = words(owner_client.get(f"/contacts/{shared.mother}"))
    assert re.search(r"En förfrågan flyttades till Karin Ek .* Ångra flytten", note)

    back = owner_client.post(f"/enquiries/splits/{split_id}/undo", follow_redirects=True)

    assert "Flytten är ångrad. Det hör till Karin Berg igen." in words(back)
    assert "ångrade flytten till Karin Ek" in words(back)
    assert back.request.path == f"/leads/{shared.lead}"
    assert owner_client.get(f"/enquiries/splits/{split_id}").status_code == 404


def test_a_whole_lead_is_moved_where_it_is_nothing_else(app: Flask, owner_client: SignedIn) -> None:
    with writing():
        add_contact("Siv Lund", email="siv@example.se")
    letter = recorded(sent("Hej", name="Siv", email="siv@example.se"), now())
    from_id = contact_of(letter.id).id
    page = words(owner_client.get(f"/enquiries/{letter.id}/split?to=new"))
    assert "Hela affären, för den är inget annat än den här förfrågan." in page

    sent_form = {"from": str(from_id), "to": "new", "what": "lead"}
    done = owner_client.post(f"/enquiries/{letter.id}/split", data=sent_form, follow_redirects=True)

    assert "Affären hör nu till Siv." in words(done)
    assert "flyttade hit affären från Siv Lund" in words(done)


def test_what_stops_an_undo_is_said_instead_of_a_button(shared: Shared, owner: User, owner_client: SignedIn) -> None:
    sent_form = {"from": str(shared.mother), "to": "new", "what": "enquiry"}
    owner_client.post(f"/enquiries/{shared.enquiry}/split", data=sent_form)
    split_id = db.session.scalars(sa.select(EnquirySplit.id)).one()
    assert "Flytta tillbaka till Karin Berg" in words(owner_client.get(f"/enquiries/splits/{split_id}"))
    with writing():
        lead = lead_to_change(db.session.get_one(Enquiry, shared.enquiry).lead_id or 0)
        assert lead
        answer(lead, "Ja.", db.session.get_one(User, owner.id), now())

    page = words(owner_client.get(f"/enquiries/splits/{split_id}"))

    assert "Förfrågan har besvarats eller avslutats sedan dess, så den får stå kvar." in page
    assert "Flytta tillbaka till" not in page
    refused = owner_client.post(f"/enquiries/splits/{split_id}/undo")
    assert (refused.status_code, contact_of(shared.enquiry).name) == (409, "Karin Ek")


def test_the_form_sent_twice_moves_it_once(shared: Shared, owner_client: SignedIn) -> None:
    sent_form = {"from": str(shared.mother), "to": "new", "what": "enquiry"}
    owner_client.post(f"/enquiries/{shared.enquiry}/split", data=sent_form)

    again = owner_client.post(f"/enquiries/{shared.enquiry}/split", data=sent_form)

    assert "Förfrågan eller kontakten har flyttats eller raderats sedan du öppnade sidan." in words(again)
    assert db.session.query(Contact).count() == 2


def test_nobody_else_and_nothing_is_no_page(shared: Shared, owner_client: SignedIn) -> None:
    address = f"/enquiries/{shared.enquiry}/split"
    nowhere = [f"{address}?to={shared.mother}", f"{address}?to=4711000", f"{address}?to=x", "/enquiries/4711/split"]

    assert [owner_client.get(one).status_code for one in nowhere] == [404] * 4
    wrong = [{"to": "x"}, {"to": "4711000"}, {"to": str(2**40)}]
    assert [owner_client.post(address, data=form).status_code for form in wrong] == [404] * 3
