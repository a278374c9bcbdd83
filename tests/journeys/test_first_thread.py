"""One whole thread, as the visitor and the reseller live it: read, ask, answer, read the answer, reply."""

import re
import time
from email.message import EmailMessage

import pytest
from playwright.sync_api import Page, expect

from tests.browser import LAPTOP, PHONE, OpenPage
from tests.server import Server

QUESTION = "Jag sover dåligt efter att ha tränat. Hjälper det att vila före kvällsmaten?"
ANSWER = "Många märker skillnad av en stunds vila. Vill du låna en enhet och känna efter?"
REPLY = "Ja tack, gärna i nästa vecka."
VISITOR = "siv@example.se"
PASSWORD = "en lugn promenad i skogen"
MAIL_WITHIN_SECONDS = 60


@pytest.mark.parametrize("width", [PHONE, LAPTOP])
def test_an_article_leads_to_an_answered_enquiry_and_a_reply(server: Server, open_page: OpenPage, width: int) -> None:
    visitor = open_page(server.url, width=width, script=False)
    reseller = open_page(server.url, width=width)

    reference = ask(visitor)
    set_up_the_owner(reseller, server)
    answer(reseller)
    read_the_answer_and_reply(visitor, server, reference)

    find_the_reply(reseller)
    assert visitor.context.cookies() == []


def ask(visitor: Page) -> str:
    """From the list of articles to the thanks page; the reference that stands there."""
    visitor.goto("/articles/")
    visitor.get_by_role("link", name="Sömn efter träning").click()
    expect(visitor.get_by_role("heading", name="Sömn efter träning", level=1)).to_be_visible()
    visitor.get_by_role("link", name="Ställ en fråga").first.click()
    visitor.get_by_label("Ditt meddelande").fill(QUESTION)
    visitor.get_by_label("Ditt namn").fill("Siv Lund")
    visitor.get_by_label("E-post", exact=True).first.fill(VISITOR)
    button = visitor.get_by_role("button", name="Skicka frågan")
    button.click()
    expect(visitor.get_by_role("heading", name="En sak behöver rättas")).to_be_visible()
    expect(visitor.get_by_label("Ditt meddelande")).to_have_value(QUESTION)
    visitor.locator("#consent").check()
    wait_like_a_reader()
    button.click()
    expect(visitor.get_by_role("heading", name="Tack! Vi har fått det du skrev.")).to_be_visible()
    return str(visitor.locator(".reference").inner_text())


def wait_like_a_reader() -> None:
    """Whoever sends a form within three seconds is taken for a program."""
    time.sleep(3.2)


def set_up_the_owner(reseller: Page, server: Server) -> None:
    """By the link that the server printed when it started."""
    reseller.goto(server.one_time_link())
    reseller.get_by_label("Namn").fill("Maj Ek")
    reseller.get_by_label("E-post").fill("maj@example.se")
    reseller.get_by_label("Lösenord").fill(PASSWORD)
    reseller.get_by_role("button", name="Skapa konto och logga in").click()
    expect(reseller.get_by_role("heading", name="Idag", level=1)).to_be_visible()


def answer(reseller: Page) -> None:
    """In the row of Today, on to the lead, and back with nothing left to answer."""
    reseller.get_by_role("link", name="Svara Siv Lund").click()
    expect(reseller.locator(".row-answers")).to_contain_text(QUESTION)
    reseller.get_by_label("Ditt svar").fill(ANSWER)
    reseller.get_by_role("button", name="Skicka svaret").click()
    reseller.locator(".row-done").get_by_role("link").click()
    expect(reseller.get_by_role("heading", name="Siv Lund", level=1)).to_be_visible()
    for words in (QUESTION, ANSWER):
        expect(reseller.locator("#timeline")).to_contain_text(words)
    reseller.goto("/today/")
    expect(reseller.get_by_role("link", name="Svara Siv Lund")).to_have_count(0)


def read_the_answer_and_reply(visitor: Page, server: Server, reference: str) -> None:
    """By the link in the mail, which itself says nothing of the matter."""
    confirmation, notice = mails_to(VISITOR, server, how_many=2)
    assert reference in confirmation["Subject"]
    for mail in (confirmation, notice):
        assert "sover" not in mail.as_string()
        assert "Sömn" not in str(mail)
    visitor.goto(link_in(notice, server))
    expect(visitor.get_by_text(QUESTION)).to_be_visible()
    expect(visitor.get_by_text(ANSWER)).to_be_visible()
    visitor.get_by_label("Ditt meddelande").fill(REPLY)
    wait_like_a_reader()
    visitor.get_by_role("button", name="Skicka").click()
    expect(visitor.get_by_text("Tack! Vi har fått det du skrev och hör av oss.")).to_be_visible()
    expect(visitor.get_by_text(REPLY)).to_be_visible()


def find_the_reply(reseller: Page) -> None:
    """It stands on Today, without anybody asking for the page again, and on the same lead."""
    reply = reseller.get_by_role("link", name="Svara Siv Lund")
    expect(reply).to_be_visible()
    reply.click()
    expect(reseller.locator(".row-answers")).to_contain_text(REPLY)
    reseller.get_by_role("link", name="Hela tråden").click()
    for words in (QUESTION, REPLY):
        expect(reseller.locator("#timeline")).to_contain_text(words)


def mails_to(address: str, server: Server, how_many: int) -> list[EmailMessage]:
    """The mails that somebody has got, as soon as there are so many."""
    ends = time.monotonic() + MAIL_WITHIN_SECONDS
    while time.monotonic() < ends:
        mails = [mail for mail in server.mails() if mail["To"] == address]
        if len(mails) >= how_many:
            return mails
        time.sleep(0.1)
    raise AssertionError(f"{how_many} mails to {address} did not come: {[mail['Subject'] for mail in server.mails()]}")


def link_in(mail: EmailMessage, server: Server) -> str:
    """The address that the mail carries."""
    body = mail.get_body(("plain",))
    assert body is not None
    found = re.search(rf"{re.escape(server.url)}/\S+", body.get_content())
    assert found is not None
    return found[0]
