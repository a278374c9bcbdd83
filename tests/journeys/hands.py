"""Two ways to use a page, for journeys that hold for both: the keyboard alone, and a thumb on a phone."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect

from tests.browser import overflow_px

MOST_STOPS = 80
SMALLEST_PX = 40
"""A target of what one came to do; WCAG 2.5.8 asks for 24 of all others."""
FOCUS = """() => {
  const it = document.activeElement, label = it.labels && it.labels[0];
  const wearers = [it, label, it.nextElementSibling, it.closest('li')].filter(Boolean);
  const styles = wearers.map(each => getComputedStyle(each));
  const box = it.getBoundingClientRect();
  const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1);
  const y = Math.min(Math.max(box.top + Math.min(box.height / 2, 12), 0), innerHeight - 1);
  const top = document.elementFromPoint(x, y);
  return {
    what: `${it.tagName} ${it.id || it.name || it.textContent.trim().slice(0, 40)}`,
    is_marked: styles.some(style => parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== 'none'),
    is_inside: box.top < innerHeight && box.bottom > 0 && box.left < innerWidth && box.right > 0,
    is_on_top: !!top && (it.contains(top) || top.contains(it) || !!label && label.contains(top)),
  };
}"""
SMALL = """() => {
  const TARGETS = 'a[href], button, summary, label:has(input), :not(label) > :is(input, select, textarea)';
  const isSeen = it => it.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const boxes = [...document.querySelectorAll(TARGETS)]
    .filter(it => isSeen(it) && !it.closest('.visually-hidden, .skip-link') && !it.matches('.row-link'))
    .map(it => [it, it.getBoundingClientRect()])
    .filter(([, box]) => box.width > 1 && box.height > 1);
  const isInText = it =>
    getComputedStyle(it).display === 'inline' && it.parentElement.textContent.trim() !== it.textContent.trim();
  const middle = box => [box.left + box.width / 2, box.top + box.height / 2];
  const isAlone = (it, box) => boxes.every(([other, its]) => {
    if (other === it || other.contains(it) || it.contains(other)) return true;
    const [x, y] = middle(box);
    return Math.hypot(Math.max(its.left - x, 0, x - its.right), Math.max(its.top - y, 0, y - its.bottom)) >= 12;
  });
  return boxes
    .filter(([it, box]) => Math.min(box.width, box.height) < 23.9 && !isInText(it) && !isAlone(it, box))
    .map(([it, box]) => `${it.outerHTML.slice(0, 90)} ${Math.round(box.width)}x${Math.round(box.height)}`);
}"""
"""What is smaller than WCAG 2.5.8 allows: 24 px, inside a sentence or with room around it excepted."""
COVERED = """() => {
  scrollTo(0, document.documentElement.scrollHeight);
  const bar = document.querySelector('.bottom-bar, .bottom-actions').getBoundingClientRect();
  const scrolls = it => ['auto', 'scroll'].includes(getComputedStyle(it).overflowY);
  const bottom = it => it.getBoundingClientRect().bottom;
  const end = (it, box) => {
    const around = box.parentElement;
    if (around === document.body) return bottom(it);
    return scrolls(around) ? Math.min(bottom(around), end(it, around)) : end(it, around);
  };
  const isHidden = it => it.checkVisibility() && end(it, it) > bar.top + 1 && !it.closest('.visually-hidden');
  return [...document.querySelectorAll('main :is(a[href], button, summary, input, textarea)')]
    .filter(isHidden)
    .map(it => it.outerHTML.slice(0, 90));
}"""
"""What lies behind the bar at the foot of a phone though one has come to the end of the page."""


class Hands(ABC):
    """Somebody at a page. `acts` counts what is pressed."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.acts = 0

    @contextmanager
    def at_most(self, acts: int) -> Iterator[None]:
        """What is done within takes no more presses than that."""
        before = self.acts
        yield
        assert self.acts - before <= acts

    @abstractmethod
    def visit(self, item: str) -> None:
        """Go to a page of the menu."""

    @abstractmethod
    def press(self, target: Locator) -> None:
        """Follow a link, press a button, open a menu."""

    @abstractmethod
    def open_menu_of_card(self, card: Locator) -> None:
        """Ask where a card of the board can go."""

    @abstractmethod
    def undo(self) -> None:
        """Take back what was just done."""

    @abstractmethod
    def choose(self, target: Locator) -> None:
        """Choose one of several: a radio button, or an item of a menu that took the cursor."""

    @abstractmethod
    def write(self, target: Locator, words: str) -> None:
        """Put the cursor there, and type."""

    @abstractmethod
    def set_clock(self, target: Locator, hour: int) -> None:
        """Say a time of day, on the hour."""


class Keyboard(Hands):
    """Keys alone. Each place that focus comes to can be seen."""

    KEYS = {"Idag": "gi", "Affärer": "ga", "Kontakter": "gc"}
    """The keyboard map says so (home/shortcuts.py)."""

    def visit(self, item: str) -> None:
        self.page.wait_for_load_state()
        with self.page.expect_navigation():
            for key in self.KEYS[item]:
                self.page.keyboard.press(key)
        self.page.keyboard.press("Tab")
        expect(self.page.get_by_role("link", name="Hoppa till innehållet")).to_be_focused()
        self.page.keyboard.press("Enter")

    def press(self, target: Locator) -> None:
        self._walk_to_the_row_of(target)
        go_to(self.page, target)
        self.acts += 1
        self.page.keyboard.press("Enter")

    def open_menu_of_card(self, card: Locator) -> None:
        go_to(self.page, self.page.locator(".board-card .row-link[tabindex='0']"))
        self._walk_down_to(card.locator(".row-link"))
        self.acts += 1
        self.page.keyboard.press("m")

    def undo(self) -> None:
        self.page.wait_for_load_state()
        self.acts += 1
        self.page.keyboard.press("z")

    def _walk_to_the_row_of(self, target: Locator) -> None:
        """Where it stands in a row of a list, j leads there from row to row."""
        expect(target).to_be_visible()
        self.page.wait_for_load_state()
        row = target.locator("xpath=ancestor::li[descendant::a[contains(@class, 'row-link')]][1]")
        for _ in range(MOST_STOPS if row.count() else 0):
            if row.evaluate("row => row.contains(document.activeElement)"):
                return
            self.page.keyboard.press("j")
            expect_focus_to_be_seen(self.page)

    def _walk_down_to(self, target: Locator) -> None:
        for _ in range(MOST_STOPS):
            if _is_focused(target):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{target} is not among the first {MOST_STOPS} below")

    def choose(self, target: Locator) -> None:
        if target.get_attribute("role") == "menuitem":
            self._walk_down_to(target)
        else:
            go_to(self.page, target)
        self.acts += 1
        self.page.keyboard.press("Enter" if target.get_attribute("role") else "Space")

    def write(self, target: Locator, words: str) -> None:
        go_to(self.page, target)
        self.page.keyboard.type(words)

    def set_clock(self, target: Locator, hour: int) -> None:
        half = "P" if hour >= 12 else "A"  # on a clock of 24 hours the letter is no key
        self.write(target, f"{hour % 12 or 12:02}00{half}")


class Thumb(Hands):
    """Taps on a phone. Each target is large enough, and the page never wider than its window."""

    def visit(self, item: str) -> None:
        below = self.page.locator(".bottom-bar > a", has_text=item)
        if not below.count():
            self.press(self.page.locator(".bottom-more > summary"))
            below = self.page.locator(".bottom-more .menu-item", has_text=item)
        with self.page.expect_navigation():
            self.press(below)
        assert self.page.evaluate(COVERED) == []

    def press(self, target: Locator) -> None:
        expect(target).to_be_visible()
        self.page.wait_for_load_state()
        box = target.bounding_box()
        assert box is not None, f"{target} cannot be seen"
        assert min(box["width"], box["height"]) >= SMALLEST_PX, f"{target} is {box}"
        assert (overflow_px(self.page), self.page.evaluate(SMALL)) == (0, [])
        self.acts += 1
        target.tap()

    def open_menu_of_card(self, card: Locator) -> None:
        self.press(card.locator(".board-move"))

    def undo(self) -> None:
        self.press(self.page.get_by_role("button", name="Ångra"))

    def choose(self, target: Locator) -> None:
        self.press(target if target.get_attribute("role") else target.locator("xpath=.."))

    def write(self, target: Locator, words: str) -> None:
        expect(target).to_be_visible()
        target.tap()
        expect(target).to_be_focused()
        self.page.keyboard.insert_text(words)  # as the keyboard on a screen does, which presses no keys

    def set_clock(self, target: Locator, hour: int) -> None:
        target.fill(f"{hour:02}:00")  # a phone asks in a picker of its own


def go_to(page: Page, wanted: Locator) -> None:
    """Press Tab until focus is there. Each place on the way can be seen."""
    expect(wanted).to_be_visible()
    page.wait_for_load_state()
    for _ in range(MOST_STOPS):
        if _is_focused(wanted):
            return
        page.keyboard.press("Tab")
        expect_focus_to_be_seen(page)
    raise AssertionError(f"{wanted} is not among the first {MOST_STOPS} stops")


def expect_focus_to_be_seen(page: Page) -> None:
    """Where focus is, it is marked, inside the window, and covered by nothing."""
    focus = page.evaluate(FOCUS)
    if not focus["what"].startswith("BODY"):
        assert focus == {"what": focus["what"], "is_marked": True, "is_inside": True, "is_on_top": True}, focus


def _is_focused(wanted: Locator) -> bool:
    return bool(wanted.evaluate("it => it === document.activeElement"))
