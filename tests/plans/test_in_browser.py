"""A letter to approve, read where it stands on Today, with the keyboard, while the page fetches its rows anew."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.accounts.models import Role
from app.core.clock import now
from app.core.db import writing
from tests.browser import PHONE, OpenPage, let_in, overflow_px
from tests.conftest import add_user
from tests.judges import axe_violations
from tests.plans.cast import letter, make_lead, make_plan, start_with_letter, task
from tests.server import Server, serving

MAJ = "maj@example.se"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An installation with an owner and a letter that waits."""
    folder: Path = tmp_path_factory.mktemp("plans") / "instance"
    with serving(folder) as server:
        with server.app.app_context():
            add_user(MAJ, "Maj Ek", Role.OWNER)
            with writing():
                start_with_letter(make_plan(steps=[letter(0), task(4)], now=now()), make_lead())
        yield server


def test_a_letter_is_read_on_today_stays_open_and_is_approved_by_keyboard(server: Server, open_page: OpenPage) -> None:
    page = open_page(server.url, width=PHONE)
    let_in(page, server, MAJ)
    page.goto("/today/")
    words = page.get_by_text("Hej Siv!")

    page.locator("summary", has_text="Läs mejlet").focus()
    page.keyboard.press("Enter")
    expect(words).to_be_visible()
    assert (axe_violations(page), overflow_px(page)) == ([], 0)
    with page.expect_response("**/today/rows*"):
        pass
    page.wait_for_timeout(300)
    expect(words).to_be_visible()

    page.get_by_role("button", name="Godkänn").or_(page.get_by_role("button", name="Skicka nu")).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Godkänt.")).to_be_visible()
