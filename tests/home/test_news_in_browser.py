"""What an open page of the dashboard hears of while somebody looks at it, and while nobody does."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.accounts.models import Role
from app.core.clock import now
from app.core.db import db, writing
from app.follow_ups.models import FollowUpKind
from app.follow_ups.services import plan
from app.settings.models import Business
from tests.browser import OpenPage, let_in
from tests.conftest import add_user
from tests.leads.cast import add_contact, add_lead
from tests.server import Server, serving

MAJ = "maj@example.se"
A_ROUND_MS = 21_000
SHOWS_HIDDEN = "is => Object.defineProperty(document, 'hidden', { value: is, configurable: true })"
KEEPS_WHAT_IS_SAID = """() => {
  window.said = [];
  const region = document.getElementById('news-words');
  new MutationObserver(() => window.said.push(region.textContent)).observe(region, { childList: true, subtree: true });
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An installation with an owner who has one call to make."""
    folder: Path = tmp_path_factory.mktemp("news") / "instance"
    with serving(folder) as server:
        with server.app.app_context():
            add_user(MAJ, "Maj Ek", Role.OWNER)
            with writing() as session:
                session.execute(db.update(Business).values(name="Stilla & Stark", email="hej@stilla.example.se"))
                plan(add_lead(add_contact("Bo Ask")), FollowUpKind.CALL, now() - timedelta(hours=1), now())
        yield server


def open_inside(open_page: OpenPage, server: Server, path: str) -> Page:
    """A page of the dashboard, with a clock that the test winds."""
    page = open_page(server.url)
    let_in(page, server, MAJ)
    page.clock.install()
    page.goto(path)
    return page


def write_to_us(open_page: OpenPage, server: Server, name: str) -> None:
    """A visitor sends the form of another browser."""
    visitor = open_page(server.url, script=False)
    visitor.goto("/contact")
    visitor.get_by_label("Ditt meddelande").fill("Hjälper det att vila före maten?")
    visitor.get_by_label("Ditt namn").fill(name)
    visitor.get_by_label("E-post", exact=True).first.fill(f"{name.split()[0].lower()}@example.se")
    visitor.locator("#consent").check()
    visitor.wait_for_timeout(3200)  # whoever is quicker is taken for a program
    visitor.get_by_role("button", name="Skicka frågan").click()
    expect(visitor.get_by_role("heading", name="Tack! Vi har fått det du skrev.")).to_be_visible()


def test_every_page_hears_of_a_new_enquiry_once(server: Server, open_page: OpenPage) -> None:
    page = open_inside(open_page, server, "/contacts/")
    page.evaluate(KEEPS_WHAT_IS_SAID)
    expect(page).to_have_title("(1) Kontakter – Ledtråd")

    write_to_us(open_page, server, "Siv Lund")
    page.clock.fast_forward(A_ROUND_MS)

    expect(page.locator("#menu-enquiries")).to_contain_text("1")
    expect(page.locator("#menu-today")).to_contain_text("2")
    expect(page).to_have_title("(2) Kontakter – Ledtråd")
    with page.expect_response("**/today/news*"):
        page.clock.fast_forward(A_ROUND_MS)
    page.wait_for_timeout(300)
    assert page.evaluate("() => window.said") == ["En ny förfrågan. 1 att svara"]


def test_nothing_is_asked_for_while_nobody_looks(server: Server, open_page: OpenPage) -> None:
    page = open_inside(open_page, server, "/profile/")
    asked: list[str] = []
    page.on("request", lambda request: "/today/news" in request.url and asked.append(request.url))

    page.evaluate(SHOWS_HIDDEN, True)
    page.clock.fast_forward(3 * A_ROUND_MS)
    page.wait_for_timeout(300)
    while_hidden = list(asked)
    page.evaluate(SHOWS_HIDDEN, False)
    with page.expect_response("**/today/news*"):
        page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")

    assert while_hidden == []


def test_today_hears_with_its_rows(server: Server, open_page: OpenPage) -> None:
    page = open_inside(open_page, server, "/today/")
    page.evaluate(KEEPS_WHAT_IS_SAID)

    write_to_us(open_page, server, "Ulla Ström")
    page.clock.fast_forward(A_ROUND_MS)

    expect(page.locator("#day-answers li").filter(has_text="Ulla Ström")).to_be_visible()
    expect(page.locator("#news-words")).to_contain_text("En ny förfrågan.")
    assert len(page.evaluate("() => window.said")) == 1
