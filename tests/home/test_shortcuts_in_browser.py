"""The keyboard map, and the keys it lists."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.accounts.models import Role
from app.core.db import writing
from tests.browser import LAPTOP, PHONE, OpenPage, let_in, overflow_px
from tests.conftest import add_user
from tests.judges import axe_violations
from tests.leads.cast import add_contact, add_lead
from tests.server import Server, serving

MAJ = "maj@example.se"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An installation with an owner and three leads."""
    folder: Path = tmp_path_factory.mktemp("keys") / "instance"
    with serving(folder) as server:
        with server.app.app_context():
            add_user(MAJ, "Maj Ek", Role.OWNER)
            with writing():
                for name in ("Siv Lund", "Bo Ask", "Ulf Vik"):
                    add_lead(add_contact(name))
        yield server


def open_at(open_page: OpenPage, server: Server, path: str, **how: object) -> Page:
    page = open_page(server.url, **how)
    let_in(page, server, MAJ)
    page.goto(path)
    return page


def test_the_question_mark_shows_the_map_and_escape_closes_it(server: Server, open_page: OpenPage) -> None:
    page = open_at(open_page, server, "/leads/")

    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Kortkommandon")).to_be_visible()
    expect(page.get_by_text("Nästa rad")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_have_count(0)


def test_two_keys_go_to_a_place(server: Server, open_page: OpenPage) -> None:
    page = open_at(open_page, server, "/leads/")

    page.keyboard.press("g")
    page.keyboard.press("i")
    expect(page).to_have_url(re.compile("/today/$"))
    page.wait_for_load_state()
    page.keyboard.press("g")
    page.keyboard.press("c")

    expect(page).to_have_url(re.compile("/contacts/$"))


def test_j_and_k_walk_the_rows_and_enter_opens_one(server: Server, open_page: OpenPage) -> None:
    page = open_at(open_page, server, "/contacts/")
    rows = page.locator("main .row-link")

    page.keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(rows.nth(1)).to_be_focused()
    name = rows.nth(1).inner_text()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_the_slash_opens_the_search_and_keys_are_letters_there(server: Server, open_page: OpenPage) -> None:
    page = open_at(open_page, server, "/today/")

    page.keyboard.press("/")
    expect(page.get_by_label("Sök eller gör något")).to_be_focused()
    page.keyboard.type("gi?")

    expect(page.get_by_label("Sök eller gör något")).to_have_value("gi?")
    expect(page).to_have_url(re.compile("/today/$"))


def test_a_note_is_begun_by_one_key_on_a_lead(server: Server, open_page: OpenPage) -> None:
    page = open_at(open_page, server, "/leads/1")

    page.keyboard.press("a")
    expect(page.get_by_label("Anteckning", exact=True)).to_be_focused()
    page.keyboard.type("j")

    expect(page.get_by_label("Anteckning", exact=True)).to_have_value("j")


def test_the_keys_can_be_switched_off_where_nobody_knows_them(server: Server, open_page: OpenPage) -> None:
    page = open_at(open_page, server, "/profile/")

    page.get_by_role("button", name="Visa eller stäng av").click()
    page.get_by_label("Använd kortkommandon").uncheck()
    page.keyboard.press("Escape")
    page.goto("/leads/")
    for key in ("g", "i", "?", "/", "j"):
        page.keyboard.press(key)
    page.wait_for_timeout(300)

    expect(page).to_have_url(re.compile("/leads/$"))
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.evaluate("() => document.activeElement.tagName") == "BODY"
    page.keyboard.press("Control+k")
    expect(page.get_by_label("Sök eller gör något")).to_be_focused()


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (LAPTOP, "dark")])
def test_the_map_can_be_read_by_everybody(server: Server, open_page: OpenPage, width: int, scheme: str) -> None:
    page = open_at(open_page, server, "/today/", width=width, scheme=scheme)

    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Kortkommandon")).to_be_visible()

    assert (axe_violations(page), overflow_px(page)) == ([], 0)
