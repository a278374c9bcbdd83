"""Many leads are moved to another stage, and stand again where they stood."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.accounts.models import User
from app.core.db import db, writing
from app.follow_ups.models import FollowUp, FollowUpKind, FollowUpState
from app.follow_ups.queries import open_of
from app.follow_ups.services import keep_on, plan
from app.leads.models import EventKind, Lead, LeadEvent, LostReason
from app.leads.own_stages import first_stage
from app.leads.services import move_to_stage
from app.leads.stages import RequiredFact, Stage
from app.lists.models import BulkKind, RowState
from app.plans.services import start
from app.trials.models import TrialState
from tests.conftest import NOW
from tests.consultations.cast import add_consultation, add_host, add_kind
from tests.leads.cast import add_stage
from tests.lists.cast import LATER, add_leads, change_many, states, undo_change
from tests.plans.cast import make_plan
from tests.trials.cast import add_model, add_trial, add_unit

CHANGED, LEFT, RESTORED, KEPT = RowState.CHANGED, RowState.LEFT, RowState.RESTORED, RowState.KEPT
EARLIER = NOW - timedelta(days=3)


def to(stage: Stage, **facts: Any) -> dict[str, Any]:
    return {"stage": first_stage(stage).id, "facts": facts}


def lost() -> dict[str, Any]:
    return to(Stage.LOST, lost_reason=db.session.scalars(sa.select(LostReason.id)).first())


def standing(lead_id: int) -> tuple[Any, ...]:
    db.session.rollback()
    lead = db.session.get_one(Lead, lead_id)
    kept = (lead.stage, lead.added_stage_id, lead.stage_changed_at, lead.rests_until_on, lead.lost_reason_id)
    steps = [(step.kind, step.title, step.due_at, step.is_suggested) for step in open_of(lead_id)]
    return (*kept, lead.closed_at, lead.next_step_at, lead.owner_id, lead.value_ore, steps)


def test_lost_and_found_again_each_lead_is_as_it_was(owner: User) -> None:
    with writing():
        fresh, planned, resting = add_leads(3)
        keep_on(fresh, EARLIER)
        plan(planned, FollowUpKind.CALL, NOW + timedelta(days=2), EARLIER, title="Ring om offerten")
        move_to_stage(planned, Stage.DECISION, owner, EARLIER)
        move_to_stage(resting, Stage.RESTING, owner, EARLIER, rests_until_on=date(2027, 3, 1))
        ids = [lead.id for lead in (fresh, planned, resting)]
    before = [standing(lead_id) for lead_id in ids]

    change_id = change_many(BulkKind.STAGE, ids, lost(), owner)
    moved = [standing(lead_id)[0] for lead_id in ids]
    undo_change(change_id, owner)

    assert moved == [Stage.LOST] * 3
    assert [standing(lead_id) for lead_id in ids] == before
    assert {state for state, _why in states(change_id).values()} == {RESTORED}


def test_a_walk_taken_back_leaves_no_step_of_it_behind(owner: User) -> None:
    with writing():
        (lead,) = add_leads(1)
        move_to_stage(lead, Stage.RESTING, owner, EARLIER, rests_until_on=date(2027, 3, 1))
        lead_id = lead.id
    before = standing(lead_id)

    change_id = change_many(BulkKind.STAGE, [lead_id], to(Stage.DECISION), owner)
    steps = len(open_of(lead_id))
    undo_change(change_id, owner)

    assert steps == 1
    assert standing(lead_id) == before


def test_the_timeline_tells_of_the_move_and_of_the_way_back(owner: User) -> None:
    with writing():
        (lead,) = add_leads(1)

    undo_change(change_many(BulkKind.STAGE, [lead.id], to(Stage.CONTACTED), owner), owner)

    told = sa.select(LeadEvent.from_stage, LeadEvent.to_stage, LeadEvent.at).where(LeadEvent.kind == EventKind.STAGE)
    assert db.session.execute(told.order_by(LeadEvent.id)).all() == [
        (Stage.NEW, Stage.CONTACTED, NOW),
        (Stage.CONTACTED, Stage.NEW, LATER),
    ]


def test_a_lead_that_was_moved_on_is_kept(owner: User) -> None:
    with writing():
        ids = [lead.id for lead in add_leads(2)]
    change_id = change_many(BulkKind.STAGE, ids, to(Stage.CONTACTED), owner)
    with writing():
        move_to_stage(db.session.get_one(Lead, ids[0]), Stage.DECISION, owner, NOW + timedelta(minutes=1))

    undo_change(change_id, owner)

    assert [standing(lead_id)[0] for lead_id in ids] == [Stage.DECISION, Stage.NEW]
    assert states(change_id) == {
        ids[0]: (KEPT, "Affären har flyttats till Beslut sedan dess."),
        ids[1]: (RESTORED, None),
    }


def test_resting_until_another_day_is_taken_back_to_the_first(owner: User) -> None:
    with writing():
        (lead,) = add_leads(1)
        move_to_stage(lead, Stage.RESTING, owner, EARLIER, rests_until_on=date(2027, 3, 1))
        lead_id = lead.id
    before = standing(lead_id)

    change_id = change_many(BulkKind.STAGE, [lead_id], to(Stage.RESTING, rests_until_on="2027-05-03"), owner)
    rests = standing(lead_id)[3]
    undo_change(change_id, owner)

    assert rests == date(2027, 5, 3)
    assert standing(lead_id) == before


@pytest.mark.usefixtures("lists_put_back")
def test_what_a_stage_wants_is_said_once_and_only_of_those_that_lack_it(owner: User, staff: User) -> None:
    own = add_stage(facts=[RequiredFact.OWNER, RequiredFact.VALUE, RequiredFact.EMAIL])
    with writing():
        nobodys, owned, silent = add_leads(3)
        keep_on(nobodys, EARLIER)
        owned.owner_id, owned.value_ore = owner.id, 500_00
        silent.contact.email = None
        ids = [lead.id for lead in (nobodys, owned, silent)]
    before = standing(ids[0])

    facts = {"owner": staff.id, "value_ore": 12_000_00}
    change_id = change_many(BulkKind.STAGE, ids, {"stage": own.id, "facts": facts}, owner)
    db.session.rollback()
    kept = [
        (lead.added_stage_id, lead.owner_id, lead.value_ore)
        for lead in db.session.scalars(sa.select(Lead).order_by(Lead.id))
    ]
    undo_change(change_id, owner)

    assert kept == [(own.id, staff.id, 12_000_00), (own.id, owner.id, 500_00), (None, None, None)]
    assert states(change_id)[ids[2]] == (LEFT, "Saknar: e-post.")
    assert standing(ids[0]) == before


@pytest.mark.usefixtures("lists_put_back")
def test_a_stage_put_away_takes_nobody(owner: User) -> None:
    own = add_stage(is_active=False)
    with writing():
        ids = [lead.id for lead in add_leads(1)]

    change_id = change_many(BulkKind.STAGE, ids, {"stage": own.id, "facts": {}}, owner)

    assert states(change_id) == {ids[0]: (LEFT, "Steget är undanlagt.")}


def test_who_stands_there_already_is_left(owner: User) -> None:
    with writing():
        ids = [lead.id for lead in add_leads(1)]

    change_id = change_many(BulkKind.STAGE, ids, to(Stage.NEW), owner)

    assert states(change_id) == {ids[0]: (LEFT, "Står redan i det steget.")}


def test_a_plan_under_way_stops_with_the_move(owner: User) -> None:
    with writing():
        (lead,) = add_leads(1)
        start(make_plan(3), lead, owner, NOW)

    change_many(BulkKind.STAGE, [lead.id], to(Stage.CONTACTED), owner)

    told = db.session.scalars(sa.select(LeadEvent.kind).where(LeadEvent.kind == EventKind.PLAN_STOPPED)).all()
    assert told == [EventKind.PLAN_STOPPED]


@pytest.mark.parametrize("stage", [Stage.LOST, Stage.RESTING])
def test_who_has_a_unit_out_or_a_talk_booked_is_seen_to_first(owner: User, stage: Stage) -> None:
    with writing():
        leads = add_leads(4)
        ids = [lead.id for lead in leads]
        model = add_model()
        add_trial(leads[0], add_unit(model))
        add_trial(leads[1], add_unit(model, "BM-105"), TrialState.RESERVED)
        host = add_host(owner)
        add_consultation(leads[2], add_kind(host))
    choice = lost() if stage is Stage.LOST else to(stage, rests_until_on="2027-05-03")

    change_id = change_many(BulkKind.STAGE, ids, choice, owner)

    assert states(change_id) == {
        ids[0]: (LEFT, "Har en enhet ute."),
        ids[1]: (LEFT, "Har en provperiod på gång."),
        ids[2]: (LEFT, "Har en bokad konsultation."),
        ids[3]: (CHANGED, None),
    }


def test_a_step_that_was_settled_by_hand_stays_settled(owner: User) -> None:
    with writing():
        (lead,) = add_leads(1)
        step = plan(lead, FollowUpKind.CALL, NOW + timedelta(days=2), EARLIER)
        step.state, step.done_at = FollowUpState.SKIPPED, EARLIER
        plan(lead, FollowUpKind.MAIL, NOW + timedelta(days=2), EARLIER)

    undo_change(change_many(BulkKind.STAGE, [lead.id], lost(), owner), owner)

    assert db.session.scalars(sa.select(FollowUp.state)).all() == [FollowUpState.SKIPPED, FollowUpState.OPEN]
