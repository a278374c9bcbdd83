from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.accounts.models import User
from app.consultations.booking import Details
from app.consultations.ending import called_off_by_closing, cancel, settle_held, settle_missed
from app.consultations.hosts import Host
from app.consultations.kinds import ConsultationKind
from app.consultations.models import ChangeKind, Consultation, ConsultationOutcome, ConsultationState
from app.consultations.queries import changes_of
from app.consultations.services import book
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.follow_ups.models import FollowUp, FollowUpKind
from app.follow_ups.onward import NextStep
from app.follow_ups.queries import open_of
from app.leads.models import EventKind, Lead, LeadEvent, LostReason
from app.leads.services import move_to_stage
from app.leads.stages import Stage
from app.mail.templates import ensure_templates
from app.plans.editing import ensure_plans, switch_on
from app.plans.models import Plan, PlanRun, StopReason
from app.plans.services import start
from tests.conftest import NOW
from tests.consultations.cast import (
    A_DAY,
    HALF_AN_HOUR,
    TOMORROW_AT_NINE,
    add_consultation,
    add_kind,
    cells,
    events_of,
    is_offered,
)
from tests.leads.cast import add_contact, add_lead

AFTERWARDS = TOMORROW_AT_NINE + HALF_AN_HOUR
WEDNESDAY = date(2026, 11, 25)


def owed(lead: Lead) -> list[tuple[FollowUpKind, str | None, date | None, int | None]]:
    """What the lead is owed, and by whom."""
    return [(step.kind, step.title, step.due_on, step.owner_id) for step in open_of(lead.id)]


# Cancelled


def test_identity_numbers_are_blotted_out_of_why_a_visitor_cancels(booked: Consultation) -> None:
    with writing():
        cancel(booked, NOW, why="Mor, 19811218-9876, är sjuk")

    assert changes_of(booked.id)[-1].why == "Mor, [personnummer borttaget], är sjuk"


def test_d19_a_cancelled_time_is_offered_again_at_once(
    kind: ConsultationKind, host: Host, booked: Consultation
) -> None:
    with writing():
        cancel(booked, NOW)

    assert (booked.state, booked.sequence, booked.settled_at) == (ConsultationState.CANCELLED, 1, NOW)
    assert cells(host) == {}
    assert is_offered(kind, TOMORROW_AT_NINE)
    assert not is_offered(kind, TOMORROW_AT_NINE, TOMORROW_AT_NINE - timedelta(hours=11))


def test_a_cancelled_talk_leaves_its_host_to_find_a_new_time(booked: Consultation, lead: Lead, owner: User) -> None:
    with writing():
        cancel(booked, NOW)

    assert owed(lead) == [(FollowUpKind.CALL, "Hitta en ny tid", WEDNESDAY - A_DAY, owner.id)]
    assert lead.next_step_at == open_of(lead.id)[0].due_at
    assert lead.stage is Stage.CONSULTATION
    assert events_of(lead)[-1] is EventKind.CONSULTATION_CANCELLED


def test_the_host_reads_the_task_in_their_own_language(booked: Consultation, lead: Lead, owner: User) -> None:
    with writing():
        owner.language = "en"
        cancel(booked, NOW)

    assert [step.title for step in open_of(lead.id)] == ["Find a new time"]


def test_nobody_has_to_call_where_another_talk_is_ahead(
    kind: ConsultationKind, booked: Consultation, lead: Lead
) -> None:
    with writing():
        book(kind, TOMORROW_AT_NINE + A_DAY, "another-form", lead, Details(), NOW)

    with writing():
        cancel(booked, NOW)

    assert owed(lead) == []
    assert lead.next_step_at == TOMORROW_AT_NINE + A_DAY


@pytest.mark.parametrize(("is_suspect", "titles"), [(True, []), (False, ["Hitta en ny tid"])])
def test_nobody_is_to_find_another_time_for_what_looks_like_spam(
    kind: ConsultationKind, lead: Lead, owner: User, is_suspect: bool, titles: list[str]
) -> None:
    with writing():
        asked = add_consultation(lead, kind, state=ConsultationState.REQUESTED, is_suspect=is_suspect)
        cancel(asked, NOW, actor=owner)

    assert [step.title for step in open_of(lead.id)] == titles


def test_a_change_by_us_keeps_who_and_why(booked: Consultation, owner: User) -> None:
    with writing():
        cancel(booked, NOW, actor=owner, why="Jag är sjuk")

    change = changes_of(booked.id)[-1]
    assert (change.kind, change.actor, change.why) == (ChangeKind.CANCELLED, owner, "Jag är sjuk")
    assert (change.from_state, change.to_state) == (ConsultationState.BOOKED, ConsultationState.CANCELLED)
    assert booked.lead.heard_at == NOW


def test_to_cancel_twice_changes_nothing(booked: Consultation) -> None:
    with writing():
        cancel(booked, NOW)
    with writing():
        cancel(booked, NOW)

    assert booked.sequence == 1
    assert len(changes_of(booked.id)) == 2


def test_close_to_the_start_only_we_may_cancel_and_after_it_nobody(booked: Consultation, owner: User) -> None:
    with pytest.raises(RuleBroken, match="Ring oss i stället"), writing():
        cancel(booked, TOMORROW_AT_NINE - timedelta(minutes=120))
    with pytest.raises(RuleBroken, match="redan börjat"), writing():
        cancel(booked, TOMORROW_AT_NINE, actor=owner)
    with writing():
        cancel(booked, TOMORROW_AT_NINE - timedelta(minutes=1), actor=owner)
    assert booked.state is ConsultationState.CANCELLED


@pytest.mark.parametrize("stage", [Stage.WON, Stage.LOST, Stage.RESTING])
def test_a_lead_that_is_closed_or_rests_has_no_talks_ahead(
    booked: Consultation, host: Host, lead: Lead, owner: User, stage: Stage
) -> None:
    reason = db.session.scalars(sa.select(LostReason)).first()
    assert called_off_by_closing(lead, NOW) == [booked]

    with writing():
        move_to_stage(lead, stage, owner, NOW, lost_reason=reason, rests_until_on=WEDNESDAY)

    assert booked.state is ConsultationState.CANCELLED
    assert changes_of(booked.id)[-1].actor == owner
    assert cells(host) == {}
    assert owed(lead) == []
    assert lead.next_step_at is None


def test_what_has_begun_stays_to_be_told_of_when_the_lead_is_closed(
    booked: Consultation, lead: Lead, owner: User
) -> None:
    with writing():
        move_to_stage(lead, Stage.WON, owner, TOMORROW_AT_NINE)

    assert booked.state is ConsultationState.BOOKED
    with writing():
        settle_held(booked, ConsultationOutcome.TO_TRIAL, owner, AFTERWARDS)
    assert lead.stage is Stage.WON


# Held


@pytest.mark.parametrize(
    ("outcome", "stage"),
    [
        (ConsultationOutcome.TO_TRIAL, Stage.TRIAL),
        (ConsultationOutcome.THINKS, Stage.DECISION),
        (ConsultationOutcome.NO, Stage.LOST),
        (ConsultationOutcome.NOT_SUITABLE, Stage.LOST),
    ],
)
def test_a_held_talk_moves_the_lead_and_leaves_none_adrift(
    booked: Consultation, lead: Lead, owner: User, outcome: ConsultationOutcome, stage: Stage
) -> None:
    too_dear = db.session.scalars(sa.select(LostReason).where(LostReason.name_en == "Too expensive")).one()

    with writing():
        settle_held(booked, outcome, owner, AFTERWARDS, lost_reason=too_dear)

    assert (booked.state, booked.outcome, booked.settled_at) == (ConsultationState.HELD, outcome, AFTERWARDS)
    assert lead.stage is stage
    assert lead.lost_reason == (too_dear if stage is Stage.LOST else None)
    assert not lead.is_adrift
    assert bool(owed(lead)) is lead.is_open
    assert (lead.heard_at, lead.reached_out_at) == (AFTERWARDS, AFTERWARDS)


def test_whom_it_does_not_suit_is_lost_for_the_usual_reason_and_a_no_asks_for_one(
    booked: Consultation, lead: Lead, owner: User
) -> None:
    with pytest.raises(RuleBroken, match="Välj en anledning"), writing():
        settle_held(booked, ConsultationOutcome.NO, owner, AFTERWARDS)
    assert booked.state is ConsultationState.BOOKED

    with writing():
        settle_held(booked, ConsultationOutcome.NOT_SUITABLE, owner, AFTERWARDS)

    assert lead.lost_reason is not None
    assert lead.lost_reason.name_en == "Not right for the condition"


def test_what_was_said_is_on_the_timeline_and_what_comes_next_is_planned(
    booked: Consultation, lead: Lead, owner: User
) -> None:
    step = NextStep(FollowUpKind.VISIT, AFTERWARDS + A_DAY, None, "Lämna enheten")

    with writing():
        settle_held(booked, ConsultationOutcome.TO_TRIAL, owner, AFTERWARDS, note="Sover dåligt", next_step=step)

    assert owed(lead) == [(FollowUpKind.VISIT, "Lämna enheten", None, None)]
    line = db.session.scalars(sa.select(LeadEvent).filter_by(kind=EventKind.CONSULTATION_HELD)).one()
    assert (line.about_id, line.actor, line.text) == (booked.id, owner, "Sover dåligt")


def test_nothing_is_told_of_a_talk_before_it_begins_or_twice(booked: Consultation, owner: User) -> None:
    with pytest.raises(RuleBroken, match="inte börjat än"), writing():
        settle_held(booked, ConsultationOutcome.THINKS, owner, TOMORROW_AT_NINE - timedelta(seconds=1))
    with pytest.raises(RuleBroken, match="inte börjat än"), writing():
        settle_missed(booked, ConsultationState.NO_SHOW, owner, TOMORROW_AT_NINE - timedelta(seconds=1))
    with writing():
        settle_missed(booked, ConsultationState.NO_SHOW, owner, TOMORROW_AT_NINE)
    with pytest.raises(RuleBroken, match="redan avslutad"), writing():
        settle_held(booked, ConsultationOutcome.THINKS, owner, AFTERWARDS)


# Missed


@pytest.mark.parametrize("state", [ConsultationState.NO_SHOW, ConsultationState.COULD_NOT_COME])
def test_a_missed_talk_is_followed_by_a_call(
    booked: Consultation, lead: Lead, owner: User, state: ConsultationState
) -> None:
    with writing():
        settle_missed(booked, state, owner, AFTERWARDS)

    assert booked.state is state
    assert owed(lead) == [(FollowUpKind.CALL, "Hör varför det inte blev av", WEDNESDAY, owner.id)]
    assert lead.stage is Stage.CONSULTATION
    assert events_of(lead)[-1] is EventKind.CONSULTATION_MISSED


@pytest.mark.parametrize(
    ("state", "counts"),
    [
        (ConsultationState.CANCELLED, False),
        (ConsultationState.COULD_NOT_COME, False),
        (ConsultationState.NO_SHOW, True),
    ],
)
def test_d25_who_stays_away_counts_towards_the_days_limit(
    host: Host, lead: Lead, owner: User, state: ConsultationState, counts: bool
) -> None:
    with writing():
        kind = add_kind(host, most_per_day=1, notice=0)
        booking = book(kind, TOMORROW_AT_NINE, "form", lead, Details(), NOW)

    with writing():
        if state is ConsultationState.CANCELLED:
            cancel(booking, NOW)
        else:
            settle_missed(booking, state, owner, TOMORROW_AT_NINE)

    assert is_offered(kind, TOMORROW_AT_NINE + 2 * HALF_AN_HOUR, TOMORROW_AT_NINE) is not counts


# Plans


def plan_called(key: str) -> Plan:
    """One of the first plans, switched on."""
    ensure_templates(NOW)
    ensure_plans(NOW)
    plan = db.session.scalars(sa.select(Plan).filter_by(key=key)).one()
    switch_on(plan, NOW)
    return plan


def runs_of(lead: Lead) -> list[tuple[str | None, StopReason | None]]:
    query = sa.select(Plan.key, PlanRun.stop_reason).join(Plan, Plan.id == PlanRun.plan_id)
    return [tuple(row) for row in db.session.execute(query.filter(PlanRun.lead_id == lead.id))]


def test_a_booking_stops_the_plans_under_way(kind: ConsultationKind, lead: Lead, owner: User) -> None:
    with writing():
        start(plan_called("nudge_after_silence"), lead, owner, NOW)

    with writing():
        book(kind, TOMORROW_AT_NINE, "form", lead, Details(), NOW)

    assert runs_of(lead) == [("nudge_after_silence", StopReason.BOOKED)]


def test_a_held_talk_starts_the_plan_for_it_and_a_missed_one_another(
    booked: Consultation, kind: ConsultationKind, lead: Lead, owner: User
) -> None:
    with writing():
        plan_called("after_consultation")
        plan_called("after_missed_consultation")
        bo = add_lead(add_contact("Bo Ek", "070-174 06 22", "bo@example.se"))
        missed = book(kind, AFTERWARDS, "bos-form", bo, Details(), NOW)

    with writing():
        settle_held(booked, ConsultationOutcome.THINKS, owner, AFTERWARDS)
        settle_missed(missed, ConsultationState.NO_SHOW, owner, AFTERWARDS)

    assert runs_of(lead) == [("after_consultation", None)]
    assert runs_of(bo) == [("after_missed_consultation", None)]


def test_no_plan_is_started_for_who_is_lost_by_the_talk(booked: Consultation, lead: Lead, owner: User) -> None:
    with writing():
        plan_called("after_consultation")

    with writing():
        settle_held(booked, ConsultationOutcome.NOT_SUITABLE, owner, AFTERWARDS)

    assert runs_of(lead) == []
    assert db.session.scalars(sa.select(FollowUp).filter_by(state="open")).all() == []
