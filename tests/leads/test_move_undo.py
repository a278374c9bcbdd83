from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.models import User
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.follow_ups.models import FollowUp, FollowUpKind, FollowUpState
from app.follow_ups.services import plan
from app.leads.models import Lead, LeadStage
from app.leads.move_undo import Move, Place, undo_move
from app.leads.moving import Facts, enter_stage
from app.leads.own_stages import first_stage, stage_left, stage_name, stage_reached
from app.leads.queries import lost_reasons, timeline
from app.leads.services import move_to_stage
from app.leads.stages import Stage
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead, add_stage, own_again

DAY = timedelta(days=1)
LATER = NOW + timedelta(minutes=9)


@pytest.fixture
def lead(app: Flask, owner: User) -> Lead:
    """Siv's, who is owed a call tomorrow."""
    with writing():
        lead = add_lead(add_contact(), now=NOW - 3 * DAY)
        plan(lead, FollowUpKind.CALL, NOW + DAY, NOW - DAY)
    return lead


def moved(lead: Lead, own: LeadStage, owner: User, **facts: object) -> Move:
    """The lead is moved there now; what undoes it is as it comes back from an address."""
    with writing():
        made = enter_stage(lead, own, owner, NOW, facts=Facts(**facts))  # type: ignore[arg-type]
    return Move.from_text(made.as_text())


def undo(lead: Lead, made: Move, owner: User) -> None:
    with writing():
        undo_move(db.session.get_one(Lead, lead.id), made, owner, LATER)
    db.session.expire_all()


def open_steps() -> list[tuple[FollowUpKind, bool]]:
    query = sa.select(FollowUp).where(FollowUp.state == FollowUpState.OPEN)
    return [(step.kind, step.is_suggested) for step in db.session.scalars(query)]


@pytest.mark.parametrize("meaning", list(Stage)[1:])
def test_undo_leads_back_from_each_stage(lead: Lead, owner: User, meaning: Stage) -> None:
    before = Place.of(lead)
    until = (NOW + 9 * DAY).date()

    undo(lead, moved(lead, first_stage(meaning), owner, lost_reason=lost_reasons()[0], rests_until_on=until), owner)

    assert Place.of(lead) == before
    assert (lead.next_step_at, open_steps()) == (NOW + DAY, [(FollowUpKind.CALL, False)])
    assert [(stage_left(line), stage_reached(line)) for line in timeline(lead)[:1]] == [
        (first_stage(meaning).name_sv, "Ny")
    ]


@pytest.mark.parametrize("meaning", [Stage.LOST, Stage.WON, Stage.RESTING])
def test_undo_leads_back_to_rest_and_to_the_end(lead: Lead, owner: User, meaning: Stage) -> None:
    reason, until = lost_reasons()[0], (NOW + 9 * DAY).date()
    with writing():
        ended_at = NOW - timedelta(hours=2)
        move_to_stage(lead, meaning, owner, ended_at, lost_reason=reason, rests_until_on=until)
    before = Place.of(lead)

    undo(lead, moved(lead, first_stage(Stage.TRIAL), owner), owner)

    assert (Place.of(lead), lead.stage) == (before, meaning)
    assert (lead.next_step_at, open_steps()) == (None, [])


def test_undo_of_another_day_to_rest_until(lead: Lead, owner: User) -> None:
    first, other = (NOW + 9 * DAY).date(), (NOW + 30 * DAY).date()
    resting = first_stage(Stage.RESTING)
    with writing():
        enter_stage(lead, resting, owner, NOW - DAY, facts=Facts(rests_until_on=first))

    undo(lead, moved(lead, resting, owner, rests_until_on=other), owner)

    assert (lead.stage, lead.rests_until_on) == (Stage.RESTING, first)


@pytest.mark.usefixtures("lists_put_back")
def test_undo_leads_back_to_an_added_stage_unless_it_was_put_away(lead: Lead, owner: User) -> None:
    offer = add_stage()
    with writing():
        enter_stage(lead, offer, owner, NOW - DAY, facts=Facts())
    made = moved(lead, first_stage(Stage.TRIAL), owner)

    with writing() as session:
        session.execute(sa.update(LeadStage).where(LeadStage.id == offer.id).values(is_active=False))
    own_again(offer.id)
    with pytest.raises(RuleBroken, match="lagts undan"):
        undo(lead, made, owner)

    with writing() as session:
        session.execute(sa.update(LeadStage).where(LeadStage.id == offer.id).values(is_active=True))
    own_again(offer.id)
    undo(lead, made, owner)
    assert stage_name(lead) == "Offert skickad"


def test_undo_is_refused_after_ten_minutes(lead: Lead, owner: User) -> None:
    made = moved(lead, first_stage(Stage.TRIAL), owner)

    with pytest.raises(RuleBroken, match="mer än tio minuter"), writing():
        undo_move(lead, made, owner, NOW + timedelta(minutes=10, seconds=1))


def test_undo_is_refused_where_the_lead_has_moved_since(lead: Lead, owner: User) -> None:
    made = moved(lead, first_stage(Stage.TRIAL), owner)
    with writing():
        move_to_stage(lead, Stage.DECISION, None, LATER)

    with pytest.raises(RuleBroken, match="flyttats till Beslut sedan dess"):
        undo(lead, made, owner)


def test_undo_happens_once(lead: Lead, owner: User) -> None:
    made = moved(lead, first_stage(Stage.TRIAL), owner)
    undo(lead, made, owner)

    with pytest.raises(RuleBroken, match="flyttats till Ny"):
        undo(lead, made, owner)
