"""The lead's page: what of the timeline is read alone, and what is changed in place."""

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.models import User
from app.contacts.models import Contact, Subject, SubjectKind
from app.contacts.search import matching
from app.core.db import db, writing
from app.leads.models import CallOutcome, EventKind, Lead, LeadEvent
from app.leads.services import log_call, move_to_stage, write_note
from app.leads.stages import Stage
from app.leads.timeline import Line, Shown, counts_of, only, shown_as
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead
from tests.leads.page import read
from tests.signed_in import SignedIn


@pytest.fixture
def lead(app: Flask, staff: User) -> Lead:
    with writing():
        lead = add_lead(add_contact(), SubjectKind.HORSE, "Blixt", owner=staff)
        write_note(lead, "Vill helst på kvällen", staff, NOW)
        log_call(lead, CallOutcome.VOICEMAIL, None, staff, NOW)
        move_to_stage(lead, Stage.CONTACTED, staff, NOW)
        return lead


def test_every_kind_of_line_has_its_place() -> None:
    places = {kind: shown_as(Line(NOW, LeadEvent(kind=kind))) for kind in EventKind}

    assert {places[kind] for kind in EventKind} == set(Shown) - {Shown.MAILS}
    assert shown_as(Line(NOW)) is Shown.MAILS
    assert places[EventKind.CHECK_IN] is Shown.TRIALS
    assert places[EventKind.OWNER] is Shown.CHANGES


def test_the_lines_of_one_place_are_shown_alone() -> None:
    note, call, mail = Line(NOW, LeadEvent(kind=EventKind.NOTE)), Line(NOW, LeadEvent(kind=EventKind.CALL)), Line(NOW)

    assert only([note, call, mail], Shown.CALLS) == [call]
    assert only([note, call, mail], None) == [note, call, mail]
    assert counts_of([note, note, mail]) == {Shown.NOTES: 2, Shown.MAILS: 1}


def test_the_timeline_is_filtered_by_the_address(staff_client: SignedIn, lead: Lead) -> None:
    everything = read(staff_client.get(f"/leads/{lead.id}").text, "timeline")
    calls = read(staff_client.get(f"/leads/{lead.id}?show=calls").text, "timeline")
    nonsense = read(staff_client.get(f"/leads/{lead.id}?show=x").text, "timeline")

    assert ("Vill helst på kvällen" in everything, "röstbrevlåda" in everything) == (True, True)
    assert ("Vill helst på kvällen" in calls, "röstbrevlåda" in calls) == (False, True)
    assert nonsense == everything


def test_a_contact_is_changed_in_place(staff_client: SignedIn, lead: Lead) -> None:
    sent = {"name": "Siv Lundh", "phone": "070-174 06 31", "reach_by": "phone", "language": "sv", "lead": lead.id}
    answer = staff_client.post(f"/contacts/{lead.contact_id}/edit", data=sent)

    assert answer.location == f"/leads/{lead.id}"
    db.session.rollback()
    contact = db.session.get_one(Contact, lead.contact_id)
    assert (contact.name, contact.phone_e164) == ("Siv Lundh", "+46701740631")


def test_a_refused_change_of_a_contact_knows_the_way_back(staff_client: SignedIn, lead: Lead) -> None:
    answer = staff_client.post(f"/contacts/{lead.contact_id}/edit", data={"name": "", "lead": lead.id})

    assert answer.status_code == 422
    assert f'name="lead" value="{lead.id}"' in answer.text


def subjects() -> list[tuple[SubjectKind, str | None]]:
    db.session.rollback()
    return [(one.kind, one.name) for one in db.session.scalars(sa.select(Subject).order_by(Subject.id))]


def finds(words: str) -> int:
    found = matching(words, Contact.id)
    assert found is not None
    return len(db.session.scalars(sa.select(Contact.id).where(found)).all())


def test_a_wrong_name_is_put_right_and_found_by_the_new_one(staff_client: SignedIn, lead: Lead) -> None:
    staff_client.post(f"/leads/{lead.id}/about", data={"kind": "horse", "subject": "Åska"})

    assert subjects() == [(SubjectKind.HORSE, "Åska")]
    assert (finds("aska"), finds("blixt")) == (1, 0)


def test_a_lead_may_turn_out_to_be_about_another_whom_we_know(staff_client: SignedIn, lead: Lead) -> None:
    with writing():
        other = add_lead(db.session.get_one(Contact, lead.contact_id), SubjectKind.HORSE, "Åska")
        other_id = other.subject_id

    staff_client.post(f"/leads/{lead.id}/about", data={"kind": "horse", "subject": "aska"})

    assert len(subjects()) == 2
    assert db.session.get_one(Lead, lead.id).subject_id == other_id


def test_whom_another_lead_is_about_is_left_alone(staff_client: SignedIn, lead: Lead) -> None:
    with writing():
        again = add_lead(db.session.get_one(Contact, lead.contact_id))
        again.subject_id = lead.subject_id

    staff_client.post(f"/leads/{lead.id}/about", data={"kind": "self", "subject": "Blixt"})

    assert (SubjectKind.HORSE, "Blixt") in subjects()
    about = db.session.get_one(Lead, lead.id).subject
    assert (about.kind, about.name) == (SubjectKind.SELF, None)


def test_a_subject_that_there_is_not_is_refused_beside_the_choice(staff_client: SignedIn, lead: Lead) -> None:
    answer = staff_client.post(f"/leads/{lead.id}/about", data={"kind": "dog", "subject": "Karo"})

    assert answer.status_code == 422
    assert 'value="Karo"' in answer.text
    assert subjects() == [(SubjectKind.HORSE, "Blixt")]
