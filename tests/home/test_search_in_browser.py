"""The search box, by keyboard and thumb."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from app.accounts.models import Role
from app.contacts.models import SubjectKind
from app.contacts.services import renew_terms
from app.core.db import db, writing
from app.leads.models import Lead
from app.leads.stages import Stage
from tests.browser import LAPTOP, PHONE, OpenPage, let_in, overflow_px
from tests.conftest import add_user
from tests.judges import axe_violations
from tests.leads.cast import add_contact, add_lead
from tests.server import Server, serving

MAJ = "maj@example.se"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An installation with an owner, and two people who are called much the same."""
    folder: Path = tmp_path_factory.mktemp("search") / "instance"
    with serving(folder) as server:
        with server.app.app_context():
            add_user(MAJ, "Maj Ek", Role.OWNER)
            with writing():
                for name, phone, horse in (
                    ("Åsa Öberg", "070-174 06 06", "Blixten"),
                    ("Asa Ek", "070-174 06 07", None),
                ):
                    contact = add_contact(name, phone)
                    add_lead(contact, SubjectKind.HORSE if horse else SubjectKind.SELF, horse)
                    renew_terms(contact)
        yield server


def open_at(open_page: OpenPage, server: Server, path: str = "/today/", **how: object) -> Page:
    page = open_page(server.url, **how)
    let_in(page, server, MAJ)
    page.goto(path)
    return page


def field(page: Page) -> Locator:
    return page.get_by_label("Sök eller gör något")


def lead_of(server: Server, name: str) -> int:
    with server.app.app_context():
        return next(lead.id for lead in db.session.query(Lead) if lead.contact.name == name)


def test_somebody_is_found_and_opened_by_the_keyboard_alone(server: Server, open_page: OpenPage) -> None:
    page = open_at(open_page, server)

    page.keyboard.press("Control+k")
    expect(field(page)).to_be_focused()
    expect(page.get_by_role("option", name="Ny affär")).to_be_visible()
    expect(field(page)).not_to_have_attribute("aria-activedescendant", re.compile("."))
    page.keyboard.type("asa")
    expect(page.get_by_role("option", name="Åsa Öberg 070-174 06 06")).to_be_visible()
    expect(field(page)).to_have_attribute("aria-expanded", "true")
    page.keyboard.type(" ob")
    expect(page.get_by_role("option", name="Asa Ek 070-174 06 07")).to_have_count(0)
    first = page.get_by_role("option").first
    expect(first).to_have_attribute("aria-selected", "true")
    expect(page.locator("#search-said")).to_contain_text("förslag")
    page.keyboard.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "false")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Åsa Öberg")


def test_escape_closes_and_keeps_the_words(server: Server, open_page: OpenPage) -> None:
    page = open_at(open_page, server)

    field(page).click()
    page.keyboard.type("asa")
    expect(page.get_by_role("listbox")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(field(page)).to_have_attribute("aria-expanded", "false")
    expect(field(page)).to_have_value("asa")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("listbox")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("listbox")).to_have_count(0)


def test_enter_before_an_answer_opens_the_page_with_all(server: Server, open_page: OpenPage) -> None:
    page = open_at(open_page, server)

    field(page).click()
    field(page).evaluate(
        "field => { field.value = 'asa'; field.dispatchEvent(new Event('input')); field.form.requestSubmit() }"
    )

    expect(page.get_by_role("heading", level=1)).to_have_text("Sök")
    expect(page.get_by_role("heading", name=re.compile("Kontakter"))).to_be_visible()


def test_a_lead_rests_until_march_by_two_enters(server: Server, open_page: OpenPage) -> None:
    lead_id = lead_of(server, "Asa Ek")
    page = open_at(open_page, server, f"/leads/{lead_id}")

    page.keyboard.press("Control+k")
    page.keyboard.type("vila till mars")
    expect(page.get_by_role("option", name="Låt affären vila till")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Låt affären vila")
    expect(page.get_by_role("button", name="Låt vila till")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_text("Affären vilar till")).to_be_visible()
    with server.app.app_context():
        lead = db.session.get_one(Lead, lead_id)
        assert (lead.stage, lead.rests_until_on.month if lead.rests_until_on else 0) == (Stage.RESTING, 3)
    page.get_by_role("button", name="Ångra").click()
    expect(page.get_by_text("Affären är öppen igen.").or_(page.get_by_text("Ångrat"))).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (PHONE, "dark"), (LAPTOP, "light"), (LAPTOP, "dark")])
def test_the_box_can_be_used_by_everybody(server: Server, open_page: OpenPage, width: int, scheme: str) -> None:
    page = open_at(open_page, server, width=width, scheme=scheme)

    field(page).click()
    expect(page.get_by_role("option", name="Ny affär")).to_be_visible()
    offered = (axe_violations(page), overflow_px(page))
    field(page).fill("asa")
    expect(page.get_by_role("option", name="Åsa Öberg 070-174 06 06")).to_be_visible()
    found = (axe_violations(page), overflow_px(page))
    field(page).fill("finnsinte")
    expect(page.locator(".search-none")).to_contain_text("Inget hittades för ”finnsinte”.")
    nothing = (axe_violations(page), overflow_px(page))

    assert (offered, found, nothing) == (([], 0), ([], 0), ([], 0))


def test_on_a_phone_the_box_takes_the_screen_and_closes_by_its_cross(server: Server, open_page: OpenPage) -> None:
    page = open_at(open_page, server, width=PHONE)

    field(page).tap()
    expect(page.get_by_role("option", name="Ny affär")).to_be_visible()
    panel = page.locator("#search-panel").bounding_box()
    assert panel is not None
    assert (panel["x"], panel["width"]) == (0, PHONE)
    assert panel["y"] + panel["height"] >= 740
    sizes = [box["height"] for box in (option.bounding_box() for option in page.get_by_role("option").all()) if box]
    assert min(sizes) >= 40
    page.get_by_role("button", name="Stäng sökningen").tap()

    expect(page.get_by_role("option")).to_have_count(0)


def test_the_box_leads_to_a_page_without_script(server: Server, open_page: OpenPage) -> None:
    page = open_at(open_page, server, width=PHONE, script=False)

    field(page).fill("blixt")
    field(page).press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Sök")
    expect(page.get_by_role("heading", name=re.compile("Hästar"))).to_be_visible()
    page.get_by_role("link", name="Blixten", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Åsa Öberg")
