from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from app.accounts.models import User
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.follow_ups.models import FollowUpKind, FollowUpState
from app.follow_ups.services import plan
from app.leads.models import CallOutcome, EventKind, LeadEvent, LostReason
from app.leads.queries import lost_reasons, open_lead_of, timeline
from app.leads.services import ensure_lost_reasons, hand_over, log_call, move_to_stage, tell, write_note
from app.leads.stages import Stage
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead

LATER = NOW + timedelta(hours=2)


def told(event: LeadEvent) -> tuple[object, ...]:
    return event.kind, event.at, event.actor_id, event.from_stage, event.to_stage, event.outcome, event.text


def test_tell_makes_the_lead_and_its_contact_active_now(app: Flask) -> None:
    with writing():
        lead = add_lead(add_contact())

    with writing():
        tell(lead, EventKind.ENQUIRY, LATER, about_id=7)

    assert (lead.active_at, lead.contact.active_at) == (LATER, LATER)
    assert [(event.kind, event.about_id) for event in timeline(lead)] == [(EventKind.ENQUIRY, 7)]


def test_tell_writes_one_line_and_asks_nothing(app: Flask, count_queries: Callable[[], int]) -> None:
    with writing() as session:
        lead = add_lead(add_contact())
        count_queries()

        tell(lead, EventKind.ENQUIRY, LATER, about_id=7)

        assert count_queries() == 1
        session.flush()


@pytest.mark.parametrize(
    ("kind", "outcome", "heard_at", "reached_out_at"),
    [
        (EventKind.ENQUIRY, None, LATER, None),
        (EventKind.ANSWER, None, NOW, LATER),
        (EventKind.CALL, CallOutcome.ANSWERED, LATER, LATER),
        (EventKind.CALL, CallOutcome.VOICEMAIL, NOW, LATER),
        (EventKind.CALL, CallOutcome.NO_ANSWER, NOW, LATER),
        (EventKind.NOTE, None, NOW, None),
    ],
)
def test_tell_keeps_who_spoke_last(
    app: Flask, kind: EventKind, outcome: CallOutcome | None, heard_at: datetime, reached_out_at: datetime | None
) -> None:
    with writing():
        lead = add_lead(add_contact())

    with writing():
        tell(lead, kind, LATER, about_id=7, outcome=outcome)

    db.session.expire_all()
    assert (lead.heard_at, lead.reached_out_at) == (heard_at, reached_out_at)


def test_move_to_stage_keeps_who_when_from_to_and_why(app: Flask, owner: User) -> None:
    with writing():
        lead = add_lead(add_contact())

    with writing():
        move_to_stage(lead, Stage.CONTACTED, owner, LATER, why="Ringde upp")

    assert (lead.stage, lead.stage_changed_at, lead.closed_at) == (Stage.CONTACTED, LATER, None)
    assert [told(event) for event in timeline(lead)] == [
        (EventKind.STAGE, LATER, owner.id, Stage.NEW, Stage.CONTACTED, None, "Ringde upp")
    ]


def test_move_to_stage_refuses_lost_without_a_reason(app: Flask, owner: User) -> None:
    with writing():
        lead = add_lead(add_contact())

    with pytest.raises(RuleBroken, match="anledning"), writing():
        move_to_stage(lead, Stage.LOST, owner, LATER)

    assert (lead.stage, list(timeline(lead))) == (Stage.NEW, [])


def test_move_to_stage_refuses_the_stage_it_stands_in(app: Flask, owner: User) -> None:
    with writing():
        lead = add_lead(add_contact())

    with pytest.raises(RuleBroken, match="redan"), writing():
        move_to_stage(lead, Stage.NEW, owner, LATER)


def test_a_lost_lead_is_closed_with_its_reason_and_owed_nothing(app: Flask, owner: User) -> None:
    with writing():
        lead = add_lead(add_contact())
        step = plan(lead, FollowUpKind.CALL, LATER, NOW)
    reason = lost_reasons()[0]

    with writing():
        move_to_stage(lead, Stage.LOST, owner, LATER, lost_reason=reason)

    assert (lead.closed_at, lead.lost_reason, lead.next_step_at) == (LATER, reason, None)
    assert (step.state, step.done_at, step.done_by_id) == (FollowUpState.SKIPPED, LATER, owner.id)


def test_a_lead_opened_again_forgets_its_end(app: Flask, owner: User) -> None:
    with writing():
        lead = add_lead(add_contact())
        move_to_stage(lead, Stage.LOST, owner, NOW, lost_reason=lost_reasons()[0])

    with writing():
        move_to_stage(lead, Stage.DECISION, owner, LATER)

    assert (lead.is_open, lead.closed_at, lead.lost_reason_id) == (True, None, None)


def test_write_note_refuses_an_empty_one(app: Flask, owner: User) -> None:
    with writing():
        lead = add_lead(add_contact())

    with pytest.raises(RuleBroken, match="anteckningen"), writing():
        write_note(lead, "  \n", owner, LATER)


@pytest.mark.parametrize(
    ("outcome", "stage"),
    [
        (CallOutcome.ANSWERED, Stage.CONTACTED),
        (CallOutcome.NO_ANSWER, Stage.NEW),
        (CallOutcome.VOICEMAIL, Stage.NEW),
    ],
)
def test_log_call_makes_a_new_lead_contacted_once_somebody_answered(
    app: Flask, owner: User, outcome: CallOutcome, stage: Stage
) -> None:
    with writing():
        lead = add_lead(add_contact())

    with writing():
        log_call(lead, outcome, "Vill låna i mars", owner, LATER)

    assert lead.stage is stage
    calls = [event for event in timeline(lead) if event.kind is EventKind.CALL]
    assert [told(event) for event in calls] == [
        (EventKind.CALL, LATER, owner.id, None, None, outcome, "Vill låna i mars")
    ]


def test_hand_over_tells_once(app: Flask, owner: User, staff: User) -> None:
    with writing():
        lead = add_lead(add_contact(), owner=owner)

    with writing():
        hand_over(lead, staff, owner, LATER)
        hand_over(lead, staff, owner, LATER)

    assert lead.owner_id == staff.id
    assert [(event.kind, event.about_id) for event in timeline(lead)] == [(EventKind.OWNER, staff.id)]


def test_hand_over_refuses_somebody_who_may_not_sign_in(app: Flask, owner: User, staff: User) -> None:
    with writing():
        lead = add_lead(add_contact(), owner=owner)
        staff.is_active = False

    with pytest.raises(RuleBroken, match="avstängd"), writing():
        hand_over(lead, staff, owner, LATER)


def test_open_lead_of_gives_neither_a_closed_lead_nor_another_subjects(app: Flask, owner: User) -> None:
    with writing():
        contact = add_contact()
        closed, other, wanted = (add_lead(contact) for _ in range(3))
        closed.subject = wanted.subject
        move_to_stage(closed, Stage.WON, owner, NOW)

    assert open_lead_of(contact.id, wanted.subject_id) is wanted
    assert open_lead_of(contact.id, other.subject_id) is other
    assert open_lead_of(contact.id, 0) is None


def test_ensure_lost_reasons_leaves_the_owners_list_alone(app: Flask) -> None:
    before = [reason.name_sv for reason in lost_reasons()]

    with writing():
        ensure_lost_reasons()

    assert [reason.name_sv for reason in lost_reasons()] == before
    assert db.session.query(LostReason).count() == len(before) > 0
