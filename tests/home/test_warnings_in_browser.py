"""How a warning on Today is followed to what it tells of, and put away."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.accounts.models import Role
from app.accounts.mornings import tell_in_the_morning
from app.core.clock import now
from app.core.db import writing
from app.home.mails import DIGEST
from app.mail.models import Message, MessageState
from tests.browser import PHONE, OpenPage, let_in, overflow_px
from tests.conftest import add_user
from tests.judges import axe_violations
from tests.server import Server, serving

MAJ = "maj@example.se"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An installation with an owner, to whom a digest came too late."""
    folder: Path = tmp_path_factory.mktemp("messages") / "instance"
    with serving(folder) as server:
        with server.app.app_context():
            maj = add_user(MAJ, "Maj Ek", Role.OWNER)
            with writing() as session:
                tell_in_the_morning(DIGEST, maj, (now() - timedelta(days=1)).date(), now())
                session.query(Message).update({"state": MessageState.EXPIRED})
        yield server


def test_a_warning_leads_to_what_came_too_late_and_goes_when_somebody_knows(
    server: Server, open_page: OpenPage
) -> None:
    page = open_page(server.url, width=PHONE)
    let_in(page, server, MAJ)
    page.goto("/today/")
    warning = page.locator("#worry-missed")
    expect(warning).to_contain_text("Ett utskick hann inte gå ut.")
    assert axe_violations(page) == []
    assert overflow_px(page) == 0

    warning.get_by_role("link", name="Se vilka").press("Enter")

    tab = page.get_by_role("link", name="Kom för sent")
    expect(tab).to_have_attribute("aria-current", "page")
    expect(tab).to_be_in_viewport(ratio=1)
    expect(page.locator(".rows")).to_contain_text("Dagens läge")

    page.goto("/today/")
    warning.get_by_role("button", name="Jag vet").press("Enter")

    expect(page.locator("#toasts")).to_contain_text("Då påminner Ledtråd inte mer om dem.")
    expect(warning).to_have_count(0)
