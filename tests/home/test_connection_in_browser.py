"""What the frame says when something did not go through: what to do, without taking the cursor or the words."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.accounts.models import Role
from app.core.clock import now
from app.core.db import writing
from app.follow_ups.models import FollowUpKind
from app.follow_ups.services import plan
from tests.browser import OpenPage, let_in
from tests.conftest import add_user
from tests.leads.cast import add_contact, add_lead
from tests.server import Server, serving

MAJ = "maj@example.se"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("connection") / "instance"
    with serving(folder) as server:
        with server.app.app_context():
            add_user(MAJ, "Maj Ek", Role.OWNER)
            with writing():
                plan(add_lead(add_contact("Bo Ask")), FollowUpKind.MAIL, now() - timedelta(hours=1), now())
        yield server


def open_at(open_page: OpenPage, server: Server, path: str) -> Page:
    page = open_page(server.url)
    let_in(page, server, MAJ)
    page.goto(path)
    return page


def test_a_step_that_did_not_reach_the_server_says_so_and_leaves_the_cursor(
    server: Server, open_failing: OpenPage
) -> None:
    page = open_at(open_failing, server, "/today/")
    done = page.get_by_role("button", name="Klar").first

    page.route("**/complete*", lambda route: route.abort())
    done.press("Enter")

    note = page.get_by_text("Det gick inte att spara. Kontrollera uppkopplingen och försök igen.")
    expect(note).to_be_visible()
    expect(done).to_be_focused()
    page.locator(".toast-note-error").get_by_role("button", name="Stäng").click()
    expect(note).to_have_count(0)


def test_without_a_connection_a_form_stays_as_it_was_filled_in(server: Server, open_page: OpenPage) -> None:
    page = open_at(open_page, server, "/contacts/add")
    page.get_by_label("Namn").fill("Siv Lund")
    page.get_by_role("textbox", name="Telefon").fill("070-174 06 22")

    page.context.set_offline(True)
    page.get_by_role("button", name="Lägg till kontakten").click()

    expect(page.get_by_text("Ingen uppkoppling. Inget har skickats")).to_be_visible()
    expect(page.get_by_label("Namn")).to_have_value("Siv Lund")
    page.context.set_offline(False)
    page.get_by_role("button", name="Lägg till kontakten").click()
    expect(page.get_by_text("Kontakten är tillagd.")).to_be_visible()
