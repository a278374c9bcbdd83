import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from app.contacts.columns import ContactColumn
from app.contacts.models import SubjectKind
from app.contacts.tags import find_or_add_tag, tag_contact
from app.core.columns import moved, read_columns
from app.core.db import db, writing
from app.follow_ups.models import FollowUpKind
from app.follow_ups.services import plan
from app.leads.columns import USUAL, LeadColumn
from app.leads.models import Lead
from app.leads.tags import tag_lead
from app.leads.values import set_value
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead
from tests.leads.page import read, rows
from tests.signed_in import SignedIn

EVERY = [column.value for column in LeadColumn]


def columns(page: str) -> list[str]:
    return re.findall(r'class="col-(\w+)', page)


@pytest.fixture
def three(app: Flask) -> list[Lead]:
    """Leads that differ in all that the list can be sorted by."""
    leads = []
    with writing():
        for number, name in enumerate(("Bo Ek", "Åsa Öberg", "Siv Lund")):
            lead = add_lead(add_contact(name), now=NOW + timedelta(hours=number))
            lead.created_at = NOW - timedelta(days=number)
            lead.stage_changed_at = NOW - timedelta(days=10 * number)
            leads.append(lead)
        set_value(leads[0], 100_00, None, NOW)
        set_value(leads[1], 900_00, None, NOW + timedelta(hours=1))
        plan(leads[2], FollowUpKind.CALL, NOW + timedelta(days=1), NOW)
        plan(leads[1], FollowUpKind.CALL, NOW + timedelta(days=2), NOW)
    return leads


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, USUAL),
        ("", USUAL),
        ("nonsense,,", USUAL),
        ("stage,name,stage", (LeadColumn.STAGE, LeadColumn.NAME)),
        ("value", (LeadColumn.NAME, LeadColumn.VALUE)),
    ],
)
def test_columns_are_read_from_words(text: str | None, expected: tuple[LeadColumn, ...]) -> None:
    assert read_columns(text, USUAL) == expected


@pytest.mark.parametrize(
    ("move", "expected"),
    [("up:b", "bac"), ("down:b", "acb"), ("up:a", "abc"), ("down:c", "abc"), ("up:x", "abc"), ("side:b", "abc")],
)
def test_a_column_moves_one_place(move: str, expected: str) -> None:
    assert moved("abc", move) == list(expected)


def test_columns_are_kept_for_whoever_chose_them(
    three: list[Lead], owner_client: SignedIn, staff_client: SignedIn
) -> None:
    chosen = {"order": EVERY, "column": ["name", "value", "stage"], "asked": "stage=new&cols=name"}

    answer = owner_client.post("/lists/leads/columns", data=chosen)

    assert answer.location == "/leads/?stage=new"
    assert columns(owner_client.get("/leads/").text) == ["name", "stage", "value"]
    assert columns(owner_client.get("/leads/?cols=name,email").text) == ["name", "email"]
    assert columns(staff_client.get("/leads/").text) == list(USUAL)


def test_a_button_moves_a_column_and_leaves_the_form_open(three: list[Lead], owner_client: SignedIn) -> None:
    chosen = {"order": EVERY, "column": ["name", "stage", "value"], "move": "up:stage"}
    owner_client.post("/lists/leads/columns", data={**chosen, "order": ["name", "value", "stage"]})
    answer = owner_client.post("/lists/leads/columns", data={**chosen, "order": ["name", "value", "stage"]})

    page = owner_client.get(answer.location).text

    assert columns(page) == ["name", "stage", "value"]
    assert '<details class="menu list-columns" open>' in page


@pytest.mark.parametrize(
    ("sort", "names", "head", "way"),
    [
        ("name", ["Bo Ek", "Siv Lund", "Åsa Öberg"], "name", "ascending"),
        ("-name", ["Åsa Öberg", "Siv Lund", "Bo Ek"], "name", "descending"),
        ("created", ["Bo Ek", "Åsa Öberg", "Siv Lund"], "created", "descending"),
        ("-created", ["Siv Lund", "Åsa Öberg", "Bo Ek"], "created", "ascending"),
        ("days", ["Siv Lund", "Åsa Öberg", "Bo Ek"], "days", "descending"),
        ("-days", ["Bo Ek", "Åsa Öberg", "Siv Lund"], "days", "ascending"),
        ("value", ["Åsa Öberg", "Bo Ek", "Siv Lund"], "value", "descending"),
        ("-value", ["Bo Ek", "Åsa Öberg", "Siv Lund"], "value", "ascending"),
        ("next_step", ["Siv Lund", "Åsa Öberg", "Bo Ek"], "next_step", "ascending"),
        ("-next_step", ["Åsa Öberg", "Siv Lund", "Bo Ek"], "next_step", "descending"),
        ("-active", ["Bo Ek", "Åsa Öberg", "Siv Lund"], "active", "ascending"),
        ("nonsense", ["Siv Lund", "Åsa Öberg", "Bo Ek"], "active", "descending"),
    ],
)
def test_a_head_sorts_and_says_which_way(
    three: list[Lead], owner_client: SignedIn, sort: str, names: list[str], head: str, way: str
) -> None:
    page = owner_client.get(f"/leads/?sort={sort}&cols={','.join(EVERY)}").text

    assert rows(page) == names
    assert re.findall(r'class="col-(\w+)[^>]*aria-sort="(\w+)"', page) == [(head, way)]


def test_by_stage_they_stand_as_leads_walk(three: list[Lead], owner_client: SignedIn) -> None:
    with writing() as session:
        session.get_one(Lead, three[0].id).stage = "decision"
        session.get_one(Lead, three[1].id).stage = "trial"

    pages = [rows(owner_client.get(f"/leads/?sort={sort}stage").text) for sort in ("", "-")]

    assert pages == [["Siv Lund", "Åsa Öberg", "Bo Ek"], ["Bo Ek", "Åsa Öberg", "Siv Lund"]]


@pytest.mark.parametrize("turn", ["", "-"])
@pytest.mark.parametrize("sort", ["name", "stage", "next_step", "value", "days", "created", "active"])
def test_every_order_goes_through_all_leads_once(app: Flask, owner_client: SignedIn, sort: str, turn: str) -> None:
    with writing():
        for number in range(64):
            lead = add_lead(add_contact(f"Person {number % 7}"), now=NOW + timedelta(hours=number % 5))
            lead.stage = ("new", "won", "trial")[number % 3]
            if number % 2:
                lead.value_ore = number % 6 * 100
            if number % 4 == 1:
                lead.next_step_at = NOW + timedelta(hours=number % 3)
    seen, address = [], f"/leads/?sort={turn}{sort}"
    for _ in range(5):
        page = owner_client.get(address).text
        seen += re.findall(r'class="row-link" href="/leads/(\d+)"', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        if following is None:
            break
        address = following[1].replace("&amp;", "&")

    assert (len(seen), len(set(seen))) == (64, 64)


@pytest.mark.parametrize("place", ["leads", "contacts"])
def test_every_column_costs_the_same_for_thirty_rows_as_for_one(
    app: Flask, owner_client: SignedIn, count_queries: Callable[[], int], place: str
) -> None:
    every = ",".join(LeadColumn if place == "leads" else ContactColumn)
    asked = "stage=open&has=phone&trial=none" if place == "leads" else "leads=open&has=phone&tips=no"

    def cost() -> int:
        owner_client.get(f"/{place}/?cols={every}&{asked}")
        db.session.remove()
        count_queries()
        assert rows(owner_client.get(f"/{place}/?cols={every}&{asked}").text)
        return count_queries()

    def add(number: int) -> None:
        contact = add_contact(f"Person {number}")
        lead = add_lead(contact, SubjectKind.HORSE, "Blixten")
        tag = find_or_add_tag(f"tagg {number % 5}")
        tag_lead(lead, tag)
        tag_contact(contact, tag)
        plan(lead, FollowUpKind.CALL, NOW, NOW)

    with writing():
        add(0)
    one = cost()
    with writing():
        for number in range(1, 30):
            add(number)

    assert cost() <= one


def test_the_rows_tell_what_their_columns_say(three: list[Lead], owner_client: SignedIn) -> None:
    with writing():
        tag_lead(three[0], find_or_add_tag("mässan"))
        tag_contact(three[1].contact, find_or_add_tag("stall"))

    leads = read(owner_client.get(f"/leads/?cols={','.join(LeadColumn)}").text)
    contacts = read(owner_client.get(f"/contacts/?cols={','.join(ContactColumn)}").text)

    for told in ("mässan", "900 kr", "070-174 06 21", "10 dagar i steget"):
        assert told in leads
    for told in ("stall", "1 öppen affär", "Svenska", "Ny"):
        assert told in contacts
