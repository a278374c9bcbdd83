from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_babel import force_locale

from app.accounts.models import User
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.core.labels import label, name_here
from app.leads.models import Lead, LeadEvent, LeadStage
from app.leads.own_stages import (
    ensure_stages,
    every_stage,
    facts_of,
    first_stage,
    forget_stages,
    stage_left,
    stage_name,
    stage_of,
    stage_reached,
    stages_in_order,
    walk_in_order,
)
from app.leads.queries import timeline
from app.leads.services import move_to_stage, take_up
from app.leads.stages import WALK, RequiredFact, Stage
from app.leads.stale import Staleness, is_stale, stale, stale_counts
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead, add_stage


def test_each_meaning_has_its_first_stage(app: Flask) -> None:
    assert [(own.meaning, own.name_sv, own.is_first) for own in stages_in_order()] == [
        (Stage.NEW, "Ny", True),
        (Stage.CONTACTED, "Kontaktad", True),
        (Stage.CONSULTATION, "Konsultation", True),
        (Stage.TRIAL, "Provperiod", True),
        (Stage.DECISION, "Beslut", True),
        (Stage.WON, "Vunnen", True),
        (Stage.LOST, "Förlorad", True),
        (Stage.RESTING, "Vilande", True),
    ]
    assert [own.expected_days for own in every_stage()] == [1, 7, 7, 10, 14, None, None, None]


@pytest.mark.usefixtures("lists_put_back")
def test_ensure_stages_adds_what_is_missing_and_leaves_the_owners_alone(app: Flask) -> None:
    with writing() as session:
        session.execute(sa.update(LeadStage).where(LeadStage.meaning == Stage.NEW).values(name_sv="Ring upp"))
        session.execute(sa.delete(LeadStage).where(LeadStage.meaning == Stage.TRIAL))
    forget_stages()

    with writing():
        ensure_stages()

    assert [own.name_sv for own in walk_in_order()] == ["Ring upp", "Kontaktad", "Konsultation", "Provperiod", "Beslut"]


@pytest.mark.usefixtures("lists_put_back")
def test_stages_come_in_the_owners_order_and_the_ends_last(app: Flask) -> None:
    add_stage(Stage.WON, name_sv="Levererad", position=1)
    add_stage(name_sv="Sist på vägen", position=99)
    add_stage(name_sv="Undanlagd", position=2, is_active=False)

    assert [own.name_sv for own in stages_in_order()] == [
        *("Ny", "Kontaktad", "Konsultation", "Provperiod", "Beslut", "Sist på vägen"),
        *("Levererad", "Vunnen", "Förlorad", "Vilande"),
    ]
    assert {own.meaning for own in walk_in_order()} == set(WALK)
    assert "Undanlagd" in [own.name_sv for own in every_stage()]


@pytest.mark.usefixtures("lists_put_back")
def test_a_stage_is_called_what_the_owner_has_named_it(app: Flask) -> None:
    with writing() as session:
        session.execute(
            sa.update(LeadStage).where(LeadStage.meaning == Stage.NEW).values(name_sv="Ring upp", name_en="Call")
        )
        session.execute(sa.update(LeadStage).where(LeadStage.meaning == Stage.LOST).values(name_en=""))
    forget_stages()

    assert (label(Stage.NEW), label(Stage.LOST)) == ("Ring upp", "Förlorad")
    with force_locale("en"):
        assert (label(Stage.NEW), label(Stage.LOST)) == ("Call", "Förlorad")


@pytest.mark.usefixtures("lists_put_back")
def test_a_lead_stands_in_the_added_stage_or_in_the_first_of_its_meaning(app: Flask, owner: User) -> None:
    offer = add_stage()
    with writing():
        lead = add_lead(add_contact())
        move_to_stage(lead, Stage.DECISION, owner, NOW, own=offer)

    assert (lead.stage, stage_of(lead), stage_name(lead)) == (Stage.DECISION, offer, "Offert skickad")

    with writing():
        move_to_stage(lead, Stage.TRIAL, None, NOW + timedelta(days=1))

    assert (lead.added_stage_id, stage_of(lead)) == (None, first_stage(Stage.TRIAL))
    assert [(stage_left(line), stage_reached(line)) for line in timeline(lead)] == [
        ("Offert skickad", "Provperiod"),
        ("Ny", "Offert skickad"),
    ]


@pytest.mark.usefixtures("lists_put_back")
def test_what_is_automatic_leaves_a_lead_in_the_added_stage_of_that_meaning(app: Flask, owner: User) -> None:
    offer = add_stage()
    with writing():
        lead = add_lead(add_contact())
        move_to_stage(lead, Stage.DECISION, owner, NOW, own=offer)

    with pytest.raises(RuleBroken, match="redan i det steget"), writing():
        move_to_stage(lead, Stage.DECISION, None, NOW)

    assert stage_of(lead) == offer


@pytest.mark.usefixtures("lists_put_back")
@pytest.mark.parametrize(("is_active", "back_in"), [(True, "Offert skickad"), (False, "Beslut")])
def test_take_up_leads_back_to_the_added_stage_while_it_is_there(
    app: Flask, owner: User, is_active: bool, back_in: str
) -> None:
    offer = add_stage()
    with writing() as session:
        lead = add_lead(add_contact())
        move_to_stage(lead, Stage.DECISION, owner, NOW, own=offer)
        move_to_stage(lead, Stage.RESTING, owner, NOW, rests_until_on=(NOW + timedelta(days=9)).date())
        session.execute(sa.update(LeadStage).where(LeadStage.id == offer.id).values(is_active=is_active))
    forget_stages()

    with writing():
        take_up(lead, None, NOW + timedelta(days=9))

    assert (lead.stage, stage_name(lead)) == (Stage.DECISION, back_in)


@pytest.mark.usefixtures("lists_put_back")
def test_each_stage_has_its_own_days_to_stand_still(app: Flask, owner: User) -> None:
    offer = add_stage(expected_days=3)
    with writing():
        short, long = add_lead(add_contact("Siv Lund")), add_lead(add_contact("Bo Ek", "070-174 06 22"))
        move_to_stage(short, Stage.DECISION, owner, NOW, own=offer)
        move_to_stage(long, Stage.DECISION, owner, NOW)
        short.next_step_at = long.next_step_at = None
    later = NOW + timedelta(days=4)

    found = db.session.scalars(sa.select(Lead.id).where(is_stale(Staleness.UNWORKED, later))).all()

    assert (found, stale(short, later) is not None, stale(long, later)) == ([short.id], True, None)


@pytest.mark.usefixtures("lists_put_back")
def test_nothing_stands_still_where_no_stage_has_days(app: Flask) -> None:
    with writing() as session:
        add_lead(add_contact())
        session.execute(sa.update(LeadStage).values(expected_days=None))
    forget_stages()

    assert stale_counts(NOW + timedelta(days=99)) == {Staleness.SILENT: 0, Staleness.UNWORKED: 0}


@pytest.mark.usefixtures("lists_put_back")
def test_facts_of_a_stage_come_in_the_order_they_are_asked(app: Flask) -> None:
    offer = add_stage(facts=(RequiredFact.WHY, RequiredFact.VALUE))

    assert facts_of(offer) == [RequiredFact.VALUE, RequiredFact.WHY]
    assert facts_of(first_stage(Stage.NEW)) == []


def test_the_first_line_of_a_lead_has_left_nothing(app: Flask) -> None:
    assert (stage_left(LeadEvent(from_stage=None)), name_here(first_stage(Stage.NEW))) == ("", "Ny")
