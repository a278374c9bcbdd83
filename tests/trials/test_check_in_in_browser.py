"""The check-in as whoever borrows meets it: on a phone, by thumb, by keyboard alone, and without script."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.core.clock import now
from app.core.language import local_day
from app.trials.check_in_queries import check_ins_of
from app.trials.trial_links import trial_token
from tests.browser import PHONE, OpenPage, new_context, overflow_px
from tests.journeys.test_keyboard import go_to
from tests.judges import axe_violations
from tests.server import Server, serving
from tests.trials.check_ins import A_DAY, asked_of_people, lent_to, say

LIGHTEST_BYTES = 50_000
SMALLEST_TARGET = 44


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An installation as it begins, with the house's own scales."""
    folder: Path = tmp_path_factory.mktemp("check-ins") / "instance"
    with serving(folder) as server:
        yield server


def lend(server: Server, name: str, *, days: int = 0) -> tuple[int, str]:
    """A trial that began so many days ago and was rated each day, and where its check-in is."""
    with server.app.app_context():
        today, scales = local_day(now()), asked_of_people()
        begun = {"starts_on": today - days * A_DAY, "ends_on": today + 14 * A_DAY}
        trial = lent_to(name, has_said_yes=days > 0, handed_over_at=now() - timedelta(days=days), **begun)
        for day in range(days):
            say(trial, {scale: (day * 3 + place) % 11 for place, scale in enumerate(scales)}, now=now() - day * A_DAY)
        return trial.id, f"/trial/{trial_token(trial)}/check-in"


def rated(server: Server, trial_id: int) -> list[dict[str, str]]:
    """What is kept, day by day."""
    with server.app.app_context():
        return [{each.scale.name_sv: each.value for each in one.ratings} for one in check_ins_of(trial_id)]


def smallest_side(page: Page) -> float:
    """The shortest side of any number to tap."""
    boxes = [choice.bounding_box() for choice in page.locator(".scale-choice").all()]
    return min(min(box["width"], box["height"]) for box in boxes if box)


def test_a_thumb_rates_on_a_phone_without_script_and_light(server: Server, browser: Browser) -> None:
    trial_id, address = lend(server, "Siv Lund")
    context, witness = new_context(browser, server.url, width=PHONE, script=False)
    page = context.new_page()
    page.goto(address)

    for number in ("3", "10"):
        page.get_by_role("group", name="Sömn").get_by_role("radio", name=number, exact=True).tap()
    page.get_by_label("Jag samtycker").tap()
    page.get_by_role("button", name="Spara hur det är i dag").tap()

    expect(page.get_by_role("heading", level=1)).to_have_text("Tack, det är sparat")
    expect(page.get_by_role("img", name="Sömn: 10 av 10 den första dagen.")).to_be_visible()
    assert rated(server, trial_id) == [{"Sömn": "10"}]
    assert witness.complaints == []
    assert context.storage_state() == {"cookies": [], "origins": []}
    assert max(witness.bytes_of_each_page()) < LIGHTEST_BYTES
    context.close()


def test_the_keyboard_alone_rates_and_passes_over(server: Server, open_page: OpenPage) -> None:
    trial_id, address = lend(server, "Bo Ek")
    page = open_page(server.url, width=PHONE)
    page.goto(address)

    go_to(page, page.get_by_role("group", name="Sömn").get_by_role("radio", name="Hoppa över"))
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    go_to(page, page.get_by_role("group", name="Ork").get_by_role("radio", name="Hoppa över"))
    page.keyboard.press("ArrowLeft")
    go_to(page, page.get_by_role("checkbox", name="Jag samtycker"))
    page.keyboard.press("Space")
    go_to(page, page.get_by_role("button", name="Spara hur det är i dag"))
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Tack, det är sparat")
    assert rated(server, trial_id) == [{"Sömn": "4", "Ork": "10"}]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, PHONE, 1280])
def test_every_number_is_large_enough_to_tap_and_the_page_fits(
    server: Server, open_page: OpenPage, width: int, scheme: str
) -> None:
    _, address = lend(server, f"Eva {width} {scheme}", days=30)
    page = open_page(server.url, width=width, scheme=scheme)
    page.goto(address)
    page.get_by_text("Visa som tabell").click()

    assert smallest_side(page) >= SMALLEST_TARGET
    assert page.locator("svg.curve").count() == 4
    assert overflow_px(page) == 0
    assert axe_violations(page) == []


def test_a_yes_is_taken_back_in_two_taps(server: Server, open_page: OpenPage) -> None:
    trial_id, address = lend(server, "Ulf Dal", days=2)
    page = open_page(server.url, width=PHONE)
    page.goto(address)

    page.get_by_role("link", name="Ta tillbaka mitt samtycke och radera").click()
    assert len(rated(server, trial_id)) == 2
    assert axe_violations(page) == []
    page.get_by_role("button", name="Ja, ta tillbaka och radera").click()

    expect(page.get_by_text("allt du har svarat är raderat")).to_be_visible()
    assert rated(server, trial_id) == []
