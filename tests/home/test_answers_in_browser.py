"""An enquiry is answered in its row of Today, and nothing that is typed there is lost."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Locator, Page, expect

from app.accounts.models import Role
from app.core.clock import now
from app.core.db import db, writing
from app.enquiries.models import Answer, Enquiry, EnquiryState
from tests.browser import LAPTOP, PHONE, OpenPage, let_in, overflow_px
from tests.conftest import add_user
from tests.home.test_today import add_enquiry
from tests.judges import axe_violations
from tests.leads.cast import add_contact, add_lead
from tests.server import Server, serving

MAJ = "maj@example.se"
WORDS = "Många märker skillnad av en stunds vila."


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("answers") / "instance"
    with serving(folder) as server:
        with server.app.app_context():
            add_user(MAJ, "Maj Ek", Role.OWNER)
        yield server


@pytest.fixture
def server(running: Server) -> Server:
    """Three have written and wait: Siv for the longest, then Bo, then Eva, who cannot be mailed."""
    with running.app.app_context(), writing() as session:
        session.execute(sa.update(Enquiry).values(state=EnquiryState.CLOSED, settled_at=now()))
        for hours, name, email in (
            (3, "Siv Lund", "siv@example.se"),
            (2, "Bo Ask", "bo@example.se"),
            (1, "Eva Rask", None),
        ):
            lead = add_lead(add_contact(name))
            lead.contact.email = email
            add_enquiry(lead, now() - timedelta(hours=hours), f"{name} undrar.")
    return running


@pytest.fixture
def page(server: Server, open_page: OpenPage) -> Page:
    return open_today(open_page, server)


def open_today(open_page: OpenPage, server: Server, **how: object) -> Page:
    page = open_page(server.url, **how)
    let_in(page, server, MAJ)
    page.goto("/today/")
    return page


def opener(page: Page, name: str) -> Locator:
    return page.get_by_role("link", name=f"Svara {name}")


def begin(page: Page, name: str, words: str = WORDS) -> None:
    """Open the answer in the row, and type."""
    opener(page, name).press("Enter")
    expect(field(page)).to_be_focused()
    page.keyboard.type(words)


def field(page: Page) -> Locator:
    return page.get_by_label("Ditt svar")


def expect_kept(page: Page) -> None:
    page.wait_for_function("() => Object.keys(localStorage).some(key => key.startsWith('ledtrad.draft.'))")


def answers_of(server: Server) -> list[tuple[str, str]]:
    with server.app.app_context():
        return [(answer.lead.contact.name, answer.text) for answer in db.session.query(Answer)]


def test_it_opens_where_it_was_asked_and_escape_goes_back_with_the_words_kept(page: Page) -> None:
    opener(page, "Siv Lund").press("Enter")
    expect(field(page)).to_be_focused()
    expect(page.locator(".row-answers")).to_contain_text("Siv Lund undrar.")
    expect(opener(page, "Siv Lund")).to_have_attribute("aria-expanded", "true")
    page.keyboard.type(WORDS)
    page.keyboard.press("Escape")

    expect(field(page)).to_have_count(0)
    expect(opener(page, "Siv Lund")).to_be_focused()
    expect(opener(page, "Siv Lund")).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")
    expect(field(page)).to_have_value(WORDS)
    expect(page.locator(".row-answers .draft-note")).to_contain_text("är tillbaka")


def test_one_is_open_at_a_time_and_a_second_tap_closes_it(page: Page) -> None:
    begin(page, "Siv Lund")
    opener(page, "Bo Ask").click()

    expect(page.locator(".row-answers")).to_contain_text("Bo Ask undrar.")
    expect(field(page)).to_have_count(1)
    expect(field(page)).to_have_value("")
    opener(page, "Bo Ask").click()
    expect(field(page)).to_have_count(0)
    opener(page, "Siv Lund").click()
    expect(field(page)).to_have_value(WORDS)


def test_what_is_sent_is_said_and_the_next_one_waits_under_the_cursor(server: Server, page: Page) -> None:
    before = len(answers_of(server))
    begin(page, "Siv Lund")
    page.get_by_role("button", name="Skicka svaret").click()

    expect(opener(page, "Bo Ask")).to_be_focused()
    expect(page.locator("#news-words")).to_have_text("Svaret är skickat · Siv Lund")
    done = page.locator("#day-answers .row-done")
    expect(done).to_contain_text("Nästa steg:")
    expect(opener(page, "Siv Lund")).to_have_count(0)
    assert answers_of(server)[before:] == [("Siv Lund", WORDS)]
    assert page.evaluate("() => Object.keys(localStorage).filter(key => key.startsWith('ledtrad.draft.'))") == []
    expect(done).to_have_count(0)


def test_who_cannot_be_mailed_is_not_written_to(page: Page) -> None:
    opener(page, "Eva Rask").click()

    expect(page.locator(".row-answers")).to_contain_text("Det finns ingen e-postadress att svara till.")
    expect(page.locator(".row-answers a[href^='tel:']")).to_be_focused()
    page.keyboard.press("Escape")
    expect(opener(page, "Eva Rask")).to_be_focused()


def test_the_day_stands_still_while_somebody_writes(server: Server, page: Page) -> None:
    begin(page, "Siv Lund")
    with server.app.app_context(), writing():
        add_enquiry(add_lead(add_contact("Ulf Vik")), now() - timedelta(hours=9))
    page.wait_for_timeout(12_000)

    expect(field(page)).to_have_value(WORDS)
    expect(field(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(opener(page, "Ulf Vik")).to_be_visible()


def test_a_refusal_shows_the_words_with_what_to_mend(server: Server, open_failing: OpenPage) -> None:
    page = open_today(open_failing, server)
    begin(page, "Siv Lund", "")
    field(page).fill("Hej\u0007")
    page.get_by_role("button", name="Skicka svaret").click()

    expect(page.locator("#answer-text-error")).to_contain_text("Här finns tecken som inte kan sparas")
    expect(field(page)).to_have_value("Hej\u0007")


def test_without_a_connection_the_words_stay_in_the_row_and_go_later(server: Server, page: Page) -> None:
    before = len(answers_of(server))
    begin(page, "Siv Lund")
    expect_kept(page)

    page.context.set_offline(True)
    page.get_by_role("button", name="Skicka svaret").click()
    expect(page.get_by_role("alert").filter(has_text="Servern svarar inte")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="Skicka svaret").click()

    expect(opener(page, "Bo Ask")).to_be_focused()
    assert answers_of(server)[before:] == [("Siv Lund", WORDS)]


def test_without_script_it_is_written_on_the_page_of_the_lead(server: Server, open_page: OpenPage) -> None:
    page = open_today(open_page, server, width=PHONE, script=False)

    opener(page, "Siv Lund").click()

    expect(page.get_by_role("heading", name="Siv Lund", level=1)).to_be_visible()
    expect(field(page)).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (PHONE, "dark"), (LAPTOP, "light"), (LAPTOP, "dark")])
def test_an_open_answer_can_be_used_by_everybody(server: Server, open_page: OpenPage, width: int, scheme: str) -> None:
    page = open_today(open_page, server, width=width, scheme=scheme)
    opener(page, "Siv Lund").click()
    expect(field(page)).to_be_focused()

    assert (axe_violations(page), overflow_px(page)) == ([], 0)
