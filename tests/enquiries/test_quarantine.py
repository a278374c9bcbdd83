from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.models import User
from app.contacts.models import Contact, SubjectKind
from app.contacts.tags import find_or_add_tag, tag_contact
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.enquiries.models import EnquiryState
from app.enquiries.private_pages import PrivatePage
from app.enquiries.quarantine import mark_as_spam, release
from app.enquiries.services import answer, record_reply
from app.enquiries.spam import Rung
from app.follow_ups.models import FollowUpKind
from app.follow_ups.queries import open_of
from app.follow_ups.services import plan
from app.leads.models import EventKind, Lead, LeadEvent
from app.leads.tags import tag_lead
from app.mail.models import Message, MessageState
from tests.conftest import NOW
from tests.enquiries.letters import enquiries, recorded, sent
from tests.leads.cast import add_contact, add_lead

LATER = NOW + timedelta(hours=3)


def test_release_does_all_that_would_have_happened_and_keeps_the_day(app: Flask, owner: User) -> None:
    enquiry = recorded(sent(phone="070-174 06 21", tips_version="tips-1", failed=(Rung.TRAP,)))

    with writing():
        release(enquiry, LATER)

    db.session.expire_all()
    assert (enquiry.state, enquiry.received_at, enquiry.released_at) == (EnquiryState.OPEN, NOW, LATER)
    assert enquiry.lead
    assert enquiry.lead.contact.phone_e164 == "+46701740621"
    [step] = open_of(enquiry.lead.id)
    assert step.due_at - NOW == timedelta(hours=31)
    kinds = db.session.scalars(sa.select(Message.kind).order_by(Message.id)).all()
    assert kinds == ["enquiry_confirmation", "new_enquiry_notice"]


def test_release_twice_is_refused(app: Flask) -> None:
    enquiry = recorded(sent(failed=(Rung.TRAP,)))
    with writing():
        release(enquiry, LATER)

    with pytest.raises(RuleBroken, match="inte i karantän"), writing():
        release(enquiry, LATER)
    assert db.session.query(Contact).count() == 1


def test_spam_takes_what_it_alone_had_made_with_it(app: Flask, owner: User) -> None:
    enquiry = recorded()

    with writing():
        mark_as_spam(enquiry, owner, LATER)

    db.session.expire_all()
    assert (enquiry.state, enquiry.lead_id, enquiry.settled_at) == (EnquiryState.QUARANTINED, None, LATER)
    assert enquiry.spam_reasons == "by_hand"
    assert db.session.query(Lead).count() == db.session.query(Contact).count() == 0
    states = dict(db.session.execute(sa.select(Message.kind, Message.state)).all())
    assert states["enquiry_confirmation"] is MessageState.CANCELLED


def test_spam_can_be_released_again(app: Flask, owner: User) -> None:
    enquiry = recorded()
    with writing():
        mark_as_spam(enquiry, owner, LATER)
    with writing():
        release(enquiry, LATER)

    assert enquiry.state is EnquiryState.OPEN
    assert db.session.query(Contact).count() == 1


def test_spam_on_a_lead_with_more_leaves_the_rest(app: Flask, owner: User) -> None:
    first = recorded()
    spam = recorded(sent("Köp!"))
    with writing():
        answer(first.lead, "Hej!", owner, NOW)
    again = recorded(sent("Köp nu!"))

    with writing():
        mark_as_spam(again, owner, LATER)

    assert spam.lead_id == first.lead_id
    assert [(step.kind, step.is_suggested) for step in open_of(first.lead_id or 0)] == [(FollowUpKind.CALL, True)]
    told = db.session.scalars(
        sa.select(LeadEvent).where(LeadEvent.about_id == again.id, LeadEvent.kind == EventKind.ENQUIRY)
    )
    assert told.all() == []
    assert db.session.query(Contact).count() == 1


def test_spam_among_a_contacts_leads_takes_its_lead_only(app: Flask, owner: User) -> None:
    first = recorded()
    spam = recorded(sent("Köp!", subject_kind=SubjectKind.HORSE, subject_name="Saga"))

    with writing():
        mark_as_spam(spam, owner, LATER)

    assert [lead.id for lead in db.session.scalars(sa.select(Lead))] == [first.lead_id]
    assert db.session.query(Contact).count() == 1


def test_spam_takes_no_contact_whom_we_knew_before_it_came(app: Flask, owner: User) -> None:
    with writing():
        known = add_contact("Siv Lund", email="siv@example.se")
    known_id = known.id
    spam = recorded(at=LATER)

    with writing():
        mark_as_spam(spam, owner, LATER)

    assert db.session.scalars(sa.select(Contact.id)).all() == [known_id]
    assert db.session.query(Lead).count() == 0


@pytest.mark.parametrize("done", ["a step", "a tag", "a tag on the contact"])
def test_spam_takes_nothing_with_it_that_somebody_has_worked_on(app: Flask, owner: User, done: str) -> None:
    spam = recorded()
    assert spam.lead is not None
    with writing():
        if done == "a step":
            plan(spam.lead, FollowUpKind.CALL, LATER, NOW)
        elif done == "a tag":
            tag_lead(spam.lead, find_or_add_tag("Mässan"))
        else:
            tag_contact(spam.lead.contact, find_or_add_tag("Mässan"))

    with writing():
        mark_as_spam(spam, owner, LATER)

    assert db.session.query(Contact).count() == 1
    assert db.session.query(Lead).count() == (0 if done == "a tag on the contact" else 1)


def test_spam_on_a_lead_that_was_there_before_it_leaves_the_lead(app: Flask, owner: User) -> None:
    with writing():
        lead = add_lead(add_contact("Siv Lund", email="siv@example.se"))
    lead_id = lead.id
    spam = recorded(at=LATER)

    with writing():
        mark_as_spam(spam, owner, LATER)

    assert db.session.scalars(sa.select(Lead.id)).all() == [lead_id]


def test_what_is_in_quarantine_already_or_came_by_our_own_link_is_refused(app: Flask, owner: User) -> None:
    enquiry = recorded()
    assert enquiry.lead
    with writing():
        reply = record_reply(PrivatePage(enquiry.lead, "siv@example.se", [enquiry], []), "Hej", "nonce", "sv", LATER)

    with pytest.raises(RuleBroken, match="Avsluta det utan svar"), writing():
        mark_as_spam(reply, owner, LATER)
    suspect = recorded(sent(name="Bo", email="bo@example.com", failed=(Rung.TRAP,)))
    with pytest.raises(RuleBroken, match="redan i karantän"), writing():
        mark_as_spam(suspect, owner, LATER)
    assert [row.state for row in enquiries()] == [EnquiryState.OPEN, EnquiryState.OPEN, EnquiryState.QUARANTINED]
