"""A stage is put away, and its leads with it; and all of that comes back."""

from datetime import timedelta

import pytest
from flask import Flask

from app.accounts.models import User
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.leads import putting_away
from app.leads.models import Lead
from app.leads.moving import Facts, enter_stage
from app.leads.own_stages import first_stage, stage_left, stage_name, stage_reached, walk_in_order
from app.leads.putting_away import bring_back, move_all, move_home, put_away
from app.leads.queries import timeline
from app.leads.stage_editing import StageFacts, add_stage, leads_by_stage
from app.leads.stages import RequiredFact, Stage
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead
from tests.leads.cast import add_stage as stored_stage

pytestmark = pytest.mark.usefixtures("lists_put_back")

HOUR = timedelta(hours=1)
LATER = NOW + HOUR
OFFER = StageFacts("Offert skickad", "Offer sent", 5, frozenset({RequiredFact.VALUE}))
FIRST = ["Ny", "Kontaktad", "Konsultation", "Provperiod", "Beslut"]


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
    assert _walk() == [*FIRST, "Tänker"]
    assert leads_by_stage() == {other.id: 1, first_stage(Stage.TRIAL).id: 1}
    with writing():
        bring_back(own.id)
    assert _walk() == [*FIRST, "Offert skickad", "Tänker"]


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


def test_however_many_stand_there_all_are_moved_some_at_a_time_and_come_home(
    app: Flask, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(putting_away, "AT_A_TIME", 2)
    own, first = stored_stage(), first_stage(Stage.DECISION)
    with writing():
        leads = [add_lead(add_contact()) for _ in range(5)]
        for lead in leads:
            enter_stage(lead, own, owner, NOW, facts=Facts())
        put_away(own.id)

    with writing():
        moved = move_all(own.id, first.id, owner, LATER)
    db.session.expire_all()
    assert (moved, {stage_name(lead) for lead in leads}) == (5, {"Beslut"})
    with writing():
        bring_back(own.id)
        back = move_home(own.id, first.id, LATER, owner, LATER + HOUR)

    db.session.expire_all()
    assert (back, {stage_name(lead) for lead in leads}) == (5, {"Offert skickad"})
    assert [lines(lead) for lead in leads] == [["Beslut", "Offert skickad"]] * 5


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


def _walk() -> list[str]:
    return [own.name_sv for own in walk_in_order()]
