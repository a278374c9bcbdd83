"""Every page of the table in a real browser: silent and open to everybody, and what visitors open light besides."""

from collections.abc import Iterator
from shutil import which

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

from tests.browser import LAPTOP, PHONE, look_as, new_context, overflow_px
from tests.instances import Instance
from tests.judges import NuChecker, ace_violations, axe_violations, nu_checker
from tests.looking import on_its_data
from tests.pages import PAGES, Data, Page, Who

LIGHTEST_BYTES = 50_000
PIECES = {
    "static",
    "articles.code",
    "consultations.booked_file",
    "consultations.feed",
    "enquiries.answer",
    "home.index",
    "home.news",
    "home.search_rows",
    "home.today_rows",
    "leads.board_card",
    "mail.download",
    "plans.letter",
    "reports.file",
    "trials.photo",
}
"""Addresses that show no page of their own: files, pictures, a redirect, and what a page fetches into itself."""


@pytest.fixture(scope="module")
def nu() -> Iterator[NuChecker]:
    """What knows the rules of HTML."""
    if which("java") is None:
        pytest.skip("Java is not installed: nobody judges the HTML of pages")
    with nu_checker() as running:
        yield running


@on_its_data({Who.VISITOR})
def test_what_visitors_open_is_light_sets_nothing_and_needs_no_script(
    browser: Browser, instance: Instance, page: Page
) -> None:
    context, witness = new_context(browser, instance.server.url, width=PHONE, script=False)
    tab = context.new_page()

    instance.show(tab, page)

    expect(tab.locator("h1")).to_be_visible()
    assert witness.complaints == []
    assert context.storage_state() == {"cookies": [], "origins": []}
    heaviest = max(witness.bytes_of_each_page())
    assert heaviest < LIGHTEST_BYTES
    context.close()


@on_its_data(set(Who))
def test_a_page_is_open_to_everybody_and_complains_of_nothing(
    tab: Tab, nu: NuChecker, instance: Instance, page: Page
) -> None:
    looks = ((PHONE, "dark"), (LAPTOP, "light"))
    look_as(tab, *looks[0])

    shown = instance.show(tab, page)

    assert nu.faults(shown) == []
    for look in looks if instance.data is Data.DEMO else looks[:1]:
        look_as(tab, *look)
        assert axe_violations(tab) == []
        assert overflow_px(tab) == 0
    assert ace_violations(tab) == []
    assert tab.locator("h1").count() == 1


def test_every_page_is_in_the_table(sqlite_app: Flask) -> None:
    shown = {rule.endpoint for rule in sqlite_app.url_map.iter_rules() if "GET" in (rule.methods or ())}

    assert {page.endpoint for page in PAGES if not page.endpoint.startswith("/")} == shown - PIECES
