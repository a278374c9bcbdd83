"""What a move to another contact did is taken back whole, or refused with what stands in the way."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.accounts.models import User
from app.contacts.consents import withdraw_consent
from app.contacts.details import change_details
from app.contacts.merge_facts import Fact
from app.contacts.merging import merge
from app.contacts.models import Consent, ConsentPurpose, Contact, SubjectKind
from app.contacts.services import person
from app.core.db import Base, db, writing
from app.core.errors import RuleBroken
from app.enquiries.closing import close_without_answer
from app.enquiries.jobs import forget_splits
from app.enquiries.models import Enquiry
from app.enquiries.services import answer
from app.enquiries.splits import EnquirySplit
from app.follow_ups.models import FollowUpKind
from app.follow_ups.services import plan
from app.leads.models import JOINING, EventKind, Lead, LeadEvent
from app.leads.queries import lead_to_change
from app.leads.services import write_note
from app.mail.models import Message
from tests.conftest import NOW
from tests.enquiries.letters import recorded, sent
from tests.enquiries.shared_mailbox import LATER, MAILBOX, Shared, contact_of, make_shared, parted, taken_back
from tests.leads.cast import add_contact


@pytest.fixture
def shared(app: Flask) -> Shared:
    return make_shared()


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, but what tells that there was a move: its own row, and lines on timelines.

    Mails that were stopped stay stopped.
    """
    held = {}
    db.session.rollback()
    for table in Base.metadata.sorted_tables:
        columns = [column for column in table.columns if table.name != "message" or column.name != "state"]
        query = sa.select(*columns)
        if table.name == "lead_event":
            query = query.where(LeadEvent.kind.not_in(JOINING))
        if table.name not in ("enquiry_split", "message_event"):
            held[table.name] = sorted((tuple(row) for row in db.session.execute(query)), key=repr)
    db.session.rollback()
    return held


letters = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["Karin Berg", "Karin Ek", "Karin"]),
        "email": st.sampled_from([None, MAILBOX, "karin@example.com"]),
        "phone": st.sampled_from([None, "070-174 06 31", "070-174 06 32"]),
        "subject": st.sampled_from([None, "Blixten", "Åska"]),
        "consent_version": st.sampled_from([None, "answer-1", "answer-2"]),
        "tips_version": st.sampled_from([None, "tips-1"]),
        "hours": st.integers(1, 300),
        "then": st.sampled_from(["", "", "answer", "close", "note", "no"]),
    }
)


@given(
    written=st.lists(letters, min_size=1, max_size=4),
    which=st.integers(0, 3),
    is_known=st.booleans(),
    is_whole=st.booleans(),
    forgotten=st.sets(st.sampled_from([Fact.EMAIL, Fact.PHONE])),
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_a_move_that_is_undone_leaves_every_row_as_it_was(
    app: Flask,
    owner: User,
    written: list[dict[str, Any]],
    which: int,
    is_known: bool,
    is_whole: bool,
    forgotten: set[Fact],
) -> None:
    enquiry_ids = _written(written, owner)
    known_id = _known() if is_known else None
    before = everything()
    whose = contact_of(enquiry_ids[which % len(enquiry_ids)]).id

    try:
        split = parted(
            enquiry_ids[which % len(enquiry_ids)], owner, known_id, is_whole=is_whole, forgotten=tuple(forgotten)
        )
    except RuleBroken:
        assert everything() == before
        return
    during = contact_of(enquiry_ids[which % len(enquiry_ids)]).id
    strays = _strays()
    taken_back(split, owner)

    assert during == (known_id or split.to_id or during) != whose
    assert strays == []
    assert everything() == before


def _written(letters: list[dict[str, Any]], owner: User) -> list[int]:
    """These letters, in an empty house, each with what happened after it."""
    with writing() as session:
        for table in (Contact, Message, Enquiry, Base.metadata.tables["suppression"]):
            session.execute(sa.delete(table))
    ids = []
    for number, letter in enumerate(letters):
        at = NOW - timedelta(days=20 * (len(letters) - number)) + timedelta(hours=letter["hours"])
        kind = SubjectKind.HORSE if letter["subject"] else SubjectKind.SELF
        words = {name: letter[name] for name in ("name", "email", "phone", "consent_version", "tips_version")}
        stored = recorded(sent("Hej", subject_kind=kind, subject_name=letter["subject"], **words), at)
        ids.append(stored.id)
        _then(letter["then"], stored.id, owner, at + timedelta(hours=1))
    return ids


def _then(what: str, enquiry_id: int, owner: User, at: Any) -> None:
    with writing():
        enquiry = db.session.get_one(Enquiry, enquiry_id)
        lead = lead_to_change(enquiry.lead_id or 0)
        actor = db.session.get_one(User, owner.id)
        assert lead
        if what == "answer" and (lead.contact.email or enquiry.email):
            answer(lead, "Ja.", actor, at)
        elif what == "close":
            close_without_answer(enquiry, actor, at)
        elif what == "note":
            write_note(lead, "Att minnas", actor, at)
        elif what == "no":
            withdraw_consent([lead.contact], ConsentPurpose.ANSWER, actor, at)


def _known() -> int:
    """Somebody who is known already, with a lead of their own."""
    other = recorded(sent("Hej", name="Eva Ek", email="eva@example.se"), NOW - timedelta(days=90))
    assert other.lead
    return other.lead.contact_id


def _strays() -> list[int]:
    """Leads about somebody that their contact does not know."""
    subject = Base.metadata.tables["subject"]
    query = sa.select(Lead.id).join(subject, subject.c.id == Lead.subject_id)
    return list(db.session.scalars(query.where(subject.c.contact_id != Lead.contact_id)))


def test_the_timeline_says_that_it_was_undone_and_the_story_is_forgotten(shared: Shared, owner: User) -> None:
    split = parted(shared.enquiry, owner)

    taken_back(split, owner)

    lines = sa.select(LeadEvent.lead_id, LeadEvent.text).where(LeadEvent.kind == EventKind.UNSPLIT)
    assert [tuple(row) for row in db.session.execute(lines)] == [(shared.lead, "Karin Ek")]
    row = db.session.get_one(EnquirySplit, split.id)
    assert (row.undone_at, row.story, row.to_id) == (LATER + timedelta(days=1), None, None)


def test_what_has_come_to_the_new_lead_since_stands_in_the_way(shared: Shared, owner: User) -> None:
    split = parted(shared.enquiry, owner)
    lead_id = db.session.get_one(Enquiry, shared.enquiry).lead_id or 0
    with writing():
        lead = lead_to_change(lead_id)
        assert lead
        plan(lead, FollowUpKind.CALL, LATER + timedelta(days=3), LATER)

    with pytest.raises(RuleBroken, match="Mer har hänt på affären"):
        taken_back(split, owner)

    assert contact_of(shared.enquiry).name == "Karin Ek"


def test_an_answer_since_stands_in_the_way(shared: Shared, owner: User) -> None:
    split = parted(shared.enquiry, owner)
    lead_id = db.session.get_one(Enquiry, shared.enquiry).lead_id or 0
    with writing():
        lead = lead_to_change(lead_id)
        assert lead
        answer(lead, "Ja.", db.session.get_one(User, owner.id), LATER)

    with pytest.raises(RuleBroken, match="besvarats eller avslutats"):
        taken_back(split, owner)


def test_a_lead_that_was_moved_whole_comes_back_with_what_has_come_to_it(app: Flask, owner: User) -> None:
    with writing():
        siv = add_contact("Siv Lund", email="siv@example.se")
    letter = recorded(sent("Hej", name="Siv", email="siv@example.se"))
    siv_id = siv.id
    split = parted(letter.id, owner)
    later = recorded(sent("Och en sak till", name="Siv", email="siv@example.se"), LATER)

    taken_back(split, owner)

    assert [contact_of(one.id).id for one in (letter, later)] == [siv_id, siv_id]
    assert _strays() == []


def test_a_contact_that_was_made_stays_with_what_is_its_own(app: Flask, owner: User) -> None:
    with writing():
        add_contact("Siv Lund", email="siv@example.se")
    letter = recorded(sent("Hej", name="Siv", email="siv@example.se"))
    split = parted(letter.id, owner)
    made = split.to_id
    own = recorded(
        sent("Om hästen", name="Siv", email="siv@example.se", subject_kind=SubjectKind.HORSE, subject_name="Molly"),
        LATER,
    )

    taken_back(split, owner)

    assert contact_of(own.id).id == made
    assert contact_of(letter.id).name == "Siv Lund"


def test_a_no_that_was_said_since_goes_with_its_yes(shared: Shared, owner: User) -> None:
    split = parted(shared.enquiry, owner)
    with writing():
        daughter = db.session.get_one(Contact, split.to_id)
        withdraw_consent([daughter], ConsentPurpose.TIPS, None, LATER + timedelta(hours=1))

    taken_back(split, owner)

    tips = sa.select(Consent.contact_id, Consent.withdrawn_at).where(Consent.purpose == ConsentPurpose.TIPS)
    assert [tuple(row) for row in db.session.execute(tips)] == [(shared.mother, LATER + timedelta(hours=1))]


def test_what_was_changed_since_stays_as_it_is_now(app: Flask, owner: User) -> None:
    with writing():
        siv = add_contact("Siv Lund", phone="070-174 06 43")
    letter = recorded(sent("Hej", name="Siv", email="annan@example.se", phone="070-174 06 43"))
    split = parted(letter.id, owner, forgotten=(Fact.EMAIL,))
    with writing():
        change_details(db.session.get_one(Contact, siv.id), person("Siv Lund", "ny@example.se", "070-174 06 43"))

    taken_back(split, owner)

    assert db.session.get_one(Contact, siv.id).email == "ny@example.se"


def test_moves_are_undone_from_the_last(shared: Shared, owner: User) -> None:
    first = parted(shared.enquiry, owner)
    with writing():
        other = add_contact("Eva Ek")
        db.session.flush()
        other_id = other.id
    second = parted(shared.enquiry, owner, other_id)

    with pytest.raises(RuleBroken, match="flyttats vidare"):
        taken_back(first, owner)
    taken_back(second, owner)
    taken_back(first, owner)

    assert contact_of(shared.enquiry).id == shared.mother


def test_a_move_to_one_who_was_merged_since_is_still_undone(shared: Shared, owner: User) -> None:
    split = parted(shared.enquiry, owner)
    with writing():
        kept = add_contact("Karin Ek Lund", phone="070-174 06 44")
        db.session.flush()
        merge(kept, db.session.get_one(Contact, split.to_id), {}, owner, LATER)
        kept_id = kept.id

    taken_back(split, owner)

    assert contact_of(shared.enquiry).id == shared.mother
    assert db.session.get_one(Contact, kept_id).name == "Karin Ek Lund"


def test_it_goes_for_thirty_days(shared: Shared, owner: User) -> None:
    split = parted(shared.enquiry, owner)
    assert forget_splits(LATER + timedelta(days=29)) == 0
    assert forget_splits(LATER + timedelta(days=30, minutes=1)) == 1

    with pytest.raises(RuleBroken, match="Det går i 30 dagar"):
        taken_back(split, owner)


def test_what_is_undone_is_not_undone_again(shared: Shared, owner: User) -> None:
    split = parted(shared.enquiry, owner)
    taken_back(split, owner)

    with pytest.raises(RuleBroken, match="redan ångrad"):
        taken_back(split, owner)
