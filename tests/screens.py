"""`make screens`: a picture of every page, as build/screens/<data>/<language>/<theme>/<width>/<page>.png.

make screens ARGS='lead dark 360'   only the pictures whose path holds all these words
"""

import argparse
import sys
import time
from collections.abc import Iterator
from itertools import groupby, product
from operator import itemgetter
from pathlib import Path

from playwright.sync_api import Browser
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page as Tab
from werkzeug.routing import BuildError

from tests.browser import HEIGHTS, LAPTOP, PHONE, NoChromium, chromium, new_context
from tests.instances import Instance
from tests.judges import CHECKOUT
from tests.pages import Data, Page, Who, pages_on

FOLDER = CHECKOUT / "build" / "screens"
LANGUAGES = ("sv", "en")
THEMES = ("light", "dark")
WIDTHS = (PHONE, LAPTOP)
TALLEST = 12_000


def main() -> int:
    """Take the pictures that are asked for. Status 1 when a page was not what the table says."""
    parser = argparse.ArgumentParser(prog="make screens", description=__doc__.partition("\n")[0])
    parser.add_argument("words", nargs="*", metavar="WORD", help="only pictures whose path holds all these words")
    words = parser.parse_args().words
    begun = time.monotonic()
    try:
        with chromium() as browser:
            faults = [fault for data in Data for fault in _take_on(data, browser, words)]
    except NoChromium as missing:
        sys.exit(str(missing))
    print(*faults, sep="\n")
    print(f"The pictures are in {FOLDER.relative_to(CHECKOUT)}; they took {time.monotonic() - begun:.0f} s.")
    return 1 if faults else 0


def _take_on(data: Data, browser: Browser, words: list[str]) -> Iterator[str]:
    """Take the pictures of one instance; gives what went wrong."""
    shots = [
        (language, width, page, themes)
        for language, width, page in product(LANGUAGES, WIDTHS, pages_on(data))
        if (themes := [theme for theme in THEMES if _is_wanted(_path(data, language, theme, width, page), words)])
    ]
    if not shots:
        return
    with Instance(data).running() as instance:
        for (language, width), album in groupby(shots, key=itemgetter(0, 1)):
            instance.speak(language)
            wanted = [(page, themes) for _, _, page, themes in album]
            for who in Who:
                yield from _take_album(instance, browser, who, language, width, wanted)


def _path(data: Data, language: str, theme: str, width: int, page: Page) -> str:
    return f"{data}/{language}/{theme}/{width}/{page.name}.png"


def _is_wanted(path: str, words: list[str]) -> bool:
    return all(word in path for word in words)


def _take_album(
    instance: Instance, browser: Browser, who: Who, language: str, width: int, wanted: list[tuple[Page, list[str]]]
) -> Iterator[str]:
    """The pages of one person in one language and width: each opened once, and pictured in each theme."""
    context, witness = new_context(browser, instance.server.url, width=width, language=language)
    if who is Who.OWNER and instance.owner:
        context.add_cookies([instance.cookie()])
    for page, themes in wanted:
        if page.who is not who:
            continue
        tab = context.new_page()
        try:
            instance.show(tab, page)
            for theme in themes:
                tab.emulate_media(color_scheme="dark" if theme == "dark" else "light")
                _picture(tab, width, FOLDER / _path(instance.data, language, theme, width, page))
        except (AssertionError, PlaywrightError, LookupError, BuildError) as fault:
            yield f"{instance.data}, {language}, {width}, {page.name}: {fault}"
        finally:
            tab.close()
    is_refused = any(page.status == 422 for page, _ in wanted)  # such a form may be sent by script first
    yield from (
        f"{instance.data}, {language}, {width}: {complaint}"
        for complaint in witness.complaints
        if not (is_refused and complaint.startswith("422 "))
    )
    context.close()


def _picture(tab: Tab, width: int, path: Path) -> None:
    """The whole page in a window of its height, so that bars lie at its ends and not across it."""
    height = tab.evaluate("() => document.documentElement.scrollHeight")
    tab.set_viewport_size({"width": width, "height": min(max(height, HEIGHTS[width]), TALLEST)})
    path.parent.mkdir(parents=True, exist_ok=True)
    tab.screenshot(path=path, animations="disabled")


if __name__ == "__main__":
    sys.exit(main())
