from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.models import User
from app.contacts.consents import give_tips_by_hand
from app.contacts.erasing import erase
from app.contacts.models import Contact, ContactTerm
from app.core.db import db, writing
from app.core.mail_addresses import address_key
from app.enquiries.models import Enquiry
from app.enquiries.services import answer
from app.enquiries.spam import Rung
from app.follow_ups.models import FollowUpKind
from app.follow_ups.services import plan
from app.leads.models import CallOutcome, Lead
from app.leads.services import log_call, write_note
from app.mail.addresses import suppression_key
from app.mail.delivery import Sender
from app.mail.models import Message, MessageEvent, MessageState, SuppressionScope
from app.mail.suppressions import is_stopped, stop_marketing
from app.mail.transports import Folder
from app.mail.wording import Words
from app.plans.drafts import edit
from app.plans.models import PlanDraft
from app.plans.services import advance, start
from tests.canary import SPELLINGS, WORD
from tests.conftest import NOW
from tests.consultations.cast import add_consultation, add_host, add_kind
from tests.enquiries.letters import recorded, sent, words
from tests.plans.cast import MORNING, make_plan
from tests.remains import columns_with
from tests.signed_in import SignedIn

TRACES = (*SPELLINGS, "Siv Lund", "siv@example.se", "0701740621", "070-174 06 21", "+46701740621", "Blixten")


@pytest.fixture
def siv(app: Flask, owner: User) -> int:
    """The key of Siv, of whom we keep everything that rooms keep of a person."""
    first = recorded(sent(f"{WORD} sedan i våras", phone="070-174 06 21", subject_name="Blixten"))
    contact_id = first.lead.contact_id if first.lead else 0
    with writing():
        contact = db.session.get_one(Contact, contact_id)
        lead = db.session.scalars(sa.select(Lead)).one()
        actor = db.session.get_one(User, owner.id)
        answer(lead, f"{WORD} brukar gå över", actor, NOW)
        write_note(lead, f"{WORD} i anteckningen", actor, NOW)
        log_call(lead, CallOutcome.ANSWERED, f"{WORD} i samtalet", actor, NOW)
        plan(lead, FollowUpKind.CALL, NOW + timedelta(days=3), NOW, title=f"{WORD} ringer")
        give_tips_by_hand(contact, f"{WORD} i telefon", actor, NOW)
        advance(start(make_plan(2), lead, actor, NOW), MORNING)
        edit(db.session.scalars(sa.select(PlanDraft)).one(), Words(f"{WORD}?", f"Hej {WORD}"))
        talk = add_kind(add_host(actor))
        add_consultation(lead, talk, wishes=f"{WORD} hela tiden")
    Sender(app, Folder(Path(app.instance_path) / "mail"), clock=lambda: NOW + timedelta(minutes=1)).send_due()
    recorded(sent(f"{WORD} i karantän", phone="070-174 06 21", failed=(Rung.TRAP,)))
    return contact_id


def _erased(contact_id: int, owner: User) -> None:
    with writing():
        erase(db.session.get_one(Contact, contact_id), db.session.get_one(User, owner.id), NOW)


def test_nothing_of_the_person_is_left_in_any_column(siv: int, owner: User) -> None:
    held = columns_with(*TRACES)
    assert {"contact.name", "message.address", "answer.text", "plan_draft.body", "consultation.wishes"} <= set(held)

    _erased(siv, owner)

    assert columns_with(*TRACES) == []
    assert db.session.query(Contact).count() == db.session.query(Lead).count() == db.session.query(Enquiry).count() == 0


def test_waiting_mails_are_called_off_and_sent_ones_lose_address_and_words(app: Flask, siv: int, owner: User) -> None:
    with writing():
        message = db.session.scalars(sa.select(Message).where(Message.state == MessageState.SENT)).first()
        assert message is not None
        message.state = MessageState.FAILED
        message.last_error = "550 no such user siv@example.se"
        failed_id = message.id
    files = list((Path(app.instance_path) / "mail").glob("*.eml"))
    assert files

    _erased(siv, owner)

    states = {row.id: row.state for row in db.session.execute(sa.select(Message.id, Message.state))}
    assert states.pop(failed_id) is MessageState.CANCELLED
    assert set(states.values()) <= {MessageState.SENT, MessageState.CANCELLED}
    theirs = sa.select(Message.address).where(Message.kind == "enquiry_confirmation")
    assert db.session.scalars(theirs).all() == [""]
    assert not [file for file in files if file.exists() and "siv@example.se" in file.read_text()]
    assert [words for words in db.session.scalars(sa.select(MessageEvent.words)) if words] == []


def test_somebody_else_with_the_same_mailbox_keeps_everything(siv: int, owner: User) -> None:
    recorded(sent("Hur mycket kostar den?", name="Bo Ek"))
    recorded(sent("Är den ledig?", name="Bo Ek", failed=(Rung.TRAP,)))

    _erased(siv, owner)

    assert db.session.scalars(sa.select(Contact.name)).all() == ["Bo Ek"]
    assert "siv@example.se" in db.session.scalars(sa.select(Message.address)).all()
    assert "Är den ledig?" in db.session.scalars(sa.select(Enquiry.message)).all()
    assert db.session.scalar(sa.select(ContactTerm.contact_id).where(ContactTerm.contact_id == siv)) is None


def test_a_no_outlives_the_person(siv: int, owner: User) -> None:
    with writing():
        stop_marketing(suppression_key(address_key("siv@example.se") or ""), NOW)

    _erased(siv, owner)

    assert is_stopped("siv@example.se", SuppressionScope.MARKETING)


def test_the_page_says_what_goes_and_what_stays_and_the_button_erases(siv: int, staff_client: SignedIn) -> None:
    page = words(staff_client.get(f"/contacts/{siv}/erase"))

    assert "Det går inte att ångra." in page
    assert "En affär med förfrågningar, svar, anteckningar, samtal och uppföljningar" in page
    assert "Konsultationen tisdag 24 november kl. 09.00. Inget mejl skickas" in page
    assert "Radera Siv Lund för gott" in page
    answered = staff_client.post(f"/contacts/{siv}/erase", follow_redirects=True)
    assert answered.status_code == 200
    assert "Personen är raderad." in words(answered)
    assert staff_client.get(f"/contacts/{siv}").status_code == 404
    assert staff_client.post(f"/contacts/{siv}/erase").status_code == 404


def test_pages_of_its_mails_still_open(siv: int, owner: User, owner_client: SignedIn) -> None:
    _erased(siv, owner)

    for message_id in db.session.scalars(sa.select(Message.id)).all():
        page = owner_client.get(f"/messages/{message_id}")
        assert page.status_code == 200
    assert "Raderad person" in words(owner_client.get("/messages/"))
