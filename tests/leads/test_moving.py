from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.models import User
from app.contacts.models import Contact
from app.contacts.search import matching
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.follow_ups.models import FollowUp, FollowUpKind, FollowUpState
from app.follow_ups.onward import NextStep
from app.leads.models import EventKind, Lead, LeadStage
from app.leads.moving import AlwaysAsked, Facts, FactsMissing, asked_by, enter_stage
from app.leads.own_stages import first_stage, stage_of
from app.leads.queries import lost_reasons, timeline
from app.leads.stages import RequiredFact, Stage
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead, add_stage

TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def lead(app: Flask) -> Lead:
    """Siv's, of whom we know nothing but the number."""
    with writing():
        return add_lead(add_contact())


@pytest.fixture
def offer(app: Flask, lists_put_back: None) -> LeadStage:
    """An added stage that wants to know everything."""
    return add_stage(facts=RequiredFact)


def step() -> NextStep:
    """A call tomorrow."""
    return NextStep(FollowUpKind.CALL, TOMORROW, title="Fråga om offerten")


def test_enter_stage_moves_at_once_where_nothing_is_asked(lead: Lead, owner: User) -> None:
    with writing():
        enter_stage(lead, first_stage(Stage.TRIAL), owner, NOW, facts=Facts())

    assert (lead.stage, lead.added_stage_id, lead.stage_changed_at) == (Stage.TRIAL, None, NOW)


def test_enter_stage_names_what_is_not_known(lead: Lead, owner: User, offer: LeadStage) -> None:
    with pytest.raises(FactsMissing) as refusal, writing():
        enter_stage(lead, offer, owner, NOW, facts=Facts(why="Hon bad om ett pris"))

    asked = (RequiredFact.VALUE, RequiredFact.EMAIL, RequiredFact.OWNER, RequiredFact.NEXT_STEP)
    assert refusal.value.facts == asked
    assert str(refusal.value) == "Det här behövs först: värde, e-post, ansvarig, nästa steg."
    assert lead.stage is Stage.NEW


def test_enter_stage_keeps_each_fact_where_it_belongs(lead: Lead, owner: User, offer: LeadStage) -> None:
    with writing():
        said = Facts(
            value_ore=12_500_00, email="siv@example.se", owner=owner, next_step=step(), why="Hon bad om ett pris"
        )
        enter_stage(lead, offer, owner, NOW, facts=said)

    contact, planned = lead.contact, db.session.scalars(sa.select(FollowUp)).one()
    assert (stage_of(lead), lead.value_ore, lead.owner_id) == (offer, 12_500_00, owner.id)
    assert (contact.email, contact.email_key) == ("siv@example.se", "siv@example.se")
    assert (planned.title, planned.due_at, planned.owner_id) == ("Fråga om offerten", TOMORROW, owner.id)
    assert lead.next_step_at == TOMORROW
    assert [(line.kind, line.text) for line in timeline(lead)] == [
        (EventKind.STAGE, "Hon bad om ett pris"),
        (EventKind.VALUE, "1250000"),
        (EventKind.OWNER, None),
    ]
    found = db.session.scalars(sa.select(Contact.id).where(matching("siv@example.se", Contact.id))).all()
    assert found == [contact.id]


def test_what_is_known_is_not_asked_again_but_why_is(lead: Lead, owner: User, offer: LeadStage) -> None:
    with writing():
        enter_stage(lead, offer, owner, NOW, facts=Facts(None, None, 0, None, "siv@example.se", owner, step(), "För"))
        enter_stage(lead, first_stage(Stage.NEW), owner, NOW, facts=Facts())

    assert asked_by(lead, offer) == [RequiredFact.WHY]


def test_a_known_address_and_number_are_kept(lead: Lead, owner: User) -> None:
    with writing():
        said = Facts(phone="070-174 06 99", email="siv@example.se")
        enter_stage(lead, first_stage(Stage.CONTACTED), owner, NOW, facts=said)

    assert (lead.contact.phone, lead.contact.email) == ("070-174 06 21", "siv@example.se")


def test_lost_always_asks_why_and_resting_until_when(lead: Lead, owner: User) -> None:
    for meaning, asked in ((Stage.LOST, AlwaysAsked.LOST_REASON), (Stage.RESTING, AlwaysAsked.REST_DAY)):
        with pytest.raises(FactsMissing) as refusal, writing():
            enter_stage(lead, first_stage(meaning), owner, NOW, facts=Facts())
        assert refusal.value.facts == (asked,)


def test_a_lead_is_lost_for_a_reason(lead: Lead, owner: User) -> None:
    reason = lost_reasons()[2]

    with writing():
        enter_stage(lead, first_stage(Stage.LOST), owner, NOW, facts=Facts(lost_reason=reason, next_step=step()))

    assert (lead.stage, lead.lost_reason_id, lead.closed_at, lead.next_step_at) == (Stage.LOST, reason.id, NOW, None)
    assert db.session.scalars(sa.select(FollowUp).where(FollowUp.state == FollowUpState.OPEN)).all() == []


def test_a_lead_moves_between_stages_of_one_meaning_and_stays_won(
    lead: Lead, owner: User, lists_put_back: None
) -> None:
    delivered = add_stage(Stage.WON, name_sv="Levererad", expected_days=None)
    with writing():
        enter_stage(lead, first_stage(Stage.WON), owner, NOW, facts=Facts())
        enter_stage(lead, delivered, owner, TOMORROW, facts=Facts())

    assert (stage_of(lead), lead.closed_at, lead.stage_changed_at) == (delivered, NOW, TOMORROW)


def test_enter_stage_refuses_where_it_stands_and_what_was_put_away(lead: Lead, owner: User, offer: LeadStage) -> None:
    with pytest.raises(RuleBroken, match="redan i det steget"), writing():
        enter_stage(lead, first_stage(Stage.NEW), owner, NOW, facts=Facts())

    with writing() as session:
        session.execute(sa.update(LeadStage).where(LeadStage.id == offer.id).values(is_active=False))
    with pytest.raises(RuleBroken, match="undanlagt"), writing():
        enter_stage(lead, offer, owner, NOW, facts=Facts())
