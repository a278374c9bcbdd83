"""The first-run guide: from an installation that nobody has used to a test enquiry that shows up by itself."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import LAPTOP, PHONE, OpenPage
from tests.journeys.hands import Hands, Keyboard, Thumb
from tests.journeys.test_first_thread import PASSWORD, QUESTION, wait_like_a_reader
from tests.mail.post_office import PostOffice
from tests.server import Server

ARTICLE = "Sömn efter träning\n\nKroppen varvar ner långsamt, och en stunds vila hjälper."


@pytest.fixture
def unused(tmp_path_factory: pytest.TempPathFactory, office: PostOffice) -> Iterator[Server]:
    """`ledtrad serve` as it is installed, with a mail server to send by."""
    settings = {"MAIL": "smtp", "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(office.port), "SMTP_SECURITY": "none"}
    server = Server(tmp_path_factory.mktemp("guide") / "instance", **settings)
    server.prepare()
    try:
        server.start()
        yield server
    finally:
        server.close()


def test_the_guide_by_keyboard_alone(unused: Server, open_page: OpenPage) -> None:
    take_the_six_steps(Keyboard(come_in(unused, open_page, width=LAPTOP)))


def test_the_guide_by_thumb_on_a_phone(unused: Server, open_page: OpenPage) -> None:
    take_the_six_steps(Thumb(come_in(unused, open_page, width=PHONE)))


def come_in(server: Server, open_page: OpenPage, *, width: int) -> Page:
    """By the link that the server printed when it started."""
    page = open_page(server.url, width=width)
    page.goto(server.one_time_link())
    page.get_by_label("Namn").fill("Maj Ek")
    page.get_by_label("E-post").fill("maj@example.se")
    page.get_by_label("Lösenord").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Idag", level=1)).to_be_visible()
    return page


def take_the_six_steps(hands: Hands) -> None:
    expect(hands.page.locator(".guide-count")).to_have_text("0 av 6")
    describe_the_business(hands)
    see_that_mail_leaves(hands)
    add_an_article(hands)
    open_for_bookings(hands)
    send(hands, "Vi lånar inte ut något")
    expect_done(hands, 5)
    ask_oneself(hands)


def expect_done(hands: Hands, steps: int) -> None:
    hands.page.goto("/today/")
    expect(hands.page.locator(".guide-count")).to_have_text(f"{steps} av 6")


def send(hands: Hands, name: str, within: Locator | None = None) -> None:
    """Press a button, and wait for the page that follows."""
    with hands.page.expect_navigation():
        hands.press((within or hands.page.get_by_role("main")).get_by_role("button", name=name, exact=True).last)


def describe_the_business(hands: Hands) -> None:
    page = hands.page
    hands.press(page.get_by_role("link", name="Fyll i uppgifterna"))
    hands.write(page.get_by_label("Företagets namn"), "Stilla & Stark")
    hands.write(page.get_by_label("E-post", exact=True), "hej@example.se")
    send(hands, "Spara inställningarna")
    expect_done(hands, 1)


def see_that_mail_leaves(hands: Hands) -> None:
    page = hands.page
    hands.press(page.get_by_role("button", name="Skicka ett testmejl"))
    expect(page.locator("#toasts")).to_contain_text("Ett testmejl är på väg till maj@example.se.")
    wait_like_a_reader()
    expect_done(hands, 2)


def add_an_article(hands: Hands) -> None:
    page = hands.page
    hands.press(page.get_by_role("link", name="Lägg till en artikel"))
    hands.write(page.get_by_label("Artikelns text"), ARTICLE)
    send(hands, "Publicera artikeln")
    expect_done(hands, 3)


def open_for_bookings(hands: Hands) -> None:
    page = hands.page
    hands.press(page.get_by_role("link", name="Välj vad som kan bokas"))
    card = page.locator(".kind-cards > li").first
    hands.press(card.get_by_role("link", name="Ändra"))
    hands.choose(page.get_by_label("Maj Ek"))
    send(hands, "Spara konsultationstypen")
    send(hands, "Visa för besökare", card)
    page.goto("/today/")
    hands.press(page.get_by_role("link", name="Ange era tider"))
    send(hands, "Lägg till tid på måndag")
    hands.set_clock(page.locator("#ranges-0-opens"), 9)
    hands.set_clock(page.locator("#ranges-0-closes"), 16)
    send(hands, "Spara veckan")
    expect_done(hands, 4)


def ask_oneself(hands: Hands) -> None:
    """In a tab of its own, while Today stays open in the first."""
    today = hands.page
    address = today.get_by_role("link", name="Öppna formuläret").get_attribute("href")
    form = today.context.new_page()
    form.goto(str(address))
    visitor = type(hands)(form)
    visitor.write(form.get_by_label("Ditt meddelande"), QUESTION)
    visitor.write(form.get_by_label("Ditt namn"), "Maj Ek")
    visitor.write(form.locator("#email"), "maj@example.se")
    visitor.choose(form.locator("#consent"))
    wait_like_a_reader()
    visitor.press(form.get_by_role("button", name="Skicka frågan"))
    expect(form.get_by_role("heading", name="Tack! Vi har fått det du skrev.")).to_be_visible()

    expect(today.get_by_role("link", name="Svara Maj Ek")).to_be_visible()
    expect_done(hands, 6)
