from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import NoResultFound

from app.accounts.models import User
from app.contacts.consents import give_tips_by_hand, record_consent, withdraw_consent
from app.contacts.erasing import erase
from app.contacts.merge_facts import Fact, Side, differences, suggested_kept
from app.contacts.merge_rows import WRITTEN_ANEW, pointers_to
from app.contacts.merges import ContactMerge
from app.contacts.merging import merge
from app.contacts.models import (
    Consent,
    ConsentPurpose,
    Contact,
    ContactTerm,
    DuplicateReason,
    PossibleDuplicate,
    Subject,
    SubjectKind,
)
from app.contacts.services import renew_terms
from app.contacts.tags import ContactTag, Tag
from app.contacts.unmerging import undo_merge
from app.core.db import Base, db, writing
from app.core.errors import RuleBroken
from app.enquiries.models import Enquiry, EnquiryState
from app.enquiries.private_pages import PrivateKey, private_page
from app.enquiries.services import record_reply
from app.enquiries.spam import Rung
from app.leads.models import EventKind, Lead, LeadEvent
from app.mail.models import SuppressionScope
from app.mail.suppressions import is_stopped
from tests.conftest import NOW
from tests.contacts.pairs import Pair, joined, undone
from tests.enquiries.letters import recorded, sent
from tests.leads.cast import add_contact, add_lead
from tests.remains import columns_with
from tests.together import while_we_write

LATER = NOW + timedelta(hours=3)


def test_every_column_that_points_to_a_contact_or_a_subject_is_known_to_a_merge() -> None:
    """A new one is moved like the others. Put it here once you know that this is right, and is undone.

    Where one contact may have it only once, `_move_rows` must take the second out first.
    """
    assert [pointer.name for pointer in pointers_to("contact")] == [
        "consent.contact_id",
        "contact_merge.kept_id",
        "contact_tag.contact_id",
        "enquiry_split.from_id",
        "enquiry_split.to_id",
        "lead.contact_id",
        "possible_duplicate.contact_id",
        "possible_duplicate.other_id",
        "subject.contact_id",
    ]
    assert [pointer.name for pointer in pointers_to("subject")] == ["lead.subject_id"]
    assert {"contact_term"} == WRITTEN_ANEW
    names = {column.name for table in Base.metadata.tables.values() for column in table.columns}
    assert {name for name in names if name.startswith(("contact_", "subject_")) and name.endswith("_id")} == {
        "contact_id",
        "subject_id",
    }


def test_a_merge_moves_everything_and_leaves_one_contact(pair: Pair, owner: User) -> None:
    merged = joined(pair, owner)

    assert db.session.scalars(sa.select(Contact.id)).all() == [pair.kept]
    contacts = db.session.scalars(sa.select(Lead.contact_id).order_by(Lead.id)).all()
    assert contacts == [pair.kept, pair.kept, pair.kept]
    assert set(db.session.scalars(sa.select(Consent.contact_id))) == {pair.kept}
    assert set(db.session.scalars(sa.select(ContactTag.tag_id))) == set(pair.tags)
    assert (merged.kept_id, merged.gone_id, merged.actor_id, merged.undone_at) == (pair.kept, pair.gone, owner.id, None)


def test_subjects_that_are_the_same_become_one_and_others_stay(pair: Pair, owner: User) -> None:
    joined(pair, owner)

    subjects = db.session.execute(sa.select(Subject.kind, Subject.name).order_by(Subject.id)).all()
    assert [tuple(row) for row in subjects] == [
        (SubjectKind.SELF, None),
        (SubjectKind.HORSE, "Blixten"),
        (SubjectKind.HORSE, "Åska"),
    ]
    about = db.session.execute(sa.select(Subject.name).join(Lead, Lead.subject_id == Subject.id).order_by(Lead.id))
    assert about.scalars().all() == [None, "Blixten", "Blixten"]


def test_the_facts_are_those_that_were_chosen(pair: Pair, owner: User) -> None:
    joined(pair, owner, name=Side.GONE, email=Side.KEPT)

    contact = db.session.scalars(sa.select(Contact)).one()
    assert (contact.name, contact.email, contact.phone) == ("Anna Berg Lund", "anna@example.se", "070-174 06 31")
    terms = db.session.scalars(sa.select(ContactTerm.term).where(ContactTerm.contact_id == contact.id)).all()
    assert {"lund", "aska", "0701740631"} <= set(terms)


def test_what_differs_is_asked_and_the_fuller_is_suggested(pair: Pair) -> None:
    kept, gone = (db.session.get_one(Contact, key) for key in (pair.kept, pair.gone))

    assert suggested_kept(gone, kept) is kept
    assert [(one.fact, one.values, one.suggested) for one in differences(kept, gone)] == [
        (Fact.NAME, {Side.KEPT: "Anna Berg", Side.GONE: "Anna Berg Lund"}, Side.GONE),
        (Fact.EMAIL, {Side.KEPT: "anna@example.se", Side.GONE: "berg@example.com"}, Side.KEPT),
    ]


def test_each_lead_says_who_the_other_was_and_is_no_more_active_for_it(pair: Pair, owner: User) -> None:
    before = db.session.execute(sa.select(Lead.id, Lead.active_at).order_by(Lead.id)).all()

    joined(pair, owner)

    lines = sa.select(LeadEvent.text).where(LeadEvent.kind == EventKind.MERGED).order_by(LeadEvent.lead_id)
    assert db.session.scalars(lines).all() == ["Anna Berg Lund", "Anna Berg Lund", "Anna Berg"]
    assert db.session.execute(sa.select(Lead.id, Lead.active_at).order_by(Lead.id)).all() == before


def test_the_private_pages_of_both_mailboxes_still_open(pair: Pair, owner: User) -> None:
    keys = [PrivateKey(lead, mailbox) for lead, mailbox in pair.mailboxes]

    joined(pair, owner)

    pages = [private_page(key) for key in keys]
    assert [page.address for page in pages if page] == ["anna@example.se", "berg@example.com"]


def test_the_questions_about_both_go_and_those_about_others_are_asked_once(pair: Pair, owner: User) -> None:
    with writing():
        bo, eva = add_contact("Bo Ek"), add_contact("Eva Ek")
        db.session.flush()
        asked = [(pair.gone, pair.kept), (bo.id, pair.gone), (pair.kept, bo.id), (pair.gone, eva.id)]
        for one, other in asked:
            reason = DuplicateReason.SHARED_ADDRESS
            db.session.add(PossibleDuplicate(contact_id=one, other_id=other, reason=reason, found_at=NOW))
        bo_id, eva_id = bo.id, eva.id

    joined(pair, owner)

    pairs = sa.select(PossibleDuplicate.contact_id, PossibleDuplicate.other_id).order_by(PossibleDuplicate.other_id)
    assert [tuple(row) for row in db.session.execute(pairs)] == [(pair.kept, bo_id), (pair.kept, eva_id)]


def test_a_no_of_either_mailbox_stands_for_that_mailbox(pair: Pair, owner: User) -> None:
    with writing():
        kept, gone = (db.session.get_one(Contact, key) for key in (pair.kept, pair.gone))
        give_tips_by_hand(kept, "Ja i telefon", owner, NOW)
        give_tips_by_hand(gone, "Ja på mässan", owner, NOW)
        withdraw_consent([gone], ConsentPurpose.TIPS, owner, LATER)

    merged = joined(pair, owner, email=Side.GONE)

    assert is_stopped("berg@example.com", SuppressionScope.MARKETING)
    assert not is_stopped("anna@example.se", SuppressionScope.MARKETING)
    proofs = sa.select(Consent.said, Consent.withdrawn_at).where(Consent.purpose == ConsentPurpose.TIPS)
    assert {tuple(row) for row in db.session.execute(proofs)} == {("Ja i telefon", None), ("Ja på mässan", LATER)}
    undone(merged, owner)
    assert not is_stopped("berg@example.com", SuppressionScope.MARKETING)


def test_a_later_yes_of_the_same_mailbox_stands(pair: Pair, owner: User) -> None:
    with writing():
        kept, gone = (db.session.get_one(Contact, key) for key in (pair.kept, pair.gone))
        gone.email, gone.email_key = kept.email, kept.email_key
        give_tips_by_hand(gone, "Ja på mässan", owner, NOW)
        withdraw_consent([gone], ConsentPurpose.TIPS, owner, LATER)
        give_tips_by_hand(kept, "Ja igen", owner, LATER + timedelta(hours=1))

    joined(pair, owner)

    assert not is_stopped("anna@example.se", SuppressionScope.MARKETING)


def test_a_merge_is_refused_where_a_no_is_later_than_the_others_yes(pair: Pair, owner: User) -> None:
    with writing():
        kept, gone = (db.session.get_one(Contact, key) for key in (pair.kept, pair.gone))
        for contact in (kept, gone):
            record_consent(contact, ConsentPurpose.CHECK_INS, "check-ins-1", "sv", "LT-1", NOW)
        withdraw_consent([gone], ConsentPurpose.CHECK_INS, owner, LATER)

    with pytest.raises(RuleBroken, match=r"Anna Berg Lund har tagit tillbaka sitt samtycke .* efter att Anna Berg gav"):
        joined(pair, owner)

    assert db.session.query(Contact).count() == 2


def test_a_merge_is_refused_with_itself(pair: Pair, owner: User) -> None:
    with pytest.raises(RuleBroken, match="Välj två olika kontakter"):
        joined(replace(pair, gone=pair.kept), owner)


def test_a_merge_is_refused_with_one_who_went_while_it_waited(app: Flask, pair: Pair, owner: User) -> None:
    def merge_late() -> None:
        with pytest.raises((RuleBroken, NoResultFound)):  # on SQLite it begins when the other has ended
            joined(pair, owner)

    with while_we_write(app, merge_late) as let_the_merge_begin:
        gone = db.session.get_one(Contact, pair.gone)
        erase(gone, None, NOW)
        let_the_merge_begin()

    assert db.session.scalars(sa.select(Contact.id)).all() == [pair.kept]


def test_a_reply_that_comes_while_two_are_joined_is_kept_with_the_one_that_stays(
    app: Flask, pair: Pair, owner: User
) -> None:
    def reply() -> None:
        page = private_page(PrivateKey(*pair.mailboxes[1]))
        assert page is not None
        with writing():
            record_reply(page, "Går det i morgon?", "reply-1", "sv", LATER)

    with while_we_write(app, reply) as let_the_reply_begin:
        kept, gone = (db.session.get_one(Contact, key) for key in (pair.kept, pair.gone))
        merge(kept, gone, {}, db.session.get_one(User, owner.id), NOW)
        let_the_reply_begin()

    db.session.rollback()
    stored = db.session.scalars(sa.select(Enquiry).where(Enquiry.nonce == "reply-1")).one()
    assert stored.lead is not None
    assert (stored.lead.contact_id, stored.state) == (pair.kept, EnquiryState.OPEN)


def test_an_enquiry_that_comes_while_two_are_joined_is_kept_with_the_one_that_stays(
    app: Flask, pair: Pair, owner: User
) -> None:
    def write_again() -> None:
        recorded(sent("Och en sak till", name="Anna Berg Lund", email="berg@example.com"), LATER)

    with while_we_write(app, write_again) as let_the_enquiry_begin:
        kept, gone = (db.session.get_one(Contact, key) for key in (pair.kept, pair.gone))
        merge(kept, gone, {}, db.session.get_one(User, owner.id), NOW)
        let_the_enquiry_begin()

    db.session.rollback()
    latest = db.session.scalars(sa.select(Enquiry).order_by(Enquiry.id.desc())).first()
    assert latest is not None
    assert latest.lead is not None
    assert latest.message == "Och en sak till"
    assert db.session.get(Contact, latest.lead.contact_id) is not None


def test_erasing_the_kept_contact_erases_the_story(pair: Pair, owner: User) -> None:
    joined(pair, owner)
    assert "contact_merge.story" in columns_with("Anna Berg", "anna@example.se", "berg@example.com", "Blixten")

    with writing():
        erase(db.session.get_one(Contact, pair.kept), owner, NOW)

    assert columns_with("Anna Berg", "anna@example.se", "berg@example.com", "Blixten", "0701740631") == []
    assert db.session.query(ContactMerge).count() == 0


@pytest.mark.parametrize("erased", ["kept", "gone"])
def test_erasing_one_of_two_that_were_joined_leaves_no_name_with_the_other(
    pair: Pair, owner: User, erased: str
) -> None:
    undone(joined(pair, owner), owner)

    with writing():
        erase(db.session.get_one(Contact, getattr(pair, erased)), owner, NOW)

    names = {"kept": ("Anna Berg", "anna@example.se"), "gone": ("Anna Berg Lund", "berg@example.com")}
    left = "gone" if erased == "kept" else "kept"
    texts = sa.select(LeadEvent.text).where(LeadEvent.kind.in_((EventKind.MERGED, EventKind.UNMERGED)))
    assert set(db.session.scalars(texts)) == {None}
    assert columns_with(names[erased][1]) == []
    assert db.session.scalars(sa.select(Contact.name)).all() == [names[left][0]]


def test_a_key_that_somebody_had_is_never_given_to_another(app: Flask) -> None:
    with writing():
        last = add_contact("Siv Lund")
        db.session.flush()
        key = last.id
        db.session.delete(last)

    with writing():
        bo = add_contact("Bo Ek")
        db.session.flush()
        assert bo.id > key


def test_a_later_letter_finds_the_kept_contact(pair: Pair, owner: User) -> None:
    joined(pair, owner)

    letter = recorded(sent("Hej igen", name="Anna Berg", email="anna@example.se"), LATER)

    assert letter.lead
    assert letter.lead.contact_id == pair.kept


def test_a_merge_asks_anew_who_the_contact_may_be(pair: Pair, owner: User) -> None:
    with writing():
        contact = db.session.get_one(Contact, pair.kept)
        contact.compared_at = NOW
        add_lead(contact, SubjectKind.HORSE, "Molly")
        renew_terms(contact)
        contact.compared_at = NOW

    merged = joined(pair, owner)

    assert db.session.get_one(Contact, pair.kept).compared_at is None
    undone(merged, owner)
    assert db.session.get_one(Contact, pair.kept).compared_at == NOW


def test_tags_that_both_carry_are_carried_once(pair: Pair, owner: User) -> None:
    tags = {tag.id for tag in db.session.scalars(sa.select(Tag))}

    merged = joined(pair, owner)

    assert sorted(db.session.scalars(sa.select(ContactTag.tag_id))) == sorted(tags)
    with writing():
        undo_merge(db.session.get_one(ContactMerge, merged.id), owner, LATER)
    carried = sa.select(ContactTag.contact_id, sa.func.count()).group_by(ContactTag.contact_id)
    assert dict(db.session.execute(carried).all()) == {pair.kept: 1, pair.gone: 2}


def test_a_tag_that_came_with_another_comes_back_where_that_other_is_forgotten(pair: Pair, owner: User) -> None:
    with writing() as session:
        fair = session.get_one(Tag, pair.tags[1])
        session.execute(sa.update(ContactTag).where(ContactTag.tag_id == pair.tags[0]).values(came_with_id=fair.id))
    merged = joined(pair, owner)
    with writing() as session:
        session.execute(sa.delete(Tag).where(Tag.id == pair.tags[1]))

    undone(merged, owner)

    carried = db.session.execute(sa.select(ContactTag.contact_id, ContactTag.tag_id, ContactTag.came_with_id))
    assert sorted(map(tuple, carried)) == sorted((key, pair.tags[0], None) for key in (pair.kept, pair.gone))


def test_erasing_the_kept_contact_reaches_what_the_other_wrote_and_waits_in_quarantine(pair: Pair, owner: User) -> None:
    recorded(sent("Hemligt", name="Anna Berg Lund", email="berg@example.com", failed=(Rung.TRAP,)))
    joined(pair, owner)

    with writing():
        erase(db.session.get_one(Contact, pair.kept), owner, NOW)

    assert columns_with("Hemligt", "berg@example.com") == []
