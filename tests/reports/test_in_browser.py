"""Reports with figures in them, as everybody can read them: narrow and wide, by keyboard, light and dark."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.accounts.models import Role
from app.articles.models import Article
from app.consultations.kinds import Audience
from app.core.db import writing
from app.trials.models import TrialState
from tests.browser import LAPTOP, PHONE, OpenPage, let_in, overflow_px
from tests.conftest import add_user
from tests.enquiries.letters import add_article
from tests.judges import axe_violations
from tests.reports.cast import add_ended_trial, add_lead_from
from tests.server import Server, serving
from tests.trials.cast import add_trial
from tests.trials.walks import a_lost_reason

MAJ = "maj@example.se"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An installation with trials of every outcome, from two articles and from none."""
    folder: Path = tmp_path_factory.mktemp("reports") / "instance"
    with serving(folder) as server:
        with server.app.app_context():
            add_user(MAJ, "Maj Ek", Role.OWNER)
            _add_trials(add_article(slug="vila", title="Vila är också träning"), add_article(slug="somn", title="Sömn"))
        yield server


def _add_trials(first: Article, second: Article) -> None:
    with writing():
        for article in (first, first, second, None):
            add_ended_trial(add_lead_from(article))
        reason = a_lost_reason().id
        for audience in (Audience.PERSON, Audience.HORSE, Audience.HORSE):
            lead = add_lead_from(first)
            add_ended_trial(lead, TrialState.NOT_BOUGHT, lost_reason_id=reason, audience=audience)
        add_trial(add_lead_from(second))


def _open(open_page: OpenPage, server: Server, address: str, **how: object) -> Page:
    page = open_page(server.url, **how)
    let_in(page, server, MAJ)
    page.goto(address)
    return page


@pytest.mark.parametrize("width", [PHONE, LAPTOP])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_figures_and_their_tables_are_for_everybody(
    server: Server, open_page: OpenPage, width: int, theme: str
) -> None:
    page = _open(open_page, server, "/reports/trials?period=all", width=width, scheme=theme)
    for fold in page.locator(".report-table > summary").all():
        fold.focus()
        page.keyboard.press("Enter")

    expect(page.get_by_role("group", name="Varför de inte köpte").get_by_role("table")).to_be_visible()
    assert axe_violations(page) == []
    assert overflow_px(page) == 0


def test_days_of_ones_own_are_kept_in_the_address(server: Server, open_page: OpenPage) -> None:
    page = _open(open_page, server, "/reports/")

    page.get_by_text("Egna datum").click()
    page.get_by_label("Från och med").fill("2020-05-01")
    page.get_by_label("Till och med").fill("2020-05-31")
    page.get_by_role("button", name="Visa de här dagarna").click()

    expect(page).to_have_url(f"{server.url}/reports/?period=dates&from=2020-05-01&to=2020-05-31")
    expect(page.get_by_text("1 maj 2020 till 31 maj 2020")).to_be_visible()
