"""What Today and its frame do while somebody looks at them and types."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Locator, Page, expect

from app.accounts.models import Role
from app.contacts.models import Contact
from app.core.clock import now
from app.core.db import db, writing
from app.follow_ups.models import FollowUp, FollowUpKind
from app.follow_ups.services import plan
from app.leads.models import CallOutcome, Lead
from app.leads.queries import timeline
from tests.browser import LAPTOP, PHONE, OpenPage, let_in, overflow_px
from tests.conftest import add_user
from tests.home.test_today import add_enquiry
from tests.journeys.hands import FOCUS
from tests.judges import axe_violations
from tests.leads.cast import add_contact, add_lead
from tests.server import Server, serving

MAJ = "maj@example.se"
NEXT_FETCH_MS = 15_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An installation with an owner, an enquiry to answer and a step to do."""
    folder: Path = tmp_path_factory.mktemp("today") / "instance"
    with serving(folder) as server:
        with server.app.app_context():
            add_user(MAJ, "Maj Ek", Role.OWNER)
            with writing():
                add_enquiry(add_lead(add_contact("Siv Lund")), now() - timedelta(hours=1))
                plan(add_lead(add_contact("Bo Ask")), FollowUpKind.CALL, now() - timedelta(hours=1), now())
        yield server


def open_today(open_page: OpenPage, server: Server, **how: object) -> Page:
    page = open_page(server.url, **how)
    let_in(page, server, MAJ)
    page.goto("/today/")
    return page


def focused(page: Page) -> str:
    return str(page.evaluate("() => document.activeElement.closest('li')?.id ?? document.activeElement.tagName"))


def ask_what_comes_next(row: Locator) -> None:
    """A call that was not needed, or made otherwise."""
    row.locator("summary", has_text="Hur gick det?").press("Enter")
    row.get_by_role("button", name="Klar utan samtal").press("Enter")


def test_a_new_enquiry_comes_by_itself_and_takes_nobodys_place(server: Server, open_page: OpenPage) -> None:
    page = open_today(open_page, server)
    page.evaluate("() => { window.isTheSamePage = true }")
    answer = page.get_by_role("link", name="Svara Siv Lund")
    answer.focus()
    before = focused(page)

    with server.app.app_context(), writing():
        add_enquiry(add_lead(add_contact("Åsa Ström")), now())

    expect(page.get_by_role("link", name="Svara Åsa Ström")).to_be_visible()
    expect(page.locator("#menu-enquiries")).to_contain_text("2")
    expect(page).to_have_title("(3) Idag – Ledtråd")
    assert focused(page) == before != "BODY"
    assert page.evaluate("() => window.isTheSamePage")


def test_a_step_is_done_with_what_comes_next_and_taken_back_by_the_keyboard(
    server: Server, open_page: OpenPage
) -> None:
    page = open_today(open_page, server)
    row = page.locator("#day-calls li").filter(has_text="Bo Ask")

    ask_what_comes_next(row)
    expect(row.get_by_text("Vad händer härnäst?")).to_be_visible()
    expect(row.locator(".ready-task").first).to_be_focused()
    page.keyboard.press("Tab")
    expect(row.locator(".ready-task").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(row.get_by_text("Nästa steg: Mejla")).to_be_visible()
    assert focused(page).startswith("step-")
    with server.app.app_context():
        assert {step.kind for step in db.session.query(FollowUp).filter(FollowUp.done_at.is_(None))} == {
            FollowUpKind.MAIL
        }
    row.get_by_role("button", name="Ångra").press("Enter")

    expect(page.get_by_text("Ångrat. Steget är kvar att göra.")).to_be_visible()
    expect(row.locator("summary", has_text="Hur gick det?")).to_be_visible()
    with server.app.app_context():
        [step] = db.session.query(FollowUp)
        assert (step.kind, step.done_at) == (FollowUpKind.CALL, None)


def test_a_row_that_asks_is_left_alone_until_it_is_answered(server: Server, open_page: OpenPage) -> None:
    page = open_today(open_page, server)
    row = page.locator("#day-calls li").filter(has_text="Bo Ask")
    ask_what_comes_next(row)
    row.locator("summary", has_text="Något annat").press("Enter")
    words = row.get_by_label("Med egna ord")

    words.fill("Skicka foldern")
    page.wait_for_timeout(NEXT_FETCH_MS)

    expect(words).to_have_value("Skicka foldern")
    row.get_by_role("link", name="Avbryt").press("Enter")
    expect(row.locator("summary", has_text="Hur gick det?")).to_be_visible()


def test_a_step_is_put_off_in_two_taps(server: Server, open_page: OpenPage) -> None:
    with server.app.app_context(), writing():
        step = plan(add_lead(add_contact("Ulf Vik")), FollowUpKind.CALL, now() - timedelta(hours=1), now())
        step_id = step.id
    page = open_today(open_page, server, width=PHONE)
    row = page.locator("#day-calls li").filter(has_text="Ulf Vik")

    row.locator("summary", has_text="Senare").click()
    page.get_by_role("button", name="Nästa vecka").click()

    expect(page.get_by_text("Flyttat till")).to_be_visible()
    expect(row).to_have_count(0)
    with server.app.app_context():
        assert db.session.get_one(FollowUp, step_id).due_on is not None


def test_a_menu_opens_by_enter_and_closes_by_escape_where_it_was_opened(server: Server, open_page: OpenPage) -> None:
    page = open_today(open_page, server)
    menu = page.locator(".user-menu")
    opener = menu.locator("summary")

    opener.press("Enter")
    expect(menu.get_by_role("link", name="Min profil")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")

    expect(menu.get_by_role("link", name="Min profil")).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_toast_gives_way_to_what_has_focus(server: Server, open_page: OpenPage) -> None:
    page = open_today(open_page, server)
    page.set_viewport_size({"width": LAPTOP, "height": 500})
    page.get_by_role("link", name="Bo Ask").first.click()
    page.locator("#contact-title ~ p a").click()
    expect(page).to_have_url(re.compile("/contacts/"))
    page.wait_for_load_state()
    for sentence in ("Det gick inte.", "Det gick inte nu heller."):
        page.evaluate("it => document.dispatchEvent(new CustomEvent('ledtrad:failed', { detail: it }))", sentence)
    last = page.get_by_role("link", name="Radera personen")

    last.focus()

    expect(page.get_by_text("Det gick inte.")).to_be_in_viewport()
    assert page.evaluate(FOCUS)["is_on_top"]


def test_the_first_tab_leads_past_the_menu(server: Server, open_page: OpenPage) -> None:
    page = open_today(open_page, server)

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Hoppa till innehållet")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (PHONE, "dark"), (LAPTOP, "light"), (LAPTOP, "dark")])
def test_every_page_can_be_used_by_everybody(server: Server, open_page: OpenPage, width: int, scheme: str) -> None:
    page = open_today(open_page, server, width=width, scheme=scheme)
    found = {}

    for path in ("/today/", "/settings/", "/profile/", "/profile/password", "/users/", "/users/add"):
        page.goto(path)
        assert page.evaluate("() => document.documentElement.dataset.bsTheme") == scheme
        found[path] = (axe_violations(page), overflow_px(page))

    assert found == dict.fromkeys(found, ([], 0))


def test_a_step_is_done_without_script_too(server: Server, open_page: OpenPage) -> None:
    with server.app.app_context(), writing():
        plan(add_lead(add_contact("Eva Rask")), FollowUpKind.VISIT, now() - timedelta(hours=1), now())
    page = open_today(open_page, server, width=PHONE, script=False)
    row = page.locator("#day-meetings li").filter(has_text="Eva Rask")

    row.get_by_role("button", name="Klar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vad händer härnäst?")
    assert overflow_px(page) == 0
    page.locator(".ready-task").first.click()

    expect(page).to_have_url(re.compile("/today/$"))
    expect(row).to_have_count(0)
    expect(page.locator("#day-adrift li").filter(has_text="Eva Rask")).to_have_count(0)


@pytest.mark.parametrize("script", [True, False])
def test_a_call_is_logged_in_two_taps(server: Server, open_page: OpenPage, script: bool) -> None:
    name = "Ola Rask" if script else "Ulla Rask"
    with server.app.app_context(), writing():
        plan(add_lead(add_contact(name)), FollowUpKind.CALL, now() - timedelta(hours=1), now())
    page = open_today(open_page, server, width=PHONE, script=script)
    row = page.locator("#day-calls li").filter(has_text=name)

    row.locator("summary", has_text="Hur gick det?").click()
    assert overflow_px(page) == 0
    row.get_by_role("button", name="Inget svar").click()

    expect(page).to_have_url(re.compile("/today/$"))
    if script:
        expect(row).to_contain_text("Samtalet är loggat: Inget svar · Ola Rask")
        expect(row).to_contain_text("Nästa steg: Ring, i morgon")
    else:
        expect(row).to_have_count(0)
    with server.app.app_context():
        lead_id = db.session.scalars(sa.select(Lead.id).join(Lead.contact).where(Contact.name == name)).one()
        assert [event.outcome for event in timeline(db.session.get_one(Lead, lead_id)) if event.kind == "call"] == [
            CallOutcome.NO_ANSWER
        ]
