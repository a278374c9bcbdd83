from datetime import timedelta

import pytest
from flask import Flask

from app.core.db import writing
from app.core.errors import RuleBroken
from app.leads.own_stages import (
    every_stage,
    facts_of,
    first_stage,
    stages_in_order,
    walk_in_order,
)
from app.leads.owned_lists import Direction, later_places, stepped
from app.leads.stage_editing import (
    MOST_STAGES,
    ChangedMeanwhile,
    StageFacts,
    add_stage,
    change_back,
    change_stage,
    place_stages,
    step_stage,
)
from app.leads.stages import RequiredFact, Stage
from tests.conftest import NOW
from tests.leads.cast import add_stage as stored_stage

pytestmark = pytest.mark.usefixtures("lists_put_back")

HOUR = timedelta(hours=1)
LATER = NOW + HOUR
OFFER = StageFacts("Offert skickad", "Offer sent", 5, frozenset({RequiredFact.VALUE}))
FIRST = ["Ny", "Kontaktad", "Konsultation", "Provperiod", "Beslut"]


def walk() -> list[str]:
    return [own.name_sv for own in walk_in_order()]


@pytest.mark.parametrize(
    ("key", "way", "order"),
    [
        (1, Direction.UP, [1, 2, 3]),
        (1, Direction.DOWN, [2, 1, 3]),
        (3, Direction.UP, [1, 3, 2]),
        (3, Direction.DOWN, [1, 2, 3]),
    ],
)
def test_a_step_goes_one_place_and_stops_at_the_ends(key: int, way: Direction, order: list[int]) -> None:
    assert stepped([1, 2, 3], key, way) == order


def test_equal_places_are_told_apart() -> None:
    assert later_places([1, 1, 1, 7]) == [1, 2, 3, 7]


def test_a_stage_is_added_after_those_of_its_meaning(app: Flask) -> None:
    with writing():
        add_stage(Stage.CONTACTED, OFFER)

    added = walk_in_order()[2]
    assert walk() == ["Ny", "Kontaktad", "Offert skickad", "Konsultation", "Provperiod", "Beslut"]
    assert (added.meaning, added.is_first, added.expected_days) == (Stage.CONTACTED, False, 5)
    assert facts_of(added) == [RequiredFact.VALUE]


@pytest.mark.parametrize("meaning", [Stage.WON, Stage.LOST, Stage.RESTING])
def test_beside_the_walk_no_days_are_counted_and_no_next_step_is_asked(app: Flask, meaning: Stage) -> None:
    asked = frozenset({RequiredFact.NEXT_STEP, RequiredFact.WHY})
    with writing():
        own = add_stage(meaning, StageFacts("Levererad", "", 5, asked))

    assert (own.expected_days, facts_of(own)) == (None, [RequiredFact.WHY])


@pytest.mark.parametrize("name", ["Beslut", "beslut", "BESLUT"])
def test_two_stages_have_not_one_name(app: Flask, name: str) -> None:
    with pytest.raises(RuleBroken, match="redan ett steg som heter"), writing():
        add_stage(Stage.WON, StageFacts(name, ""))
    new = first_stage(Stage.NEW)
    with pytest.raises(RuleBroken, match="redan ett steg som heter"), writing():
        change_stage(new.id, StageFacts(name, ""), StageFacts.of(new).mark)


def test_there_are_not_too_many_stages(app: Flask) -> None:
    with writing():
        for number in range(MOST_STAGES - len(every_stage())):
            add_stage(Stage.NEW, StageFacts(f"Steg {number}", ""))

    with pytest.raises(RuleBroken, match="redan 30 steg"), writing():
        add_stage(Stage.NEW, OFFER)


def test_a_stage_is_changed_and_what_it_wants_is_replaced(app: Flask) -> None:
    own = stored_stage(facts=(RequiredFact.WHY, RequiredFact.PHONE))

    with writing():
        change_stage(own.id, StageFacts("Offert", "Offer", None, OFFER.wanted), StageFacts.of(own).mark)

    changed = walk_in_order()[-1]
    assert StageFacts.of(changed) == StageFacts("Offert", "Offer", None, OFFER.wanted)


def test_what_somebody_else_has_changed_meanwhile_is_not_lost(app: Flask) -> None:
    own = stored_stage()
    seen = StageFacts.of(own).mark
    with writing():
        change_stage(own.id, StageFacts("Offert ute", ""), seen)

    with pytest.raises(ChangedMeanwhile) as refusal, writing():
        change_stage(own.id, OFFER, seen)

    assert refusal.value.now == StageFacts("Offert ute", "")
    assert walk()[-1] == "Offert ute"
    with writing():
        change_stage(own.id, StageFacts("Offert ute", ""), seen)  # the same twice is no quarrel
        change_stage(own.id, OFFER, refusal.value.now.mark)
    assert walk()[-1] == "Offert skickad"


def test_a_change_is_taken_back_unless_another_came_after_it(app: Flask) -> None:
    own = stored_stage(facts=(RequiredFact.WHY,))
    first = StageFacts.of(own)
    with writing():
        before = change_stage(own.id, OFFER, first.mark)
    with writing():
        change_back(own.id, StageFacts.read(before.as_words()), OFFER.mark)
    taken_back = StageFacts.of(walk_in_order()[-1])
    with writing():
        change_stage(own.id, StageFacts("Offert ute", ""), first.mark)

    with pytest.raises(RuleBroken, match="har ändrat steget sedan dess"), writing():
        change_back(own.id, before, OFFER.mark)

    assert (before, taken_back) == (first, first)
    assert walk()[-1] == "Offert ute"


def test_the_walk_is_ordered_freely_and_the_ends_stay_last(app: Flask) -> None:
    with writing():
        delivered = add_stage(Stage.WON, StageFacts("Levererad", "")).id
        step_stage(first_stage(Stage.DECISION).id, Direction.UP)
        step_stage(first_stage(Stage.NEW).id, Direction.UP)
        step_stage(first_stage(Stage.RESTING).id, Direction.UP)
        step_stage(delivered, Direction.UP)

    assert [own.name_sv for own in stages_in_order()] == [
        *("Ny", "Kontaktad", "Konsultation", "Beslut", "Provperiod"),
        *("Levererad", "Vunnen", "Förlorad", "Vilande"),
    ]


def test_the_walk_is_dragged_into_order_and_nothing_is_lost(app: Flask) -> None:
    ids = {own.name_sv: own.id for own in stages_in_order()}
    stored_stage(name_sv="Ny för oss", position=2)

    with writing():
        place_stages([ids["Beslut"], ids["Ny"], ids["Vunnen"], 99999, ids["Beslut"]])

    assert walk() == ["Beslut", "Ny", "Kontaktad", "Ny för oss", "Konsultation", "Provperiod"]
