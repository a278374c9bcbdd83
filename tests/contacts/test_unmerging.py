"""What a merge did is taken back whole; what came after it stays where it is."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.accounts.models import User
from app.contacts.details import change_details
from app.contacts.erasing import erase
from app.contacts.jobs import forget_stories
from app.contacts.merge_facts import Fact, Side
from app.contacts.merges import ContactMerge
from app.contacts.merging import merge
from app.contacts.models import (
    Consent,
    ConsentPurpose,
    Contact,
    DuplicateReason,
    PossibleDuplicate,
    ReachBy,
    Subject,
    SubjectKind,
)
from app.contacts.services import add_subject, person, store_contact, write_terms_anew
from app.contacts.tags import ContactTag, Tag
from app.contacts.unmerging import undo_merge
from app.core.db import Base, db, writing
from app.core.errors import RuleBroken
from app.leads.models import EventKind, Lead, LeadEvent
from app.leads.services import open_lead
from app.mail.addresses import suppression_key
from app.mail.suppressions import has_said_no, stop_marketing
from app.mail.unsubscribing import SaidNo, unsubscribe
from tests.conftest import NOW
from tests.contacts.pairs import Pair, joined, of_horse, undone
from tests.enquiries.letters import recorded, sent

LATER = NOW + timedelta(days=2)


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, but what tells that there was a merge: its own row, and lines on timelines."""
    kinds = (EventKind.MERGED, EventKind.UNMERGED)
    held = {}
    for table in Base.metadata.sorted_tables:
        query = sa.select(table)
        if table.name == "lead_event":
            query = query.where(LeadEvent.kind.not_in(kinds))
        if table.name != "contact_merge":
            held[table.name] = sorted((tuple(row) for row in db.session.execute(query)), key=repr)
    db.session.rollback()
    return held


names = st.sampled_from(["Anna Berg", "Anna Berg Lund", "Anna", "Åsa Öberg"])
horses = st.lists(st.sampled_from(["Blixten", "blixten", "Åska", "Aska", "Molly"]), max_size=3)
moments = st.integers(0, 500).map(lambda hours: NOW - timedelta(hours=hours))
purposes = st.sampled_from([ConsentPurpose.TIPS, ConsentPurpose.TIPS, ConsentPurpose.ANSWER])
consents = st.lists(st.tuples(purposes, moments, st.booleans()), max_size=2)
people = st.fixed_dictionaries(
    {
        "name": names,
        "email": st.sampled_from([None, "anna@example.se", "Anna@example.se", "berg@example.com"]),
        "phone": st.sampled_from([None, "070-174 06 31", "+46 70 174 06 31", "070-174 06 32 (kväll)"]),
        "reach_by": st.sampled_from(ReachBy),
        "language": st.sampled_from(["sv", "en"]),
        "at": moments,
        "is_compared": st.booleans(),
        "horses": horses,
        "is_self": st.booleans(),
        "leads": st.lists(st.integers(0, 5), max_size=3),
        "consents": consents,
        "is_stopped": st.booleans(),
        "tags": st.sets(st.integers(0, 2)),
        "pairs": st.sets(st.integers(0, 2)),
        "is_pair_turned": st.booleans(),
    }
)


choices = st.dictionaries(st.sampled_from(list(Fact)), st.sampled_from(list(Side)))


@given(one=people, other=people, is_asked=st.booleans(), chosen=choices)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_a_merge_that_is_undone_leaves_every_row_as_it_was(
    app: Flask, owner: User, one: dict[str, Any], other: dict[str, Any], is_asked: bool, chosen: dict[str, Side]
) -> None:
    kept_id, gone_id = _two(one, other, is_asked)
    before = everything()

    try:
        with writing():
            kept, gone = (db.session.get_one(Contact, key) for key in (kept_id, gone_id))
            merge_id = merge(kept, gone, chosen, owner, NOW).id
    except RuleBroken:
        assert everything() == before
        return
    during = everything()
    with writing():
        undo_merge(db.session.get_one(ContactMerge, merge_id), owner, LATER)

    assert [row for row in during["contact"] if row[0] == gone_id] == []
    assert everything() == before


def _two(one: dict[str, Any], other: dict[str, Any], is_asked: bool) -> tuple[int, int]:
    """Two such contacts, and three others, in an empty house."""
    with writing() as session:
        for table in (Contact, Tag, Base.metadata.tables["suppression"]):
            session.execute(sa.delete(table))
        tags = [Tag(name=f"Ord {number}", name_hash=str(number)) for number in range(3)]
        others = [_person(f"Någon {number}") for number in range(3)]
        session.add_all(tags)
        session.flush()
        ids = [_of(drawn, tags, others) for drawn in (one, other)]
        if is_asked:
            session.add(_pair(*ids))
    return ids[0], ids[1]


def _of(drawn: dict[str, Any], tags: list[Tag], others: list[Contact]) -> int:
    contact = _person(drawn["name"], drawn["email"], drawn["phone"], drawn["reach_by"], drawn["language"], drawn["at"])
    subjects = [add_subject(contact, SubjectKind.HORSE, name) for name in drawn["horses"]]
    subjects += [add_subject(contact, SubjectKind.SELF, None)] if drawn["is_self"] else []
    for number in drawn["leads"] if subjects else ():
        open_lead(contact, subjects[number % len(subjects)], drawn["at"])
    for purpose, at, is_withdrawn in drawn["consents"]:
        withdrawn_at = at + timedelta(hours=1) if is_withdrawn else None
        words = {"text_version": "answer-1", "language": "sv", "source": "LT-1"}
        db.session.add(Consent(contact_id=contact.id, purpose=purpose, given_at=at, withdrawn_at=withdrawn_at, **words))
    if contact.email and drawn["is_stopped"]:
        stop_marketing(suppression_key(contact.email), drawn["at"])
    db.session.add_all(ContactTag(contact_id=contact.id, tag_id=tags[number].id) for number in drawn["tags"])
    for number in drawn["pairs"]:
        ids = (contact.id, others[number].id)
        db.session.add(_pair(*(reversed(ids) if drawn["is_pair_turned"] else ids)))
    write_terms_anew(contact)
    contact.compared_at = drawn["at"] if drawn["is_compared"] else None
    return contact.id


def _person(name: str, *said: Any) -> Contact:
    *known, at = said or (NOW,)
    return store_contact(person(name, *known), at)


def _pair(one: int, other: int) -> PossibleDuplicate:
    return PossibleDuplicate(contact_id=one, other_id=other, reason=DuplicateReason.SHARED_ADDRESS, found_at=NOW)


def test_each_lead_tells_that_it_was_undone_and_the_story_is_forgotten(pair: Pair, owner: User) -> None:
    merged = joined(pair, owner)

    undone(merged, owner, LATER)

    lines = sa.select(LeadEvent.text).where(LeadEvent.kind == EventKind.UNMERGED).order_by(LeadEvent.lead_id)
    assert db.session.scalars(lines).all() == ["Anna Berg Lund", "Anna Berg Lund", "Anna Berg"]
    row = db.session.get_one(ContactMerge, merged.id)
    assert (row.undone_at, row.story) == (LATER, None)


def test_what_came_after_stays_and_what_is_on_a_lead_goes_with_it(pair: Pair, owner: User) -> None:
    merged = joined(pair, owner)
    letters = [recorded(of_horse("Anna Berg", "anna@example.se", name), LATER) for name in ("Molly", "Åska")]

    undone(merged, owner, LATER)

    assert [letter.lead.contact_id for letter in letters if letter.lead] == [pair.kept, pair.kept]
    query = sa.select(Subject.contact_id, Subject.name).where(Subject.kind == SubjectKind.HORSE)
    assert {tuple(row) for row in db.session.execute(query)} == {
        (pair.kept, "Blixten"),
        (pair.kept, "Molly"),
        (pair.kept, "Åska"),
        (pair.gone, "blixten"),
        (pair.gone, "Åska"),
    }
    stray = sa.select(Lead.id).join(Subject, Subject.id == Lead.subject_id).where(Subject.contact_id != Lead.contact_id)
    assert db.session.scalars(stray).all() == []


def test_a_fact_that_was_changed_since_stays_as_it_is_now(pair: Pair, owner: User) -> None:
    merged = joined(pair, owner, name=Side.GONE)
    with writing():
        kept = db.session.get_one(Contact, pair.kept)
        change_details(kept, person("Anna Berg Lund", "ny@example.se", "070-174 06 33"))

    undone(merged, owner, LATER)

    kept, gone = (db.session.get_one(Contact, key) for key in (pair.kept, pair.gone))
    assert (kept.name, kept.email, kept.phone) == ("Anna Berg", "ny@example.se", "070-174 06 33")
    assert (gone.name, gone.email, gone.phone) == ("Anna Berg Lund", "berg@example.com", "070-174 06 31")


def test_a_no_that_was_said_since_goes_with_the_yes_that_it_took_back(pair: Pair, owner: User) -> None:
    merged = joined(pair, owner)
    with writing():
        db.session.execute(sa.update(Consent).values(withdrawn_at=LATER))

    undone(merged, owner, LATER)

    taken_back = sa.select(Consent.contact_id).where(Consent.withdrawn_at == LATER).order_by(Consent.contact_id)
    assert db.session.scalars(taken_back).all() == [pair.kept, pair.gone]


def test_a_no_of_the_mailbox_that_was_said_since_stands(pair: Pair, owner: User) -> None:
    mailbox = suppression_key("berg@example.com")
    with writing():
        yes = {"purpose": ConsentPurpose.TIPS, "text_version": "tips-1", "language": "sv", "source": "LT-1"}
        taken_back = {"given_at": NOW - timedelta(days=2), "withdrawn_at": NOW - timedelta(days=1)}
        db.session.add(Consent(contact_id=pair.gone, **yes, **taken_back))
    merged = joined(pair, owner)
    with writing():
        unsubscribe(SaidNo(mailbox), LATER)

    undone(merged, owner, LATER)

    assert has_said_no(mailbox)


def test_a_chain_is_undone_from_its_end(pair: Pair, owner: User) -> None:
    first = joined(pair, owner)
    other = recorded(sent("Hej", name="Eva Ek", email="eva@example.se"))
    assert other.lead
    eva = other.lead.contact_id
    before = everything()
    second = joined(Pair(eva, pair.kept, (), ()), owner, LATER)
    assert db.session.get_one(ContactMerge, first.id).kept_id == eva

    with pytest.raises(RuleBroken, match="Ångra först sammanslagningen med Anna Berg Lund, som kom efter"):
        undone(first, owner, LATER)
    undone(second, owner, LATER)

    assert everything() == before
    undone(db.session.get_one(ContactMerge, first.id), owner, LATER)
    assert set(db.session.scalars(sa.select(Contact.id))) == {pair.kept, pair.gone, eva}


def test_what_is_undone_or_forgotten_is_refused(pair: Pair, owner: User) -> None:
    merged = joined(pair, owner)
    undone(merged, owner, LATER)
    with pytest.raises(RuleBroken, match="redan ångrad"):
        undone(merged, owner, LATER)

    again = joined(pair, owner)
    assert forget_stories(NOW + timedelta(days=29)) == 0
    assert forget_stories(NOW + timedelta(days=30, minutes=1)) == 1

    with pytest.raises(RuleBroken, match="Det går i 30 dagar"):
        undone(again, owner, LATER)


def test_nothing_is_left_of_either_once_the_kept_one_is_erased(pair: Pair, owner: User) -> None:
    joined(pair, owner)

    with writing():
        erase(db.session.get_one(Contact, pair.kept), owner, NOW)

    assert db.session.query(ContactMerge).count() == db.session.query(Contact).count() == 0
