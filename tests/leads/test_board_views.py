"""The pages of the board, and the pieces that an open one asks for."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from app.accounts.models import User
from app.contacts.models import SubjectKind
from app.contacts.tags import find_or_add_tag
from app.core.db import writing
from app.follow_ups.models import FollowUpKind
from app.follow_ups.services import plan
from app.leads.models import Lead
from app.leads.own_stages import first_stage
from app.leads.stages import Stage
from app.leads.tags import tag_lead
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead
from tests.leads.page import read
from tests.leads.test_board import A_DAY, stand
from tests.signed_in import SignedIn

PIECE = {"HX-Request": "true"}


def columns(page: str) -> dict[str, list[str]]:
    """The names on the cards of each column."""
    found = re.findall(r'<h2 id="stage-\d+-name">([^<]+)</h2>(.*?)</section>', page, re.DOTALL)
    return {name: names_in(cards) for name, cards in found}


def names_in(cards: str) -> list[str]:
    return re.findall(r'<a class="row-link"[^>]*>([^<]+)</a>', cards)


@pytest.fixture
def siv(app: Flask, owner: User) -> Lead:
    """A lead about a horse, with an owner, a value and something to do."""
    with writing():
        lead = add_lead(add_contact("Siv Lund"), SubjectKind.HORSE, "Blixten", now=NOW - 3 * A_DAY, owner=owner)
        lead.stage, lead.value_ore = Stage.TRIAL, 24_900_00
        plan(lead, FollowUpKind.VISIT, NOW - A_DAY, NOW, title="Hämta enheten")
        tag_lead(lead, find_or_add_tag("Stallrundan"))
    return lead


def test_a_card_says_who_what_is_next_what_it_is_worth_and_whose_it_is(siv: Lead, owner_client: SignedIn) -> None:
    page = owner_client.get("/leads/board").text

    assert columns(page)["Provperiod"] == ["Siv Lund"]
    words = read(page, f"lead-{siv.id}")
    for told in (
        "Häst",
        "Blixten",
        "Hämta enheten",
        "Försenad:",
        "24 900 kr",
        "dagar här",
        "Ansvarig: Maj Ek",
        "Stallrundan",
    ):
        assert told in words


def test_a_head_says_how_many_and_how_much_and_how_many_have_no_value(app: Flask, owner_client: SignedIn) -> None:
    with writing():
        stand("Siv Lund", Stage.TRIAL, value=24_900)
        stand("Bo Ek", Stage.TRIAL)
        stand("Eva Hed", Stage.NEW)

    page = owner_client.get("/leads/board").text

    told = {
        stage: read(page, f"total-{first_stage(stage).id}").partition("\n")[0]
        for stage in (Stage.NEW, Stage.TRIAL, Stage.DECISION)
    }
    assert told == {
        Stage.NEW: "1 affär i steget 1 utan värde",
        Stage.TRIAL: "2 affärer i steget Värde 24 900 kr · 1 utan värde",
        Stage.DECISION: "0 affärer i steget",
    }


def test_the_board_and_the_list_keep_what_is_asked_of_them(siv: Lead, owner_client: SignedIn) -> None:
    asked = "q=siv&stage=new&owner=me&stale=silent&sort=name"

    for page in (owner_client.get(f"/leads/{path}?{asked}").text for path in ("board", "")):
        links = re.findall(r'<a class="tab" href="([^"]+)"', page.replace("&amp;", "&"))
        assert links == [f"/leads/board?{asked}", f"/leads/?{asked}"]


def test_the_board_shows_every_stage_whatever_stage_the_list_was_asked_for(siv: Lead, owner_client: SignedIn) -> None:
    page = owner_client.get("/leads/board?stage=new&owner=me").text

    assert columns(page)["Provperiod"] == ["Siv Lund"]
    assert "Ta bort filtret Ansvarig: Mina" in page
    assert "Ta bort filtret Steg" not in page
    assert 'name="stage"' not in page


def test_mine_or_everybodys_is_one_tap_where_there_are_colleagues(
    siv: Lead, owner_client: SignedIn, request: pytest.FixtureRequest
) -> None:
    def offered(query: str) -> list[tuple[str, bool, str]]:
        page = owner_client.get(f"/leads/board?{query}").text.replace("&amp;", "&")
        found = re.findall(r'<a class="segment" href="([^"]+)" (aria-current="true")?>(\w+)</a>', page)
        return [(words, bool(is_current), address) for address, is_current, words in found]

    assert offered("q=siv") == []
    request.getfixturevalue("staff")
    mine, everybodys = "/leads/board?q=siv&owner=me", "/leads/board?q=siv"
    assert offered("q=siv") == [("Mina", False, mine), ("Allas", True, everybodys)]
    assert offered("q=siv&owner=me") == [("Mina", True, mine), ("Allas", False, everybodys)]
    assert offered("q=siv&owner=0") == [("Mina", False, mine), ("Allas", False, everybodys)]


def test_the_board_shows_those_that_are_asked_for_alone(siv: Lead, owner_client: SignedIn) -> None:
    with writing():
        stand("Eva Hed", Stage.NEW)

    assert "Ingen öppen affär stämmer" in read(owner_client.get("/leads/board?q=finnsinte").text)
    found = columns(owner_client.get("/leads/board?step=none").text)
    assert [names for names in found.values() if names] == [["Eva Hed"]]


def test_a_column_without_cards_says_so(siv: Lead, owner_client: SignedIn) -> None:
    page = owner_client.get("/leads/board").text

    assert [] in columns(page).values()
    words = re.findall(r'<ol class="board-cards" [^>]*data-empty="([^"]+)"', page)
    assert words == ["Ingen affär i steget"] * len(columns(page))


def test_an_empty_board_says_what_will_be_here(owner_client: SignedIn) -> None:
    page = owner_client.get("/leads/board").text

    assert "Här står varje öppen affär i sitt steg" in read(page)
    assert columns(page) == {}


def test_the_menu_leads_to_the_face_that_was_used_last(siv: Lead, owner_client: SignedIn) -> None:
    def menu() -> str:
        links = re.findall(r'<a class="sidebar-item" href="([^"]+)"', owner_client.get("/today/").text)
        return next(link for link in links if link.startswith("/leads/"))

    assert menu() == "/leads/"
    owner_client.get("/leads/board")
    assert menu() == "/leads/board"
    owner_client.get("/leads/")
    assert menu() == "/leads/"


def test_only_the_first_look_at_a_face_is_remembered_anew(siv: Lead, owner_client: SignedIn) -> None:
    assert "Set-Cookie" in owner_client.get("/leads/board").headers
    assert "Set-Cookie" not in owner_client.get("/leads/board").headers


@pytest.mark.parametrize("headers", [PIECE, {}], ids=["as a piece", "as a page"])
def test_a_column_goes_on_where_its_first_cards_ended(
    app: Flask, owner_client: SignedIn, headers: dict[str, str]
) -> None:
    with writing():
        for number in range(35):
            stand(f"Person {number:02}", Stage.NEW, due=number)
    first = owner_client.get("/leads/board").text
    more = re.findall(r'<a class="btn" href="([^"]+)">Visa fler</a>', first)

    rest = owner_client.get(more[0].replace("&amp;", "&"), headers=headers).text

    assert len(more) == 1
    assert [*columns(first)["Ny"], *names_in(rest)] == [f"Person {number:02}" for number in range(35)]
    assert "Visa fler" not in rest
    assert ("<h1>Ny</h1>" in rest) is (headers != PIECE)


@pytest.mark.parametrize("stage", [Stage.WON, Stage.LOST])
def test_a_stage_at_the_end_has_no_column(app: Flask, owner_client: SignedIn, stage: Stage) -> None:
    assert owner_client.get(f"/leads/board/columns/{first_stage(stage).id}").status_code == 404
    assert owner_client.get("/leads/board/columns/999").status_code == 404


def test_the_piece_of_a_card_says_where_it_stands_and_what_the_columns_hold(siv: Lead, owner_client: SignedIn) -> None:
    piece = owner_client.get(f"/leads/board/cards/{siv.id}", headers=PIECE).text

    assert names_in(piece) == ["Siv Lund"]
    assert f'data-in="{first_stage(Stage.TRIAL).id}"' in piece
    assert len(re.findall(r'class="board-total"', piece)) == 6
    assert "24 900 kr" in piece.replace("\xa0", " ")


def test_the_piece_of_a_card_that_is_not_asked_for_has_none(siv: Lead, owner_client: SignedIn) -> None:
    piece = owner_client.get(f"/leads/board/cards/{siv.id}?owner=0", headers=PIECE).text

    assert names_in(piece) == []
    assert "24 900 kr" not in piece.replace("\xa0", " ")


def test_a_piece_opened_as_a_page_leads_to_the_board(siv: Lead, owner_client: SignedIn) -> None:
    answer = owner_client.get(f"/leads/board/cards/{siv.id}?q=siv")

    assert (answer.status_code, answer.location) == (303, f"/leads/board?q=siv#lead-{siv.id}")


def test_the_board_asks_as_little_of_thirty_cards_as_of_one(
    app: Flask, owner_client: SignedIn, count_queries: Callable[[], int]
) -> None:
    counts = []
    for more in (1, 29):
        with writing():
            for number in range(more):
                plan(stand(f"Person {number}", Stage.NEW), FollowUpKind.CALL, NOW + number * A_DAY, NOW)
        owner_client.get("/leads/board")
        count_queries()
        assert owner_client.get("/leads/board").status_code == 200
        counts.append(count_queries())

    assert counts[0] == counts[1]
