"""How long a lead stood in each stage that it left, as the lines of its timeline say it."""

from datetime import timedelta

from flask import Flask

from app.accounts.models import User
from app.core.db import db, writing
from app.leads.models import EventKind, Lead, LeadEvent, LeadStage
from app.leads.moving import Facts, enter_stage, undo_move
from app.leads.own_stages import first_stage, forget_stages, stage_left
from app.leads.putting_away import move_all, put_away
from app.leads.queries import timeline
from app.leads.services import move_to_stage, open_lead
from app.leads.stages import Stage
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead

AN_HOUR = timedelta(hours=1)


def _stays(lead: Lead) -> list[tuple[str, timedelta]]:
    """The stages that it left, the first first, and how long it stood there."""
    moves = [event for event in timeline(lead) if event.kind is EventKind.STAGE]
    return [(stage_left(move), timedelta(seconds=move.stood_seconds or 0)) for move in reversed(moves)]


def test_each_move_says_how_long_the_lead_stood_where_it_left(app: Flask, owner: User) -> None:
    with writing():
        lead = add_lead(add_contact(), now=NOW)
        move_to_stage(lead, Stage.CONTACTED, owner, NOW + 2 * AN_HOUR)
        move_to_stage(lead, Stage.TRIAL, owner, NOW + 5 * AN_HOUR)

    assert _stays(lead) == [("Ny", 2 * AN_HOUR), ("Kontaktad", 3 * AN_HOUR)]


def test_a_move_that_was_taken_back_counts_no_hour_twice(app: Flask, owner: User) -> None:
    with writing():
        lead = add_lead(add_contact(), now=NOW - AN_HOUR)
        move = enter_stage(lead, first_stage(Stage.TRIAL), owner, NOW, facts=Facts())
        undo_move(lead, move, owner, NOW + AN_HOUR / 10)
        move_to_stage(lead, Stage.CONTACTED, owner, NOW + AN_HOUR)

    assert _stays(lead) == [("Ny", AN_HOUR), ("Provperiod", AN_HOUR / 10), ("Ny", AN_HOUR * 9 / 10)]


def test_leads_that_go_with_their_stage_say_it_too(app: Flask, owner: User, lists_put_back: None) -> None:
    with writing() as session:
        shown = LeadStage(meaning=Stage.CONSULTATION, name_sv="Visad", name_en="", position=3, is_active=True)
        session.add(shown)
        session.flush()
        forget_stages()
        lead = add_lead(add_contact(), now=NOW)
        enter_stage(lead, shown, owner, NOW + AN_HOUR, facts=Facts())
        put_away(shown.id)

    with writing():
        move_all(shown.id, first_stage(Stage.CONSULTATION).id, owner, NOW + 4 * AN_HOUR)

    db.session.expire_all()
    assert _stays(lead) == [("Ny", AN_HOUR), ("Visad", 3 * AN_HOUR)]


def test_a_lead_that_we_opened_has_left_nothing_yet(app: Flask, owner: User) -> None:
    with writing():
        contact = add_contact()
        open_lead(contact, add_lead(contact).subject, NOW, actor=owner)

    assert [line.stood_seconds for line in db.session.query(LeadEvent)] == [None]
