"""A merge and a move of an enquiry, each with its undo: by the keyboard alone on a laptop, and on a phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.accounts.models import Role
from app.contacts.models import Contact
from app.core.db import db
from tests.browser import LAPTOP, PHONE, OpenPage, let_in, overflow_px
from tests.conftest import add_user
from tests.contacts.pairs import make_pair
from tests.enquiries.shared_mailbox import make_shared
from tests.journeys.test_keyboard import go_to
from tests.judges import axe_violations
from tests.server import Server, serving

MAJ = "maj@example.se"


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An installation where one person is two contacts, and two have been taken for one."""
    folder: Path = tmp_path_factory.mktemp("joining") / "instance"
    with serving(folder) as server:
        with server.app.app_context():
            add_user(MAJ, "Maj Ek", Role.OWNER)
            make_pair()
            make_shared()
        yield server


def _names(server: Server) -> set[str]:
    with server.app.app_context():
        return set(db.session.scalars(sa.select(Contact.name)))


def _at(server: Server, open_page: OpenPage, width: int, address: str) -> Page:
    page = open_page(server.url, width=width)
    let_in(page, server, MAJ)
    page.goto(address)
    return page


def _press(page: Page, role: str, name: str) -> None:
    """By the keyboard alone: come to it, and press Enter."""
    go_to(page, page.locator("body").get_by_role(role, name=name, exact=True).first)  # type: ignore[arg-type]
    page.keyboard.press("Enter")


def _undo(page: Page) -> None:
    """By the toast, which is the last stop of the page."""
    page.locator(".toast-undo").focus()
    page.keyboard.press("Enter")


@pytest.mark.parametrize("width", [LAPTOP, PHONE])
def test_a_contact_is_merged_with_whom_a_search_finds_and_that_is_undone(
    server: Server, open_page: OpenPage, width: int
) -> None:
    page = _at(server, open_page, width, "/contacts/1/merge")
    assert (axe_violations(page), overflow_px(page)) == ([], 0)

    go_to(page, page.get_by_label("Namn, telefon, e-post eller häst"))
    page.keyboard.type("lund")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{server.url}/contacts/1/merge?q=lund")
    _press(page, "link", "Anna Berg Lund · blixten, Åska")
    expect(page.get_by_role("heading", name="Slå ihop två kontakter", level=1)).to_be_visible()
    assert (axe_violations(page), overflow_px(page)) == ([], 0)
    _press(page, "button", "Slå ihop kontakterna")
    expect(page.get_by_text("Kontakterna är sammanslagna")).to_be_visible()
    assert "Anna Berg" not in _names(server)
    _undo(page)

    expect(page.get_by_text("är två kontakter igen")).to_be_visible()
    assert {"Anna Berg", "Anna Berg Lund"} <= _names(server)


@pytest.mark.parametrize("width", [LAPTOP, PHONE])
def test_an_enquiry_is_moved_to_who_wrote_it_and_that_is_undone(
    server: Server, open_page: OpenPage, width: int
) -> None:
    page = _at(server, open_page, width, "/enquiries/5/split")
    assert (axe_violations(page), overflow_px(page)) == ([], 0)

    _press(page, "link", "Ny kontakt: Karin Ek")
    expect(page.get_by_role("heading", name="Flytta till Karin Ek", level=1)).to_be_visible()
    assert (axe_violations(page), overflow_px(page)) == ([], 0)
    _press(page, "button", "Flytta till Karin Ek")
    expect(page.get_by_text("Förfrågan hör nu till Karin Ek.")).to_be_visible()
    expect(page.get_by_role("heading", name="Karin Ek", level=1)).to_be_visible()
    assert overflow_px(page) == 0
    _undo(page)

    expect(page.get_by_text("Flytten är ångrad.")).to_be_visible()
    expect(page.get_by_role("heading", name="Karin Berg", level=1)).to_be_visible()
    assert "Karin Ek" not in _names(server)
