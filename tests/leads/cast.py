"""People that the tests of leads and of what stands above them share."""

from collections.abc import Iterable
from datetime import datetime

from app.accounts.models import User
from app.contacts.models import Contact, Subject, SubjectKind
from app.core.db import db, writing
from app.core.words import sort_key
from app.leads.models import Lead, LeadStage, StageFact
from app.leads.own_stages import forget_stages, stage_called
from app.leads.services import open_lead
from app.leads.stages import RequiredFact, Stage
from tests.conftest import NOW


def add_contact(name: str = "Siv Lund", phone: str = "070-174 06 21", email: str | None = None) -> Contact:
    """A person with a Swedish number, stored when the write ends."""
    contact = Contact(
        name=name,
        name_key=sort_key(name),
        email=email,
        email_key=email,
        phone=phone,
        phone_e164="+46" + phone.replace("-", "").replace(" ", "")[1:],
        created_at=NOW,
        active_at=NOW,
    )
    db.session.add(contact)
    return contact


def add_lead(
    contact: Contact,
    kind: SubjectKind = SubjectKind.SELF,
    name: str | None = None,
    now: datetime = NOW,
    owner: User | None = None,
) -> Lead:
    """A new lead of the contact's, about themselves or whom it says."""
    subject = Subject(contact=contact, kind=kind, name=name)
    db.session.add(subject)
    lead = open_lead(contact, subject, now, owner=owner)
    db.session.flush()
    return lead


OFFER = {"name_sv": "Offert skickad", "name_en": "Offer sent", "position": 5, "expected_days": 3}


def add_stage(meaning: Stage = Stage.DECISION, facts: Iterable[RequiredFact] = (), **more: object) -> LeadStage:
    """A stage that the owner has added. The test asks for the fixture `lists_put_back`."""
    with writing() as session:
        own = LeadStage(meaning=meaning, **{**OFFER, **more})
        session.add(own)
        session.flush()
        session.add_all(StageFact(stage_id=own.id, fact=fact) for fact in facts)
        stage_id = own.id
    return own_again(stage_id)


def own_again(stage_id: int) -> LeadStage:
    """The stage as it is now."""
    forget_stages()
    found = stage_called(stage_id)
    assert found is not None
    return found
