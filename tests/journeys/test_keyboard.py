"""The core steps with the keyboard alone, and every place that focus comes to can be seen."""

import re

from playwright.sync_api import expect

from tests.browser import LAPTOP, PHONE, OpenPage
from tests.journeys.hands import go_to
from tests.journeys.test_first_thread import ANSWER, PASSWORD, QUESTION, wait_like_a_reader
from tests.server import Server


def test_a_visitor_asks_with_the_keyboard_alone(server: Server, open_page: OpenPage) -> None:
    page = open_page(server.url, width=PHONE)
    page.goto("/articles/")

    go_to(page, page.get_by_role("link", name="Sömn efter träning"))
    page.keyboard.press("Enter")
    go_to(page, page.get_by_role("link", name="Ställ en fråga").first)
    page.keyboard.press("Enter")
    go_to(page, page.get_by_label("Ditt meddelande"))
    page.keyboard.type(QUESTION)
    go_to(page, page.get_by_label("Ditt namn"))
    page.keyboard.type("Siv Lund")
    go_to(page, page.locator("#email"))
    page.keyboard.type("siv@example.se")
    go_to(page, page.get_by_role("button", name="Skicka frågan"))
    page.keyboard.press("Enter")
    expect(page.locator("#errors")).to_be_focused()
    go_to(page, page.locator("#errors a"))
    page.keyboard.press("Enter")
    expect(page.locator("#consent")).to_be_focused()
    page.keyboard.press("Space")
    wait_like_a_reader()
    go_to(page, page.get_by_role("button", name="Skicka frågan"))
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Tack! Vi har fått det du skrev.")).to_be_visible()


def test_the_reseller_signs_in_and_answers_with_the_keyboard_alone(server: Server, open_page: OpenPage) -> None:
    test_a_visitor_asks_with_the_keyboard_alone(server, open_page)
    page = open_page(server.url, width=LAPTOP)
    page.goto(server.one_time_link())

    for label, words in {"Namn": "Maj Ek", "E-post": "maj@example.se", "Lösenord": PASSWORD}.items():
        go_to(page, page.get_by_label(label))
        page.keyboard.type(words)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Idag", level=1)).to_be_visible()
    go_to(page, page.get_by_role("link", name="Svara Siv Lund"))
    page.keyboard.press("Enter")
    go_to(page, page.get_by_label("Ditt svar"))
    page.keyboard.type(ANSWER)
    go_to(page, page.get_by_role("button", name="Skicka svaret"))
    page.keyboard.press("Enter")
    go_to(page, page.locator(".row-done").get_by_role("link"))
    page.keyboard.press("Enter")

    expect(page.locator("#timeline")).to_contain_text(ANSWER)


def test_the_first_stop_of_every_page_leads_past_its_menu(server: Server, open_page: OpenPage) -> None:
    page = open_page(server.url, width=LAPTOP)
    for address in ("/articles/", "/contact"):
        page.goto(address)

        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Hoppa till innehållet")).to_be_focused()
        page.keyboard.press("Enter")

        expect(page).to_have_url(re.compile("#content$"))
