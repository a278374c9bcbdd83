"""A whole trial, as the visitor and the reseller live it: from an article to a device of one's own, in five weeks."""

import re

import pytest
from playwright.sync_api import Page, expect

from app.accounts.models import Role
from app.accounts.services import add_user
from app.consultations.kinds import Audience
from app.core.clock import now
from app.core.db import writing
from app.trials.model_services import Accessory, ModelFacts, add_model
from app.trials.unit_services import UnitFacts, add_unit
from tests.browser import LAPTOP, PHONE, OpenPage, let_in
from tests.journeys.test_first_thread import link_in, mails_to, wait_like_a_reader
from tests.passing_time import let_days_pass
from tests.server import Server

VISITOR = "siv@example.se"


@pytest.fixture
def lending(server: Server) -> Server:
    """The same server, where Maj lends one unit and has another to sell."""
    with server.app.app_context(), writing():
        maj = add_user("maj@example.se", "Maj Ek", Role.OWNER, now())
        facts = ModelFacts("BM Hem", Audience.PERSON, price_ore=1_250_000, deposit_ore=100_000)
        model = add_model(facts, [Accessory("Laddare", "Charger"), Accessory("Kabel", "Cable")])
        model.is_offered = True
        add_unit(UnitFacts("BM-104", model), maj, now())
        add_unit(UnitFacts("BM-105", model), maj, now())
    return server


def test_an_article_leads_to_a_trial_and_the_trial_to_a_sale(lending: Server, open_page: OpenPage) -> None:
    visitor = open_page(lending.url, width=PHONE, script=False)
    reseller = open_page(lending.url, width=LAPTOP)
    let_in(reseller, lending, "maj@example.se")

    ask_to_try(visitor)
    judge_and_reserve(reseller)
    agree(visitor, lending)
    hand_over(reseller)
    let_days_pass(lending, 3)
    check_in(visitor, lending, sleep=4)
    let_days_pass(lending, 7)
    check_in(visitor, lending, sleep=7)
    extend(reseller)
    let_days_pass(lending, 17)
    take_back(reseller)
    sell_a_new_one(reseller)

    find_the_sale(reseller)
    assert visitor.context.cookies() == []


def ask_to_try(visitor: Page) -> None:
    """From the article to the thanks; one answer is one to talk about."""
    visitor.goto("/articles/somn-efter-traning")
    visitor.get_by_role("link", name=re.compile("^Prova hemma")).click()
    expect(visitor.get_by_role("heading", name="Prova BM Hem hemma", level=1)).to_be_visible()
    for number, question in enumerate(visitor.locator("fieldset:has([value=unsure])").all()):
        question.get_by_label("Vet inte" if number == 0 else "Nej").check()
    visitor.get_by_label("Ditt namn").fill("Siv Lund")
    visitor.get_by_label("E-post").first.fill(VISITOR)
    visitor.get_by_label("Telefon").fill("070-174 06 21")
    visitor.get_by_label("Gata och nummer").fill("Ängsvägen 2")
    visitor.get_by_label("Postnummer").fill("743 30")
    visitor.get_by_label("Ort", exact=True).fill("Storvreta")
    visitor.locator("#consent").check()
    wait_like_a_reader()
    visitor.get_by_role("button", name="Skicka och be att få prova").click()
    expect(visitor.get_by_role("heading", name="Tack! Vi har fått din önskan att prova.")).to_be_visible()


def judge_and_reserve(reseller: Page) -> None:
    """Maj reads what was answered, says yes, and keeps a unit."""
    open_trial(reseller)
    expect(reseller.get_by_text("Prata först")).to_be_visible()
    reseller.get_by_role("button", name="Det passar", exact=True).click()
    reseller.get_by_role("link", name="Reservera").click()
    reseller.get_by_role("button", name="Reservera").click()
    expect(reseller.locator("#next-step")).to_contain_text("BM-104")


def open_trial(reseller: Page) -> None:
    """From the menu to Siv's trial."""
    reseller.goto("/today/")
    reseller.get_by_role("link", name="Provperioder").first.click()
    reseller.get_by_role("link", name="Siv Lund").first.click()
    expect(reseller.get_by_role("heading", name="Siv Lund", level=1)).to_be_visible()


def agree(visitor: Page, server: Server) -> None:
    """On the visitor's telephone, by the link in the mail; a name alone is not yet a yes."""
    visitor.goto(link_in(mails_to(VISITOR, server, how_many=2)[-1], server))
    visitor.get_by_label("Ditt namn").fill("Siv Lund")
    button = visitor.get_by_role("button", name="Godkänn avtalet")
    button.click()
    expect(visitor.get_by_label("Ditt namn")).to_have_value("Siv Lund")
    visitor.locator("#agrees").check()
    button.click()
    expect(visitor.get_by_role("heading", name="Din provperiod är klar att börja")).to_be_visible()


def hand_over(reseller: Page) -> None:
    """With all that belongs to it, and how Siv is before it begins."""
    open_trial(reseller)
    reseller.get_by_role("link", name="Lämna ut").first.click()
    for accessory in ("Laddare", "Kabel"):
        reseller.get_by_label(accessory).check()
    rate(reseller, "Sömn", 3)
    reseller.get_by_label("Har hört vad samtycket innebär och sagt ja").check()
    reseller.get_by_role("button", name="Lämna ut enheten").click()
    expect(reseller.locator("#next-step")).to_contain_text("Dag 1 av 21")


def rate(page: Page, scale: str, number: int) -> None:
    """Press a number of a scale."""
    page.get_by_role("group", name=scale).get_by_label(str(number), exact=True).check()


def check_in(visitor: Page, server: Server, sleep: int) -> None:
    """From the trial's own page, where nobody asks again for the yes that Maj was told."""
    visitor.goto(link_in(mails_to(VISITOR, server, how_many=3)[2], server))
    visitor.get_by_role("link", name="Berätta hur det går").click()
    rate(visitor, "Sömn", sleep)
    rate(visitor, "Ork", 5)
    wait_like_a_reader()
    visitor.get_by_role("button", name="Spara hur det är i dag").click()
    expect(visitor.get_by_role("heading", name="Tack, det är sparat")).to_be_visible()


def extend(reseller: Page) -> None:
    """A week more, which asks for a reason."""
    open_trial(reseller)
    reseller.get_by_role("link", name="Förläng").click()
    button = reseller.get_by_role("button", name="Förläng")
    button.click()
    expect(reseller.get_by_text("Skriv varför provperioden förlängs.").first).to_be_visible()
    reseller.get_by_label(re.compile("^Varför")).fill("Siv var bortrest en vecka")
    button.click()
    expect(reseller.locator("#next-step")).to_contain_text("Dag 11 av 28")


def take_back(reseller: Page) -> None:
    """As it should be but for its cable, which becomes a task."""
    open_trial(reseller)
    reseller.get_by_role("link", name="Ta emot enheten").first.click()
    reseller.get_by_label("Laddare").check()
    reseller.get_by_label("Kontrollerad: den är som den ska").check()
    reseller.get_by_role("button", name="Ta emot enheten").click()
    expect(reseller.get_by_text("Kabel saknas")).to_be_visible()
    reseller.get_by_role("link", name="Öppna affären").click()
    expect(reseller.get_by_text("Fråga efter: Kabel").first).to_be_visible()


def sell_a_new_one(reseller: Page) -> None:
    """They buy a unit of their own, at the price of its model."""
    open_trial(reseller)
    reseller.get_by_role("link", name="De köper en ny").click()
    reseller.get_by_role("button", name="Spara köpet").click()
    expect(reseller.locator("#next-step")).to_contain_text("Köpt")


def find_the_sale(reseller: Page) -> None:
    """In the report, beside the article that it began with."""
    reseller.get_by_role("link", name="Rapporter").first.click()
    reseller.get_by_role("link", name="Sålda").click()
    row = reseller.get_by_role("row", name=re.compile("^Sömn efter träning")).first
    expect(row).to_contain_text("12\N{NO-BREAK SPACE}500 kr")
