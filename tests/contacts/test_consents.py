from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, text, update

from app.accounts.models import User
from app.contacts.consent_texts import CURRENT
from app.contacts.consents import give_tips_by_hand, record_consent, withdraw_consent
from app.contacts.models import Consent, ConsentPurpose, Contact
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.leads.models import EventKind, Lead, LeadEvent
from app.leads.services import move_to_stage
from app.leads.stages import Stage
from app.mail.addresses import suppression_key
from app.mail.models import SuppressionScope
from app.mail.suppressions import is_stopped, stop_marketing
from tests.conftest import NOW
from tests.contacts.consents import consented
from tests.enquiries.letters import recorded, sent
from tests.leads.cast import add_contact, add_lead

LATER = NOW + timedelta(days=1)
TIPS, ANSWER = ConsentPurpose.TIPS, ConsentPurpose.ANSWER


def _siv(email: str | None = "siv@example.se") -> Lead:
    with writing():
        return add_lead(add_contact(email=email))


def _standing(contact: Contact) -> list[str]:
    db.session.rollback()
    query = select(Consent.text_version).where(Consent.contact_id == contact.id, Consent.withdrawn_at.is_(None))
    return sorted(db.session.scalars(query))


def _lines(lead: Lead) -> list[tuple[str | None, int | None]]:
    query = select(LeadEvent.text, LeadEvent.actor_id).filter_by(lead_id=lead.id, kind=EventKind.CONSENT_WITHDRAWN)
    return [(row.text, row.actor_id) for row in db.session.execute(query)]


def test_a_withdrawal_takes_back_every_yes_to_its_purpose_and_no_other(owner: User) -> None:
    lead, other = _siv(), _siv()
    for version in ("tips-1", "tips-2"):
        consented(lead.contact, version=version)
    consented(lead.contact, ANSWER)
    consented(other.contact)

    with writing():
        told = [withdraw_consent([lead.contact], TIPS, owner, LATER) for _ in range(2)]

    assert told == [[lead.contact], []]
    assert (_standing(lead.contact), _standing(other.contact)) == (["answer-1"], ["tips-1"])
    when = db.session.scalars(select(Consent.withdrawn_at).where(Consent.withdrawn_at.is_not(None))).all()
    assert when == [LATER, LATER]


def test_it_is_told_once_on_each_open_lead(owner: User) -> None:
    lead = _siv()
    with writing():
        second, closed = add_lead(lead.contact), add_lead(lead.contact)
        move_to_stage(closed, Stage.WON, owner, NOW)
    consented(lead.contact)

    with writing():
        withdraw_consent([lead.contact], TIPS, owner, LATER)
        withdraw_consent([lead.contact], TIPS, owner, LATER)

    assert [_lines(each) for each in (lead, second, closed)] == [[("tips", owner.id)], [("tips", owner.id)], []]


def _notes_yes(lead: Lead, owner: User, said: str = "Per telefon: gärna tips") -> None:
    with writing():
        give_tips_by_hand(lead.contact, said, owner, LATER)


def test_a_yes_by_word_of_mouth_is_kept_with_what_was_said_and_told_on_open_leads(owner: User) -> None:
    lead = _siv()

    _notes_yes(lead, owner)

    consent = db.session.scalars(select(Consent)).one()
    assert (consent.purpose, consent.source, consent.said) == (TIPS, "by hand", "Per telefon: gärna tips")
    assert (consent.text_version, consent.given_at) == (CURRENT[TIPS], LATER)
    told = db.session.scalars(select(LeadEvent).filter_by(lead_id=lead.id, kind=EventKind.CONSENT_GIVEN)).one()
    assert (told.text, told.actor_id) == ("tips", owner.id)


def test_what_was_said_is_not_read_in_the_database(owner: User) -> None:
    _notes_yes(_siv(), owner)

    assert b"telefon" not in bytes(db.session.scalars(text("SELECT said FROM consent")).one())


@pytest.mark.parametrize(
    ("email", "said", "is_given", "sentence"),
    [
        (None, "Ja tack", False, "Kontakten har ingen e-postadress"),
        ("siv@example.se", "  ", False, "Skriv vad kontakten sa ja till"),
        ("siv@example.se", "Ja tack", True, "Kontakten har redan sagt ja"),
    ],
)
def test_a_yes_that_proves_nothing_is_refused(
    owner: User, email: str | None, said: str, is_given: bool, sentence: str
) -> None:
    lead = _siv(email)
    if is_given:
        consented(lead.contact)

    with pytest.raises(RuleBroken, match=sentence):
        _notes_yes(lead, owner, said)


def test_a_yes_by_word_of_mouth_lifts_an_older_no(owner: User) -> None:
    _says_no()

    _notes_yes(_siv(), owner)

    assert not _has_no()


def _says_no(address: str = "siv@example.se") -> None:
    with writing():
        stop_marketing(suppression_key(address), NOW)


def _has_no(address: str = "siv@example.se") -> bool:
    db.session.rollback()
    return is_stopped(address, SuppressionScope.MARKETING)


def test_a_no_outlives_erasure_and_the_same_address_written_again(app: Flask) -> None:
    lead = _siv()
    _says_no()
    with writing() as session:
        session.execute(delete(Contact).where(Contact.id == lead.contact_id))
    db.session.expunge_all()

    _siv()
    recorded(sent(), at=LATER)

    assert _has_no()


def test_a_new_yes_from_the_mailbox_lifts_an_older_no(app: Flask) -> None:
    _says_no()

    recorded(sent(tips_version="tips-1"), at=LATER)

    assert not _has_no()


def test_a_yes_from_another_mailbox_lifts_nothing(app: Flask) -> None:
    """Contacts are matched by what anybody can type, so a stranger may land on the contact whose mailbox said no."""
    recorded(sent(phone="070-174 06 21"))
    _says_no()

    recorded(sent(email="stranger@example.se", phone="070-174 06 21", tips_version="tips-1"), at=LATER)

    assert _has_no()


def test_an_older_yes_lifts_nothing(app: Flask) -> None:
    _says_no()

    recorded(sent(tips_version="tips-1"), at=NOW - timedelta(days=1))

    assert _has_no()


def test_a_yes_to_the_same_words_is_written_once_and_anew_after_a_withdrawal(app: Flask) -> None:
    with writing():
        contact = add_contact()
        db.session.flush()
        for source in ("LT-1", "LT-2"):
            record_consent(contact, ANSWER, "answer-1", "sv", source, NOW)
        record_consent(contact, TIPS, "tips-1", "sv", "LT-2", NOW)
    with writing():
        db.session.execute(update(Consent).where(Consent.purpose == ANSWER).values(withdrawn_at=NOW))
        record_consent(contact, ANSWER, "answer-1", "sv", "LT-3", NOW)

    rows = db.session.execute(select(Consent.source, Consent.purpose).order_by(Consent.id)).all()
    assert [tuple(row) for row in rows] == [
        ("LT-1", ANSWER),
        ("LT-2", TIPS),
        ("LT-3", ANSWER),
    ]
