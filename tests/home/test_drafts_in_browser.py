"""What is typed survives a lost connection, a closed tab, a sign-out behind one's back; and is sent once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Locator, Page, Route, expect

from app.accounts.models import Role
from app.core.db import db, writing
from app.leads.models import EventKind, LeadEvent
from tests.browser import LAPTOP, PHONE, OpenPage, let_in, overflow_px
from tests.conftest import add_user
from tests.judges import axe_violations
from tests.leads.cast import add_contact, add_lead
from tests.server import Server, serving

MAJ, SIXTEN = "maj@example.se", "sixten@example.se"
WORDS = "Hon sover bättre nu."


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("drafts") / "instance"
    with serving(folder) as server:
        with server.app.app_context():
            add_user(MAJ, "Maj Ek", Role.OWNER)
            add_user(SIXTEN, "Sixten Alm", Role.STAFF)
        yield server


@pytest.fixture
def lead(server: Server) -> str:
    """The address of a lead that nobody has written about."""
    with server.app.app_context(), writing():
        return f"/leads/{add_lead(add_contact('Siv Lund')).id}"


def lose_answer(route: Route) -> None:
    """The server stores what was sent; the browser does not hear of it."""
    route.fetch()
    route.abort()


def begin_a_note(open_page: OpenPage, server: Server, lead: str, **how: object) -> tuple[Page, Locator]:
    page = open_page(server.url, **how)
    let_in(page, server, MAJ)
    page.goto(f"{lead}?compose=note")
    note = page.get_by_label("Anteckning", exact=True)
    note.fill(WORDS)
    expect_kept(page)
    return page, note


def expect_kept(page: Page, *, is_kept: bool = True) -> None:
    found = "() => Object.keys(localStorage).filter(key => key.startsWith('ledtrad.draft.')).length"
    page.wait_for_function(f"(wanted) => ({found})() === wanted", arg=int(is_kept))


def notes_of(server: Server, lead: str) -> list[str | None]:
    with server.app.app_context():
        told = sa.select(LeadEvent.text).where(LeadEvent.kind == EventKind.NOTE)
        return list(db.session.scalars(told.where(LeadEvent.lead_id == int(lead.rpartition("/")[2]))))


def save(page: Page) -> None:
    page.get_by_role("button", name="Spara anteckningen").click()


def test_a_note_is_stored_and_no_longer_kept_in_the_browser(server: Server, open_page: OpenPage, lead: str) -> None:
    page, _ = begin_a_note(open_page, server, lead)

    save(page)
    expect(page.get_by_text("Anteckningen är sparad.")).to_be_visible()

    expect_kept(page, is_kept=False)
    assert notes_of(server, lead) == [WORDS]
    page.goto(f"{lead}?compose=note")
    expect(page.get_by_label("Anteckning", exact=True)).to_have_value("")


def test_a_closed_tab_loses_nothing(server: Server, open_page: OpenPage, lead: str) -> None:
    page, _ = begin_a_note(open_page, server, lead)
    page.close()

    again = page.context.new_page()
    again.goto(lead)

    expect(again.get_by_label("Anteckning", exact=True)).to_have_value(WORDS)
    expect(again.locator(".draft-note")).to_contain_text("Det finns bara i den här webbläsaren")
    again.get_by_role("button", name="Släng det").click()
    expect(again.get_by_label("Anteckning", exact=True)).to_have_value("")
    expect_kept(again, is_kept=False)


def test_without_a_connection_the_words_stay_and_go_later(server: Server, open_page: OpenPage, lead: str) -> None:
    page, note = begin_a_note(open_page, server, lead)

    page.context.set_offline(True)
    expect(page.get_by_text("Ingen uppkoppling", exact=True)).to_be_visible()
    save(page)
    expect(page.get_by_role("alert").filter(has_text="Servern svarar inte")).to_be_visible()
    expect(note).to_have_value(WORDS)
    page.context.set_offline(False)
    expect(page.get_by_text("Ingen uppkoppling", exact=True)).to_be_hidden()
    save(page)

    expect(page.get_by_text("Anteckningen är sparad.")).to_be_visible()
    assert notes_of(server, lead) == [WORDS]


def test_an_answer_that_is_lost_on_its_way_back_sends_nothing_twice(
    server: Server, open_page: OpenPage, lead: str
) -> None:
    page, note = begin_a_note(open_page, server, lead)

    page.route("**/notes", lose_answer, times=1)
    save(page)
    expect(page.get_by_role("alert").filter(has_text="Servern svarar inte")).to_be_visible()
    assert notes_of(server, lead) == [WORDS]
    page.reload()
    expect(note).to_have_value(WORDS)
    save(page)

    expect(page.get_by_text("Anteckningen är sparad.")).to_be_visible()
    assert notes_of(server, lead) == [WORDS]


def test_words_that_were_changed_after_a_lost_answer_are_stored(server: Server, open_page: OpenPage, lead: str) -> None:
    page, note = begin_a_note(open_page, server, lead)

    page.route("**/notes", lose_answer, times=1)
    save(page)
    expect(page.get_by_role("alert").filter(has_text="Servern svarar inte")).to_be_visible()
    note.fill("Hon sover sämre nu.")
    save(page)

    expect(page.get_by_text("Anteckningen är sparad.").first).to_be_visible()
    assert sorted(filter(None, notes_of(server, lead))) == [WORDS, "Hon sover sämre nu."]


def test_who_was_signed_out_meanwhile_finds_the_words_again(server: Server, open_failing: OpenPage, lead: str) -> None:
    page, note = begin_a_note(open_failing, server, lead)

    page.context.clear_cookies()
    save(page)
    expect(page.get_by_role("alert").filter(has_text="Du har blivit utloggad")).to_be_visible()
    expect(note).to_have_value(WORDS)
    assert (
        page.get_by_role("link", name="Logga in").get_attribute("href") == f"/sign-in?next={lead.replace('/', '%2F')}"
    )
    let_in(page, server, MAJ)
    page.goto(lead)

    expect(note).to_have_value(WORDS)
    save(page)
    expect(page.get_by_text("Anteckningen är sparad.")).to_be_visible()
    assert notes_of(server, lead) == [WORDS]


def test_another_user_sees_nothing_of_it_and_signing_out_removes_it(
    server: Server, open_page: OpenPage, lead: str
) -> None:
    page, note = begin_a_note(open_page, server, lead)

    page.context.clear_cookies()
    let_in(page, server, SIXTEN)
    page.goto(lead)
    expect(note).to_have_value("")
    expect(page.locator(".draft-note")).to_have_count(0)
    page.locator(".user-menu summary").click()
    page.get_by_role("button", name="Logga ut").click()

    expect(page.get_by_label("Lösenord")).to_be_visible()
    expect_kept(page, is_kept=False)


def test_signing_out_beside_words_that_were_not_sent_removes_them_in_every_tab(
    server: Server, open_page: OpenPage, lead: str
) -> None:
    page, _ = begin_a_note(open_page, server, lead)
    other = page.context.new_page()
    other.goto(f"{lead}?compose=note")
    expect(other.get_by_label("Anteckning", exact=True)).to_have_value(WORDS)

    page.locator(".user-menu summary").click()
    page.get_by_role("button", name="Logga ut").click()
    expect(page.get_by_label("Lösenord")).to_be_visible()
    other.close(run_before_unload=True)

    expect_kept(page, is_kept=False)


def test_what_is_sent_from_one_tab_does_not_come_back_from_another(
    server: Server, open_page: OpenPage, lead: str
) -> None:
    page, _ = begin_a_note(open_page, server, lead)
    other = page.context.new_page()
    other.goto(f"{lead}?compose=note")
    note = other.get_by_label("Anteckning", exact=True)
    expect(note).to_have_value(WORDS)

    save(page)
    expect(page.get_by_text("Anteckningen är sparad.")).to_be_visible()
    expect(note).to_have_value("")
    expect(other.locator(".draft-note")).to_have_count(0)
    other.close(run_before_unload=True)

    expect_kept(page, is_kept=False)


def test_a_week_is_the_longest(server: Server, open_page: OpenPage, lead: str) -> None:
    page, _ = begin_a_note(open_page, server, lead)

    page.evaluate(
        "days => Object.keys(localStorage).filter(key => key.startsWith('ledtrad.draft.')).forEach(key =>"
        " localStorage.setItem(key, JSON.stringify({...JSON.parse(localStorage[key]),"
        " at: Date.now() - days * 864e5})))",
        7.01,
    )
    page.close()
    again = page.context.new_page()
    again.goto(lead)

    expect_kept(again, is_kept=False)
    expect(again.get_by_label("Anteckning", exact=True)).to_have_value("")


def test_what_is_refused_stays_beside_its_reason(server: Server, open_failing: OpenPage, lead: str) -> None:
    page, note = begin_a_note(open_failing, server, lead)

    note.fill("Hej\u0007")
    save(page)

    expect(page.locator("#note-text-error")).to_contain_text("Här finns tecken som inte kan sparas")
    expect(note).to_have_value("Hej\u0007")
    assert notes_of(server, lead) == []


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (PHONE, "dark"), (LAPTOP, "dark")])
def test_what_is_said_of_a_draft_can_be_read_by_everybody(
    server: Server, open_page: OpenPage, lead: str, width: int, scheme: str
) -> None:
    page, _ = begin_a_note(open_page, server, lead, width=width, scheme=scheme)
    page.reload()

    expect(page.locator(".draft-note")).to_be_visible()
    assert (axe_violations(page), overflow_px(page)) == ([], 0)


def test_something_that_takes_long_is_seen_and_said(server: Server, open_page: OpenPage, lead: str) -> None:
    page, _ = begin_a_note(open_page, server, lead)

    def wait(route: Route) -> None:
        page.wait_for_timeout(6000)
        route.continue_()

    page.route("**/notes", wait, times=1)
    expect(page.locator("#progress")).to_be_hidden()
    page.get_by_role("button", name="Spara anteckningen").click(no_wait_after=True)
    expect(page.locator("#progress")).to_be_visible()
    expect(page.locator("#progress-said")).to_have_text("Arbetar …")

    expect(page.get_by_text("Anteckningen är sparad.")).to_be_visible()
    expect(page.locator("#progress")).to_be_hidden()
