from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.models import User
from app.contacts.models import Consent, Contact, Subject, SubjectKind
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.enquiries.models import Answer, Enquiry, EnquiryState, EnquiryWay, Wish
from app.enquiries.private_pages import PrivateKey, private_address, private_page, read_key
from app.enquiries.queries import (
    count_waiting,
    enquiries_by_article,
    enquiries_of,
    open_enquiries_of,
    to_answer,
    touches,
)
from app.enquiries.services import Limits, answer, record_reply
from app.enquiries.spam import Rung
from app.follow_ups.models import FollowUp, FollowUpKind, FollowUpState
from app.follow_ups.queries import open_of
from app.leads.models import EventKind, Lead, LeadEvent
from app.leads.queries import lead_to_change
from app.leads.services import move_to_stage, write_note
from app.leads.stages import Stage
from app.mail.models import Message
from tests.conftest import NOW
from tests.enquiries.letters import add_article, enquiries, recorded, sent
from tests.together import while_we_write

END_OF_TUESDAY = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=30)


def _mails() -> list[tuple[str, str, str]]:
    rows = db.session.execute(sa.select(Message.kind, Message.address, Message.dedupe_key).order_by(Message.id))
    return [tuple(row) for row in rows]


def test_a_first_letter_makes_contact_lead_next_step_and_mails(app: Flask, owner: User) -> None:
    article = add_article()
    letter = sent(
        phone="070-174 06 21",
        article_id=article.id,
        tips_version="tips-1",
        origin={"utm_source": "nyhetsbrev", "referrer_host": "www.example.com", "button": "top", "page": "/articles/x"},
    )

    enquiry = recorded(letter)

    lead = db.session.scalars(sa.select(Lead)).one()
    assert (enquiry.lead, enquiry.state, enquiry.way) == (lead, EnquiryState.OPEN, EnquiryWay.FORM)
    assert (enquiry.message, enquiry.received_at) == ("Hur länge får man låna?", NOW)
    assert (enquiry.utm_source, enquiry.referrer_host, enquiry.button) == ("nyhetsbrev", "www.example.com", "top")
    assert (lead.stage, lead.article_id, lead.next_step_at) == (Stage.NEW, article.id, END_OF_TUESDAY)
    assert (lead.contact.name, lead.contact.phone_e164) == ("Siv Lund", "+46701740621")
    assert lead.subject.kind is SubjectKind.SELF
    step = db.session.scalars(sa.select(FollowUp)).one()
    assert (step.lead, step.kind, step.due_at) == (lead, FollowUpKind.ANSWER, END_OF_TUESDAY)
    event = db.session.scalars(sa.select(LeadEvent)).one()
    assert (event.kind, event.about_id, event.actor_id) == (EventKind.ENQUIRY, enquiry.id, None)
    assert sorted(db.session.scalars(sa.select(Consent.text_version))) == ["answer-1", "tips-1"]
    assert _mails() == [
        ("enquiry_confirmation", "siv@example.se", f"confirm:{enquiry.reference}"),
        ("new_enquiry_notice", owner.email, f"new_enquiry_notice:{enquiry.reference}:u{owner.id}"),
    ]


def test_the_house_is_told_when_no_user_wants_notices(app: Flask, owner: User) -> None:
    with writing():
        owner.wants_enquiry_notices = False

    recorded(sent(email=None, phone="070-174 06 21"))

    assert [(kind, address) for kind, address, _ in _mails()] == [("new_enquiry_notice", "maj@stilla.example.se")]


def test_a_second_letter_joins_the_open_lead_and_owes_one_answer(app: Flask) -> None:
    first = recorded()
    second = recorded(sent("Och en sak till."), LATER)

    assert (second.lead, second.reference != first.reference) == (first.lead, True)
    assert [step.due_at for step in open_of(first.lead_id)] == [END_OF_TUESDAY]
    assert db.session.query(Contact).count() == db.session.query(Subject).count() == 1
    assert first.lead.active_at == LATER


def test_a_letter_with_something_new_and_whoever_works_on_the_lead_never_wait_for_each_other(
    app: Flask, owner: User
) -> None:
    lead = recorded().lead
    assert lead is not None
    lead_id = lead.id

    with while_we_write(app, lambda: recorded(sent(phone="070-174 06 21"))) as let_the_letter_come:
        held = lead_to_change(lead_id)
        assert held is not None
        let_the_letter_come()
        write_note(held, "Ringer i morgon", owner, LATER)

    assert [enquiry.lead_id for enquiry in db.session.scalars(sa.select(Enquiry))] == [lead_id] * 2
    assert db.session.scalars(sa.select(Contact.phone)).all() == ["070-174 06 21"]


def test_another_subject_and_a_closed_lead_open_leads_of_their_own(app: Flask, owner: User) -> None:
    mine = recorded()
    horse = recorded(sent("Om Saga", subject_kind=SubjectKind.HORSE, subject_name="Saga"))
    same_horse = recorded(sent("Mer om saga", subject_kind=SubjectKind.HORSE, subject_name="SAGA"))
    with writing():
        move_to_stage(db.session.get_one(Lead, mine.lead_id), Stage.WON, owner, LATER)
    anew = recorded(sent("Något nytt"), LATER)

    assert horse.lead_id == same_horse.lead_id
    assert len({mine.lead_id, horse.lead_id, anew.lead_id}) == 3
    assert (anew.lead.contact_id, anew.lead.subject_id) == (mine.lead.contact_id, mine.lead.subject_id)


def test_a_personal_identity_number_is_stored_nowhere(app: Flask) -> None:
    letter = sent("Mitt nummer är 640823-3234.", name="Siv 640823-3234 Lund", subject_kind=SubjectKind.RELATIVE)

    enquiry = recorded(letter)

    assert enquiry.was_masked
    assert enquiry.message == "Mitt nummer är [personnummer borttaget]."
    assert (enquiry.name, enquiry.lead.contact.name) == ("Siv [personnummer borttaget] Lund",) * 2


def test_a_long_name_with_an_identity_number_still_fits(app: Flask) -> None:
    enquiry = recorded(sent(name="x" * 108 + " 640823-3234", subject_name="y" * 108 + " 640823-3234"))

    assert len(enquiry.name) == 120


@pytest.mark.parametrize("rung", [Rung.TRAP, Rung.TOO_FAST])
def test_a_suspect_letter_is_kept_and_sets_nothing_in_motion(app: Flask, rung: Rung) -> None:
    enquiry = recorded(sent(failed=(rung,)))

    assert (enquiry.state, enquiry.lead_id, enquiry.spam_reasons) == (EnquiryState.QUARANTINED, None, rung.value)
    assert enquiry.message == "Hur länge får man låna?"
    assert db.session.query(Contact).count() == 0
    assert _mails() == []


def test_beyond_the_limit_of_an_address_letters_wait(app: Flask) -> None:
    limits = Limits(per_address=3, in_all=0)

    states = [recorded(sent(address_hash="one"), limits=limits).state for _ in range(5)]
    other = recorded(sent(address_hash="two"), limits=limits)
    an_hour_later = recorded(sent(address_hash="one"), NOW + timedelta(minutes=61), limits)

    assert states == [EnquiryState.OPEN] * 3 + [EnquiryState.QUARANTINED] * 2
    assert (other.state, an_hour_later.state) == (EnquiryState.OPEN, EnquiryState.OPEN)


def test_beyond_the_limit_of_the_house_letters_wait(app: Flask) -> None:
    limits = Limits(per_address=0, in_all=2)

    found = [recorded(sent(address_hash=f"h{number}"), limits=limits) for number in range(3)]

    assert [enquiry.spam_reasons for enquiry in found] == ["", "", "house_limit"]


def test_an_answer_settles_what_is_open_and_mails_a_notice(app: Flask, owner: User) -> None:
    first, second = recorded(), recorded(sent("Och en sak till."))
    lead = first.lead

    with writing():
        written = answer(lead, "  Två veckor.\n", owner, LATER)

    db.session.expire_all()
    assert (written.text, written.email, written.author, written.opened_at) == (
        "Två veckor.",
        "siv@example.se",
        owner,
        None,
    )
    assert [(e.state, e.settled_at) for e in (first, second)] == [(EnquiryState.ANSWERED, LATER)] * 2
    assert lead.stage is Stage.CONTACTED
    assert [(step.kind, step.is_suggested) for step in open_of(lead.id)] == [(FollowUpKind.CALL, True)]
    settled = sa.select(FollowUp.kind, FollowUp.state).where(FollowUp.state != FollowUpState.OPEN)
    assert db.session.execute(settled).all() == [(FollowUpKind.ANSWER, FollowUpState.DONE)]
    kinds = [event.kind for event in db.session.scalars(sa.select(LeadEvent).order_by(LeadEvent.id))]
    assert kinds == [EventKind.ENQUIRY, EventKind.ENQUIRY, EventKind.ANSWER, EventKind.STAGE]
    assert _mails()[-1] == ("answer_notice", "siv@example.se", f"answer:{written.id}")


@pytest.mark.parametrize("text", ["", "  \n "])
def test_an_empty_answer_is_refused(app: Flask, owner: User, text: str) -> None:
    lead = recorded().lead

    with pytest.raises(RuleBroken, match="Skriv ett svar"), writing():
        answer(lead, text, owner, LATER)
    assert db.session.query(Answer).count() == 0


def test_an_answer_without_an_address_is_refused_with_what_to_do(app: Flask, owner: User) -> None:
    enquiry = recorded(sent(email=None, phone="070-174 06 21"))

    with pytest.raises(RuleBroken, match="Ring i stället"), writing():
        answer(enquiry.lead, "Två veckor.", owner, LATER)
    assert [row.state for row in enquiries()] == [EnquiryState.OPEN]


def test_an_answer_goes_to_the_contacts_own_address_not_to_a_strangers(app: Flask, owner: User) -> None:
    recorded(sent(phone="070-174 06 21"))
    stranger = recorded(sent("Jag är Siv", email="stranger@example.com", phone="070-174 06 21"))

    with writing():
        written = answer(stranger.lead, "Två veckor.", owner, LATER)

    assert written.email == "siv@example.se"


def test_a_reply_wakes_a_resting_lead_at_once(app: Flask, owner: User) -> None:
    lead = recorded().lead
    with writing():
        answer(lead, "Två veckor.", owner, NOW)
        move_to_stage(lead, Stage.TRIAL, owner, NOW)
        move_to_stage(lead, Stage.RESTING, owner, NOW, rests_until_on=date(2027, 1, 14))
    page = private_page(_key(lead, "siv@example.se"))
    assert page

    with writing():
        record_reply(page, "Nu är jag hemma igen.", "number", "sv", LATER)

    assert (lead.stage, lead.rests_until_on) == (Stage.TRIAL, None)
    assert [step.kind for step in open_of(lead.id)] == [FollowUpKind.ANSWER]


def test_a_reply_to_a_closed_lead_waits_for_an_answer_and_leaves_it_closed(app: Flask, owner: User) -> None:
    lead = recorded().lead
    with writing():
        answer(lead, "Två veckor.", owner, NOW)
        move_to_stage(lead, Stage.WON, owner, NOW)
    page = private_page(_key(lead, "siv@example.se"))
    assert page

    with writing():
        reply = record_reply(page, "Den är bra!", "number", "sv", LATER)

    assert (lead.stage, lead.heard_at) == (Stage.WON, LATER)
    assert list(to_answer()) == [reply]
    assert open_of(lead.id) == []


def test_a_reply_is_a_new_enquiry_on_the_same_lead_and_owes_an_answer(app: Flask, owner: User) -> None:
    lead = recorded().lead
    with writing():
        answer(lead, "Två veckor.", owner, NOW)
    page = private_page(_key(lead, "siv@example.se"))
    assert page

    with writing():
        reply = record_reply(page, "Tack! 640823-3234", "number", "sv", LATER)

    assert (reply.way, reply.state, reply.lead) == (EnquiryWay.REPLY, EnquiryState.OPEN, lead)
    assert (reply.name, reply.email, reply.message) == ("Siv Lund", "siv@example.se", "Tack! [personnummer borttaget]")
    assert [step.kind for step in open_of(lead.id)] == [FollowUpKind.ANSWER]
    assert _mails()[-1][0] == "new_enquiry_notice"


def test_a_reply_on_a_closed_lead_waits_to_be_answered_without_a_next_step(app: Flask, owner: User) -> None:
    lead = recorded().lead
    with writing():
        move_to_stage(lead, Stage.WON, owner, NOW)
    page = private_page(_key(lead, "siv@example.se"))
    assert page

    with writing():
        reply = record_reply(page, "En fråga om mattan", "number", "sv", LATER)

    assert (lead.stage, open_of(lead.id)) == (Stage.WON, [])
    assert reply in to_answer()


def _key(lead: Lead, address: str) -> PrivateKey:
    token = private_address(lead.id, address, "sv", NOW).rpartition("/")[2].partition("?")[0]
    return read_key(token, NOW)


def test_a_private_page_shows_one_mailboxs_side_and_no_more(app: Flask, owner: User) -> None:
    mine = recorded(sent("Min egen fråga", phone="070-174 06 21"))
    with writing():
        mine_answered = answer(mine.lead, "Svar till Siv", owner, LATER)
    strange = recorded(sent("En främlings fråga", email="stranger@example.com", phone="070-174 06 21"))
    by_phone = recorded(sent("Utan adress", email=None, phone="070-174 06 21"))

    siv = private_page(_key(mine.lead, "SIV@example.se"))
    stranger = private_page(_key(mine.lead, "stranger@example.com"))

    assert mine.lead_id == strange.lead_id == by_phone.lead_id
    assert siv
    assert siv.conversation == [mine, mine_answered]
    assert stranger
    assert stranger.conversation == [strange]
    assert private_page(_key(mine.lead, "nobody@example.se")) is None


def test_first_and_last_touch_are_the_first_and_last_form(app: Flask) -> None:
    first = recorded(sent(origin={"utm_source": "first"}))
    recorded(sent(origin={"utm_source": "between"}), NOW + timedelta(days=1))
    last = recorded(sent(origin={"utm_source": "last"}), NOW + timedelta(days=2))
    page = private_page(_key(first.lead, "siv@example.se"))
    assert page
    with writing():
        record_reply(page, "Tack", "number", "sv", NOW + timedelta(days=3))

    found = touches(enquiries_of(first.lead_id or 0))

    assert found
    assert (found.first, found.last) == (first, last)
    assert touches([]) is None


def test_counts_leave_out_what_must_not_be_counted(app: Flask) -> None:
    article = add_article()
    recorded(sent(article_id=article.id))
    recorded(sent("Senare", article_id=article.id), LATER)
    recorded(sent(article_id=article.id, failed=(Rung.TRAP,)), LATER + timedelta(days=1))
    recorded(sent("Ingen artikel"))

    brought = enquiries_by_article()

    assert {key: (found.count, found.last_at) for key, found in brought.items()} == {article.id: (2, LATER)}
    assert count_waiting() == {EnquiryState.OPEN: 3, EnquiryState.QUARANTINED: 1}


@pytest.mark.parametrize("count", [1, 30])
def test_what_waits_is_listed_with_its_names_in_one_statement(
    app: Flask, count_queries: Callable[[], int], count: int
) -> None:
    for number in range(count):
        recorded(sent(name=f"Siv{number} Lund", email=f"siv{number}@example.se"), NOW + timedelta(minutes=number))
    db.session.expunge_all()
    db.session.connection()
    count_queries()

    found = to_answer(limit=30)

    names = [(row.lead.contact.name, row.lead.subject.kind, row.article) for row in found if row.lead]
    assert names == [(f"Siv{number} Lund", SubjectKind.SELF, None) for number in range(count)]
    assert count_queries() == 1


def test_open_enquiries_are_those_of_the_lead(app: Flask) -> None:
    mine = recorded()
    recorded(sent(name="Bo Ek", email="bo@example.com"))

    assert open_enquiries_of(mine.lead_id or 0) == [mine]


def test_each_wish_is_kept(app: Flask) -> None:
    assert [recorded(sent(wish=wish)).wish for wish in Wish] == list(Wish)


def test_the_message_is_ciphertext_on_disk(app: Flask) -> None:
    recorded(sent("Sömnlös sedan i våras"))

    stored = db.session.execute(sa.text("SELECT message FROM enquiry")).scalar_one()

    assert isinstance(stored, (bytes, memoryview))
    assert "Sömnlös".encode() not in bytes(stored)
    assert db.session.scalars(sa.select(Enquiry.message)).one() == "Sömnlös sedan i våras"
