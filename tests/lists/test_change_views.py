"""The pages on which something is done to many, as a person sees them."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from app.accounts.models import User
from app.contacts.tags import find_or_add_tag, remove_tag
from app.core.db import db, writing
from app.leads.models import Lead, LostReason
from app.leads.own_stages import first_stage
from app.leads.services import hand_over
from app.leads.stages import Stage
from app.lists import carrying
from app.lists.models import BulkChange, BulkState
from tests.conftest import NOW
from tests.leads.page import read
from tests.lists.cast import add_leads
from tests.signed_in import SignedIn, sign_in


def choose(browser: SignedIn, kind: str, rows: list[int], **more: str) -> str:
    """Tick the rows and press a button of the bar; the address of the change."""
    answer = browser.post("/lists/preview", data={"list_of": "leads", "do": kind, "row": rows, **more})
    assert answer.status_code == 303, read(answer.text)
    return answer.headers["Location"]


def say(browser: SignedIn, address: str, **fields: object) -> TestResponse:
    return browser.post(f"{address}/say", data=fields, follow_redirects=True)


def owners() -> list[int | None]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Lead.owner_id).order_by(Lead.id)))


def test_an_owner_is_changed_after_a_look_and_changed_back(owner_client: SignedIn, owner: User, staff: User) -> None:
    with writing():
        ids = [lead.id for lead in [*add_leads(2, owner), *add_leads(1, staff)]]

    address = choose(owner_client, "owner", ids, asked="owner=me&q=kontakt")
    asks = read(owner_client.get(address).text)
    looks = say(owner_client, address, owner=staff.id).text
    before = owners()
    done = owner_client.post(f"{address}/begin", follow_redirects=True).text
    changed = owners()
    undone = owner_client.post(f"{address}/undo", follow_redirects=True).text

    assert "3 affärer är valda." in asks
    assert "Sixten Alm" in asks
    assert "2 ändras\nNy ansvarig: Sixten Alm" in read(looks)
    assert "Kontakt 0001\nKontakt 0002" in read(looks)
    assert "En lämnas som den är\n1 Har redan den ansvariga.\nKontakt 0001" in read(looks)
    assert "Byt ansvarig för 2 affärer" in read(looks)
    assert before == [owner.id, owner.id, staff.id]
    assert changed == [staff.id] * 3
    assert "2 affärer har bytt ansvarig" in read(done)
    assert "Ångra" in read(done)
    assert 'href="/leads/?owner=me&amp;q=kontakt"' in done
    assert owners() == [owner.id, owner.id, staff.id]
    assert "2 är som förut" in read(undone)


def test_what_somebody_thinks_of_doing_is_theirs_alone_until_it_has_begun(
    app: Flask, staff_client: SignedIn, owner: User, staff: User
) -> None:
    with writing():
        ids = [lead.id for lead in add_leads(2, staff)]
    address = choose(staff_client, "owner", ids)
    others = sign_in(app, owner)
    answers = [others.get(address), others.get(f"{address}?change=1")]
    answers += [others.post(f"{address}/{act}") for act in ("say", "begin", "undo", "carry-on")]
    say(staff_client, address, owner=owner.id)
    answers.append(others.get(address))

    staff_client.post(f"{address}/begin")

    assert {answer.status_code for answer in answers} == {404}
    assert owners() == [owner.id] * 2
    assert others.get(address).status_code == 200


def test_a_new_tag_is_named_before_it_is_made(owner_client: SignedIn) -> None:
    with writing():
        ids = [lead.id for lead in add_leads(1)]

    looks = say(owner_client, choose(owner_client, "tag", ids), tag="Ridklubben").text

    assert "En ändras\nNy tagg: Ridklubben Välj något annat\nKontakt 0001" in read(looks)


def test_a_tag_that_somebody_removed_meanwhile_is_said_to_be_gone(owner_client: SignedIn) -> None:
    with writing():
        ids = [lead.id for lead in add_leads(1)]
        tag = find_or_add_tag("Mässan")
    address = choose(owner_client, "tag", ids)
    owner_client.post(f"{address}/say", data={"tag": "mässan"})
    with writing():
        remove_tag(tag, NOW)

    page = owner_client.get(address)

    assert page.status_code == 409
    assert "Det som valdes finns inte längre." in read(page.text)
    assert owner_client.get(f"{address}?change").status_code == 200


def test_where_all_goes_well_one_is_back_in_the_list_with_a_way_to_undo(
    owner_client: SignedIn, owner: User, staff: User
) -> None:
    with writing():
        ids = [lead.id for lead in add_leads(2, owner)]
    address = choose(owner_client, "owner", ids, asked="stage=new")
    say(owner_client, address, owner=0)

    answer = owner_client.post(f"{address}/begin")
    page = owner_client.get(answer.headers["Location"]).text

    assert answer.headers["Location"] == "/leads/?stage=new"
    assert "2 affärer har bytt ansvarig." in page
    assert f'action="{address}/undo"' in page


def test_all_that_the_list_shows_are_read_anew(owner_client: SignedIn, owner: User, staff: User) -> None:
    with writing():
        add_leads(40, owner)
        add_leads(2, staff)

    address = choose(owner_client, "owner", [], all="1", asked=f"owner={owner.id}")
    page = say(owner_client, address, owner=staff.id).text

    assert "40 ändras" in read(page)
    assert "och 30 till" in read(page)


def test_what_somebody_did_meanwhile_is_seen_when_it_is_carried_out(
    owner_client: SignedIn, owner: User, staff: User
) -> None:
    with writing():
        ids = [lead.id for lead in add_leads(2, owner)]
    address = choose(owner_client, "owner", ids)
    say(owner_client, address, owner=staff.id)
    with writing():
        hand_over(db.session.get_one(Lead, ids[0]), db.session.get_one(User, staff.id), owner, NOW)

    page = owner_client.post(f"{address}/begin", follow_redirects=True).text

    assert "En affär har bytt ansvarig" in read(page)
    assert "En lämnades som den är\n1 Har redan den ansvariga.\nKontakt 0001" in read(page)


def test_nothing_said_is_asked_again(owner_client: SignedIn, owner: User) -> None:
    with writing():
        ids = [lead.id for lead in add_leads(1, owner)]
    address = choose(owner_client, "owner", ids)

    answer = owner_client.post(f"{address}/say")

    assert answer.status_code == 422
    assert "Välj vem som ska ha affärerna." in answer.text


def test_nothing_chosen_is_refused_in_words(owner_client: SignedIn) -> None:
    answer = owner_client.post("/lists/preview", data={"list_of": "leads", "do": "owner"})

    assert answer.status_code == 409
    assert "Välj minst en rad först." in answer.text


def test_what_is_no_list_and_no_act_is_refused(owner_client: SignedIn) -> None:
    for fields in ({"list_of": "x", "do": "owner"}, {"list_of": "leads", "do": "x"}, {}):
        assert owner_client.post("/lists/preview", data=fields).status_code == 400


def test_many_are_lost_for_one_reason(owner_client: SignedIn, owner: User) -> None:
    with writing():
        ids = [lead.id for lead in add_leads(2, owner)]
    lost = str(first_stage(Stage.LOST).id)
    reason = db.session.scalars(sa.select(LostReason)).first()
    assert reason is not None
    address = choose(owner_client, "stage", ids)

    asked = say(owner_client, address, stage=lost)
    unanswered = owner_client.post(f"{address}/say", data={"stage": lost, "answers": lost})
    looks = say(owner_client, address, stage=lost, answers=lost, lost_reason=reason.id)
    owner_client.post(f"{address}/begin")
    db.session.rollback()
    stages = [(lead.stage, lead.lost_reason_id) for lead in db.session.scalars(sa.select(Lead).order_by(Lead.id))]

    assert asked.status_code == 200
    assert "Varför är de förlorade?" in read(asked.text)
    assert "Välj en anledning." not in asked.text
    assert unanswered.status_code == 422
    assert "Välj en anledning." in unanswered.text
    assert "Nytt steg: Förlorad" in read(looks.text)
    assert "Flytta 2 affärer" in read(looks.text)
    assert stages == [(Stage.LOST, reason.id)] * 2


def test_a_ready_task_is_planned_for_many(owner_client: SignedIn, owner: User) -> None:
    with writing():
        ids = [lead.id for lead in add_leads(2, owner)]
    address = choose(owner_client, "next_step", ids)

    looks = say(owner_client, address, then="offer").text
    owner_client.post(f"{address}/begin")

    assert "Skicka en offert" in read(looks)
    assert db.session.scalars(sa.select(Lead.next_step_at).where(Lead.next_step_at.is_(None))).all() == []


def test_a_day_of_ones_own_must_be_named(owner_client: SignedIn, owner: User) -> None:
    with writing():
        ids = [lead.id for lead in add_leads(1, owner)]
    address = choose(owner_client, "next_step", ids)

    answer = owner_client.post(
        f"{address}/say", data={"kind": "call", "title": "Ring om mässan", "when": "other", "day": ""}
    )

    assert answer.status_code == 422
    assert "Välj vilken dag." in answer.text
    assert 'value="Ring om mässan"' in answer.text


def test_many_are_erased_when_their_number_is_typed(owner_client: SignedIn, owner: User) -> None:
    with writing():
        ids = [lead.id for lead in add_leads(3, owner)]
    address = choose(owner_client, "erase", ids[:2])

    looks = read(owner_client.get(address).text)
    refused = owner_client.post(f"{address}/begin", data={"count": "3"})
    kept = owners()
    done = owner_client.post(f"{address}/begin", data={"count": "2"}, follow_redirects=True).text

    assert "Det går inte att ångra." in looks
    assert "2 affärer med allt som hör till raderas också." in looks
    assert "Radera 2 personer för gott" in looks
    assert refused.status_code == 422
    assert "Skriv 2, så många som raderas." in refused.text
    assert len(kept) == 3
    assert len(owners()) == 1
    assert "2 personer är raderade." in done
    assert f"{address}/undo" not in done


def test_what_takes_long_shows_how_far_it_has_come_and_goes_on(
    owner_client: SignedIn, owner: User, staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing():
        ids = [lead.id for lead in add_leads(120, owner)]
    address = choose(owner_client, "owner", ids)
    say(owner_client, address, owner=staff.id)
    monkeypatch.setattr(carrying, "PATIENCE_SECONDS", 0)

    page = owner_client.post(f"{address}/begin", follow_redirects=True).text
    first = owner_client.post(f"{address}/carry-on", headers={"HX-Request": "true"}).text
    last = owner_client.post(f"{address}/carry-on", headers={"HX-Request": "true"}).text

    assert "100 av 120 är klara." in read(page)
    assert f'data-hx-post="{address}/carry-on"' in page
    assert "120 av 120 är klara." in first
    assert "120 affärer har bytt ansvarig" in last
    assert "data-hx-trigger" not in last
    assert owners() == [staff.id] * 120


def test_the_latest_changes_say_who_did_what_and_nothing_of_anybody(
    owner_client: SignedIn, owner: User, staff: User
) -> None:
    with writing():
        ids = [lead.id for lead in add_leads(2, owner)]
    address = choose(owner_client, "tag", ids)
    say(owner_client, address, tag="Sömnproblem")
    choose(owner_client, "owner", ids)
    owner_client.post(f"{address}/begin")

    page = owner_client.get("/lists/changes/").text

    assert re.findall(r"2 affärer har [^<.]*(?=</a>)", page) == ["2 affärer har fått en tagg"]
    assert "Maj Ek" in read(page)
    assert "Sömnproblem" not in page
    assert f'action="{address}/undo"' in page


def test_the_latest_changes_say_what_will_be_there(owner_client: SignedIn) -> None:
    assert "Här visas vad som har gjorts med många på en gång." in owner_client.get("/lists/changes/").text


def test_a_look_asks_as_little_for_thirty_as_for_one(
    owner_client: SignedIn, owner: User, staff: User, count_queries: Callable[[], int]
) -> None:
    with writing():
        ids = [lead.id for lead in add_leads(30, owner)]
    addresses = [choose(owner_client, "owner", rows) for rows in (ids[:1], ids)]
    for address in addresses:
        owner_client.post(f"{address}/say", data={"owner": staff.id})
    for address in addresses * 2:
        owner_client.get(address)  # the first look within the hour is written down
    counts = []
    for address in addresses:
        count_queries()
        owner_client.get(address)
        counts.append(count_queries())

    assert counts[0] == counts[1]


def test_a_stranger_to_a_change_that_is_not_there(owner_client: SignedIn) -> None:
    assert owner_client.get("/lists/changes/999").status_code == 404
    for act in ("say", "begin", "undo", "carry-on"):
        assert owner_client.post(f"/lists/changes/999/{act}").status_code == 404


def test_the_lists_have_boxes_and_a_bar(owner_client: SignedIn, owner: User) -> None:
    with writing():
        (lead,) = add_leads(1, owner)

    for path, row_id in (("/leads/?stage=new", lead.id), ("/contacts/", lead.contact_id)):
        page = owner_client.get(path).text
        box = r'name="row" value="(\d+)" form="bulk"><span class="visually-hidden">([^<]*)</span>'
        assert re.findall(box, page) == [(str(row_id), "Välj Kontakt 0001")]
        assert 'data-total="1"' in page


def test_what_was_not_said_cannot_begin(owner_client: SignedIn, owner: User) -> None:
    with writing():
        ids = [lead.id for lead in add_leads(1, owner)]
    address = choose(owner_client, "owner", ids)

    assert owner_client.post(f"{address}/begin").status_code == 409
    assert db.session.scalars(sa.select(BulkChange.state)).one() is BulkState.CHOSEN
