"""Whom the browser tests ask about pages: two engines that look for what shuts people out, and the Nu Html Checker."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.server import free_port

CHECKOUT = Path(__file__).parent.parent
BUILD = CHECKOUT / "build"
START_SECONDS = 60

LEFT_TO_AXE = ("aria_form_label_unique", "target_spacing_sufficient")
"""The first takes a form without a name for a landmark, to which HTML-AAM gives no role; the second measures what lies
under an opened menu. axe looks after both."""
NEVER_SURE = ("element_tabbable_visible", "style_focus_visible")
"""Ask people to look, whatever they find, and take a third of the time."""
ASK_AXE = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
ASK_ACE = """async left_out => {
    document.querySelectorAll('details').forEach(fold => fold.open = true)
    const checker = new ace.Checker()
    checker.rulesetRules.WCAG_2_2 = checker.rulesetRules.WCAG_2_2.filter(rule => !left_out.includes(rule))
    const { results } = await checker.check(document, ['WCAG_2_2'])
    return results
        .filter(({ value }) => value.join(' ') === 'VIOLATION FAIL')
        .map(({ ruleId, message, path }) => `${ruleId}: ${message} ${path.dom}`)
}"""


def axe_violations(page: Page) -> list[str]:
    """What axe finds wrong with the page for people who see, hear or move differently: rule and places, worst first."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_brought("axe.min.js"))
    found: list[dict[str, Any]] = page.evaluate(ASK_AXE)
    return [
        f"{rule['id']} ({rule['impact']}): {node['target']} {node.get('failureSummary', '').splitlines()[1:2]}"
        for rule in found
        for node in rule["nodes"]
    ]


def ace_violations(page: Page) -> list[str]:
    """What the engine of IBM's Equal Access Checker is sure to be against WCAG 2.2: rule, reason and place.

    Opens what is folded, since it takes the words in there for missing.
    """
    page.evaluate(_brought("ace.js"))
    found: list[str] = page.evaluate(ASK_ACE, [*LEFT_TO_AXE, *NEVER_SURE])
    return found


@dataclass(frozen=True)
class NuChecker:
    """A running Nu Html Checker, which says whether HTML is what the standard allows."""

    url: str

    def faults(self, html: bytes) -> list[str]:
        """Each error with the place where it stands."""
        asking = urllib.request.Request(
            f"{self.url}/?out=json", data=html, headers={"Content-Type": "text/html; charset=utf-8"}
        )
        with urllib.request.urlopen(asking, timeout=30) as answer:
            messages = json.load(answer)["messages"]
        return [f"{one['message']} {one.get('extract', '')}" for one in messages if one["type"] == "error"]


@contextmanager
def nu_checker() -> Iterator[NuChecker]:
    """The checker as a server on this machine alone, for the length of the block. Needs Java."""
    _bring("vnu.jar")
    port = free_port()
    command = ("java", "-Xmx256m", "-Dnu.validator.servlet.bind-address=127.0.0.1")
    process = subprocess.Popen(
        [*command, "-cp", BUILD / "vnu.jar", "nu.validator.servlet.Main", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        checker = NuChecker(f"http://127.0.0.1:{port}")
        _wait_for(checker)
        yield checker
    finally:
        process.terminate()
        process.wait()


def _wait_for(checker: NuChecker) -> None:
    ends = time.monotonic() + START_SECONDS
    while True:
        try:
            checker.faults(b"<!doctype html><title>Ready?</title>")
            return
        except urllib.error.URLError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.2)


@cache
def _brought(name: str) -> str:
    _bring(name)
    return (BUILD / name).read_text(encoding="utf-8")


def _bring(name: str) -> None:
    if not (BUILD / name).exists():
        subprocess.run([sys.executable, CHECKOUT / "app/assets/hatch_build.py", BUILD], check=True)
