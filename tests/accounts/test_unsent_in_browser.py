"""Signed out while writing, on a phone and a laptop: the page stays, and what was sent comes back after signing in."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from app.accounts.models import Role
from app.accounts.passwords import hash_password
from app.core.db import writing
from tests.browser import LAPTOP, PHONE, OpenPage, let_in, overflow_px
from tests.conftest import add_user
from tests.judges import axe_violations
from tests.server import Server, serving

MAJ = "maj@example.se"
PASSWORD = "tre ord i rad"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An installation with an owner who has a password."""
    with serving(tmp_path_factory.mktemp("unsent") / "instance") as server:
        with server.app.app_context():
            maj = add_user(MAJ, "Maj Ek", Role.OWNER)
            with writing():
                maj.password_hash = hash_password(PASSWORD)
        yield server


@pytest.mark.parametrize("width", [PHONE, LAPTOP])
def test_what_is_written_outlives_the_session(server: Server, open_failing: OpenPage, width: int) -> None:
    words = f"Maj och Sixten, {width} kr"
    page = open_failing(server.url, width=width)
    let_in(page, server, MAJ)
    page.goto("/settings/")
    page.get_by_label("Företagets namn").fill("Stilla & Stark")
    page.locator("#email").fill("hej@example.se")
    page.get_by_label("Vem som läser och svarar").fill(words)
    page.context.clear_cookies()

    with page.expect_response("**/news**") as heard:
        page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    assert heard.value.status == 401
    expect(page.get_by_label("Vem som läser och svarar")).to_have_value(words)
    page.get_by_role("button", name="Spara inställningarna").click()
    expect(page.get_by_text("Det du skrev är kvar")).to_be_visible()
    assert words not in page.content()
    assert (axe_violations(page), overflow_px(page)) == ([], 0)

    page.get_by_label("E-post").fill(MAJ)
    page.get_by_label("Lösenord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Logga in").click()
    expect(page.get_by_text(words)).to_be_visible()
    assert (axe_violations(page), overflow_px(page)) == ([], 0)
    page.get_by_role("button", name="Skicka det nu").click()

    expect(page.get_by_text("Uppgifterna om företaget är sparade.")).to_be_visible()
    expect(page.get_by_label("Vem som läser och svarar")).to_have_value(words)


def test_a_page_with_nothing_typed_leads_to_the_door(server: Server, open_failing: OpenPage) -> None:
    page = open_failing(server.url, width=LAPTOP)
    let_in(page, server, MAJ)
    page.goto("/settings/")
    page.context.clear_cookies()

    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")

    expect(page.get_by_role("heading", name="Logga in")).to_be_visible()
