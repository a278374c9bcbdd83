"""The rows of the calendar of units, and its pages."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask

from app.accounts.models import User
from app.core.clock import now
from app.core.db import db, writing
from app.core.language import local_day
from app.trials.models import Trial, TrialState
from app.trials.unit_calendar import Loan, UnitRow, calendar_of_units
from app.trials.unit_calendar_days import Columns, sheet_with
from app.trials.units import UnitState
from tests.leads.cast import add_contact, add_lead
from tests.leads.page import read
from tests.signed_in import SignedIn
from tests.trials.cast import TODAY, add_model, add_unit
from tests.trials.walks import A_DAY, THREE_WEEKS, walk_to

TODAYS_COLUMN = 8
"""The first Monday that is shown is the one a week ago."""


def rows(today: date = TODAY) -> list[UnitRow]:
    return [row for group in calendar_of_units(sheet_with(today), today) for row in group.rows]


def bars(loans: list[Loan]) -> list[tuple[str, Columns | None, Columns | None, Columns | None]]:
    return [(loan.trial.borrower_name, loan.bar.lent, loan.bar.late, loan.bar.pause) for loan in loans]


def test_a_unit_has_its_loans_and_is_free_after_the_pause(app: Flask) -> None:
    with writing():
        unit = add_unit(add_model(pause_days=2))
        walk_to(TrialState.OUT, unit=unit, ends_on=TODAY + 4 * A_DAY)
        later = add_lead(add_contact("Bo Ek"))
        walk_to(TrialState.RESERVED, unit=unit, lead=later, starts_on=TODAY + 9 * A_DAY)

    [row] = rows()

    assert bars(list(row.loans)) == [
        ("Siv Lund", Columns(TODAYS_COLUMN, 5), None, Columns(TODAYS_COLUMN + 5, 2)),
        ("Bo Ek", Columns(TODAYS_COLUMN + 9, 21), None, Columns(TODAYS_COLUMN + 30, 2)),
    ]
    assert row.holder is not None
    assert (row.holder.trial.borrower_name, [loan.trial.borrower_name for loan in row.ahead]) == ("Siv Lund", ["Bo Ek"])
    assert (row.free_on, row.free_until, row.away) == (TODAY + 7 * A_DAY, TODAY + 8 * A_DAY, None)


def test_what_is_late_lasts_until_today(app: Flask) -> None:
    with writing():
        trial = walk_to(TrialState.OUT, starts_on=TODAY - THREE_WEEKS, ends_on=TODAY)

    [row] = rows(TODAY + 3 * A_DAY)

    assert row.holder is not None
    assert (row.holder.trial, row.holder.is_late) == (trial, True)
    assert row.holder.bar.late == Columns(TODAYS_COLUMN + 1, 3)


def test_a_loan_that_ended_in_a_purchase_lasts_until_that_day(app: Flask) -> None:
    with writing():
        walk_to(TrialState.BOUGHT, ends_on=TODAY + 30 * A_DAY)

    [row] = rows()

    assert [(loan.bar.lent, loan.bar.pause) for loan in row.loans] == [(Columns(TODAYS_COLUMN, 1), None)]


@pytest.mark.parametrize("state", [TrialState.DECLINED, TrialState.CANCELLED, TrialState.SUITABLE])
def test_what_never_was_a_loan_is_not_shown(app: Flask, state: TrialState) -> None:
    with writing():
        walk_to(state, unit=add_unit(add_model()))

    [row] = rows()

    assert (row.loans, row.ahead, row.free_on) == ([], [], TODAY)


@pytest.mark.parametrize("state", [UnitState.SOLD, UnitState.LOST])
def test_a_unit_that_is_gone_is_shown_as_long_as_its_last_loan_is(app: Flask, state: UnitState) -> None:
    with writing():
        unit = add_unit(add_model())
        walk_to(TrialState.BOUGHT, unit=unit)
        unit.state = state
        add_unit(unit.model, "BM-105", state=state)

    assert [(row.unit.serial, row.away, row.free_on) for row in rows()] == [
        ("BM-104", Columns(TODAYS_COLUMN, 35), None)
    ]
    assert rows(TODAY + timedelta(days=60)) == []


def test_a_unit_at_the_workshop_is_not_lent(app: Flask) -> None:
    with writing():
        add_unit(add_model(), state=UnitState.SERVICE)

    assert [(row.away, row.free_on) for row in rows()] == [(Columns(TODAYS_COLUMN, 35), None)]


def test_units_stand_by_model_in_the_order_of_their_numbers(app: Flask) -> None:
    with writing():
        horses = add_model("stall", name="BM Stall", position=2)
        people = add_model("hem", position=1)
        for model, serial in ((horses, "HT-1"), (people, "BM-20"), (people, "BM-104"), (people, "bm-1")):
            add_unit(model, serial)

    groups = calendar_of_units(sheet_with(TODAY), TODAY)
    alone = calendar_of_units(sheet_with(TODAY), TODAY, horses)

    assert [(group.model.slug, [row.unit.serial for row in group.rows]) for group in groups] == [
        ("hem", ["bm-1", "BM-104", "BM-20"]),
        ("stall", ["HT-1"]),
    ]
    assert [group.model for group in alone] == [horses]


def test_the_calendar_tells_who_has_what_until_when(owner_client: SignedIn) -> None:
    today = local_day(now())
    with writing():
        unit = add_unit(add_model())
        walk_to(TrialState.OUT, unit=unit, starts_on=today, ends_on=today + 10 * A_DAY, now=now())
        lead = add_lead(add_contact("Bo Ek"))
        walk_to(TrialState.RESERVED, unit=unit, lead=lead, starts_on=today + 20 * A_DAY, now=now())

    words = read(owner_client.get("/trials/calendar").text)
    listed = words.partition("Ändra sista dagen Siv Lund")[0].split("\n")[-3:]

    assert "Siv Lund" in words
    assert listed[0].startswith("BM-104 Utlånad")
    assert listed[1].startswith("Hos Siv Lund till ")
    assert "Reserverad för Bo Ek" in words


def test_a_model_is_shown_alone(owner_client: SignedIn) -> None:
    with writing():
        add_unit(add_model("hem"), "BM-104")
        add_unit(add_model("stall", name="BM Stall"), "HT-201")

    pages = [owner_client.get(f"/trials/calendar{asked}").text for asked in ("", "?model=stall", "?model=finnsinte")]

    assert [("BM-104" in page, "HT-201" in page) for page in pages] == [(True, True), (False, True), (True, True)]


@pytest.mark.parametrize("asked", ["on=nonsense", "on=0001-01-01", "on=9999-12-31"])
def test_what_cannot_be_understood_is_these_weeks(owner_client: SignedIn, asked: str) -> None:
    with writing():
        add_unit(add_model())

    page = owner_client.get(f"/trials/calendar?{asked}")

    assert page.status_code == 200
    assert f'units-today" data-on="{local_day(now())}"' in page.text


def test_other_weeks_lead_back_to_these(owner_client: SignedIn) -> None:
    with writing():
        add_unit(add_model())

    page = owner_client.get("/trials/calendar?on=2026-01-07").text

    assert 'data-on="2026-01-05"' in page
    assert 'rel="prev" href="/trials/calendar?on=2025-11-24"' in page
    assert 'rel="next" href="/trials/calendar?on=2026-02-16"' in page
    assert '<a class="btn" href="/trials/calendar">I dag</a>' in page


def test_without_units_it_says_what_will_be_here(owner_client: SignedIn) -> None:
    assert "Här syns vem som har vilken enhet" in read(owner_client.get("/trials/calendar").text)


def test_the_calendar_asks_no_more_for_many_units(owner_client: SignedIn, count_queries: Callable[[], int]) -> None:
    def ask() -> int:
        count_queries()
        owner_client.get("/trials/calendar")
        return count_queries()

    with writing():
        walk_to(TrialState.OUT, unit=add_unit(add_model()), now=now(), starts_on=local_day(now()))
    for_one = ask()
    with writing():
        model = add_model("stall", name="BM Stall")
        for number in range(29):
            lead = add_lead(add_contact(f"Bo Ek {number}"))
            unit = add_unit(model, f"HT-{number}")
            walk_to(TrialState.OUT, unit=unit, lead=lead, now=now(), starts_on=local_day(now()))

    assert ask() == for_one


@pytest.fixture
def lent(owner: User) -> Trial:
    """Siv has BM-104 for three weeks, and BM-105 is free."""
    today = local_day(now())
    with writing():
        model = add_model()
        trial = walk_to(TrialState.OUT, unit=add_unit(model), starts_on=today, now=now())
        add_unit(model, "BM-105")
    return trial


def _post(client: SignedIn, trial: Trial, ends_on: date | str, why: str = "", back: str = "") -> tuple[int, str, str]:
    answer = client.post(f"/trials/{trial.id}/end{back}", data={"ends_on": str(ends_on), "why": why})
    return answer.status_code, answer.headers.get("Location", ""), answer.text


def test_a_last_day_is_moved_and_leads_back_to_where_one_came_from(owner_client: SignedIn, lent: Trial) -> None:
    ends_on = lent.ends_on
    assert ends_on

    shorter = _post(owner_client, lent, ends_on - A_DAY)
    longer = _post(owner_client, lent, ends_on + A_DAY, "Reser bort", "?back=calendar&on=2026-11-16&model=hem")

    assert shorter[:2] == (303, f"/trials/{lent.id}")
    assert longer[:2] == (303, "/trials/calendar?on=2026-11-16&model=hem")
    assert db.session.get_one(Trial, lent.id, populate_existing=True).ends_on == ends_on + A_DAY


def test_to_extend_what_is_out_asks_for_a_reason(owner_client: SignedIn, lent: Trial) -> None:
    ends_on = lent.ends_on
    assert ends_on

    status, _, page = _post(owner_client, lent, ends_on + A_DAY)

    assert status == 422
    assert 'id="why-error"' in page
    assert f'value="{ends_on + A_DAY}"' in page
    assert db.session.get_one(Trial, lent.id, populate_existing=True).ends_on == ends_on


def test_a_day_that_is_taken_names_who_is_free_and_keeps_what_was_typed(owner_client: SignedIn, lent: Trial) -> None:
    ends_on = lent.ends_on
    assert ends_on
    with writing():
        lead = add_lead(add_contact("Bo Ek"))
        start = {"starts_on": ends_on + 4 * A_DAY, "now": now()}
        walk_to(TrialState.RESERVED, unit=lent.unit, lead=lead, **start)

    shown = read(owner_client.get(f"/trials/{lent.id}/end").text)
    status, _, page = _post(owner_client, lent, ends_on + 3 * A_DAY, "Reser bort")

    assert "ska Bo Ek ha den" in shown
    assert status == 409
    assert "BM-104 är upptagen" in read(page, "ends_on-error")
    assert "Lediga: BM-105." in read(page, "ends_on-error")
    assert 'value="Reser bort"' in page
    assert db.session.get_one(Trial, lent.id, populate_existing=True).ends_on == ends_on


@pytest.mark.parametrize("typed", ["", "i morgon", "2026-02-30"])
def test_what_is_no_day_is_refused(owner_client: SignedIn, lent: Trial, typed: str) -> None:
    status, _, page = _post(owner_client, lent, typed)

    assert status == 422
    assert 'id="ends_on-error"' in page


def test_a_loan_that_is_over_keeps_its_days(owner_client: SignedIn) -> None:
    with writing():
        trial = walk_to(TrialState.RECEIVED)

    page = owner_client.get(f"/trials/{trial.id}/end")

    assert "Tillbaka, ej kontrollerad" in page.text
    assert 'name="ends_on"' not in page.text
    assert owner_client.get("/trials/999/end").status_code == 404
