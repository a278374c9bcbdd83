import re

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.models import User
from app.core.db import db, writing
from app.follow_ups.models import FollowUp, FollowUpKind
from app.leads.models import Lead, LeadStage
from app.leads.own_stages import first_stage, stage_name
from app.leads.queries import lost_reasons
from app.leads.stages import RequiredFact, Stage
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead, add_stage
from tests.leads.page import read, typed
from tests.signed_in import SignedIn

PIECE = {"HX-Request": "true"}


@pytest.fixture
def lead(app: Flask) -> Lead:
    """Siv's, of whom we know nothing but the number."""
    with writing():
        return add_lead(add_contact())


@pytest.fixture
def offer(app: Flask, lists_put_back: None) -> LeadStage:
    """An added stage that wants to know everything."""
    return add_stage(facts=RequiredFact)


def address(lead: Lead, own: LeadStage, **more: object) -> str:
    """Where the lead is moved to the stage."""
    return f"/leads/{lead.id}/move?to={own.id}" + "".join(f"&{name}={value}" for name, value in more.items())


def undo_in(page: str) -> str:
    """Where the toast of the page takes the move back."""
    found = re.search(r'action="(/leads/\d+/move/undo\?[^"]+)"', page)
    assert found, "nothing can be undone"
    return found[1].replace("&amp;", "&")


def test_a_stage_that_asks_nothing_is_one_tap_and_taken_back(lead: Lead, owner_client: SignedIn) -> None:
    page = owner_client.get(f"/leads/{lead.id}").text
    decision = first_stage(Stage.DECISION)
    answer = owner_client.post(f"/leads/{lead.id}/move", data={"to": decision.id, "from": first_stage(Stage.NEW).id})
    db.session.expire_all()
    moved = lead.stage
    undone = owner_client.post(undo_in(owner_client.get(f"/leads/{lead.id}").text))

    assert f'name="to" value="{decision.id}">Beslut' in page
    assert (answer.status_code, moved, undone.status_code) == (303, Stage.DECISION, 303)
    db.session.expire_all()
    assert lead.stage is Stage.NEW
    assert "Ångrat. Affären står åter i Ny." in read(owner_client.get(f"/leads/{lead.id}").text, "toasts")


def test_the_lead_page_shows_the_owners_stages_and_asks_in_place(
    lead: Lead, offer: LeadStage, owner_client: SignedIn
) -> None:
    page = owner_client.get(f"/leads/{lead.id}").text
    piece = owner_client.get(address(lead, offer), headers=PIECE).text

    assert read(page, "stage").splitlines()[1:7] == [
        *("Ny", "Kontaktad", "Konsultation", "Provperiod", "Beslut", "Offert skickad"),
    ]
    assert f'<a class="stepper-step" href="{address(lead, offer)}" data-hx-get="{address(lead, offer)}"' in page
    assert "<html" not in piece
    assert 'id="enter-value"' in piece
    assert 'id="enter-phone"' not in piece


def test_lost_asks_for_its_reason_in_the_same_move(lead: Lead, owner_client: SignedIn) -> None:
    lost, reason = first_stage(Stage.LOST), lost_reasons()[1]

    asked = owner_client.get(address(lead, lost))
    refused = owner_client.post(address(lead, lost), data={"why": "Vill tänka"})
    accepted = owner_client.post(address(lead, lost), data={"why": "Vill tänka", "lost_reason": reason.id})

    assert "Anledning till att affären är förlorad" in read(asked.text)
    assert refused.status_code == 422
    assert "Välj en anledning till att affären är förlorad." in read(refused.text)
    assert typed(refused.text, "enter-why") == "Vill tänka"
    assert accepted.status_code == 303
    db.session.expire_all()
    assert (lead.stage, lead.lost_reason_id, lead.next_step_at) == (Stage.LOST, reason.id, None)
    assert reason.name_sv in read(owner_client.get(f"/leads/{lead.id}").text, "next-step")


def test_everything_that_is_missing_is_said_at_once_and_what_was_typed_is_kept(
    lead: Lead, offer: LeadStage, owner_client: SignedIn
) -> None:
    sent = {"value": "mycket", "email": "siv", "kind": "call", "title": "Fråga", "when": "other"}

    page = owner_client.post(address(lead, offer), data=sent)

    words = read(page.text)
    assert page.status_code == 422
    for sentence in (
        "Skriv ett belopp i kronor, till exempel 12 500 eller 49,50.",
        "Det där är ingen e-postadress.",
        "Välj vem som har hand om affären.",
        "Välj vilken dag.",
        "Skriv varför affären flyttas.",
    ):
        assert sentence in words
    assert [typed(page.text, field) for field in ("enter-value", "enter-email", "enter-title")] == [
        *("mycket", "siv", "Fråga"),
    ]


def test_what_is_said_is_kept_and_the_page_goes_on_to_where_it_was_asked_from(
    lead: Lead, offer: LeadStage, owner: User, owner_client: SignedIn
) -> None:
    sent = {"value": "12 500", "email": "Siv@Example.se", "owner": owner.id, "kind": "call", "when": "tomorrow"}

    answer = owner_client.post(address(lead, offer, next="/leads/?stage=new"), data={**sent, "why": "Bad om pris"})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/leads/?stage=new")
    db.session.expire_all()
    assert (stage_name(lead), lead.value_ore, lead.contact.email) == ("Offert skickad", 12_500_00, "Siv@example.se")
    assert [(step.kind, step.is_suggested) for step in db.session.scalars(sa.select(FollowUp))] == [
        (FollowUpKind.CALL, False)
    ]
    assert "flyttad till Offert skickad." in read(owner_client.get("/leads/").text, "toasts")


def test_a_move_goes_on_to_no_other_site(lead: Lead, owner_client: SignedIn) -> None:
    answer = owner_client.post(address(lead, first_stage(Stage.TRIAL), next="//example.com/"))

    assert answer.headers["Location"] == f"/leads/{lead.id}"


def test_a_lead_that_was_moved_meanwhile_is_not_moved_again(lead: Lead, owner_client: SignedIn) -> None:
    new = first_stage(Stage.NEW).id
    owner_client.post(address(lead, first_stage(Stage.TRIAL)), data={"from": new})

    late = owner_client.post(address(lead, first_stage(Stage.CONTACTED)), data={"from": new})

    assert late.status_code == 422
    assert "Affären har flyttats till Provperiod under tiden." in read(late.text)
    db.session.expire_all()
    assert lead.stage is Stage.TRIAL


@pytest.mark.parametrize("made", ["", "nonsense"])
def test_an_undo_that_is_not_ours_is_no_page(lead: Lead, owner_client: SignedIn, made: str) -> None:
    assert owner_client.post(f"/leads/{lead.id}/move/undo?made={made}").status_code == 404


def test_an_undo_belongs_to_its_lead(lead: Lead, owner_client: SignedIn) -> None:
    with writing():
        other = add_lead(add_contact("Bo Ek", "070-174 06 22"), now=NOW)
    owner_client.post(address(lead, first_stage(Stage.TRIAL)))
    undo = undo_in(owner_client.get("/leads/").text)

    assert owner_client.post(undo.replace(f"/leads/{lead.id}/", f"/leads/{other.id}/")).status_code == 404


def test_no_stage_of_that_key_is_no_page(lead: Lead, owner_client: SignedIn) -> None:
    addresses = (
        f"/leads/{lead.id}/move?to=99999",
        f"/leads/{lead.id}/move",
        f"/leads/99999/move?to={first_stage(Stage.NEW).id}",
    )
    assert [owner_client.get(address).status_code for address in addresses] == [404, 404, 404]


def test_a_value_is_written_in_place(lead: Lead, owner_client: SignedIn) -> None:
    url = f"/leads/{lead.id}/value"

    wrong = owner_client.post(url, data={"value": "mycket"})
    right = owner_client.post(url, data={"value": "12 500 kr"})
    page = owner_client.get(f"/leads/{lead.id}").text

    assert (wrong.status_code, right.status_code) == (422, 303)
    assert "Skriv ett belopp i kronor" in read(wrong.text, "stage")
    assert typed(wrong.text, "value") == "mycket"
    assert typed(page, "value") == "12\N{NO-BREAK SPACE}500"
    assert "Maj Ek satte värdet till 12 500 kr" in read(page, "timeline")

    owner_client.post(url, data={"value": ""})
    assert "Maj Ek tog bort värdet" in read(owner_client.get(f"/leads/{lead.id}").text, "timeline")
