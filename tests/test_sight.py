"""Every page of the table by keyboard and enlarged: one sees where the focus is, and the words stay whole.

Engines only ask people to look at this, so that these tests look themselves, by tests/sight.js: WCAG 2.4.7 and 2.4.11
for the focus, also in the reader's own colours; 1.4.4 and 1.4.10 for pages of twice and four times the size.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Page as Tab

from tests.browser import LAPTOP, PHONE, look_as, overflow_px
from tests.instances import Instance
from tests.looking import on_its_data
from tests.pages import Page, Who

SIGHT = Path(__file__).with_name("sight.js")
ENLARGED = ((640, 512), (320, 256))
"""How much of a page of 1280 by 1024 is left at 200 % and at 400 %."""


@pytest.fixture
def shown(tab: Tab, instance: Instance, page: Page) -> Tab:
    """The page as the table says, and somebody at the keyboard."""
    instance.show(tab, page)
    tab.keyboard.press("Tab")
    tab.evaluate(SIGHT.read_text(encoding="utf-8"))
    return tab


@on_its_data(set(Who), once=True)
def test_the_focus_is_seen_wherever_it_goes_and_enlarged_words_stay_whole(shown: Tab) -> None:
    faults = {"light": _faults(shown)}

    look_as(shown, PHONE, "dark")
    faults["dark"] = _faults(shown)
    look_as(shown, LAPTOP, "light")
    shown.emulate_media(forced_colors="active")
    faults["forced colours"] = _faults(shown)
    shown.emulate_media(forced_colors="none")
    for width, height in ENLARGED:
        shown.set_viewport_size({"width": width, "height": height})
        faults[f"{width} px wide"] = _faults(shown)

    assert faults == {look: [] for look in faults}


def _faults(tab: Tab) -> list[str]:
    found: list[str] = tab.evaluate("[...sight.focusFaults(), ...sight.wordFaults()]")
    return [*found, *(f"{px} px too wide" for px in [overflow_px(tab)] if px)]
