"""The board's columns: what they hold, what it is worth, and in which order."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask

from app.accounts.models import User
from app.core.db import db, writing
from app.core.labels import name_here
from app.leads.board import Column, Total, board, card, column_page, place_in_column, totals
from app.leads.listing import Conditions, LeadFilter, conditions_of
from app.leads.models import Lead, LeadStage
from app.leads.own_stages import first_stage, forget_stages
from app.leads.stages import WALK, Stage
from tests.conftest import NOW
from tests.explained import explained, let_postgres_look
from tests.leads.cast import add_contact, add_lead

A_DAY = timedelta(days=1)
NOTHING: Conditions = []


def stand(name: str, stage: Stage, *, due: int | None = None, active: int = 0, value: int | None = None) -> Lead:
    """A lead in a stage, due and active so many days after NOW, worth so many kronor."""
    lead = add_lead(add_contact(name), now=NOW + active * A_DAY)
    lead.stage = stage
    lead.next_step_at = None if due is None else NOW + due * A_DAY
    lead.value_ore = None if value is None else value * 100
    lead.rests_until_on = date(2027, 3, 1) if stage is Stage.RESTING else None
    return lead


def add_stage(meaning: Stage, name: str, *, is_active: bool = True) -> LeadStage:
    """Another stage of the owner's, last of all."""
    own = LeadStage(meaning=meaning, name_sv=name, position=90, is_active=is_active)
    db.session.add(own)
    db.session.flush()
    forget_stages()
    return own


def names(columns: list[Column]) -> dict[str, list[str]]:
    return {name_here(column.stage): [row.name for row in column.page.rows] for column in columns}


@pytest.fixture
def five(app: Flask) -> dict[str, Lead]:
    """Open leads in three stages, and a lost one."""
    with writing():
        return {
            "siv": stand("Siv Lund", Stage.TRIAL, due=3, value=24_900),
            "bo": stand("Bo Ek", Stage.TRIAL, due=-1, value=18_500),
            "asa": stand("Åsa Öberg", Stage.TRIAL, active=1),
            "ulf": stand("Ulf Ask", Stage.TRIAL, active=2, value=1),
            "eva": stand("Eva Hed", Stage.RESTING),
            "kim": stand("Kim Lost", Stage.LOST, due=1, value=9_000),
        }


def test_the_board_has_a_column_for_each_open_stage_in_the_order_of_next_steps(five: dict[str, Lead]) -> None:
    columns = board(NOTHING)

    assert names(columns) == {
        "Ny": [],
        "Kontaktad": [],
        "Konsultation": [],
        "Provperiod": ["Bo Ek", "Siv Lund", "Ulf Ask", "Åsa Öberg"],
        "Beslut": [],
        "Vilande": ["Eva Hed"],
    }


def test_a_column_tells_how_many_it_holds_and_what_they_are_worth(five: dict[str, Lead]) -> None:
    told = {name_here(column.stage): column.total for column in board(NOTHING)}

    assert told["Provperiod"] == Total(4, 43_401_00, 1)
    assert told["Vilande"] == Total(1, 0, 1)
    assert told["Ny"] == Total()
    assert totals(NOTHING) == {
        first_stage(Stage.TRIAL).id: told["Provperiod"],
        first_stage(Stage.RESTING).id: told["Vilande"],
    }


@pytest.mark.usefixtures("lists_put_back")
def test_a_lead_in_a_stage_of_the_owners_stands_there_and_not_in_the_first_of_its_meaning() -> None:
    with writing():
        own = add_stage(Stage.TRIAL, "Andra provet")
        stand("Bo Ek", Stage.TRIAL)
        stand("Siv Lund", Stage.TRIAL, value=10).added_stage_id = own.id

    columns = board(NOTHING)

    assert {name: found for name, found in names(columns).items() if found} == {
        "Provperiod": ["Bo Ek"],
        "Andra provet": ["Siv Lund"],
    }
    assert totals(NOTHING)[own.id] == Total(1, 10_00, 0)


@pytest.mark.usefixtures("lists_put_back")
def test_a_stage_that_was_put_away_has_a_column_while_it_has_leads() -> None:
    with writing():
        empty = add_stage(Stage.DECISION, "Tomt", is_active=False)
        own = add_stage(Stage.DECISION, "Undanlagt", is_active=False)
        stand("Siv Lund", Stage.DECISION).added_stage_id = own.id

    shown = [column.stage.id for column in board(NOTHING)]

    assert own.id in shown
    assert empty.id not in shown


def test_the_board_gives_what_is_asked_of_it(five: dict[str, Lead], owner: User) -> None:
    with writing():
        db.session.get_one(Lead, five["siv"].id).owner_id = owner.id
    asked = conditions_of(LeadFilter.asking(owner=str(owner.id)), NOW)

    columns = board(asked)

    assert {name: found for name, found in names(columns).items() if found} == {"Provperiod": ["Siv Lund"]}
    assert [column.total.count for column in columns if column.total.count] == [1]
    assert totals(asked) == {first_stage(Stage.TRIAL).id: Total(1, 24_900_00, 0)}


def test_a_column_goes_on_where_its_first_cards_ended(app: Flask) -> None:
    with writing():
        for number in range(70):
            stand(f"Person {number:02}", Stage.NEW, due=number if number < 40 else None, active=-number)
    new = first_stage(Stage.NEW)
    pages = [next(column.page for column in board(NOTHING) if column.stage.id == new.id)]

    while pages[-1].after:
        pages.append(column_page(new, NOTHING, pages[-1].after))

    assert [len(page.rows) for page in pages] == [15, 30, 25]
    assert [row.name for page in pages for row in page.rows] == [f"Person {number:02}" for number in range(70)]


def test_the_places_of_cards_stand_in_the_order_of_their_column(five: dict[str, Lead]) -> None:
    rows = next(column.page.rows for column in board(NOTHING) if column.stage.meaning is Stage.TRIAL)

    places = [place_in_column(row) for row in rows]

    assert len(set(places)) == 4
    assert places == sorted(places)


def test_a_card_is_there_while_its_lead_is_open_and_asked_for(five: dict[str, Lead], owner: User) -> None:
    found = card(five["siv"].id, NOTHING)

    assert found is not None
    assert (found.name, found.value_ore) == ("Siv Lund", 24_900_00)
    assert card(five["kim"].id, NOTHING) is None
    assert card(five["siv"].id, [Lead.owner_id == owner.id]) is None


def test_the_board_asks_as_little_of_thirty_cards_as_of_one(app: Flask, count_queries: Callable[[], int]) -> None:
    counts = []
    for more in (1, 29):
        with writing():
            for number in range(more):
                stand(f"Person {number}", Stage.NEW if number % 2 else Stage.TRIAL, due=number)
        forget_stages()
        count_queries()
        board(NOTHING)
        counts.append(count_queries())

    assert counts == [counts[0]] * 2
    assert counts[0] <= 4


def test_cards_without_a_date_come_from_their_index(app: Flask) -> None:
    with writing():
        contact = add_contact()
        for number in range(200):  # all with a date, so that only the index of those without is short to read
            lead = add_lead(contact)
            lead.stage, lead.next_step_at = WALK[number % len(WALK)], NOW
        let_postgres_look("lead")

    plans = explained(lambda: board(NOTHING))

    assert plans.count("ix_lead_stepless") == len(WALK) + 1
