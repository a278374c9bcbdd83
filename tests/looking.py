"""What it takes to look at every page of the table: servers with its data, and tabs in which its people open it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext
from playwright.sync_api import Page as Tab

from tests.browser import OpenPage, Witness, new_context
from tests.instances import Instance
from tests.pages import Data, Page, Who, pages_on


@pytest.fixture(scope="module", params=list(Data))
def instance(request: pytest.FixtureRequest) -> Iterator[Instance]:
    """A server on each kind of data."""
    with Instance(request.param).running() as running:
        yield running


def on_its_data(who: set[Who], *, once: bool = False) -> pytest.MarkDecorator:
    """Runs the test for each page of these people, on each data that it is for or on the first of them."""
    found = [
        (data, page) for data in Data for page in pages_on(data) if page.who in who and (not once or data is page.on[0])
    ]
    names = [f"{data}-{page.name}" for data, page in found]
    return pytest.mark.parametrize(("instance", "page"), found, indirect=["instance"], ids=names, scope="module")


@pytest.fixture(scope="module")
def owners(browser: Browser, instance: Instance) -> Iterator[tuple[BrowserContext, Witness]]:
    """The owner's browser, which keeps what it has loaded from page to page."""
    context, witness = new_context(browser, instance.server.url)
    context.add_cookies([instance.cookie()])
    yield context, witness
    context.close()


@pytest.fixture
def tab(request: pytest.FixtureRequest, open_page: OpenPage, instance: Instance, page: Page) -> Iterator[Tab]:
    """A tab in which somebody of the page's kind may open it; the test fails when anything there complains.

    A form that is refused by design may be sent by script first.
    """
    if page.who is not Who.OWNER:
        yield open_page(instance.server.url)
        return
    context, witness = request.getfixturevalue("owners")
    opened = context.new_page()
    yield opened
    opened.close()
    complaints, witness.complaints = witness.complaints, []
    is_refused = page.status == 422
    assert [complaint for complaint in complaints if not (is_refused and complaint.startswith("422 "))] == []
