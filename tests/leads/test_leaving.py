"""Somebody leaves: all that they answer for goes to somebody else, and what is closed stays."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.models import User
from app.core.clock import now
from app.core.db import db, writing
from app.follow_ups.models import FollowUp, FollowUpKind
from app.follow_ups.services import plan
from app.leads.hand_overs import HandedThing, HandOver
from app.leads.models import EventKind, Lead, LeadEvent
from app.leads.services import move_to_stage, write_note
from app.leads.stages import Stage
from app.lists.jobs import forget_removed
from app.trials.models import Trial, TrialState
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead
from tests.leads.page import read, undo_in
from tests.signed_in import SignedIn
from tests.trials.cast import add_model, add_unit
from tests.trials.walks import walk_to


@pytest.fixture
def leads(app: Flask, owner: User, staff: User) -> list[Lead]:
    """Sixten's open lead, his won one, and one of Maj's where the next step is his."""
    with writing():
        mine, won, other = (
            add_lead(add_contact(name, phone), owner=who)
            for name, phone, who in (
                ("Siv Lund", "070-174 06 21", staff),
                ("Bo Ek", "070-174 06 22", staff),
                ("Ann Al", "070-174 06 23", owner),
            )
        )
        move_to_stage(won, Stage.WON, staff, NOW)
        plan(mine, FollowUpKind.CALL, NOW, NOW, owner=owner)
        plan(other, FollowUpKind.CALL, NOW, NOW, owner=staff)
        return [mine, won, other]


def owners() -> list[int | None]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Lead.owner_id).order_by(Lead.id)))


def doers() -> list[int | None]:
    return list(db.session.scalars(sa.select(FollowUp.owner_id).order_by(FollowUp.id)))


def test_the_page_says_what_goes_along(owner_client: SignedIn, staff: User, leads: list[Lead]) -> None:
    page = owner_client.get(f"/leads/of/{staff.id}/hand-over").text

    assert "En öppen affär" in page
    assert "En uppgift att göra" in page
    assert "provperiod" not in page.partition("<main")[2].partition("</main>")[0]


def test_all_goes_to_one_and_what_is_closed_stays(
    owner_client: SignedIn, owner: User, staff: User, leads: list[Lead]
) -> None:
    answer = owner_client.post(f"/leads/of/{staff.id}/hand-over", data={"heir": owner.id}, follow_redirects=True)

    assert "2 affärer är överlämnade." in answer.text
    assert owners() == [owner.id, staff.id, owner.id]
    assert doers() == [owner.id, owner.id]
    told = db.session.scalars(sa.select(LeadEvent.kind).where(LeadEvent.lead_id == leads[0].id).order_by(LeadEvent.id))
    assert list(told)[-1] is EventKind.OWNER
    assert "ansvarar inte för något" in owner_client.get(f"/leads/of/{staff.id}/hand-over").text


def test_a_second_time_changes_nothing(owner_client: SignedIn, owner: User, staff: User, leads: list[Lead]) -> None:
    owner_client.post(f"/leads/of/{staff.id}/hand-over", data={"heir": owner.id})
    lines = db.session.scalar(sa.select(sa.func.count()).select_from(LeadEvent))

    owner_client.post(f"/leads/of/{staff.id}/hand-over", data={"heir": owner.id})

    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(LeadEvent)) == lines


def test_the_trials_that_they_cared_for_go_along(owner_client: SignedIn, owner: User, staff: User) -> None:
    with writing():
        trial = walk_to(TrialState.OUT, unit=add_unit(add_model()))
        trial.owner_id = staff.id
        trial_id = trial.id

    owner_client.post(f"/leads/of/{staff.id}/hand-over", data={"heir": owner.id})

    db.session.rollback()
    assert db.session.get_one(Trial, trial_id).owner_id == owner.id


def hand_over(client: SignedIn, leaver: User, heir: User) -> str:
    """Hand all over, and give the address that takes it back."""
    client.post(f"/leads/of/{leaver.id}/hand-over", data={"heir": heir.id})
    return undo_in(client.get("/users/").text) or ""


def test_what_nobody_has_touched_goes_back_and_nothing_else(
    owner_client: SignedIn, owner: User, staff: User, leads: list[Lead]
) -> None:
    before = owners(), doers()
    undo = hand_over(owner_client, staff, owner)
    handed = owners(), doers()

    page = owner_client.post(undo, follow_redirects=True).text

    assert before == ([staff.id, staff.id, owner.id], [owner.id, staff.id])
    assert handed == ([owner.id, staff.id, owner.id], [owner.id, owner.id])
    assert (owners(), doers()) == before
    assert "2 affärer är tillbaka hos Sixten" in page
    assert "Ångra överlämningen" not in page


def test_what_somebody_has_done_something_with_since_stays_and_is_named(
    owner_client: SignedIn, owner: User, staff: User, leads: list[Lead]
) -> None:
    undo = hand_over(owner_client, staff, owner)
    with writing():
        write_note(db.session.get_one(Lead, leads[0].id), "Pratade om priset", owner, now())

    page = read(owner_client.post(undo, follow_redirects=True).text)

    assert (owners(), doers()) == ([owner.id, staff.id, owner.id], [owner.id, staff.id])
    assert "så de står kvar hos Maj Ek:\nSiv Lund\n" in page
    assert "En affär är tillbaka hos Sixten" in page


def test_a_trial_goes_back_with_its_lead(owner_client: SignedIn, owner: User, staff: User) -> None:
    with writing():
        trial = walk_to(TrialState.OUT, unit=add_unit(add_model()))
        trial.owner_id = staff.id
        trial_id = trial.id

    owner_client.post(hand_over(owner_client, staff, owner))

    db.session.rollback()
    assert db.session.get_one(Trial, trial_id).owner_id == staff.id


def test_the_page_offers_to_take_it_back_for_an_hour(
    owner_client: SignedIn, owner: User, staff: User, leads: list[Lead]
) -> None:
    undo = hand_over(owner_client, staff, owner)
    page = f"/leads/of/{staff.id}/hand-over"
    offered = "Ångra överlämningen" in owner_client.get(page).text
    with writing():
        db.session.scalars(sa.select(HandOver)).one().made_at -= timedelta(hours=1, minutes=1)

    late = owner_client.post(undo)

    assert (offered, "Ångra överlämningen" in owner_client.get(page).text) == (True, False)
    assert "mer än en timme" in late.text
    assert owners() == [owner.id, staff.id, owner.id]
    assert (forget_removed(now()), leads_handed()) == (1, 0)


def leads_handed() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(HandedThing)) or 0


def test_nothing_goes_back_to_somebody_who_is_shut_out(
    owner_client: SignedIn, owner: User, staff: User, leads: list[Lead]
) -> None:
    undo = hand_over(owner_client, staff, owner)
    owner_client.post(f"/users/{staff.id}/shut-out")

    refused = owner_client.post(undo)
    strange = owner_client.post(undo.replace(f"/of/{staff.id}/", f"/of/{owner.id}/"))

    assert "Släpp in dem igen först" in refused.text
    assert (strange.status_code, owners()) == (404, [owner.id, staff.id, owner.id])


def test_somebody_else_has_to_be_chosen(owner_client: SignedIn, staff: User, leads: list[Lead]) -> None:
    before = owners()
    nobody = owner_client.post(f"/leads/of/{staff.id}/hand-over")
    themselves = owner_client.post(f"/leads/of/{staff.id}/hand-over", data={"heir": staff.id})

    assert (nobody.status_code, themselves.status_code) == (422, 422)
    assert "Välj vem som tar över." in nobody.text
    assert 'aria-describedby="heir-help heir-error"' in nobody.text
    assert "Välj någon annan att lämna över till." in themselves.text
    assert owners() == before


def test_only_owners_let_somebody_leave(staff_client: SignedIn, owner: User) -> None:
    assert staff_client.get(f"/leads/of/{owner.id}/hand-over").status_code == 403
    assert staff_client.post(f"/leads/of/{owner.id}/hand-over").status_code == 403
