"""From an article to a booked time, as visitors live it: without script, with the keyboard alone, and in a race."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import Locator, Page, expect

from app.accounts.models import Role
from app.accounts.services import add_user
from app.consultations.booking import Booker, Details
from app.consultations.hosts import Host, OpeningHours
from app.consultations.kinds import ConsultationKind
from app.consultations.models import Consultation, Hold, OccupiedCell
from app.consultations.services import book
from app.contacts.services import person
from app.core.clock import now
from app.core.db import db, writing
from tests.browser import LAPTOP, PHONE, OpenPage, overflow_px
from tests.consultations.cast import add_host, add_kind, add_override
from tests.journeys.test_first_thread import link_in, mails_to, wait_like_a_reader
from tests.journeys.test_keyboard import go_to
from tests.judges import axe_violations
from tests.server import Server

VISITOR = "siv@example.se"
TIMES = "#choose .times button"


@pytest.fixture
def bookable(server: Server) -> Server:
    """The same server, where Maj talks on the phone on any day."""
    with server.app.app_context(), writing():
        maj = add_user("maj@example.se", "Maj Ek", Role.OWNER, now())
        add_kind(add_host(maj, weekdays="0123456", is_closed_on_holidays=False, is_closed_on_eves=False))
    return server


@pytest.mark.parametrize("width", [PHONE, LAPTOP])
def test_an_article_leads_to_a_booking_that_is_moved_and_cancelled_without_script(
    bookable: Server, open_page: OpenPage, width: int
) -> None:
    page = open_page(bookable.url, width=width, script=False)

    page.goto("/articles/somn-efter-traning")
    page.get_by_role("link", name="Boka ett samtal").click()
    first = _choose(page, 2)
    _fill_in(page)
    wait_like_a_reader()
    page.get_by_role("button", name=re.compile("^Boka ")).click()
    expect(page.get_by_role("heading", name="Din tid är bokad", level=1)).to_be_visible()
    expect(page.locator(".panel")).to_contain_text(first)
    [mail] = mails_to(VISITOR, bookable, how_many=1)
    page.goto(link_in(mail, bookable))
    page.get_by_role("link", name="Boka om").click()
    expect(page.locator(".current")).to_contain_text("din tid nu")
    second = _choose(page, 4)
    expect(page.get_by_text("Du har en ny tid.")).to_be_visible()
    expect(page.locator(".panel")).to_contain_text(second)
    page.goto(link_in(mail, bookable))
    page.get_by_role("link", name="Avboka").click()
    page.get_by_label("Vill du säga varför?").fill("Jag har fått förhinder")
    page.get_by_role("button", name="Ja, avboka tiden").click()

    expect(page.get_by_role("heading", name="Din tid är avbokad", level=1)).to_be_visible()
    assert page.context.cookies() == []
    with bookable.app.app_context():
        booked = db.session.scalars(sa.select(Consultation)).one()
        assert (booked.state, booked.sequence, booked.lead.article.slug) == ("cancelled", 2, "somn-efter-traning")
        assert db.session.scalars(sa.select(OccupiedCell)).all() == []


def _choose(page: Page, number: int) -> str:
    """Press the button of a time; gives its day and time as the page says them afterwards."""
    button = page.locator(TIMES).nth(number)
    label = str(button.get_attribute("aria-label"))
    button.click()
    return label.partition(",")[0]


def _fill_in(page: Page, name: str = "Siv Lund", email: str = VISITOR) -> None:
    expect(page.get_by_role("heading", name="Dina uppgifter", level=1)).to_be_visible()
    page.get_by_label("Ditt namn").fill(name)
    page.get_by_label("Telefon").fill("070-174 06 21")
    page.get_by_label("E-post").first.fill(email)
    page.get_by_label("Vad vill du prata om?").fill("Hur man kommer i gång")
    page.locator("#consent").check()


def test_a_visitor_books_moves_and_cancels_with_the_keyboard_alone(bookable: Server, open_page: OpenPage) -> None:
    page = open_page(bookable.url, width=PHONE)
    page.goto("/articles/somn-efter-traning")

    _press(page, page.get_by_role("link", name="Boka ett samtal"))
    _press(page, page.locator(TIMES).nth(1))
    for field, words in {"#name": "Siv Lund", "#phone": "070-174 06 21", "#email": VISITOR}.items():
        go_to(page, page.locator(field))
        page.keyboard.type(words)
    wait_like_a_reader()
    _press(page, page.get_by_role("button", name=re.compile("^Boka ")))
    expect(page.locator("#errors")).to_be_focused()
    _press(page, page.locator("#errors a"))
    expect(page.locator("#consent")).to_be_focused()
    page.keyboard.press("Space")
    _press(page, page.get_by_role("button", name=re.compile("^Boka ")))
    expect(page.get_by_role("heading", name="Din tid är bokad", level=1)).to_be_visible()
    _press(page, page.get_by_role("link", name="Boka om"))
    _press(page, page.locator(TIMES).nth(3))
    expect(page.get_by_text("Du har en ny tid.")).to_be_visible()
    _press(page, page.get_by_role("link", name="Avboka"))
    _press(page, page.get_by_role("button", name="Ja, avboka tiden"))

    expect(page.get_by_role("heading", name="Din tid är avbokad", level=1)).to_be_visible()


def _press(page: Page, wanted: Locator) -> None:
    go_to(page, wanted)
    page.keyboard.press("Enter")


def test_two_visitors_race_for_a_time_and_the_second_keeps_every_word(bookable: Server, open_page: OpenPage) -> None:
    first, second = (open_page(bookable.url, width=PHONE, script=False) for _ in range(2))
    for page in (first, second):
        page.goto("/book/samtal")
    _choose(first, 0)
    second.locator(TIMES).first.click()
    expect(second.get_by_role("heading", name=re.compile("Någon annan hann boka den tiden."))).to_be_visible()
    second.locator("#errors button").first.click()
    wanted = second.locator(".chosen strong").inner_text()
    _fill_in(second, "Bo Ek", "bo@example.com")
    _book_behind_their_back(bookable)

    wait_like_a_reader()
    second.get_by_role("button", name=re.compile("^Boka ")).click()

    expect(second.get_by_role("heading", name=re.compile("Någon annan hann boka den tiden."))).to_be_visible()
    expect(second.get_by_text("Allt du har skrivit finns kvar.")).to_be_visible()
    expect(second.get_by_label("Ditt namn")).to_have_value("Bo Ek")
    expect(second.get_by_label("Vad vill du prata om?")).to_have_value("Hur man kommer i gång")
    expect(second.locator("#errors button")).to_have_count(3)
    second.locator("#errors button").nth(1).click()
    expect(second.get_by_role("heading", name="Din tid är bokad", level=1)).to_be_visible()
    expect(second.locator(".panel")).not_to_contain_text(wanted)


def _book_behind_their_back(server: Server) -> None:
    """What the second one held is over, and somebody else books it."""
    with server.app.app_context(), writing() as session:
        held = session.scalars(sa.select(Hold).order_by(Hold.id.desc())).first()
        assert held is not None
        held.expires_at = now() - timedelta(seconds=1)
        session.flush()
        kind, start = session.get_one(ConsultationKind, held.kind_id), held.starts_at
        book(kind, start, "another", Booker(person("Ida Ask", "ida@example.com", "070-174 06 40")), Details(), now())


def test_the_last_time_goes_to_one_of_two_and_the_other_is_led_to_us(bookable: Server, open_page: OpenPage) -> None:
    _leave_one_time(bookable)
    first, second = (open_page(bookable.url, width=PHONE) for _ in range(2))
    for page in (first, second):
        page.goto("/book/samtal")
        expect(page.locator(TIMES)).to_have_count(1)

    _choose(first, 0)
    _fill_in(first)
    second.locator(TIMES).click()

    expect(second.get_by_role("heading", name=re.compile("Någon annan hann boka den tiden."))).to_be_visible()
    expect(second.get_by_text("Just nu finns det inga lediga tider.")).to_be_visible()
    expect(second.get_by_role("link", name="Skriv till oss")).to_be_visible()
    assert (axe_violations(second), overflow_px(second)) == ([], 0)
    wait_like_a_reader()
    first.get_by_role("button", name=re.compile("^Boka ")).click()
    expect(first.get_by_role("heading", name="Din tid är bokad", level=1)).to_be_visible()


def _leave_one_time(server: Server) -> None:
    """Closed but for half an hour in ten days."""
    with server.app.app_context(), writing() as session:
        session.execute(sa.delete(OpeningHours))
        host = session.scalars(sa.select(Host)).one()
        add_override(host, (now() + timedelta(days=10)).date(), 9 * 60, 9 * 60 + 30)
