"""A whole working morning, by keyboard alone and by thumb: what the page says is done, the database says too."""

import re
import time
from collections.abc import Callable

import sqlalchemy as sa
from playwright.sync_api import Locator, Page, expect

from app.accounts.models import Role, User
from app.consultations.models import Consultation, ConsultationState
from app.contacts.merges import ContactMerge
from app.contacts.models import Contact
from app.core.db import db
from app.enquiries.models import Answer, Enquiry, EnquiryState
from app.follow_ups.models import FollowUp, FollowUpState
from app.leads.models import CallOutcome, EventKind, Lead, LeadEvent
from app.leads.stages import Stage
from app.plans.models import DraftState, PlanDraft
from tests.browser import LAPTOP, PHONE, OpenPage, let_in
from tests.journeys.hands import Hands, Keyboard, Thumb
from tests.journeys.morning import ASKING, TO_CALL, TO_WRITE_TO, address_of
from tests.mail.post_office import PostOffice
from tests.server import Server

MAIL_WITHIN_SECONDS = 60


def test_a_morning_by_keyboard_alone(at_work: Server, office: PostOffice, open_page: OpenPage) -> None:
    work_through_the_morning(Keyboard(sit_down(at_work, open_page, LAPTOP)), at_work, office)


def test_a_morning_by_thumb(at_work: Server, office: PostOffice, open_page: OpenPage) -> None:
    work_through_the_morning(Thumb(sit_down(at_work, open_page, PHONE)), at_work, office)


def sit_down(server: Server, open_page: OpenPage, width: int) -> Page:
    """Signed in since before, with the first page of the day open."""
    page = open_page(server.url, width=width)
    with server.app.app_context():
        owner = db.session.scalars(sa.select(User.email_key).where(User.role == Role.OWNER)).one()
    let_in(page, server, owner)
    page.goto("/today/")
    return page


def work_through_the_morning(hands: Hands, server: Server, office: PostOffice) -> None:
    with server.app.app_context():
        for name in ASKING:
            answer(hands, office, name)
        log_a_call(hands, TO_CALL[0], CallOutcome.NO_ANSWER, "Inget svar")
        log_a_call(hands, TO_CALL[1], CallOutcome.ANSWERED, "Svarade")
        book_a_talk(hands, office, TO_CALL[1])
        move_a_card(hands, TO_WRITE_TO)
        snooze(hands, TO_WRITE_TO)
        approve_a_letter(hands, office)
        merge_two_and_take_it_back(hands)


def answer(hands: Hands, office: PostOffice, name: str) -> None:
    page = hands.page
    with hands.at_most(2):
        hands.press(page.get_by_role("link", name=f"Svara {name}"))
        hands.write(page.get_by_label("Ditt svar"), f"Hej {name}! Du får låna i tre veckor.")
        hands.press(page.get_by_role("button", name="Skicka svaret"))
    expect(page.get_by_text(f"Svaret är skickat · {name}").first).to_be_visible()

    lead = lead_of(name)
    written = db.session.scalars(sa.select(Answer).where(Answer.lead_id == lead.id)).one()
    assert (written.text, lead.stage) == (f"Hej {name}! Du får låna i tre veckor.", Stage.CONTACTED)
    assert set(db.session.scalars(sa.select(Enquiry.state).where(Enquiry.lead_id == lead.id))) == {
        EnquiryState.ANSWERED
    }
    wait_for_mail(office, address_of(name), lambda mail: b"Hej Siv" not in mail and b"/p/" in mail)


def log_a_call(hands: Hands, name: str, outcome: CallOutcome, words: str) -> None:
    row = row_of(hands.page, "calls", name)
    with hands.at_most(2):
        hands.press(row.locator("summary", has_text="Hur gick det?"))
        hands.press(row.get_by_role("button", name=words))
    expect(row).to_contain_text(f"Samtalet är loggat: {words}")

    calls = sa.select(LeadEvent.outcome).where(LeadEvent.lead_id == lead_of(name).id, LeadEvent.kind == EventKind.CALL)
    assert db.session.scalars(calls).all() == [outcome]


def book_a_talk(hands: Hands, office: PostOffice, name: str) -> None:
    """From the row of the call that led to it."""
    page = hands.page
    with hands.at_most(4):
        hands.press(row_of(page, "calls", name).get_by_role("link", name="Ändra nästa steg"))
        hands.press(page.locator("#consultations").get_by_role("link", name="Boka samtal"))
        hands.choose(page.locator("#start .hours-day input").first)
        hands.press(page.get_by_role("button", name="Boka tiden"))
    expect(page.get_by_text("Tiden är bokad.")).to_be_visible()

    booked = db.session.scalars(sa.select(Consultation).where(Consultation.lead_id == lead_of(name).id)).one()
    assert booked.state is ConsultationState.BOOKED
    wait_for_mail(office, address_of(name), lambda mail: b"text/calendar" in mail)


def move_a_card(hands: Hands, name: str) -> None:
    page = hands.page
    hands.visit("Affärer")
    if page.get_by_role("link", name="Tavla").get_attribute("aria-current") is None:
        hands.press(page.get_by_role("link", name="Tavla"))
    with hands.at_most(2):
        hands.open_menu_of_card(page.locator(".board-card", has_text=name))
        hands.choose(page.get_by_role("menuitem", name="Kontaktad"))
    expect(page.get_by_role("status").filter(has_text=f"{name} flyttad till Kontaktad.")).to_be_visible()

    assert lead_of(name).stage is Stage.CONTACTED


def snooze(hands: Hands, name: str) -> None:
    page = hands.page
    hands.visit("Idag")
    row = row_of(page, "tasks", name)
    due_at = step_of(name).due_at
    with hands.at_most(2):
        hands.press(row.locator("summary", has_text="Senare"))
        hands.press(page.get_by_role("button", name="Nästa vecka"))
    expect(page.get_by_text("Flyttat till")).to_be_visible()
    expect(row).to_have_count(0)

    look_anew()
    assert step_of(name).due_at > due_at


def approve_a_letter(hands: Hands, office: PostOffice) -> None:
    row = hands.page.locator("#day-drafts .draft-row", has=hands.page.get_by_role("button", name="Skicka nu")).first
    draft_id = int(str(row.get_attribute("id")).removeprefix("draft-"))
    address = str(db.session.get_one(PlanDraft, draft_id).run.lead.contact.email)
    before = mails_to(office, address)
    with hands.at_most(1):
        hands.press(row.get_by_role("button", name="Skicka nu"))
    expect(hands.page.locator(f"#draft-{draft_id}.row-done")).to_be_visible()

    look_anew()
    assert db.session.get_one(PlanDraft, draft_id).state is DraftState.APPROVED
    wait_for_mail(office, address, lambda mail: mail not in before)


def merge_two_and_take_it_back(hands: Hands) -> None:
    page = hands.page
    hands.visit("Kontakter")
    contacts = count(Contact)
    with hands.at_most(3):
        hands.press(page.get_by_role("link", name=re.compile("möjliga? dubblett")))
        hands.press(page.get_by_role("link", name=re.compile("^Samma person")).first)
        hands.press(page.get_by_role("button", name="Slå ihop kontakterna"))
    expect(page.get_by_text("Kontakterna är sammanslagna till")).to_be_visible()
    look_anew()
    merged = db.session.scalars(sa.select(ContactMerge).order_by(ContactMerge.id.desc())).first()
    assert merged is not None
    assert (merged.undone_at, count(Contact)) == (None, contacts - 1)
    with hands.at_most(1):
        hands.undo()
    expect(page.get_by_text("Sammanslagningen är ångrad.")).to_be_visible()

    look_anew()
    assert (merged.undone_at is not None, count(Contact)) == (True, contacts)


def row_of(page: Page, group: str, name: str) -> Locator:
    return page.locator(f"#day-{group} li").filter(has_text=name)


def look_anew() -> None:
    """Read from here on what is stored by now."""
    db.session.rollback()


def lead_of(name: str) -> Lead:
    look_anew()
    return db.session.scalars(sa.select(Lead).join(Lead.contact).where(Contact.name == name)).one()


def step_of(name: str) -> FollowUp:
    open_step = sa.select(FollowUp).where(FollowUp.lead_id == lead_of(name).id, FollowUp.state == FollowUpState.OPEN)
    return db.session.scalars(open_step).one()


def count(model: type[Contact]) -> int:
    return int(db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0)


def mails_to(office: PostOffice, address: str) -> list[bytes]:
    return [mail for recipient, mail in list(office.taken) if recipient == address]


def wait_for_mail(office: PostOffice, address: str, is_it: Callable[[bytes], bool]) -> None:
    """Until the mail server has such a mail for them."""
    ends = time.monotonic() + MAIL_WITHIN_SECONDS
    while not any(map(is_it, mails_to(office, address))):
        assert time.monotonic() < ends, f"no such mail came to {address}"
        time.sleep(0.1)
