import re
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from app.accounts.models import User
from app.contacts.tags import find_or_add_tag, remove_tag
from app.core.db import db, writing
from app.leads.models import Lead
from app.leads.tags import tag_lead
from app.lists.jobs import forget_removed
from app.lists.models import ListOf, SavedView
from app.lists.queries import views_for
from app.lists.services import KEPT
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead
from tests.leads.page import read, rows, typed, undo_in
from tests.signed_in import SignedIn, sign_in

ASKED = "stage=new&owner=me&sort=name&cols=name,stage"


@pytest.fixture
def two(app: Flask, owner: User, staff: User) -> dict[str, Lead]:
    with writing():
        siv = add_lead(add_contact("Siv Lund"), owner=owner)
        bo = add_lead(add_contact("Bo Ek"), owner=staff)
    return {"siv": siv, "bo": bo}


def save(browser: SignedIn, name: str = "Mina nya", who: str = "mine", asked: str = ASKED) -> int:
    """Save a view, and give its key."""
    answer = browser.post("/lists/leads/views/add", data={"name": name, "who": who, "asked": asked})
    assert answer.status_code == 303, read(answer.text)
    return int(parse_qs(urlsplit(answer.location).query)["view"][0])


def names(user: User) -> list[str]:
    return [view.name for view in views_for(user.id, ListOf.LEADS)]


def test_what_the_list_asks_is_kept_under_a_name(two: dict[str, Lead], owner: User, owner_client: SignedIn) -> None:
    view_id = save(owner_client)

    page = owner_client.get("/leads/").text
    address = re.search(rf'href="([^"]*view={view_id})"', page)
    assert address is not None
    shown = owner_client.get(address[1].replace("&amp;", "&")).text
    assert rows(shown) == ["Siv Lund"]
    assert re.findall(r'class="col-(\w+)', shown) == ["name", "stage"]
    assert "Spara ändringarna" not in shown


def test_mine_means_whoever_looks(two: dict[str, Lead], owner_client: SignedIn, staff_client: SignedIn) -> None:
    view_id = save(owner_client, who="shared")

    assert rows(staff_client.get(f"/leads/?{ASKED}&view={view_id}").text) == ["Bo Ek"]


def test_a_view_of_ones_own_is_seen_by_nobody_else(
    app: Flask, owner: User, staff: User, owner_client: SignedIn
) -> None:
    own, shared = save(owner_client), save(owner_client, "Allas", "shared")
    staff_client = sign_in(app, staff)

    assert (names(owner), names(staff)) == (["Allas", "Mina nya"], ["Allas"])
    refused = staff_client.post(f"/lists/views/{shared}/remove")
    assert staff_client.post(f"/lists/views/{own}/remove").status_code == 404
    assert staff_client.get(f"/lists/views/{own}/edit").status_code == 404
    assert (refused.status_code, "Spara en egen i stället" in refused.text) == (409, True)
    assert names(staff) == ["Allas"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "Skriv vad vyn ska heta."),
        ("mina NYA", "Det finns redan en vy som heter så."),
        ("x" * 41, "högst 40 tecken"),
    ],
)
def test_a_name_that_cannot_be_is_refused_with_what_was_typed(
    app: Flask, owner: User, owner_client: SignedIn, name: str, sentence: str
) -> None:
    save(owner_client)

    answer = owner_client.post("/lists/leads/views/add", data={"name": name, "who": "shared", "asked": ASKED})

    assert answer.status_code == 422
    assert sentence in read(answer.text)
    assert (typed(answer.text, "name"), typed(answer.text, "asked")) == (name, ASKED.replace("&", "&amp;"))
    assert names(owner) == ["Mina nya"]


def test_a_view_takes_another_name_other_viewers_and_another_question(
    two: dict[str, Lead], owner: User, staff: User, owner_client: SignedIn
) -> None:
    view_id = save(owner_client)

    owner_client.post(f"/lists/views/{view_id}/edit", data={"name": "Allas nya", "who": "shared"})
    changed = owner_client.get(f"/leads/?stage=new&view={view_id}").text
    owner_client.post(f"/lists/views/{view_id}/ask", data={"asked": "stage=new"})

    assert "Spara ändringarna i Allas nya" in changed
    db.session.expire_all()
    view = db.session.get_one(SavedView, view_id)
    assert (view.name, view.is_shared, view.asked) == ("Allas nya", True, "stage=new")
    assert names(staff) == ["Allas nya"]


def test_a_changed_view_is_changed_back_unless_another_change_came_after_it(
    two: dict[str, Lead], owner: User, owner_client: SignedIn
) -> None:
    view_id = save(owner_client)
    owner_client.post(f"/lists/views/{view_id}/edit", data={"name": "Allas nya", "who": "shared"})
    renamed = undo_in(owner_client.get("/leads/").text)
    owner_client.post(renamed)
    as_it_was = facts(view_id)
    owner_client.post(f"/lists/views/{view_id}/ask", data={"asked": "q=" + "x" * 1990})
    asked = undo_in(owner_client.get("/leads/").text)

    late = owner_client.post(renamed)
    owner_client.post(asked)

    assert (as_it_was, facts(view_id)) == (("Mina nya", False, ASKED), ("Mina nya", False, ASKED))
    assert "Vyn har ändrats sedan dess" in late.text
    assert "Mina" not in str(renamed)


def facts(view_id: int) -> tuple[str, bool, str]:
    db.session.expire_all()
    view = db.session.get_one(SavedView, view_id)
    return view.name, view.is_shared, view.asked


def test_a_removed_view_comes_back_until_it_is_forgotten(app: Flask, owner: User, owner_client: SignedIn) -> None:
    view_id = save(owner_client)

    owner_client.post(f"/lists/views/{view_id}/remove")
    gone, undo = names(owner), f'action="/lists/views/{view_id}/restore"' in owner_client.get("/leads/").text
    owner_client.post(f"/lists/views/{view_id}/restore")

    assert (gone, undo, names(owner)) == ([], True, ["Mina nya"])
    with writing() as session:
        session.get_one(SavedView, view_id).removed_at = NOW
    assert [forget_removed(NOW + KEPT), forget_removed(NOW + 2 * KEPT)] == [0, 1]
    assert db.session.get(SavedView, view_id) is None


def test_a_view_that_names_a_tag_that_is_gone_says_so_and_shows_the_rest(
    two: dict[str, Lead], owner_client: SignedIn
) -> None:
    with writing():
        tag = find_or_add_tag("mässan")
        tag_lead(two["bo"], tag)
    asked = f"tag={tag.id}&stage=new"
    before = rows(owner_client.get(f"/leads/?{asked}").text)
    with writing():
        remove_tag(tag, NOW)

    page = owner_client.get(f"/leads/?{asked}").text

    assert (before, rows(page)) == (["Bo Ek"], ["Bo Ek", "Siv Lund"])
    assert "nämner något som inte finns längre: Tagg. Resten visas." in read(page)


def test_only_what_a_list_can_be_asked_reaches_an_address(app: Flask, owner_client: SignedIn) -> None:
    answer = owner_client.post(
        "/lists/leads/views/add",
        data={"name": "Elak", "who": "mine", "asked": "_external=1&_scheme=javascript&after=x&stage=new"},
    )

    assert re.fullmatch(r"/leads/\?stage=new&view=\d+", answer.location)


def test_a_list_that_is_not_there_is_not_found(owner_client: SignedIn) -> None:
    assert owner_client.get("/lists/enheter/views/add").status_code == 404
    assert owner_client.post("/lists/enheter/columns").status_code == 404
