"""Choosing leads across pages and doing something with them, by keyboard, on a phone and on a laptop."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.accounts.models import Role, User
from app.core.db import db, writing
from app.leads.models import Lead
from app.lists.models import BulkKind
from tests.browser import LAPTOP, PHONE, OpenPage, let_in, overflow_px
from tests.conftest import add_user
from tests.judges import axe_violations
from tests.lists.cast import add_leads, begin_change, keep_choice
from tests.server import Server, serving

MAJ = "maj@example.se"
SIXTEN = "sixten@example.se"
IS_COVERED = """focused => {
  const box = focused.getBoundingClientRect();
  const there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return !(focused.contains(there) || there?.contains(focused));
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An installation with two users and forty leads."""
    folder: Path = tmp_path_factory.mktemp("lists") / "instance"
    with serving(folder) as server:
        with server.app.app_context():
            add_user(MAJ, "Maj Ek", Role.OWNER)
            add_user(SIXTEN, "Sixten Alm", Role.STAFF)
            with writing():
                add_leads(40)
        yield server


def _open(server: Server, open_page: OpenPage, width: int) -> Page:
    page = open_page(server.url, width=width)
    let_in(page, server, MAJ)
    page.goto("/leads/?sort=name")
    return page


def _owned(server: Server) -> int:
    with server.app.app_context():
        sixten = sa.select(User.id).where(User.email_key == SIXTEN).scalar_subquery()
        return db.session.scalar(sa.select(sa.func.count()).select_from(Lead).where(Lead.owner_id == sixten)) or 0


@pytest.mark.parametrize("width", [PHONE, LAPTOP])
def test_rows_of_two_pages_change_owner_and_back_by_keyboard(server: Server, open_page: OpenPage, width: int) -> None:
    page = _open(server, open_page, width)
    bar = page.get_by_role("form", name="Gör något med de valda")
    boxes = page.locator("input[name=row]")
    expect(bar).to_be_hidden()

    boxes.nth(1).focus()
    page.keyboard.press("Space")
    boxes.nth(3).focus()
    page.keyboard.press("Shift+Space")
    expect(bar.get_by_text("3 valda")).to_be_visible()
    assert (axe_violations(page), overflow_px(page)) == ([], 0)
    boxes.nth(29).focus()
    assert boxes.nth(29).evaluate(IS_COVERED) is False
    page.get_by_role("link", name="Nästa", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**after=**")
    boxes.nth(0).focus()
    page.keyboard.press("Space")
    expect(bar.get_by_text("4 valda")).to_be_visible()

    bar.get_by_role("button", name="Ansvarig").focus()
    page.keyboard.press("Enter")
    page.get_by_role("radio", name="Sixten Alm").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Se vad som händer").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="4 ändras")).to_be_visible()
    page.wait_for_load_state("load")
    assert _owned(server) == 0
    page.get_by_role("button", name="Byt ansvarig för 4 affärer").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/leads/?**")
    assert _owned(server) == 4
    expect(bar).to_be_hidden()

    page.locator("#toasts").get_by_role("button", name="Ångra").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#toasts").get_by_text("Ändringen är ångrad.")).to_be_visible()
    assert _owned(server) == 0


def test_all_that_the_list_shows_are_chosen_with_one_more_press(server: Server, open_page: OpenPage) -> None:
    page = _open(server, open_page, LAPTOP)
    bar = page.get_by_role("form", name="Gör något med de valda")

    page.get_by_role("checkbox", name="Välj alla på sidan").check()
    expect(bar.get_by_text("30 valda")).to_be_visible()
    bar.get_by_role("button", name="Välj alla 40 som listan visar").click()
    expect(bar.get_by_text("40 valda")).to_be_visible()
    bar.get_by_role("button", name="Tagga").click()

    expect(page.get_by_text("40 affärer är valda.")).to_be_visible()
    page.go_back()
    expect(bar.get_by_text("40 valda")).to_be_visible()
    bar.get_by_role("button", name="Välj inga").click()
    expect(bar).to_be_hidden()


@pytest.mark.parametrize("signs_out", [True, False])
def test_another_user_of_the_browser_finds_nothing_chosen(
    server: Server, open_page: OpenPage, *, signs_out: bool
) -> None:
    page = _open(server, open_page, LAPTOP)
    bar = page.get_by_role("form", name="Gör något med de valda")
    page.locator("input[name=row]").nth(0).check()
    expect(bar).to_be_visible()

    if signs_out:
        page.locator(".user-menu summary").click()
        page.get_by_role("button", name="Logga ut").click()
        expect(page.get_by_label("Lösenord")).to_be_visible()
    kept = page.evaluate("() => sessionStorage.length")
    page.context.clear_cookies()
    let_in(page, server, SIXTEN)
    page.goto("/leads/?sort=name")

    expect(page.locator("input[name=row]").nth(0)).not_to_be_checked()
    expect(bar).to_be_hidden()
    assert kept == (0 if signs_out else 1)


def test_a_page_that_shows_a_change_asks_again_after_an_answer_that_failed(
    server: Server, open_failing: OpenPage
) -> None:
    page = _open(server, open_failing, LAPTOP)
    with server.app.app_context():
        maj, ids = db.session.scalars(sa.select(User)).first(), list(db.session.scalars(sa.select(Lead.id)))
        assert maj
        change_id = keep_choice(BulkKind.OWNER, ids, {"owner": 0}, maj)
        page.goto(f"/lists/changes/{change_id}")  # who looks again so soon leaves no line in the log
        begin_change(change_id)
        with writing():  # nobody else can write, and who wants to is told so after a while
            with page.expect_response("**/carry-on") as answer:
                page.goto(f"/lists/changes/{change_id}")
            expect(page.get_by_role("heading", name="Arbetar")).to_be_visible()

    expect(page.locator("#done-title")).to_be_visible()
    assert answer.value.status == 503


def test_a_file_can_be_fetched_twice(server: Server, open_page: OpenPage) -> None:
    page = _open(server, open_page, LAPTOP)
    page.locator("input[name=row]").nth(0).check()
    page.get_by_role("button", name="Exportera").click()

    for _time in range(2):
        with page.expect_download() as fetched:
            page.get_by_role("button", name="Ladda ner filen").click()
        assert fetched.value.suggested_filename.endswith(".xlsx")
