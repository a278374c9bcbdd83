"""What another wrote is moved to them with all that is theirs, and nothing else."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.models import User
from app.contacts.erasing import erase
from app.contacts.merge_facts import Fact
from app.contacts.models import Consent, ConsentPurpose, Contact, ContactTerm, PossibleDuplicate, SubjectKind
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.enquiries.models import Answer, Enquiry
from app.enquiries.private_pages import PrivateKey, _mailbox, private_page
from app.enquiries.services import answer
from app.enquiries.splits import EnquirySplit
from app.follow_ups.queries import open_of
from app.leads.models import EventKind, Lead, LeadEvent
from app.leads.queries import lead_to_change, timeline
from app.leads.services import write_note
from app.leads.stages import Stage
from app.mail.models import Message, MessageState
from tests.conftest import NOW
from tests.enquiries.letters import recorded, sent
from tests.enquiries.shared_mailbox import LATER, MAILBOX, Shared, contact_of, make_shared, parted
from tests.leads.cast import add_contact, add_lead
from tests.remains import columns_with


@pytest.fixture
def shared(app: Flask) -> Shared:
    return make_shared()


def test_an_enquiry_alone_gets_a_lead_of_its_sender_as_if_it_had_come_there(shared: Shared, owner: User) -> None:
    parted(shared.enquiry, owner)

    enquiry = db.session.get_one(Enquiry, shared.enquiry)
    assert enquiry.lead
    daughter = enquiry.lead.contact
    assert (daughter.name, daughter.email, daughter.phone) == ("Karin Ek", MAILBOX, "070-174 06 41")
    assert (enquiry.lead.stage, enquiry.lead.created_at, enquiry.lead.heard_at) == (Stage.NEW, NOW, NOW)
    assert [step.kind for step in open_of(enquiry.lead.id)] == ["answer"]
    assert enquiry.lead.next_step_at == open_of(enquiry.lead.id)[0].due_at
    mothers = db.session.get_one(Lead, shared.lead)
    assert (mothers.contact_id, mothers.heard_at) == (shared.mother, NOW - timedelta(days=7))
    told = [(line.kind, line.about_id) for line in timeline(mothers) if line.kind is EventKind.ENQUIRY]
    assert told == [(EventKind.ENQUIRY, shared.own)]


def test_both_timelines_say_who_the_other_is(shared: Shared, owner: User) -> None:
    split = parted(shared.enquiry, owner)

    lines = sa.select(LeadEvent.lead_id, LeadEvent.text, LeadEvent.about_id).where(LeadEvent.kind == EventKind.SPLIT)
    enquiry = db.session.get_one(Enquiry, shared.enquiry)
    assert {tuple(row) for row in db.session.execute(lines)} == {
        (shared.lead, "Karin Ek", split.id),
        (enquiry.lead_id, "Karin Berg", split.id),
    }


def test_a_lead_that_is_nothing_else_is_moved_whole(app: Flask, owner: User) -> None:
    with writing():
        contact = add_contact("Bo Ek", email="bo@example.se")
    letter = recorded(
        sent("Och hästen?", name="Bo", email="bo@example.se", subject_kind=SubjectKind.HORSE, subject_name="Blixten")
    )
    lead_id, contact_id = letter.lead_id, contact.id

    split = parted(letter.id, owner)

    assert split.is_whole
    lead = db.session.get_one(Lead, lead_id or 0)
    assert (lead.contact_id, lead.contact.name, lead.subject.contact_id) == (split.to_id, "Bo", split.to_id)
    assert db.session.get_one(Contact, contact_id).name == "Bo Ek"
    assert db.session.scalars(sa.select(ContactTerm.contact_id).where(ContactTerm.term == "blixten")).all() == [
        split.to_id
    ]


def test_a_contact_who_is_known_gets_it_on_the_open_lead_for_the_same(shared: Shared, owner: User) -> None:
    with writing():
        known = add_contact("Karin Ek", phone="070-174 06 42")
        lead = add_lead(known, now=NOW - timedelta(days=30))
        known_id, lead_id = known.id, lead.id

    parted(shared.enquiry, owner, known_id)

    assert db.session.get_one(Enquiry, shared.enquiry).lead_id == lead_id
    assert [step.kind for step in open_of(lead_id)] == ["answer"]
    known = db.session.get_one(Contact, known_id)
    assert (known.email, known.phone) == (MAILBOX, "070-174 06 42")


def test_a_yes_follows_its_sender_and_what_each_said_is_proved_for_each(shared: Shared, owner: User) -> None:
    parted(shared.enquiry, owner)

    daughter = contact_of(shared.enquiry)
    letters = {letter.contact_id: letter.reference for letter in _owners()}
    yes = sa.select(Consent.contact_id, Consent.purpose, Consent.source, Consent.given_at)
    assert {tuple(row) for row in db.session.execute(yes)} == {
        (shared.mother, ConsentPurpose.ANSWER, letters[shared.mother], NOW - timedelta(days=7)),
        (daughter.id, ConsentPurpose.ANSWER, letters[daughter.id], NOW),
        (daughter.id, ConsentPurpose.TIPS, letters[daughter.id], NOW),
    }


def test_the_first_yes_leaves_and_the_later_own_one_is_proved_by_its_own_form(shared: Shared, owner: User) -> None:
    parted(shared.own, owner)

    letters = {letter.contact_id: letter for letter in _owners()}
    yes = sa.select(Consent.contact_id, Consent.source).where(Consent.purpose == ConsentPurpose.ANSWER)
    assert {tuple(row) for row in db.session.execute(yes)} == {
        (contact_id, letter.reference) for contact_id, letter in letters.items()
    }
    assert len(letters) == 2


def _owners() -> list[sa.Row[tuple[int, str]]]:
    query = sa.select(Lead.contact_id, Enquiry.reference).join(Enquiry, Enquiry.lead_id == Lead.id)
    return list(db.session.execute(query.order_by(Enquiry.id)))


def test_a_no_that_was_said_since_outlives_the_move(shared: Shared, owner: User) -> None:
    with writing():
        known = add_contact("Karin Ek", phone="070-174 06 42")
        db.session.flush()
        words = {"text_version": "tips-1", "language": "sv", "source": "LT-OLD222"}
        ended = {"given_at": NOW - timedelta(days=9), "withdrawn_at": LATER - timedelta(hours=1)}
        db.session.add(Consent(contact_id=known.id, purpose=ConsentPurpose.TIPS, **words, **ended))
        known_id = known.id

    parted(shared.enquiry, owner, known_id)

    tips = sa.select(Consent.withdrawn_at).where(
        Consent.contact_id == known_id, Consent.purpose == ConsentPurpose.TIPS, Consent.given_at == NOW
    )
    assert db.session.scalars(tips).all() == [LATER - timedelta(hours=1)]


def test_an_answer_to_it_alone_goes_with_it_and_the_lead_has_been_contacted(app: Flask, owner: User) -> None:
    first = recorded(sent("Hur länge?", name="Karin Berg", email=MAILBOX), NOW - timedelta(days=7))
    _answer(first.lead_id, owner, "Fyra veckor.", NOW - timedelta(days=6))
    second = recorded(sent("Kan jag få prova?", name="Karin Ek", email=MAILBOX), NOW)
    _answer(second.lead_id, owner, "Ja.", NOW + timedelta(hours=1))
    mothers = first.lead_id

    parted(second.id, owner)

    moved = db.session.get_one(Enquiry, second.id).lead
    assert moved
    written = sa.select(Answer.lead_id, Answer.written_at).order_by(Answer.id)
    assert [row.lead_id for row in db.session.execute(written)] == [mothers, moved.id]
    assert (moved.stage, moved.reached_out_at) == (Stage.CONTACTED, NOW + timedelta(hours=1))
    mails = sa.select(Message.lead_id).where(Message.kind == "answer_notice").order_by(Message.id)
    assert db.session.scalars(mails).all() == [mothers, moved.id]
    assert [step.is_suggested for step in open_of(moved.id)] == [True]


def _answer(lead_id: int | None, author: User, text: str, at: object) -> None:
    with writing():
        lead = lead_to_change(lead_id or 0)
        assert lead
        answer(lead, text, db.session.get_one(User, author.id), at)  # type: ignore[arg-type]


def test_a_detail_that_came_with_it_is_forgotten_where_that_is_wanted(app: Flask, owner: User) -> None:
    with writing():
        siv = add_contact("Siv Lund", phone="070-174 06 43")
    recorded(sent("Jag undrar", name="Siv Lund", email=None, phone="070-174 06 43"), NOW - timedelta(days=7))
    letter = recorded(sent("Hej", name="Siv", email="annan@example.se", phone="070-174 06 43"), NOW)
    assert db.session.get_one(Contact, siv.id).email == "annan@example.se"

    parted(letter.id, owner, forgotten=(Fact.EMAIL,))

    siv = db.session.get_one(Contact, siv.id)
    assert (siv.email, siv.email_key, siv.phone) == (None, None, "070-174 06 43")
    terms = sa.text("SELECT count(*) FROM contact_term WHERE contact_id = :key AND term LIKE 'annan%'")
    assert db.session.scalar(terms, {"key": siv.id}) == 0


def test_a_mail_that_waits_for_the_wrong_mailbox_does_not_leave(app: Flask, owner: User) -> None:
    with writing():
        add_contact("Siv Lund", phone="070-174 06 43", email="siv@example.se")
    letter = recorded(sent("Hej", name="Siv", email="annan@example.se", phone="070-174 06 43"), NOW)
    _answer(letter.lead_id, owner, "Ja.", NOW + timedelta(hours=1))

    parted(letter.id, owner, forgotten=(Fact.EMAIL,))

    mails = db.session.execute(sa.select(Message.kind, Message.address, Message.state).order_by(Message.id)).all()
    theirs = [tuple(row) for row in mails if row.kind != "new_enquiry_notice"]
    assert theirs == [
        ("enquiry_confirmation", "annan@example.se", MessageState.PENDING),
        ("answer_notice", "siv@example.se", MessageState.CANCELLED),
    ]


def test_the_link_in_the_confirmation_still_opens_what_was_sent(app: Flask, owner: User) -> None:
    recorded(sent("Jag undrar", name="Siv Lund", email="siv@example.se", phone="070-174 06 43"), NOW)
    letter = recorded(sent("Hej", name="Siv", email="annan@example.se", phone="070-174 06 43"), LATER)
    key = PrivateKey(letter.lead_id or 0, _mailbox("annan@example.se"))

    parted(letter.id, owner)

    page = private_page(key)
    assert page
    assert ([enquiry.id for enquiry in page.enquiries], page.lead.contact.name) == ([letter.id], "Siv")


def test_the_next_letter_of_each_finds_the_right_one(shared: Shared, owner: User) -> None:
    parted(shared.enquiry, owner)
    daughter = contact_of(shared.enquiry).id

    letters = [recorded(sent("Och mer", name=name, email=MAILBOX), LATER) for name in ("Karin Berg", "Karin Ek")]

    assert [contact_of(letter.id).id for letter in letters] == [shared.mother, daughter]


def test_nobody_is_asked_whether_the_two_are_one(shared: Shared, owner: User) -> None:
    parted(shared.enquiry, owner)

    pair = db.session.scalars(sa.select(PossibleDuplicate)).one()
    assert (pair.are_same, pair.decided_at) == (False, LATER)


def test_a_lead_of_several_is_moved_whole_when_that_is_wanted(shared: Shared, owner: User) -> None:
    with writing():
        write_note(lead_to_change(shared.lead), "Ringde om detta", owner, NOW)  # type: ignore[arg-type]

    split = parted(shared.enquiry, owner, is_whole=True)

    lead = db.session.get_one(Lead, shared.lead)
    assert (lead.contact_id, contact_of(shared.own).id) == (split.to_id, split.to_id)
    assert set(db.session.scalars(sa.select(Consent.contact_id))) == {split.to_id}


def test_what_is_theirs_already_or_waits_in_quarantine_is_refused(shared: Shared, owner: User) -> None:
    with pytest.raises(RuleBroken, match="hör redan till den kontakten"):
        parted(shared.enquiry, owner, shared.mother)
    with writing():
        db.session.get_one(Enquiry, shared.enquiry).lead_id = None
    with pytest.raises(RuleBroken, match="ligger i karantän"):
        parted(shared.enquiry, owner)


@pytest.mark.parametrize("erased", ["from", "to"])
def test_who_is_erased_is_named_nowhere_with_the_other(shared: Shared, owner: User, erased: str) -> None:
    split = parted(shared.enquiry, owner)
    names = {"from": "Karin Berg", "to": "Karin Ek"}
    gone = {"from": shared.mother, "to": split.to_id}[erased]

    with writing():
        erase(db.session.get_one(Contact, gone), owner, LATER)

    assert columns_with(names[erased]) == []
    assert db.session.query(EnquirySplit).count() == 0
