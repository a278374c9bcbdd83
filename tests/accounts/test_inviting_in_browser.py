"""An invitation from end to end, in two browsers: the owner's, and that of the one who comes new."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from app.accounts.models import Role
from tests.browser import PHONE, OpenPage, let_in
from tests.conftest import add_user
from tests.server import Server, serving

MAJ = "maj@example.se"
PASSWORD = "tre lugna hästar"
MAY_OPEN = {Role.OWNER: [200, 200], Role.STAFF: [403, 200], Role.READER: [403, 403]}
"""How the settings and the form of a new lead answer each."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An installation with an owner."""
    with serving(tmp_path_factory.mktemp("inviting") / "instance") as server:
        with server.app.app_context():
            add_user(MAJ, "Maj Ek", Role.OWNER)
        yield server


@pytest.mark.parametrize("role", list(Role))
def test_who_is_invited_chooses_a_password_and_is_in(server: Server, open_page: OpenPage, role: Role) -> None:
    maj, lo = open_page(server.url), open_page(server.url, width=PHONE)
    let_in(maj, server, MAJ)
    maj.context.grant_permissions(["clipboard-read", "clipboard-write"])
    maj.goto("/users/")
    maj.get_by_role("link", name="Bjud in någon").click()
    maj.get_by_label("Namn", exact=True).fill(f"Lo {role}")
    maj.get_by_label("E-post", exact=True).fill(f"{role}@example.se")
    maj.locator(f"[name=role][value={role}]").check()
    maj.get_by_role("button", name="Skapa länken").click()
    maj.get_by_role("button", name="Kopiera").click()
    expect(maj.get_by_role("button", name="Kopierad")).to_be_visible()
    row = maj.get_by_role("listitem").filter(has_text=f"{role}@example.se")
    expect(row.get_by_text("Har inte valt lösenord")).to_be_visible()
    link = maj.evaluate("() => navigator.clipboard.readText()")

    lo.goto(link)
    expect(lo.get_by_text(f"Hej Lo {role}!")).to_be_visible()
    lo.get_by_label("Lösenord", exact=True).fill(PASSWORD)
    lo.get_by_role("button", name="Spara och logga in").click()

    expect(lo.get_by_role("heading", level=1)).to_have_text("Idag")
    answers = [lo.goto(path) for path in ("/settings/", "/leads/add")]
    assert [answer.status for answer in answers if answer] == MAY_OPEN[role]
    maj.goto("/users/")
    expect(row.get_by_text("Har inte valt lösenord")).to_have_count(0)
    lo.goto(link)
    expect(lo.get_by_role("heading", name="Länken gäller inte längre")).to_be_visible()
