"""A lead's page by thumb: what is done most takes two taps, the words that are typed aside."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.accounts.models import Role
from app.core.clock import now
from app.core.db import db, writing
from app.leads.models import Lead
from app.leads.stages import Stage
from tests.browser import PHONE, OpenPage, let_in
from tests.conftest import add_user
from tests.leads.cast import add_contact, add_lead
from tests.server import Server, serving

MAJ = "maj@example.se"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An installation with an owner."""
    folder: Path = tmp_path_factory.mktemp("lead") / "instance"
    with serving(folder) as server:
        with server.app.app_context():
            add_user(MAJ, "Maj Ek", Role.OWNER)
        yield server


@pytest.fixture
def lead_id(server: Server) -> int:
    """Siv's, contacted, to whom nothing is owed."""
    with server.app.app_context(), writing() as session:
        lead = add_lead(add_contact("Siv Lund"), now=now())
        lead.stage = Stage.CONTACTED
        session.flush()
        return lead.id


@pytest.fixture
def page(server: Server, lead_id: int, open_page: OpenPage) -> Page:
    page = open_page(server.url, width=PHONE)
    let_in(page, server, MAJ)
    page.goto(f"/leads/{lead_id}")
    return page


NO_TELEPHONE = (
    "addEventListener('click', (event) => event.target.closest('[href^=\"tel:\"]') && event.preventDefault())"
)
"""A browser that asks its machine for one may be busy with that when it is tapped again."""


def told(page: Page, words: str) -> None:
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()


def test_somebody_is_called_and_the_call_is_logged(page: Page) -> None:
    actions = page.get_by_role("navigation", name="Åtgärder")
    page.evaluate(NO_TELEPHONE)
    page.locator("label", has_text="Anteckna").tap()

    actions.get_by_role("link", name="Ring").tap()
    expect(page.get_by_role("button", name="Inget svar")).to_be_in_viewport()
    page.get_by_role("button", name="Inget svar").tap()

    told(page, "Samtalet är loggat.")


def test_a_note_is_written(page: Page) -> None:
    page.get_by_role("navigation", name="Åtgärder").get_by_role("link", name="Anteckna").tap()
    expect(page.get_by_label("Anteckning", exact=True)).to_be_focused()
    page.keyboard.type("Hon sover bättre.")
    page.get_by_role("button", name="Spara anteckningen").tap()

    told(page, "Anteckningen är sparad.")


def test_what_comes_next_is_planned(page: Page) -> None:
    page.get_by_role("navigation", name="Åtgärder").get_by_role("link", name="Nästa steg").tap()
    ready = page.locator("#next-step .plan-ready button").first
    expect(ready).to_be_in_viewport()
    ready.tap()

    expect(page.locator("#next-step-title")).to_have_text("Nästa steg")


def test_the_lead_goes_to_another_stage(page: Page, server: Server, lead_id: int) -> None:
    page.get_by_role("link", name="Steg: Kontaktad").tap()
    consultation = page.locator("#stage").get_by_role("button", name="Konsultation")
    expect(consultation).to_be_in_viewport()
    consultation.tap()

    told(page, "Siv Lund flyttad till Konsultation.")
    with server.app.app_context():
        assert db.session.get_one(Lead, lead_id).stage is Stage.CONSULTATION
