"""What the editor of templates does while somebody types, and what it does without script."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.accounts.models import Role
from tests.browser import OpenPage, let_in
from tests.conftest import add_user
from tests.server import Server, serving

MAJ = "maj@example.se"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An installation with an owner."""
    folder: Path = tmp_path_factory.mktemp("mail") / "instance"
    with serving(folder) as server:
        with server.app.app_context():
            add_user(MAJ, "Maj Ek", Role.OWNER)
        yield server


def open_editor(open_page: OpenPage, server: Server, **how: object) -> Page:
    page = open_page(server.url, **how)
    let_in(page, server, MAJ)
    page.goto("/messages/templates/add")
    return page


def test_a_placeholder_goes_in_at_the_cursor_by_the_name_of_the_language(server: Server, open_page: OpenPage) -> None:
    page = open_editor(open_page, server)
    swedish, english = page.locator("#body_sv"), page.locator("#body_en")
    insert = page.get_by_role("button", name="förnamn")

    swedish.fill("Hej !")
    swedish.evaluate("field => field.setSelectionRange(4, 4)")
    insert.click()
    english.focus()
    insert.click()
    page.keyboard.type(", hello")

    expect(swedish).to_have_value("Hej {{förnamn}}!")
    expect(english).to_have_value("{{first name}}, hello")


def test_a_subject_is_counted_as_it_will_be_read(server: Server, open_page: OpenPage) -> None:
    page = open_editor(open_page, server)
    count = page.locator("#subject_sv + .template-count")
    expect(count).to_have_text("0 / 60")

    page.locator("#subject_sv").fill("Hej från {{Företaget}}")

    expect(count).to_have_text(f"{len('Hej från Stilla & Stark')} / 60")


def test_without_script_the_names_stand_there_to_be_copied(server: Server, open_page: OpenPage) -> None:
    page = open_editor(open_page, server, script=False)

    expect(page.get_by_text("{{länk till egna sidan}}")).to_be_visible()
    expect(page.get_by_role("button", name="förnamn")).to_have_count(0)
    for field, words in {"name_sv": "Tack", "subject_sv": "Tack", "body_sv": "Hej {{förnamn}}!"}.items():
        page.locator(f"#{field}").fill(words)
    page.get_by_role("button", name="Spara mallen").click()
    expect(page.get_by_text("Hej Siv!")).to_have_count(2)
