"""`make screens`: a picture of every page, as build/screens/<data>/<language>/<theme>/<width>/<page>.png.

make screens ARGS='lead dark 360'   only the pictures whose path holds all these words
"""

import argparse
import sys
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext
from playwright.sync_api import Error as PlaywrightError
from werkzeug.routing import BuildError

from tests.browser import CHECKOUT, LAPTOP, PHONE, NoChromium, chromium, new_context
from tests.pages import Data, Instance, Page, Who, pages_on

FOLDER = CHECKOUT / "build" / "screens"
LANGUAGES = ("sv", "en")
THEMES = ("light", "dark")
WIDTHS = (PHONE, LAPTOP)


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
    looks = {
        (language, theme, width): wanted
        for language, theme, width in product(LANGUAGES, THEMES, WIDTHS)
        if (wanted := _wanted(f"{data}/{language}/{theme}/{width}", pages_on(data), words))
    }
    if not looks:
        return
    with Instance(data).running() as instance:
        for (language, theme, width), pages in looks.items():
            instance.speak(language)
            album = FOLDER / data / language / theme / str(width)
            yield from _take_album(album, instance, browser, pages, language, theme, width)


def _wanted(album: str, pages: list[Page], words: list[str]) -> list[Page]:
    return [page for page in pages if all(word in f"{album}/{page.name}.png" for word in words)]


def _take_album(
    album: Path, instance: Instance, browser: Browser, pages: list[Page], language: str, theme: str, width: int
) -> Iterator[str]:
    album.mkdir(parents=True, exist_ok=True)
    for who in Who:
        context, witness = new_context(browser, instance.server.url, width=width, scheme=theme, language=language)
        if who is Who.OWNER and instance.owner:
            context.add_cookies([instance.cookie()])
        for page in (page for page in pages if page.who is who):
            try:
                _take(context, instance, page, album / f"{page.name}.png")
            except (AssertionError, PlaywrightError, LookupError, BuildError) as fault:
                yield f"{album.relative_to(FOLDER)}/{page.name}: {fault}"
        yield from (f"{album.relative_to(FOLDER)}: {complaint}" for complaint in witness.complaints)
        context.close()


def _take(context: BrowserContext, instance: Instance, page: Page, path: Path) -> None:
    tab = context.new_page()
    try:
        instance.show(tab, page)
        tab.screenshot(path=path, full_page=True, animations="disabled")
    finally:
        tab.close()


if __name__ == "__main__":
    sys.exit(main())
