from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.models import User
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.leads.models import Lead
from app.leads.moving import Facts, enter_stage
from app.leads.own_stages import (
    every_stage,
    facts_of,
    first_stage,
    stage_left,
    stage_name,
    stage_reached,
    stages_in_order,
    walk_in_order,
)
from app.leads.owned_lists import Direction, later_places, mark_of, stepped
from app.leads.putting_away import bring_back, move_all, move_home, put_away
from app.leads.queries import lost_reasons, timeline
from app.leads.reason_editing import (
    add_reason,
    bring_reason_back,
    every_reason,
    leads_by_reason,
    put_reason_away,
    rename_reason,
    step_reason,
)
from app.leads.services import move_to_stage
from app.leads.stage_editing import (
    MOST_STAGES,
    ChangedMeanwhile,
    StageFacts,
    add_stage,
    change_back,
    change_stage,
    leads_by_stage,
    place_stages,
    step_stage,
)
from app.leads.stages import RequiredFact, Stage
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead
from tests.leads.cast import add_stage as stored_stage

pytestmark = pytest.mark.usefixtures("lists_put_back")

HOUR = timedelta(hours=1)
LATER = NOW + HOUR
OFFER = StageFacts("Offert skickad", "Offer sent", 5, frozenset({RequiredFact.VALUE}))
FIRST = ["Ny", "Kontaktad", "Konsultation", "Provperiod", "Beslut"]


def walk() -> list[str]:
    return [own.name_sv for own in walk_in_order()]


def names() -> list[str]:
    return [reason.name_sv for reason in lost_reasons()]


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


def test_a_stage_is_put_away_and_its_leads_go_where_it_is_said(app: Flask, owner: User) -> None:
    own, other = stored_stage(), stored_stage(name_sv="Tänker")
    with writing():
        lead, elsewhere = add_lead(add_contact()), add_lead(add_contact("Bo Ek", "070-174 06 22"))
        enter_stage(lead, own, owner, NOW, facts=Facts())
        enter_stage(elsewhere, first_stage(Stage.TRIAL), owner, NOW, facts=Facts())

    with writing():
        put_away(own.id)
    with writing():
        moved = move_all(own.id, other.id, owner, NOW)

    db.session.expire_all()
    assert (moved, stage_name(lead), lead.stage_changed_at, stage_name(elsewhere)) == (1, "Tänker", NOW, "Provperiod")
    assert walk() == [*FIRST, "Tänker"]
    assert leads_by_stage() == {other.id: 1, first_stage(Stage.TRIAL).id: 1}
    with writing():
        bring_back(own.id)
    assert walk() == [*FIRST, "Offert skickad", "Tänker"]


def test_leads_come_home_with_a_stage_that_is_brought_back_but_not_those_moved_since(app: Flask, owner: User) -> None:
    own, first = stored_stage(), first_stage(Stage.DECISION)
    with writing():
        home, gone, other = (
            add_lead(add_contact(name, phone))
            for name, phone in (("Siv Lund", "070-174 06 21"), ("Bo Ek", "070-174 06 22"), ("Ann Al", "070-174 06 23"))
        )
        enter_stage(home, own, owner, NOW, facts=Facts())
        enter_stage(gone, own, owner, NOW, facts=Facts())
        enter_stage(other, first, owner, NOW, facts=Facts())
        put_away(own.id)
    with writing():
        move_all(own.id, first.id, owner, LATER)
    told = lines(home)
    with writing():
        enter_stage(gone, first_stage(Stage.TRIAL), owner, LATER + HOUR, facts=Facts())
        enter_stage(gone, first, owner, LATER + HOUR, facts=Facts())

    with writing():
        bring_back(own.id)
        back = move_home(own.id, first.id, LATER, owner, LATER + HOUR)

    db.session.expire_all()
    assert (back, told) == (1, ["Offert skickad", "Beslut"])
    assert [stage_name(lead) for lead in (home, gone, other)] == ["Offert skickad", "Beslut", "Beslut"]
    assert (lines(home), home.stage_changed_at, home.active_at) == (["Beslut", "Offert skickad"], NOW, NOW)


def lines(lead: Lead) -> list[str]:
    """From where and to where the last move on the timeline went."""
    last = timeline(lead)[0]
    return [stage_left(last), stage_reached(last)]


def test_leads_go_to_no_stage_of_another_meaning(app: Flask, owner: User) -> None:
    own = stored_stage()
    with writing():
        put_away(own.id)

    for to_id in (first_stage(Stage.WON).id, own.id, 99999):
        with pytest.raises(RuleBroken, match="räknas på samma sätt"), writing():
            move_all(own.id, to_id, owner, NOW)


def test_the_leads_of_a_stage_in_use_stay(app: Flask, owner: User) -> None:
    own = stored_stage()

    with pytest.raises(RuleBroken, match="räknas på samma sätt"), writing():
        move_all(own.id, first_stage(Stage.DECISION).id, owner, NOW)


def test_the_first_of_a_meaning_stays(app: Flask) -> None:
    with pytest.raises(RuleBroken, match="kommer hit av sig själva"), writing():
        put_away(first_stage(Stage.TRIAL).id)


def test_a_stage_whose_name_is_taken_does_not_come_back(app: Flask) -> None:
    own = stored_stage()
    with writing():
        put_away(own.id)
        add_stage(Stage.TRIAL, OFFER)

    with pytest.raises(RuleBroken, match="redan ett steg som heter"), writing():
        bring_back(own.id)


def test_reasons_are_added_renamed_and_ordered(app: Flask) -> None:
    before = names()
    first = lost_reasons()[0]
    seen = mark_of(first.name_sv, first.name_en)
    with writing():
        add_reason(("Flyttade", "Moved"))
        rename_reason(first.id, ("Priset", "The price"), seen)
        step_reason(first.id, Direction.DOWN)

    assert names() == [before[1], "Priset", *before[2:], "Flyttade"]
    with pytest.raises(RuleBroken, match="döpt om den till Priset"), writing():
        rename_reason(first.id, ("Dyrt", ""), seen)
    with pytest.raises(RuleBroken, match="redan en anledning"), writing():
        add_reason(("PRISET", ""))


def test_a_reason_is_put_away_and_leads_keep_it(app: Flask, owner: User) -> None:
    reason = lost_reasons()[0]
    with writing():
        lead = add_lead(add_contact())
        move_to_stage(lead, Stage.LOST, owner, NOW, lost_reason=reason)
        put_reason_away(reason.id)

    assert reason.name_sv not in names()
    assert reason.id in [known.id for known in every_reason()]
    assert leads_by_reason() == {reason.id: 1}
    assert db.session.scalar(sa.select(Lead.lost_reason_id)) == reason.id
    with writing():
        bring_reason_back(reason.id)
    assert names()[0] == reason.name_sv


def test_the_last_reason_stays(app: Flask) -> None:
    first, *rest = [reason.id for reason in lost_reasons()]
    with writing():
        for reason_id in rest:
            put_reason_away(reason_id)

    with pytest.raises(RuleBroken, match="någon anledning att välja"), writing():
        put_reason_away(first)
