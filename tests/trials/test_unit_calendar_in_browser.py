"""A last day that is moved in the calendar: dragged by hand, and chosen by the keyboard."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Locator, Page, expect

from app.accounts.models import Role
from app.core.clock import now
from app.core.db import db, writing
from app.trials.models import Trial, TrialState
from app.trials.units import DeviceUnit
from tests.browser import OpenPage, let_in, new_context
from tests.conftest import add_user
from tests.leads.cast import add_contact, add_lead
from tests.server import Server, serving
from tests.trials.cast import add_model, add_unit
from tests.trials.walks import A_DAY, walk_to

MAJ = "maj@example.se"
ZONE = ZoneInfo("Europe/Stockholm")
AHEAD = 10
"""How many days after today Siv's loan ends. Bo's begins six days after that, and the unit rests one between."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An installation with an owner."""
    folder: Path = tmp_path_factory.mktemp("units") / "instance"
    with serving(folder) as server:
        with server.app.app_context():
            add_user(MAJ, "Maj Ek", Role.OWNER)
        yield server


class Loan(NamedTuple):
    """Siv's loan, and the row of the unit that she has."""

    trial_id: int
    row: str


@pytest.fixture
def loan(server: Server) -> Loan:
    """Siv has a unit of a new model, and Bo is to have it after her."""
    with server.app.app_context():
        count = db.session.scalar(sa.select(sa.func.count(DeviceUnit.id)))
        with writing():
            unit = add_unit(add_model(f"hem-{count}"), f"BM-{104 + count}")
            trial = walk_to(TrialState.OUT, unit=unit, starts_on=day(0), ends_on=day(AHEAD), now=now())
            bo = add_lead(add_contact("Bo Ek"))
            walk_to(TrialState.RESERVED, unit=unit, lead=bo, starts_on=day(AHEAD + 6), now=now())
        return Loan(trial.id, f"#unit-{unit.id}")


def day(ahead: int) -> date:
    return now().astimezone(ZONE).date() + ahead * A_DAY


def last_day(server: Server, loan: Loan) -> date | None:
    with server.app.app_context():
        return db.session.get_one(Trial, loan.trial_id).ends_on


def open_calendar(page: Page, server: Server) -> None:
    let_in(page, server, MAJ)
    page.goto("/trials/calendar")


def bar_of(page: Page, loan: Loan) -> Locator:
    return page.locator(f"{loan.row} .loan", has_text="Siv Lund")


def handle_of(page: Page, loan: Loan) -> Locator:
    return page.locator(loan.row).get_by_role("link", name="Ändra sista dagen, Siv Lund")


def drag(page: Page, loan: Loan, days: int) -> None:
    """Take hold of the end of Siv's bar, and let it go that many days from there."""
    handle_of(page, loan).scroll_into_view_if_needed()
    handle = handle_of(page, loan).bounding_box()
    sheet = page.locator(f"{loan.row} .units-days").bounding_box()
    assert handle
    assert sheet
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + days * sheet["width"] / 42, y, steps=8)
    page.mouse.up()


def test_a_bar_is_dragged_to_another_day(server: Server, loan: Loan, open_page: OpenPage) -> None:
    page = open_page(server.url)
    open_calendar(page, server)

    drag(page, loan, 3)
    dialog = page.get_by_role("dialog", name="Ändra sista dagen")
    expect(dialog.get_by_label("Ny sista dag")).to_have_value(str(day(AHEAD + 3)))
    expect(dialog.get_by_label("Varför?")).to_be_focused()
    page.keyboard.type("Reser bort en vecka")
    page.keyboard.press("Enter")

    expect(page.get_by_role("status").filter(has_text="Sista dagen är ändrad")).to_be_visible()
    expect(dialog).to_be_hidden()
    assert last_day(server, loan) == day(AHEAD + 3)


def test_a_bar_that_is_dropped_where_the_unit_is_taken_says_why_and_goes_back(
    server: Server, loan: Loan, browser: Browser
) -> None:
    context, witness = new_context(browser, server.url)
    page = context.new_page()
    open_calendar(page, server)
    bar = bar_of(page, loan)
    before = bar.bounding_box()

    drag(page, loan, 5)
    dialog = page.get_by_role("dialog", name="Ändra sista dagen")
    dialog.get_by_label("Varför?").fill("Reser bort")
    dialog.get_by_role("button", name="Ändra sista dagen").click()
    expect(dialog.locator(".field-error")).to_contain_text("är upptagen")
    expect(dialog.get_by_label("Ny sista dag")).to_be_focused()
    assert bar.bounding_box() != before
    page.keyboard.press("Escape")

    expect(dialog).to_be_hidden()
    assert bar.bounding_box() == before
    assert last_day(server, loan) == day(AHEAD)
    assert [complaint.partition(" for ")[0] for complaint in witness.complaints] == ["409"]
    context.close()


def test_the_keyboard_does_the_same(server: Server, loan: Loan, open_page: OpenPage) -> None:
    page = open_page(server.url)
    open_calendar(page, server)

    handle_of(page, loan).press("Enter")
    dialog = page.get_by_role("dialog", name="Ändra sista dagen")
    expect(dialog.get_by_label("Ny sista dag")).to_be_focused()
    dialog.get_by_label("Ny sista dag").fill(str(day(AHEAD - 2)))
    page.keyboard.press("Enter")

    expect(page.get_by_role("status").filter(has_text="Sista dagen är ändrad")).to_be_visible()
    assert last_day(server, loan) == day(AHEAD - 2)


@pytest.mark.parametrize("key", ["Escape", "Enter"])
def test_who_thinks_better_of_it_changes_nothing(server: Server, loan: Loan, open_page: OpenPage, key: str) -> None:
    page = open_page(server.url)
    open_calendar(page, server)
    handle = handle_of(page, loan)

    handle.press("Enter")
    dialog = page.get_by_role("dialog", name="Ändra sista dagen")
    expect(dialog.get_by_label("Ny sista dag")).to_be_focused()
    if key == "Enter":
        dialog.get_by_role("link", name="Avbryt").focus()
    page.keyboard.press(key)

    expect(dialog).to_be_hidden()
    expect(handle).to_be_focused()
    assert last_day(server, loan) == day(AHEAD)


def test_without_script_the_same_form_is_a_page(server: Server, loan: Loan, open_page: OpenPage) -> None:
    page = open_page(server.url, script=False)
    open_calendar(page, server)

    handle_of(page, loan).press("Enter")
    page.get_by_label("Ny sista dag").fill(str(day(AHEAD - 1)))
    page.get_by_role("button", name="Ändra sista dagen").press("Enter")

    expect(page.get_by_role("status").filter(has_text="Sista dagen är ändrad")).to_be_visible()
    expect(page.get_by_role("heading", name="Enheternas kalender")).to_be_visible()
    assert last_day(server, loan) == day(AHEAD - 1)
