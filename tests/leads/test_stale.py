from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.accounts.models import User
from app.core.db import db, writing
from app.follow_ups.models import FollowUpKind
from app.follow_ups.services import plan
from app.leads.models import CallOutcome, EventKind, Lead
from app.leads.services import log_call, move_to_stage, tell
from app.leads.stages import Stage
from app.leads.stale import Stale, Staleness, is_stale, stale, stale_counts
from tests.conftest import NOW
from tests.explained import explained, let_postgres_look
from tests.leads.cast import add_contact, add_lead
from tests.leads.page import read
from tests.signed_in import SignedIn

A_DAY = timedelta(days=1)


def answered(stage: Stage = Stage.CONTACTED) -> Lead:
    """A lead that wrote, and was answered a day later."""
    with writing():
        lead = add_lead(add_contact(), now=NOW - A_DAY)
        tell(lead, EventKind.ENQUIRY, NOW - A_DAY, about_id=1)
        tell(lead, EventKind.ANSWER, NOW, about_id=1)
        lead.stage, lead.stage_changed_at = stage, NOW
    return lead


@pytest.mark.parametrize(
    ("stage", "days"),
    [(Stage.CONTACTED, 7), (Stage.CONSULTATION, 7), (Stage.TRIAL, 10), (Stage.DECISION, 14)],
)
def test_who_does_not_answer_is_silent_after_the_days_of_the_stage(app: Flask, stage: Stage, days: int) -> None:
    lead = answered(stage)

    assert stale(lead, NOW + days * A_DAY - timedelta(seconds=1)) is None
    assert stale(lead, NOW + days * A_DAY) == Stale(Staleness.SILENT, NOW)


def test_who_has_written_and_got_nothing_is_unworked(app: Flask) -> None:
    with writing():
        lead = add_lead(add_contact())

    assert stale(lead, NOW + A_DAY) == Stale(Staleness.UNWORKED, NOW)


def test_after_a_talk_or_a_move_it_is_our_turn(app: Flask, owner: User) -> None:
    talked, moved = answered(), answered()
    with writing():
        log_call(talked, CallOutcome.ANSWERED, None, owner, NOW + A_DAY)
        move_to_stage(moved, Stage.DECISION, owner, NOW + A_DAY)
        for lead in (talked, moved):
            lead.next_step_at = None

    later = NOW + 30 * A_DAY
    assert [stale(lead, later) for lead in (talked, moved)] == [Stale(Staleness.UNWORKED, NOW + A_DAY)] * 2


def test_a_call_that_nobody_answered_leaves_them_silent(app: Flask, owner: User) -> None:
    lead = answered()
    with writing():
        log_call(lead, CallOutcome.NO_ANSWER, None, owner, NOW + A_DAY)

    assert stale(lead, NOW + 8 * A_DAY) == Stale(Staleness.SILENT, NOW + A_DAY)


def test_the_clock_stands_while_a_step_lies_ahead_and_starts_when_it_is_due(app: Flask) -> None:
    lead = answered()
    with writing():
        plan(lead, FollowUpKind.CALL, NOW + 30 * A_DAY, NOW)

    found = [stale(lead, NOW + days * A_DAY) for days in (29, 36, 37)]

    assert found == [None, None, Stale(Staleness.SILENT, NOW)]


@pytest.mark.parametrize("stage", [Stage.WON, Stage.LOST, Stage.RESTING])
def test_who_does_not_walk_does_not_stand_still(app: Flask, stage: Stage) -> None:
    assert stale(answered(stage), NOW + 400 * A_DAY) is None
    assert stale_counts(NOW + 400 * A_DAY) == {Staleness.SILENT: 0, Staleness.UNWORKED: 0}


MOMENTS = st.integers(0, 20).map(lambda days: NOW - days * A_DAY)
LEADS = st.tuples(st.sampled_from(Stage), MOMENTS, MOMENTS, st.none() | MOMENTS, st.none() | st.integers(-20, 5))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=LEADS)
def test_the_database_says_the_same(
    app: Flask, asked: tuple[Stage, datetime, datetime, datetime | None, int | None]
) -> None:
    stage, stage_changed_at, heard_at, reached_out_at, step_in_days = asked
    with writing():
        lead = add_lead(add_contact())
        lead.stage, lead.stage_changed_at, lead.heard_at, lead.reached_out_at = (
            stage,
            stage_changed_at,
            heard_at,
            reached_out_at,
        )
        lead.next_step_at = None if step_in_days is None else NOW + step_in_days * A_DAY

    found = [
        how for how in Staleness if db.session.scalar(sa.select(Lead.id).where(is_stale(how, NOW), Lead.id == lead.id))
    ]
    expected = stale(lead, NOW)
    assert found == ([expected.how] if expected else [])


@pytest.mark.parametrize(("how", "index"), [("silent", "ix_lead_silent"), ("unworked", "ix_lead_unworked")])
def test_an_index_answers_each_way(app: Flask, how: str, index: str) -> None:
    with writing():
        contact = add_contact()
        for number in range(200):  # none stands still yet, so that only an index of when is short to read
            add_lead(contact).reached_out_at = NOW + timedelta(minutes=1) if number % 2 else None
        let_postgres_look("lead")
    query = sa.select(sa.func.count()).select_from(Lead).where(is_stale(Staleness(how), NOW))

    assert index in explained(lambda: db.session.scalar(query))


def test_the_list_and_the_page_say_how_a_lead_stands_still(app: Flask, owner_client: SignedIn) -> None:
    lead = answered()
    with writing():
        old = db.session.get_one(Lead, lead.id)
        for moment in ("stage_changed_at", "heard_at", "reached_out_at"):
            setattr(old, moment, datetime.fromisoformat("2020-03-02T12:00:00+00:00"))
        old.heard_at = datetime.fromisoformat("2020-03-01T12:00:00+00:00")

    silent = read(owner_client.get("/leads/?stale=silent").text)
    unworked = read(owner_client.get("/leads/?stale=unworked").text)
    today = read(owner_client.get("/today/").text)

    assert "Har inte svarat sedan 2 mars 2020" in silent
    assert "Ingen affär stämmer" in unworked
    assert "1 har inte svarat" in today
    assert "Har inte svarat sedan 2 mars 2020" in read(owner_client.get(f"/leads/{lead.id}").text)
