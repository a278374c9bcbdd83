"""Cards of the board that are moved by mouse, by finger, by menu and by keys."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, CDPSession, Locator, Page, expect

from app.accounts.models import Role, User
from app.core.clock import now
from app.core.db import db, writing
from app.leads.models import Lead
from app.leads.queries import lost_reasons
from app.leads.services import move_to_stage
from app.leads.stages import Stage
from tests.browser import PHONE, OpenPage, let_in, new_context
from tests.conftest import add_user
from tests.leads.cast import add_contact, add_lead
from tests.server import Server, serving

MAJ, VERA = "maj@example.se", "vera@example.se"
COLUMNS = {Stage.NEW: "Ny", Stage.CONTACTED: "Kontaktad", Stage.CONSULTATION: "Konsultation", Stage.TRIAL: "Provperiod"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An installation with an owner, and Vera, who only reads."""
    folder: Path = tmp_path_factory.mktemp("board") / "instance"
    with serving(folder) as server:
        with server.app.app_context():
            add_user(MAJ, "Maj Ek", Role.OWNER)
            add_user(VERA, "Vera Ask", Role.READER)
        yield server


@pytest.fixture
def siv(server: Server) -> int:
    """Siv's lead, contacted; Bo and Eva are new, and nobody else has any."""
    with server.app.app_context(), writing() as session:
        for lead in session.query(Lead):
            session.delete(lead)
        session.flush()
        for name in ("Bo Ek", "Eva Hed"):
            add_lead(add_contact(name), now=now()).value_ore = 10_000_00
        lead = add_lead(add_contact("Siv Lund"), now=now())
        lead.stage, lead.value_ore = Stage.CONTACTED, 24_900_00
        session.flush()
        return lead.id


def stands(server: Server, lead_id: int) -> tuple[Stage, bool]:
    """Where the lead stands, and whether it has a reason for being lost."""
    with server.app.app_context():
        lead = db.session.get_one(Lead, lead_id)
        return lead.stage, lead.lost_reason_id is not None


def open_board(page: Page, server: Server, asked: str = "", who: str = MAJ) -> None:
    let_in(page, server, who)
    page.goto(f"/leads/board{asked}")


def column(page: Page, stage: Stage) -> Locator:
    return page.get_by_role("region", name=COLUMNS[stage], exact=True)


def card(page: Page, name: str = "Siv Lund") -> Locator:
    return page.locator(".board-card", has_text=name)


def link(page: Page, name: str = "Siv Lund") -> Locator:
    return page.get_by_role("link", name=name, exact=True)


def said(page: Page, words: str) -> Locator:
    return page.get_by_role("status").filter(has_text=words)


def inside(place: Locator) -> tuple[float, float]:
    box = place.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + min(box["height"] / 3, 60)


def drag(page: Page, what: Locator, to: Locator) -> None:
    page.mouse.move(*inside(what))
    page.mouse.down()
    page.mouse.move(*inside(to), steps=12)
    page.mouse.move(*inside(to))
    page.mouse.up()


def test_a_card_is_dragged_to_another_column_and_the_sums_follow(server: Server, siv: int, open_page: OpenPage) -> None:
    page = open_page(server.url)
    open_board(page, server)

    drag(page, card(page), column(page, Stage.NEW))

    expect(said(page, "Siv Lund flyttad till Ny.")).to_be_visible()
    expect(column(page, Stage.NEW).locator(".board-card")).to_have_count(3)
    expect(column(page, Stage.NEW).locator(".board-sum")).to_have_text("Värde 44 900 kr")
    expect(column(page, Stage.CONTACTED).locator(".board-sum")).to_have_count(0)
    assert stands(server, siv) == (Stage.NEW, False)
    expect(page).to_have_url(f"{server.url}/leads/board")


def test_a_move_is_taken_back_where_one_stands(server: Server, siv: int, open_page: OpenPage) -> None:
    page = open_page(server.url)
    open_board(page, server)
    drag(page, card(page), column(page, Stage.TRIAL))
    expect(column(page, Stage.TRIAL).locator(".board-card")).to_have_count(1)

    page.get_by_role("button", name="Ångra").click()

    expect(column(page, Stage.CONTACTED).locator(".board-card")).to_have_count(1)
    expect(said(page, "Ångrat.")).to_be_visible()
    assert stands(server, siv) == (Stage.CONTACTED, False)


def test_a_lost_card_asks_why_in_the_same_move_and_comes_back_with_its_undo(
    server: Server, siv: int, open_page: OpenPage
) -> None:
    page = open_page(server.url)
    open_board(page, server)
    with server.app.app_context():
        reason = lost_reasons()[0].name_sv

    drag(page, card(page), page.locator(".board-end-lost"))
    dialog = page.get_by_role("dialog", name="Flytta till Förlorad")
    expect(dialog.get_by_label("Anledning")).to_be_focused()
    dialog.get_by_label("Anledning").select_option(reason)
    dialog.get_by_role("button", name="Flytta till Förlorad").click()
    expect(dialog).to_be_hidden()
    expect(card(page)).to_have_count(0)
    assert stands(server, siv) == (Stage.LOST, True)
    page.get_by_role("button", name="Ångra").click()

    expect(column(page, Stage.CONTACTED).locator(".board-card")).to_have_count(1)
    assert stands(server, siv) == (Stage.CONTACTED, False)


@pytest.mark.parametrize("way", ["Escape", "Avbryt"])
def test_who_leaves_the_question_has_moved_nothing(server: Server, siv: int, open_page: OpenPage, way: str) -> None:
    page = open_page(server.url)
    open_board(page, server)
    drag(page, card(page), page.locator(".board-end-lost"))
    dialog = page.get_by_role("dialog", name="Flytta till Förlorad")
    expect(dialog).to_be_visible()

    if way == "Escape":
        page.keyboard.press("Escape")
    else:
        dialog.get_by_role("link", name="Avbryt").click()

    expect(dialog).to_be_hidden()
    expect(column(page, Stage.CONTACTED).locator(".board-card")).to_have_count(1)
    assert stands(server, siv) == (Stage.CONTACTED, False)


def test_a_question_that_is_not_answered_stays_and_says_so(server: Server, siv: int, browser: Browser) -> None:
    context, witness = new_context(browser, server.url)
    page = context.new_page()
    open_board(page, server)
    drag(page, card(page), page.locator(".board-end-lost"))
    dialog = page.get_by_role("dialog", name="Flytta till Förlorad")

    dialog.get_by_role("button", name="Flytta till Förlorad").click()

    expect(dialog.locator(".field-error")).to_be_visible()
    expect(dialog.get_by_label("Anledning")).to_be_focused()
    assert [complaint.partition(" for ")[0] for complaint in witness.complaints] == ["422"]
    context.close()


def test_a_card_that_somebody_else_has_moved_goes_where_it_stands_and_says_why(
    server: Server, siv: int, browser: Browser
) -> None:
    context, witness = new_context(browser, server.url)
    page = context.new_page()
    open_board(page, server)
    with server.app.app_context(), writing() as session:
        move_to_stage(session.get_one(Lead, siv), Stage.CONSULTATION, session.query(User).first(), now())

    drag(page, card(page), column(page, Stage.TRIAL))

    expect(page.locator(".toast-note-error")).to_contain_text("Konsultation")
    expect(column(page, Stage.CONSULTATION).locator(".board-card")).to_have_count(1)
    expect(card(page)).to_have_count(1)
    assert stands(server, siv) == (Stage.CONSULTATION, False)
    assert [complaint.partition(" for ")[0] for complaint in witness.complaints] == ["422"]
    context.close()


def test_the_keyboard_alone_walks_moves_and_opens(server: Server, siv: int, open_page: OpenPage) -> None:
    page = open_page(server.url)
    open_board(page, server)
    board = page.get_by_role("region", name="Tavla")
    board.focus()
    expect(board).to_have_accessible_description(re.compile("M flyttar kortet till ett steg"))

    page.keyboard.press("Tab")
    expect(link(page, "Eva Hed").or_(link(page, "Bo Ek")).and_(page.locator(":focus"))).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(link(page)).to_be_focused()
    page.keyboard.press("Control+ArrowRight")
    expect(column(page, Stage.CONSULTATION).locator(".board-card")).to_have_count(1)
    expect(link(page)).to_be_focused()
    expect(said(page, "Siv Lund flyttad till Konsultation.")).to_be_visible()
    page.keyboard.press("m")
    expect(page.get_by_role("menu", name="Flytta Siv Lund till…")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menuitem", name="Kontaktad")).to_be_focused()
    page.keyboard.press("Enter")
    expect(column(page, Stage.CONTACTED).locator(".board-card")).to_have_count(1)
    expect(link(page)).to_be_focused()
    assert stands(server, siv) == (Stage.CONTACTED, False)
    page.keyboard.press("ArrowLeft")
    expect(column(page, Stage.NEW).locator(":focus")).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")

    expect(page).to_have_url(f"{server.url}/leads/{siv}")


def test_who_only_reads_walks_among_the_cards_and_moves_none(server: Server, siv: int, open_page: OpenPage) -> None:
    page = open_page(server.url)
    open_board(page, server, who=VERA)

    expect(card(page).locator(".board-move")).to_be_hidden()
    link(page, "Bo Ek").focus()
    page.keyboard.press("ArrowRight")
    expect(link(page)).to_be_focused()
    page.keyboard.press("m")
    page.keyboard.press("Control+ArrowRight")
    drag(page, card(page), column(page, Stage.TRIAL))

    expect(page.locator("#move-menu")).to_be_hidden()
    expect(column(page, Stage.CONTACTED).locator(".board-card")).to_have_count(1)
    assert stands(server, siv) == (Stage.CONTACTED, False)


def test_escape_leaves_the_menu_and_the_card_keeps_the_keyboard(server: Server, siv: int, open_page: OpenPage) -> None:
    page = open_page(server.url)
    open_board(page, server)
    link(page).focus()

    page.keyboard.press("m")
    page.keyboard.press("Escape")

    expect(page.get_by_role("menu")).to_be_hidden()
    expect(link(page)).to_be_focused()
    assert stands(server, siv) == (Stage.CONTACTED, False)


def test_a_question_asked_by_keyboard_gives_the_keyboard_back(server: Server, siv: int, open_page: OpenPage) -> None:
    page = open_page(server.url)
    open_board(page, server)
    link(page).focus()

    page.keyboard.press("m")
    page.get_by_role("menuitem", name="Vilande").press("Enter")
    expect(page.get_by_role("dialog", name="Flytta till Vilande")).to_be_visible()
    page.keyboard.press("Escape")

    expect(link(page)).to_be_focused()


def touch(cdp: CDPSession, kind: str, *at: tuple[float, float]) -> None:
    cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in at]})


def hold_and_drag(page: Page, what: Locator, to: tuple[float, float], hold_ms: int) -> None:
    """A finger on the card for a while, and then towards a place."""
    cdp = page.context.new_cdp_session(page)
    x, y = inside(what)
    touch(cdp, "touchStart", (x, y))
    page.wait_for_timeout(hold_ms)
    for step in range(1, 11):
        touch(cdp, "touchMove", (x + (to[0] - x) * step / 10, y + (to[1] - y) * step / 10))
        page.wait_for_timeout(20)
    touch(cdp, "touchEnd")


def test_a_finger_that_rests_takes_the_card_along(server: Server, siv: int, browser: Browser) -> None:
    context = browser.new_context(
        base_url=server.url, viewport={"width": 820, "height": 900}, has_touch=True, reduced_motion="reduce"
    )
    page = context.new_page()
    open_board(page, server)

    hold_and_drag(page, card(page), inside(column(page, Stage.NEW).locator(".board-card").first), 400)

    expect(said(page, "Siv Lund flyttad till Ny.")).to_be_visible()
    assert stands(server, siv) == (Stage.NEW, False)
    context.close()


def test_a_phone_shows_one_stage_and_moves_cards_by_the_menu(server: Server, siv: int, open_page: OpenPage) -> None:
    page = open_page(server.url, width=PHONE)
    open_board(page, server)
    switch = page.get_by_role("navigation", name="Gå till steg")

    switch.get_by_role("link", name="Kontaktad").tap()
    expect(card(page)).to_be_in_viewport()
    expect(card(page, "Bo Ek")).not_to_be_in_viewport()
    page.get_by_role("link", name="Flytta Siv Lund till…").tap()
    page.get_by_role("menuitem", name="Provperiod").tap()

    expect(said(page, "Siv Lund flyttad till Provperiod.")).to_be_visible()
    expect(switch.get_by_role("link", name="Provperiod 1")).to_be_visible()
    assert stands(server, siv) == (Stage.TRIAL, False)


def test_on_a_phone_a_card_is_dropped_on_the_name_of_a_stage(server: Server, siv: int, open_page: OpenPage) -> None:
    page = open_page(server.url, width=PHONE)
    open_board(page, server)
    switch = page.get_by_role("navigation", name="Gå till steg")
    switch.get_by_role("link", name="Kontaktad").tap()
    expect(card(page)).to_be_in_viewport()

    hold_and_drag(page, card(page), inside(switch.get_by_role("link", name="Konsultation")), 400)

    expect(said(page, "Siv Lund flyttad till Konsultation.")).to_be_visible()
    expect(switch.get_by_role("link", name="Konsultation 1")).to_be_visible()
    expect(column(page, Stage.CONSULTATION).locator(".board-card")).to_have_count(1)
    assert stands(server, siv) == (Stage.CONSULTATION, False)


def test_a_card_that_is_dropped_on_the_name_of_its_own_stage_stays(
    server: Server, siv: int, open_page: OpenPage
) -> None:
    page = open_page(server.url, width=PHONE)
    open_board(page, server)
    switch = page.get_by_role("navigation", name="Gå till steg")
    switch.get_by_role("link", name="Kontaktad").tap()
    expect(card(page)).to_be_in_viewport()

    hold_and_drag(page, card(page), inside(switch.get_by_role("link", name="Kontaktad")), 400)

    expect(column(page, Stage.CONTACTED).locator(".board-card")).to_have_count(1)
    assert stands(server, siv) == (Stage.CONTACTED, False)


def test_without_script_a_card_is_moved_by_pages(server: Server, siv: int, open_page: OpenPage) -> None:
    page = open_page(server.url, script=False)
    open_board(page, server, "?owner=0")

    page.get_by_role("link", name="Flytta Siv Lund till…").click()
    page.get_by_role("link", name="Flytta till Provperiod").click()
    page.get_by_role("button", name="Flytta till Provperiod").click()

    expect(said(page, "Siv Lund flyttad till Provperiod.")).to_be_visible()
    expect(column(page, Stage.TRIAL).locator(".board-card")).to_have_count(1)
    expect(page).to_have_url(f"{server.url}/leads/board?owner=0")
    assert stands(server, siv) == (Stage.TRIAL, False)
