"""What is done on a page before it is looked at."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from playwright.sync_api import Page as BrowserPage

from app.core.clock import now

Act = Callable[[BrowserPage], None]

TOO_LONG = "ord " * 3000
COMPLETE = "form[action$='/complete'] button"
PRIMARY = "main form .btn-primary"
NEW_FEED = "form[action$='/feed'] button"
SUBMIT = "main form[method=post] button:not([type=button])"
UNITS = "Serienummer;Modell;Värde;Anteckning\nBM-201;För människor;12 500;\nBM-202;För hästar;;Repa på locket"
WRONG_UNITS = "BM-201;För katter;mycket\nBM-201;För hästar"


SEND = """(form, [typed, by]) => {
  for (const [name, value] of Object.entries(typed)) form.elements[name].value = value
  form.noValidate = true
  form.requestSubmit(form.querySelector(by ? `button[value=${by}]` : "button:not([type=button])"))
}"""


@dataclass(frozen=True)
class Send:
    """Fill in a form and send it, past the browser's own checks, also where it is folded away."""

    to: str = ""
    """How the address ends to which it is sent."""
    typed: dict[str, str] = field(default_factory=dict)
    """What is filled in, by the names of its fields; the first form that has them all is sent."""
    by: str = ""
    """The value of the button that is pressed, where it is not the first."""

    def __call__(self, page: BrowserPage) -> None:
        ends = "".join(f", [action*='{self.to}{mark}']" for mark in "#?")
        has = "".join(f":has(:not(button)[name='{name}'])" for name in self.typed)
        form = page.locator(
            f"main form[method=post]:is([action$='{self.to}']{ends}){has}"
            if self.to
            else f"main form[method=post]{has}"
        )
        with page.expect_navigation():
            form.first.evaluate(SEND, [self.typed, self.by])


def send(to: str = "", by: str = "", **typed: str) -> Send:
    """Send the form that leads there, with this in its fields."""
    return Send(to, typed, by)


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
