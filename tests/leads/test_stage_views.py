import re
from collections.abc import Callable

import pytest
from flask import Flask

from app.accounts.models import User
from app.core.clock import now
from app.core.db import db, writing
from app.leads.models import Lead
from app.leads.moving import Facts, enter_stage
from app.leads.own_stages import every_stage, facts_of, first_stage, stage_name
from app.leads.queries import lost_reasons
from app.leads.stage_editing import StageFacts
from app.leads.stages import RequiredFact, Stage
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead, add_stage, own_again
from tests.leads.page import read, rows, typed, undo_in
from tests.leads.test_reason_editing import names
from tests.leads.test_stage_editing import FIRST, walk
from tests.signed_in import SignedIn

pytestmark = pytest.mark.usefixtures("lists_put_back")
PAGE = "/leads/stages/"


def said(client: SignedIn) -> str:
    """What the toast of the next page says."""
    return read(client.get(PAGE).text, "toasts").splitlines()[0]


def test_the_page_tells_of_each_stage(app: Flask, owner: User, owner_client: SignedIn) -> None:
    offer = add_stage(facts=(RequiredFact.VALUE, RequiredFact.WHY))
    with writing():
        enter_stage(add_lead(add_contact()), offer, owner, NOW, facts=Facts(value_ore=0, why="Bad om pris"))

    page = read(owner_client.get(PAGE).text)

    assert "Offert skickad räknas som Beslut\nStannar upp efter 3 dagar. Frågar efter: värdet i kronor, varför" in page
    assert "En affär i Offert skickad" in page
    assert "Varför affärer förloras" in page


def test_only_the_owner_changes_the_stages(app: Flask, staff_client: SignedIn) -> None:
    stage_id = first_stage(Stage.NEW).id
    reason_id = lost_reasons()[0].id
    gets = (PAGE, "/leads/stages/add", f"/leads/stages/{stage_id}", f"/leads/lost-reasons/{reason_id}")
    posts = (
        *(
            "/leads/stages/add",
            f"/leads/stages/{stage_id}",
            f"/leads/stages/{stage_id}/step?by=up",
            "/leads/stages/order",
        ),
        *(f"/leads/stages/{stage_id}/put-away", f"/leads/stages/{stage_id}/bring-back", "/leads/lost-reasons/add"),
        *(f"/leads/lost-reasons/{reason_id}{act}" for act in ("", "/step?by=up", "/put-away", "/bring-back")),
    )

    assert {staff_client.get(address).status_code for address in gets} == {403}
    assert {staff_client.post(address).status_code for address in posts} == {403}


def test_a_stage_is_added_and_taken_back(app: Flask, owner_client: SignedIn) -> None:
    new = {"name_sv": "Offert skickad", "meaning": "decision", "expected_days": "5", "wanted": ["value", "why"]}

    wrong = owner_client.post("/leads/stages/add", data={**new, "meaning": "", "expected_days": "0"})
    right = owner_client.post("/leads/stages/add", data=new)

    assert (wrong.status_code, right.status_code, walk()) == (422, 303, [*FIRST, "Offert skickad"])
    assert "Välj vad steget betyder." in read(wrong.text)
    assert "Skriv ett tal från 1 till 365." in read(wrong.text)
    assert typed(wrong.text, "name_sv") == "Offert skickad"
    added = own_again(max(own.id for own in every_stage()))
    assert (added.expected_days, facts_of(added)) == (5, [RequiredFact.VALUE, RequiredFact.WHY])
    assert said(owner_client) == "Steget Offert skickad är tillagt."
    owner_client.post(f"/leads/stages/{added.id}/put-away")
    assert walk() == FIRST


def test_a_stage_is_renamed_everywhere(app: Flask, owner_client: SignedIn) -> None:
    own = first_stage(Stage.NEW)
    with writing():
        lead = add_lead(add_contact())

    form = owner_client.get(f"/leads/stages/{own.id}").text
    sent = {"name_sv": "Ring upp", "name_en": "Call", "seen": typed(form, "seen"), "expected_days": "2"}
    answer = owner_client.post(f"/leads/stages/{own.id}", data=sent)

    assert answer.status_code == 303
    assert read(owner_client.get(f"/leads/{lead.id}").text, "stage").splitlines()[1] == "Ring upp"
    assert "Ring upp" in read(owner_client.get("/leads/").text)


def test_a_changed_stage_is_changed_back(app: Flask, owner_client: SignedIn) -> None:
    own = add_stage(facts=(RequiredFact.WHY,))
    before = StageFacts.of(own)
    url = f"/leads/stages/{own.id}"
    owner_client.post(url, data={"name_sv": "Offert ute", "expected_days": "9", "seen": before.mark})
    undo = undo_in(owner_client.get(PAGE).text)

    owner_client.post(undo)

    assert "Offert" not in str(undo)
    assert StageFacts.of(own_again(own.id)) == before
    assert said(owner_client) == "Ångrat. Steget är som förut."
    assert "Någon har ändrat" not in owner_client.post(undo, follow_redirects=True).text  # twice is once
    owner_client.post(url, data={"name_sv": "Tänker", "seen": before.mark})
    assert "Någon har ändrat steget sedan dess" in owner_client.post(undo).text


def test_what_was_changed_meanwhile_is_shown_before_it_is_written_over(app: Flask, owner_client: SignedIn) -> None:
    own = add_stage()
    url, seen = f"/leads/stages/{own.id}", StageFacts.of(own).mark
    owner_client.post(url, data={"name_sv": "Offert ute", "expected_days": "9", "wanted": "phone", "seen": seen})

    late = owner_client.post(url, data={"name_sv": "Offert", "expected_days": "4", "seen": seen})
    again = owner_client.post(url, data={"name_sv": "Offert", "expected_days": "4", "seen": typed(late.text, "seen")})

    assert (late.status_code, again.status_code, walk()[-1]) == (409, 303, "Offert")
    words = read(late.text)
    assert "Nu heter det Offert ute. Stannar upp efter 9 dagar. Frågar efter: ett telefonnummer." in words
    assert typed(late.text, "name_sv") == "Offert"


def test_stages_are_moved_by_buttons_and_back_again(app: Flask, owner_client: SignedIn) -> None:
    decision = first_stage(Stage.DECISION).id

    owner_client.post(f"/leads/stages/{decision}/step?by=up")
    moved = walk()
    undo = f"/leads/stages/{decision}/step?by=down"
    page = owner_client.get(PAGE).text
    owner_client.post(undo)

    assert moved == ["Ny", "Kontaktad", "Konsultation", "Beslut", "Provperiod"]
    assert f'action="{undo}"' in page.partition('id="toasts"')[2]
    assert walk() == FIRST
    assert owner_client.post(f"/leads/stages/{decision}/step?by=sideways").status_code == 400


def test_stages_are_dragged_into_order(app: Flask, owner_client: SignedIn) -> None:
    ids = [first_stage(meaning).id for meaning in (Stage.TRIAL, Stage.NEW)]

    answer = owner_client.post("/leads/stages/order", data={"stage": [*ids, "nonsense"]})

    assert (answer.status_code, walk()[:2]) == (204, ["Provperiod", "Ny"])
    page = owner_client.get(PAGE).text
    assert read(page, "toasts").startswith("Ordningen är sparad.")
    owner_client.post(undo_in(page))
    assert walk() == FIRST


def test_putting_away_asks_where_the_leads_go(app: Flask, owner: User, owner_client: SignedIn) -> None:
    own = add_stage()
    with writing():
        lead = add_lead(add_contact())
        enter_stage(lead, own, owner, NOW, facts=Facts())
    url = f"/leads/stages/{own.id}/put-away"

    asked = owner_client.get(url)
    refused = owner_client.post(url, data={"to": first_stage(Stage.WON).id})
    done = owner_client.post(url, data={"to": first_stage(Stage.DECISION).id})

    assert "En affär står här. Den behöver ett annat steg som också räknas som Beslut." in read(asked.text)
    assert (refused.status_code, done.status_code) == (422, 303)
    page = owner_client.get(PAGE).text
    assert read(page, "toasts").startswith("Steget är undanlagt. En affär är flyttad.")
    db.session.expire_all()
    assert (stage_name(db.session.get_one(Lead, lead.id)), walk()) == ("Beslut", FIRST)
    assert "Maj Ek flyttade från Offert skickad till Beslut" in read(
        owner_client.get(f"/leads/{lead.id}").text, "timeline"
    )
    owner_client.post(undo_in(page))
    db.session.expire_all()
    assert (stage_name(db.session.get_one(Lead, lead.id)), walk()) == ("Offert skickad", [*FIRST, "Offert skickad"])
    assert said(owner_client) == "Ångrat. Steget är tillbaka."


def test_what_has_been_moved_since_is_said(app: Flask, owner: User, owner_client: SignedIn) -> None:
    own = add_stage()
    with writing():
        lead = add_lead(add_contact())
        enter_stage(lead, own, owner, NOW, facts=Facts())
    owner_client.post(f"/leads/stages/{own.id}/put-away", data={"to": first_stage(Stage.DECISION).id})
    undo = undo_in(owner_client.get(PAGE).text)
    with writing():
        enter_stage(db.session.get_one(Lead, lead.id), first_stage(Stage.TRIAL), owner, now(), facts=Facts())

    owner_client.post(undo)

    assert said(owner_client) == "Ångrat. Steget är tillbaka. En affär har flyttats sedan dess och står kvar."


def test_the_counts_lead_to_just_those_leads(app: Flask, owner: User, owner_client: SignedIn) -> None:
    own = add_stage()
    with writing():
        for name, phone, stage in (("Siv Lund", "21", own), ("Bo Ek", "22", first_stage(Stage.DECISION))):
            enter_stage(add_lead(add_contact(name, f"070-174 06 {phone}")), stage, owner, NOW, facts=Facts())
    page = owner_client.get(PAGE).text

    found = [
        rows(
            owner_client.get(
                re.findall(rf'id="stage-{stage.id}".*?list-count" href="([^"]*)"', page, re.DOTALL)[0]
            ).text
        )
        for stage in (own, first_stage(Stage.DECISION), first_stage(Stage.NEW))
    ]

    assert found == [["Siv Lund"], ["Bo Ek"], []]


def test_reasons_are_kept_on_the_same_page(app: Flask, owner_client: SignedIn) -> None:
    first = lost_reasons()[0]
    url = f"/leads/lost-reasons/{first.id}"

    empty = owner_client.post("/leads/lost-reasons/add", data={"name_sv": ""})
    owner_client.post("/leads/lost-reasons/add", data={"name_sv": "Flyttade", "name_en": "Moved"})
    seen = typed(owner_client.get(url).text, "seen")
    owner_client.post(url, data={"name_sv": "Priset", "name_en": "The price", "seen": seen})
    undo = undo_in(owner_client.get(PAGE).text)
    late = owner_client.post(url, data={"name_sv": "Dyrt", "seen": seen})
    owner_client.post(f"{url}/step?by=down")

    assert empty.status_code == 422
    assert "Ge anledningen ett namn." in read(empty.text)
    assert (late.status_code, typed(late.text, "name_sv")) == (409, "Dyrt")
    assert (names()[1], names()[-1]) == ("Priset", "Flyttade")
    owner_client.post(undo)
    assert names()[1] == first.name_sv
    owner_client.post(url, data={"name_sv": "Priset", "seen": typed(owner_client.get(url).text, "seen")})
    owner_client.post(f"{url}/put-away")
    assert "Priset" not in names()
    owner_client.post(f"{url}/bring-back")
    assert "Priset" in names()


def test_the_page_asks_the_database_as_often_for_many_leads(
    app: Flask, owner_client: SignedIn, count_queries: Callable[[], int]
) -> None:
    with writing():
        add_lead(add_contact())
    owner_client.get(PAGE)
    count_queries()
    owner_client.get(PAGE)
    once = count_queries()
    for number in range(10):
        add_stage(name_sv=f"Steg {number}", facts=RequiredFact)
    count_queries()

    owner_client.get(PAGE)

    assert count_queries() == once
