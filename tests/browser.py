"""A real browser for tests and pictures, with a witness beside every page: what it loads and complains about."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    expect,
    sync_playwright,
)

from tests.server import Server

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OPTIONS = ("--disable-background-networking", "--disable-component-update", "--hide-scrollbars")
NO_CHROMIUM = "THE BROWSER TESTS DID NOT RUN: there is no Chromium here. Get it with: apt-get install chromium"

PHONE = 360
LAPTOP = 1280
HEIGHTS = {PHONE: 740, LAPTOP: 860}
PATIENCE_MS = 60_000
"""What is waited for comes at once on a machine that is idle."""

expect.set_options(timeout=PATIENCE_MS)


class NoChromium(Exception):
    """There is no browser on this machine."""


def find_chromium() -> str | None:
    """Debian's Chromium, another of its kind, or the one that Playwright has fetched for itself."""
    installed = next(filter(None, map(shutil.which, NAMES)), None)
    if installed:
        return installed
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running browser. Raises NoChromium where there is none."""
    program = find_chromium()
    if program is None:
        raise NoChromium(NO_CHROMIUM)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, chromium_sandbox=False, args=list(OPTIONS), handle_sigint=False
        )
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Witness:
    """What happened in a browser context: every address that was asked for, and whatever should not have been."""

    host: str
    requests: list[Request] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        """Listen from here on. Reports of the content security policy end up in the console."""
        context.add_init_script(
            "document.addEventListener('securitypolicyviolation', report =>"
            " console.error(`CSP: ${report.effectiveDirective} ${report.blockedURI} ${report.sample}`))"
        )
        context.on("request", self._asked)
        context.on("response", self._answered)
        context.on("console", self._said)
        context.on("weberror", lambda fault: self.complaints.append(f"script: {fault.error}"))

    def _asked(self, request: Request) -> None:
        self.requests.append(request)
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.netloc != self.host:
            self.complaints.append(f"foreign request: {address.scheme}://{address.netloc}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self.complaints.append(f"{response.status} for {response.url}")

    def _said(self, message: ConsoleMessage) -> None:
        is_told_by_answer = message.text.startswith("Failed to load resource")
        if message.type in ("error", "warning") and not is_told_by_answer:
            self.complaints.append(f"console: {message.text}")

    def bytes_of_each_page(self) -> list[int]:
        """What came over the wire for each page that was opened and all that it loaded, headers included."""
        pages: list[int] = []
        for request in self.requests:
            if request.is_navigation_request() and request.redirected_from is None:
                pages.append(0)
            if request.response():
                sizes = request.sizes()
                pages[-1] += sizes["responseBodySize"] + sizes["responseHeadersSize"]
        return pages


def new_context(
    browser: Browser, url: str, *, width: int = LAPTOP, script: bool = True, scheme: str = "light", language: str = "sv"
) -> tuple[BrowserContext, Witness]:
    """A browser that has never been anywhere, as wide as a phone or a laptop, and its witness."""
    context = browser.new_context(
        base_url=url,
        viewport={"width": width, "height": HEIGHTS.get(width, 860)},
        is_mobile=width < 600,
        has_touch=width < 600,
        java_script_enabled=script,
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        locale={"sv": "sv-SE", "en": "en-GB"}[language],
        timezone_id="Europe/Stockholm",
    )
    context.set_default_timeout(PATIENCE_MS)
    witness = Witness(urlsplit(url).netloc)
    witness.watch(context)
    return context, witness


def look_as(page: Page, width: int, scheme: str) -> None:
    """Make the window of an open page as wide as that, light or dark."""
    page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")


def let_in(page: Page, server: Server, email: str) -> None:
    """Let its browser be one in which that user has signed in."""
    page.context.add_cookies([server.cookie_in_browser(email)])


def overflow_px(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    return int(page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth"))


OpenPage = Callable[..., Page]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a browser where there is none."""
    in_browser = [item for item in items if "browser" in getattr(item, "fixturenames", ())]
    if in_browser and find_chromium() is None:
        for item in in_browser:
            item.add_marker(pytest.mark.skip(reason="no Chromium"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly that something was skipped for want of a browser."""
    reasons = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", ())]
    if any("no Chromium" in reason for reason in reasons):
        terminalreporter.write_line(NO_CHROMIUM, red=True, bold=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium. It ends with its module, since its event loop would disturb other tests."""
    with chromium() as running:
        yield running


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Open a new browser at a server; the test fails when anything there complains or asks a stranger for something."""
    opened: list[tuple[BrowserContext, Witness]] = []

    def open_at(url: str, **how: Any) -> Page:
        opened.append(new_context(browser, url, **how))
        return opened[-1][0].new_page()

    yield open_at
    for context, _ in opened:
        context.close()
    assert [complaint for _, witness in opened for complaint in witness.complaints] == []


@pytest.fixture
def open_failing(browser: Browser) -> Iterator[OpenPage]:
    """As `open_page`, for tests of what fails on purpose: no complaint fails the test."""
    with ExitStack() as opened:

        def open_at(url: str, **how: Any) -> Page:
            context, _ = new_context(browser, url, **how)
            opened.callback(context.close)
            return context.new_page()

        yield open_at
