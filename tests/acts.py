"""What is done on a page before it is looked at."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page as BrowserPage

from app.core.clock import now

Act = Callable[[BrowserPage], None]

COMPLETE = "form[action$='/complete'] button"
DANGER = "main form .btn-danger"
DAYS = "form[action*='/days#'] .btn"
PRIMARY = "main form .btn-primary"
NEW_FEED = "form[action$='/feed'] button"
SUBMIT = "main form[method=post] button:not([type=button])"
UNITS = "Serienummer;Modell;Värde;Anteckning\nBM-201;För människor;12 500;\nBM-202;För hästar;;Repa på locket"
WRONG_UNITS = "BM-201;För katter;mycket\nBM-201;För hästar"


def press(selector: str) -> Act:
    """Send the form of the first such button as it stands, past the browser's own checks."""

    def act(page: BrowserPage) -> None:
        button = page.locator(selector).first
        button.evaluate("button => { button.form.noValidate = true }")
        with page.expect_navigation():
            button.click()

    return act


def preview(units: str) -> Act:
    """Ask what a list of units would become."""

    def act(page: BrowserPage) -> None:
        page.fill("#text", units)
        press("button[value=preview]")(page)

    return act


def quiet_from(clock: str) -> Act:
    """Ask for quiet hours that never end."""

    def act(page: BrowserPage) -> None:
        page.fill("#quiet_from", clock)
        press(SUBMIT)(page)

    return act


def come_late(field: str, words: str) -> Act:
    """Save a change of something that has changed since the page was opened."""

    def act(page: BrowserPage) -> None:
        page.fill(field, words)
        page.locator("main [name=seen]").evaluate("seen => { seen.value = 'another' }")
        press(SUBMIT)(page)

    return act


def open_panel(selector: str) -> Act:
    """Open a panel behind its button."""

    def act(page: BrowserPage) -> None:
        page.locator(f"{selector} > summary").click()

    return act


def open_folds(page: BrowserPage) -> None:
    """Open everything that is folded in the card of consents, and the tables of reports."""
    page.locator("section[aria-labelledby=consents-title] details, .report-table").evaluate_all(
        "all => all.forEach(d => d.open = true)"
    )


def tick_rows(page: BrowserPage) -> None:
    """Choose the first two rows of a list."""
    for number in range(2):
        page.locator("input[name=row]").nth(number).check()


def untick_and_press(page: BrowserPage) -> None:
    """Send a form of which nothing is ticked."""
    ticked = page.locator("main input[type=checkbox]:checked")
    while ticked.count():
        ticked.first.uncheck()
    press(PRIMARY)(page)


def add_and_save(page: BrowserPage) -> None:
    """Add a row and save it as it stands."""
    press("main button[value=add]")(page)
    press(PRIMARY)(page)


def first_free_day(page: BrowserPage) -> None:
    """Open a day with times, and then ask why its last half hour is not seen."""
    for link in (".week-day-free", "a.half-hour"):
        with page.expect_navigation():
            page.locator(link).last.click()


def choose_a_night(page: BrowserPage) -> None:
    """Ask for an hour at which nobody is open."""
    page.locator("input[value=other]").check(force=True)
    page.fill("#day", f"{now() + timedelta(days=3):%Y-%m-%d}")
    page.fill("#clock", "03:30")
    press(PRIMARY)(page)


def answer_in_row(page: BrowserPage) -> None:
    """Begin to answer the first who waits, where they stand."""
    page.locator("[data-answers]").first.click()
    page.locator("#answer-text").wait_for()
