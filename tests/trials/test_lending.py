"""A unit is kept for somebody, and for other days than first."""

from datetime import date
from unittest import mock

import pytest
import sqlalchemy as sa

from app.accounts.models import User
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.leads.models import EventKind, Lead
from app.leads.services import move_to_stage
from app.leads.stages import Stage
from app.mail.templates import ensure_templates
from app.plans.editing import ensure_plans, switch_on
from app.plans.models import Plan, PlanRun, StopReason
from app.plans.services import start
from app.trials import lending
from app.trials.care_queries import touch_points_of
from app.trials.days import days_between
from app.trials.lending import change_days, change_unit, keep_any_other, reserve
from app.trials.models import Decision, TrialState
from app.trials.queries import changes_of
from app.trials.refusals import UnitTaken
from app.trials.returning import check, receive
from app.trials.touch_points import TouchPointKind
from app.trials.units import DeviceModel, DeviceUnit, UnitState
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead
from tests.trials.cast import FIRST, LAST, TODAY, add_model, add_unit
from tests.trials.walks import A_DAY, add_overdue, days_taken, lines_of, walk_to

AGREED_OR_RESERVED = (TrialState.RESERVED, TrialState.AGREED)


# Reserved


def test_a_reserved_unit_is_taken_for_the_days_and_the_pause(units: list[DeviceUnit], owner: User) -> None:
    with writing():
        trial = walk_to(TrialState.SUITABLE, unit=units[0])
        reserve(trial, FIRST, LAST, owner, NOW, unit=units[0])

    assert (trial.state, trial.unit, trial.starts_on, trial.ends_on) == (TrialState.RESERVED, units[0], FIRST, LAST)
    assert days_taken(trial) == days_between(FIRST, LAST + 2 * A_DAY)
    assert [unit.state for unit in units] == [UnitState.RESERVED, UnitState.FREE, UnitState.FREE]
    assert lines_of(trial) == [(EventKind.TRIAL_RESERVED, "2026-11-23/2026-12-13")]
    change = changes_of(trial.id)[-1]
    assert (change.actor, change.from_state, change.to_state, change.to_unit_id, change.to_ends_on) == (
        owner,
        TrialState.SUITABLE,
        TrialState.RESERVED,
        units[0].id,
        LAST,
    )


def test_where_no_unit_is_named_the_one_that_has_rested_longest_is_kept(units: list[DeviceUnit]) -> None:
    first, second, third = units
    with writing():
        back = walk_to(TrialState.OUT, unit=second, starts_on=TODAY - 60 * A_DAY, now=NOW - 60 * A_DAY)
        receive(back, TODAY - 40 * A_DAY, None, NOW)
        check(back, None, NOW)
        walk_to(TrialState.RESERVED, unit=first, starts_on=FIRST - 30 * A_DAY, ends_on=FIRST)
        trial, next_one = (walk_to(TrialState.SUITABLE, unit=third) for _ in range(2))
        later = FIRST + 10 * A_DAY
        reserve(trial, later, later, None, NOW)
        reserve(next_one, later, later, None, NOW)

    assert [trial.unit, next_one.unit] == [third, second]


def test_a_unit_that_somebody_has_is_refused_with_those_that_are_free(units: list[DeviceUnit]) -> None:
    with writing():
        walk_to(TrialState.RESERVED, unit=units[0])
        walk_to(TrialState.RESERVED, unit=units[1], starts_on=LAST)
    with pytest.raises(UnitTaken) as refused, writing():
        reserve(walk_to(TrialState.SUITABLE, unit=units[0]), LAST, LAST, None, NOW, unit=units[0])

    assert [unit.serial for unit in refused.value.free] == ["BM-110"]
    assert str(refused.value) == "BM-104 är upptagen 23 november–13 december. Lediga: BM-110."


def test_a_unit_rests_between_two_loans_on_either_side(units: list[DeviceUnit]) -> None:
    unit = units[0]
    with writing():
        walk_to(TrialState.RESERVED, unit=unit, starts_on=FIRST + 10 * A_DAY, ends_on=FIRST + 12 * A_DAY)
        before, after = (walk_to(TrialState.SUITABLE, unit=unit) for _ in range(2))
    for first, last in ((0, 8), (13, 20), (14, 20)):
        with pytest.raises(UnitTaken), writing():
            reserve(before, FIRST + first * A_DAY, FIRST + last * A_DAY, None, NOW, unit=unit)
    with writing():
        reserve(before, FIRST, FIRST + 7 * A_DAY, None, NOW, unit=unit)
        reserve(after, FIRST + 15 * A_DAY, FIRST + 20 * A_DAY, None, NOW, unit=unit)

    assert (before.unit, after.unit) == (unit, unit)


def test_where_every_unit_is_taken_it_is_said(units: list[DeviceUnit]) -> None:
    with writing():
        for unit in units:
            walk_to(TrialState.RESERVED, unit=unit)
    with pytest.raises(UnitTaken) as refused, writing():
        reserve(walk_to(TrialState.SUITABLE, unit=units[0]), LAST, LAST, None, NOW)

    assert refused.value.free == []
    assert str(refused.value) == "Ingen BM Hem är ledig hela tiden 13 december–13 december. Välj andra dagar."


def test_the_key_by_day_says_no_where_the_look_before_saw_nothing(units: list[DeviceUnit]) -> None:
    with writing():
        walk_to(TrialState.RESERVED, unit=units[0])
        trial = walk_to(TrialState.SUITABLE, unit=units[0])
    seen_as_free = mock.patch.object(lending, "free_units", return_value=units)
    with seen_as_free, pytest.raises(UnitTaken) as refused, writing():
        reserve(trial, LAST, LAST, None, NOW, unit=units[0])

    assert [unit.serial for unit in refused.value.free] == ["BM-107", "BM-110"]


@pytest.mark.parametrize("state", [UnitState.SERVICE, UnitState.SOLD, UnitState.LOST])
def test_a_unit_that_nobody_can_have_is_not_reserved(model: DeviceModel, state: UnitState) -> None:
    with writing():
        unit = add_unit(model, state=state)
    with pytest.raises(RuleBroken, match="Välj en annan enhet"), writing():
        reserve(walk_to(TrialState.SUITABLE, unit=unit), FIRST, LAST, None, NOW, unit=unit)
    with pytest.raises(UnitTaken), writing():
        reserve(walk_to(TrialState.SUITABLE, unit=unit), FIRST, LAST, None, NOW)


def test_a_unit_of_another_model_is_not_reserved(units: list[DeviceUnit]) -> None:
    with writing():
        horse = add_unit(add_model("hast", name="BM Häst"), "BH-1")
    with pytest.raises(RuleBroken, match="BH-1 är ingen BM Hem"), writing():
        reserve(walk_to(TrialState.SUITABLE, unit=units[0]), FIRST, LAST, None, NOW, unit=horse)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (FIRST, FIRST - A_DAY, "Sista dagen kan inte ligga före den första."),
        (FIRST - 9 * A_DAY, FIRST - A_DAY, "Sista dagen har redan varit. Välj en senare."),
        (FIRST, FIRST + 366 * A_DAY, "En provperiod kan vara högst ett år. Kontrollera dagarna."),
    ],
)
def test_days_that_are_no_loan_are_refused(units: list[DeviceUnit], first: date, last: date, words: str) -> None:
    with pytest.raises(RuleBroken) as refused, writing():
        reserve(walk_to(TrialState.SUITABLE, unit=units[0]), first, last, None, NOW)

    assert str(refused.value) == words


def test_a_unit_that_is_overdue_is_taken_until_it_could_be_back_and_has_rested(units: list[DeviceUnit]) -> None:
    unit = units[0]
    with writing():
        add_overdue(unit)
        trial = walk_to(TrialState.SUITABLE, unit=unit)
    with pytest.raises(UnitTaken) as refused, writing():
        reserve(trial, TODAY + 2 * A_DAY, LAST, None, NOW, unit=unit)
    with writing():
        reserve(trial, TODAY + 3 * A_DAY, LAST, None, NOW, unit=unit)

    assert str(refused.value) == "BM-104 är utlånad till 13 november. Lediga: BM-107, BM-110."
    assert (trial.unit, unit.state) == (unit, UnitState.OUT)


def test_a_reservation_moves_the_lead_on_and_stops_its_plans(units: list[DeviceUnit], owner: User) -> None:
    with writing():
        ensure_templates(NOW)
        ensure_plans(NOW)
        plan = db.session.scalars(sa.select(Plan).filter_by(key="nudge_after_silence")).one()
        switch_on(plan, NOW)
        leads = [add_lead(add_contact(email=f"siv{number}@example.se")) for number in range(2)]
        move_to_stage(leads[1], Stage.DECISION, owner, NOW)
        for lead in leads:
            start(plan, lead, owner, NOW)
        for lead, unit in zip(leads, units, strict=False):
            walk_to(TrialState.RESERVED, lead=lead, unit=unit, starts_on=FIRST + 3 * A_DAY)

    runs = db.session.scalars(sa.select(PlanRun).order_by(PlanRun.id))
    assert [run.stop_reason for run in runs] == [StopReason.LENT] * 2
    assert [lead.stage for lead in leads] == [Stage.TRIAL, Stage.DECISION]


def test_a_closed_lead_is_lent_nothing(units: list[DeviceUnit], owner: User) -> None:
    with writing():
        lead = add_lead(add_contact())
        move_to_stage(lead, Stage.WON, owner, NOW)
        trial = walk_to(TrialState.SUITABLE, lead=lead, unit=units[0])
    with pytest.raises(RuleBroken, match="Affären är avslutad"), writing():
        reserve(trial, FIRST, LAST, owner, NOW)


# Other days, another unit


@pytest.mark.parametrize("state", AGREED_OR_RESERVED)
def test_days_are_changed_before_the_hand_over(units: list[DeviceUnit], state: TrialState) -> None:
    with writing():
        trial = walk_to(state, unit=units[0])
        version = trial.version
        change_days(trial, FIRST + 7 * A_DAY, LAST + 7 * A_DAY, None, NOW)

    assert days_taken(trial) == days_between(FIRST + 7 * A_DAY, LAST + 9 * A_DAY)
    assert (trial.state, trial.version) == (state, version + 1)
    assert lines_of(trial)[-1] == (EventKind.TRIAL_MOVED, "2026-11-30/2026-12-20")
    change = changes_of(trial.id)[-1]
    assert (change.from_starts_on, change.to_starts_on) == (FIRST, FIRST + 7 * A_DAY)


@pytest.mark.parametrize("state", AGREED_OR_RESERVED)
def test_a_loan_that_is_not_out_yet_cannot_be_moved_into_the_past(units: list[DeviceUnit], state: TrialState) -> None:
    with writing():
        trial = walk_to(state, unit=units[0])
    with pytest.raises(RuleBroken, match="Sista dagen har redan varit"), writing():
        change_days(trial, FIRST - 30 * A_DAY, FIRST - A_DAY, None, NOW)

    assert (trial.starts_on, trial.ends_on) == (FIRST, LAST)


def test_the_same_days_and_the_same_unit_change_nothing(units: list[DeviceUnit]) -> None:
    with writing():
        trial = walk_to(TrialState.RESERVED, unit=units[0])
        before = (trial.version, len(changes_of(trial.id)), lines_of(trial))
        change_days(trial, FIRST, LAST, None, NOW)
        change_unit(trial, units[0], None, NOW)

    assert (trial.version, len(changes_of(trial.id)), lines_of(trial)) == before


def test_days_that_somebody_else_has_are_refused_and_the_loan_is_as_it_was(units: list[DeviceUnit]) -> None:
    with writing():
        other = walk_to(TrialState.RESERVED, unit=units[0], starts_on=LAST + 10 * A_DAY, ends_on=LAST + 12 * A_DAY)
        trial = walk_to(TrialState.OUT, unit=units[0])
    with pytest.raises(UnitTaken) as refused, writing():
        change_days(trial, FIRST, LAST + 8 * A_DAY, None, NOW, "Vill prova längre")

    assert str(refused.value) == "BM-104 är upptagen 23 december–25 december. Lediga: BM-107, BM-110."
    assert (trial.ends_on, days_taken(trial)) == (LAST, days_between(FIRST, LAST + 2 * A_DAY))
    assert days_taken(other)[0] == LAST + 10 * A_DAY


@pytest.mark.parametrize("state", [TrialState.OUT, TrialState.DECISION])
def test_an_extension_asks_for_a_reason_and_whoever_was_to_decide_tries_on(
    units: list[DeviceUnit], state: TrialState
) -> None:
    with writing():
        trial = walk_to(state, unit=units[0])
        trial.decision = Decision.RETURNS
    with pytest.raises(RuleBroken, match="Skriv varför provperioden förlängs"), writing():
        change_days(trial, FIRST, LAST + A_DAY, None, NOW, " ")
    with writing():
        change_days(trial, FIRST, LAST + 7 * A_DAY, None, NOW, "Har varit sjuk")

    assert (trial.state, trial.ends_on, trial.decision) == (TrialState.OUT, LAST + 7 * A_DAY, None)
    assert (changes_of(trial.id)[-1].why, changes_of(trial.id)[-1].from_state) == ("Har varit sjuk", state)


def test_a_shorter_loan_asks_for_no_reason_and_leaves_whoever_decides_there(units: list[DeviceUnit]) -> None:
    with writing():
        trial = walk_to(TrialState.DECISION, unit=units[0])
        change_days(trial, FIRST, LAST - A_DAY, None, NOW)

    assert (trial.state, days_taken(trial)[-1]) == (TrialState.DECISION, LAST + A_DAY)


def test_a_loan_that_is_out_began_today_or_earlier(units: list[DeviceUnit]) -> None:
    with writing():
        trial = walk_to(TrialState.OUT, unit=units[0])
    with pytest.raises(RuleBroken, match="Dagen har inte varit än"), writing():
        change_days(trial, TODAY + A_DAY, LAST, None, NOW)
    with writing():
        change_days(trial, TODAY - 7 * A_DAY, LAST, None, NOW)

    assert (trial.starts_on, days_taken(trial)[0]) == (TODAY - 7 * A_DAY, TODAY - 7 * A_DAY)


def test_the_care_moves_with_the_days_of_a_loan_that_is_out(units: list[DeviceUnit]) -> None:
    with writing():
        trial = walk_to(TrialState.OUT, unit=units[0])
        before = {point.kind: point.due_on for point in touch_points_of(trial.id)}
        change_days(trial, FIRST, LAST + 7 * A_DAY, None, NOW, "Har varit sjuk")

    after = {point.kind: point.due_on for point in touch_points_of(trial.id)}
    assert after[TouchPointKind.DECISION] == before[TouchPointKind.DECISION] + 7 * A_DAY
    assert after[TouchPointKind.STARTED_WELL] == before[TouchPointKind.STARTED_WELL]


@pytest.mark.parametrize("state", AGREED_OR_RESERVED)
def test_another_unit_takes_the_place_of_the_one_kept(units: list[DeviceUnit], state: TrialState) -> None:
    with writing():
        trial = walk_to(state, unit=units[0])
        change_unit(trial, units[1], None, NOW)

    assert [unit.state for unit in units] == [UnitState.FREE, UnitState.RESERVED, UnitState.FREE]
    assert (trial.unit, trial.state, len(days_taken(trial))) == (units[1], state, 23)
    assert (changes_of(trial.id)[-1].from_unit_id, changes_of(trial.id)[-1].to_unit_id) == (units[0].id, units[1].id)


def test_another_unit_is_kept_only_where_one_is_free(units: list[DeviceUnit]) -> None:
    with writing():
        trial = walk_to(TrialState.RESERVED, unit=units[0])
        kept = keep_any_other(trial, None, NOW)
        for unit in units:
            if unit is not trial.unit:
                walk_to(TrialState.RESERVED, unit=unit)
        kept_again = keep_any_other(trial, None, NOW)

    assert (kept, trial.unit, kept_again) == (True, units[1], False)


def test_a_loan_goes_on_when_the_person_has_been_erased(units: list[DeviceUnit]) -> None:
    with writing() as session:
        lead = add_lead(add_contact())
        trial = walk_to(TrialState.OUT, lead=lead, unit=units[0])
        session.delete(db.session.get_one(Lead, lead.id))
        session.flush()
        session.expire(trial)
        change_days(trial, FIRST, LAST + A_DAY, None, NOW, "Dröjer")

    assert (trial.lead, trial.state, units[0].state) == (None, TrialState.OUT, UnitState.OUT)
