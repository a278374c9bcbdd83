from datetime import timedelta

from flask import Flask

from app.accounts.models import User
from app.contacts.models import Contact, SubjectKind
from app.contacts.services import person
from app.core.db import db, writing
from app.follow_ups.models import FollowUpKind
from app.follow_ups.occasions import add_by_hand
from app.follow_ups.onward import NextStep
from app.follow_ups.queries import open_of
from app.leads.queries import lead_to_change
from app.leads.services import write_note
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead
from tests.together import while_we_write

LATER = NOW + timedelta(minutes=30)


def test_somebody_added_by_hand_and_whoever_works_on_their_lead_never_wait_for_each_other(
    app: Flask, owner: User
) -> None:
    with writing():
        lead = add_lead(add_contact())
    lead_id, owner_id = lead.id, owner.id

    def meet() -> None:
        siv = person("Siv Lund", "siv@example.se", "070-174 06 21")
        with writing():
            actor = db.session.get_one(User, owner_id)
            add_by_hand(siv, (SubjectKind.SELF, None), None, NextStep(FollowUpKind.CALL, LATER), actor, LATER)

    with while_we_write(app, meet) as let_them_meet:
        held = lead_to_change(lead_id)
        assert held is not None
        let_them_meet()
        write_note(held, "Ringer i morgon", owner, LATER)

    assert [step.due_at for step in open_of(lead_id)] == [LATER]
    assert db.session.scalars(db.select(Contact.email)).all() == ["siv@example.se"]
