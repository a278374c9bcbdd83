from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from app.accounts.models import User
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.follow_ups.models import FollowUpKind
from app.follow_ups.queries import open_of
from app.leads import jobs
from app.leads.jobs import wake_resting
from app.leads.models import EventKind, Lead
from app.leads.own_stages import first_stage
from app.leads.queries import lost_reasons, timeline
from app.leads.resting import RestPreset, rest_day
from app.leads.services import move_to_stage, take_up
from app.leads.stages import Stage
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead
from tests.leads.page import read, typed
from tests.signed_in import SignedIn

TODAY = date(2026, 11, 23)
DAY = date(2027, 1, 14)
THAT_MORNING = datetime(2027, 1, 13, 23, 0, tzinfo=UTC)
"""Midnight in Stockholm."""


def resting_lead(owner: User, before: Stage = Stage.TRIAL, until: date = DAY) -> Lead:
    """A lead that was put to rest from a stage."""
    with writing():
        lead = add_lead(add_contact())
        if before is not lead.stage:
            move_to_stage(lead, before, owner, NOW, lost_reason=lost_reasons()[0])
        move_to_stage(lead, Stage.RESTING, owner, NOW, rests_until_on=until)
    return lead


@pytest.mark.parametrize(
    ("preset", "today", "day"),
    [
        (RestPreset.MONTH, date(2026, 11, 23), date(2026, 12, 23)),
        (RestPreset.MONTH, date(2026, 11, 24), date(2026, 12, 28)),
        (RestPreset.MONTH, date(2027, 1, 31), date(2027, 3, 1)),
        (RestPreset.QUARTER, date(2026, 11, 30), date(2027, 3, 1)),
        (RestPreset.HALF_YEAR, date(2026, 8, 31), date(2027, 3, 1)),
    ],
)
def test_a_rest_ends_on_a_working_day(preset: RestPreset, today: date, day: date) -> None:
    assert rest_day(preset, today) == day


def test_a_rest_is_told_with_its_day(app: Flask, owner: User) -> None:
    lead = resting_lead(owner)

    told = {event.kind: event for event in timeline(lead)}
    assert (lead.stage, lead.rests_until_on, lead.is_adrift) == (Stage.RESTING, DAY, False)
    assert told[EventKind.RESTS].until == DAY


@pytest.mark.parametrize("day", [None, TODAY, TODAY - timedelta(days=1)])
def test_a_rest_without_a_day_to_come_is_refused(app: Flask, owner: User, day: date | None) -> None:
    with writing():
        lead = add_lead(add_contact())

    with pytest.raises(RuleBroken, match="efter i dag"), writing():
        move_to_stage(lead, Stage.RESTING, owner, NOW, rests_until_on=day)


def test_a_resting_lead_may_rest_longer_but_not_just_the_same(app: Flask, owner: User) -> None:
    lead = resting_lead(owner)
    longer = DAY + timedelta(days=30)

    with writing():
        move_to_stage(lead, Stage.RESTING, owner, NOW, rests_until_on=longer)

    assert lead.rests_until_on == longer
    assert [event.kind for event in timeline(lead)].count(EventKind.STAGE) == 2
    with pytest.raises(RuleBroken, match="redan"), writing():
        move_to_stage(lead, Stage.RESTING, owner, NOW, rests_until_on=longer)


def test_a_lead_wakes_on_its_local_day_where_it_was_with_a_task(app: Flask, owner: User) -> None:
    lead = resting_lead(owner)

    woken = [wake_resting(THAT_MORNING - timedelta(seconds=1)), wake_resting(THAT_MORNING), wake_resting(THAT_MORNING)]

    db.session.expire_all()
    [step] = open_of(lead.id)
    assert woken == [0, 1, 0]
    assert (lead.stage, lead.rests_until_on) == (Stage.TRIAL, None)
    assert (step.kind, step.title, step.due_on) == (FollowUpKind.CALL, "Hör av dig igen", DAY)
    assert timeline(lead)[0].actor_id is None


def test_a_lead_that_cannot_wake_stops_no_other(app: Flask, owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    stuck, other = resting_lead(owner), resting_lead(owner)

    def wake(lead: Lead, actor: User | None, now: datetime) -> None:
        if lead.id == stuck.id:
            raise LookupError("no such stage")
        take_up(lead, actor, now)

    monkeypatch.setattr(jobs, "take_up", wake)

    with pytest.raises(LookupError):
        wake_resting(THAT_MORNING)

    db.session.expire_all()
    assert (stuck.stage, other.stage) == (Stage.RESTING, Stage.TRIAL)


def test_a_lead_that_wakes_on_a_holiday_is_called_on_the_next_working_day(app: Flask, owner: User) -> None:
    lead = resting_lead(owner, until=date(2026, 12, 24))

    wake_resting(datetime(2026, 12, 24, 6, 0, tzinfo=UTC))

    [step] = open_of(lead.id)
    assert step.due_on == date(2026, 12, 28)


@pytest.mark.parametrize(("before", "after"), [(Stage.LOST, Stage.NEW), (Stage.DECISION, Stage.DECISION)])
def test_take_up_goes_back_to_where_the_lead_last_walked(app: Flask, owner: User, before: Stage, after: Stage) -> None:
    lead = resting_lead(owner, before)

    with writing():
        take_up(lead, owner, NOW)

    assert (lead.stage, lead.is_adrift) == (after, False)
    with pytest.raises(RuleBroken, match="redan öppen"), writing():
        take_up(lead, owner, NOW)


def test_a_lead_is_put_to_rest_and_taken_up_on_its_page(app: Flask, owner: User, owner_client: SignedIn) -> None:
    with writing():
        lead = add_lead(add_contact())
    far = {"rest": "other", "until": "2031-03-03", "why": "Reser"}

    owner_client.post(f"/leads/{lead.id}/move?to={first_stage(Stage.RESTING).id}", data=far)
    resting = read(owner_client.get(f"/leads/{lead.id}").text, "next-step")
    owner_client.post(f"/leads/{lead.id}/take-up")
    awake = read(owner_client.get(f"/leads/{lead.id}").text, "next-step")

    assert resting.startswith("Vilar till 3 mars 2031")
    assert awake.startswith("Nästa steg\nHör av dig igen")


@pytest.mark.parametrize("until", ["", "2020-01-01", "nonsense"])
def test_a_rest_that_is_refused_keeps_what_was_typed(app: Flask, owner_client: SignedIn, until: str) -> None:
    with writing():
        lead = add_lead(add_contact())

    far = {"rest": "other", "until": until, "why": "Reser"}
    page = owner_client.post(f"/leads/{lead.id}/move?to={first_stage(Stage.RESTING).id}", data=far)

    assert page.status_code == 422
    assert 'id="enter-error"' in page.text
    assert typed(page.text, "enter-why") == "Reser"
    assert lead.stage is Stage.NEW


def test_a_closed_lead_is_opened_again_and_says_that_they_have_written(
    app: Flask, owner: User, owner_client: SignedIn
) -> None:
    with writing():
        lead = add_lead(add_contact())
        move_to_stage(lead, Stage.DECISION, owner, NOW)
        move_to_stage(lead, Stage.LOST, owner, NOW, lost_reason=lost_reasons()[0])
        lead.heard_at = NOW + timedelta(days=1)

    page = read(owner_client.get(f"/leads/{lead.id}").text, "next-step")
    owner_client.post(f"/leads/{lead.id}/take-up")

    db.session.expire_all()
    assert "Siv Lund har hört av sig sedan dess." in page
    assert (lead.stage, lead.closed_at, lead.is_adrift) == (Stage.DECISION, None, False)
