"""What is done to many: who is changed, who is left and why, and how it is taken back."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import count

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.models import User
from app.contacts.erasing import erase
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.core.language import local_zone
from app.follow_ups.dues import whole_day
from app.follow_ups.models import FollowUp, FollowUpKind, FollowUpState
from app.follow_ups.onward import NextStep
from app.follow_ups.queries import open_of
from app.follow_ups.services import complete, keep_on
from app.leads.models import EventKind, Lead, LeadEvent
from app.leads.services import hand_over, move_to_stage
from app.leads.stages import Stage
from app.lists import carrying
from app.lists import owners as owner_deed
from app.lists.carrying import carry_on
from app.lists.change_queries import can_be_undone, change_to_carry
from app.lists.changing import MOST_ROWS, choose, next_rows, undo
from app.lists.choices import step_choice
from app.lists.jobs import carry_on_changes, forget_changes
from app.lists.models import BulkChange, BulkKind, BulkState, ListOf, RowState
from app.mail.models import Message
from app.plans.models import RunState
from app.plans.queries import runs_of_lead
from app.plans.services import advance
from tests.conftest import NOW
from tests.leads.cast import add_contact
from tests.lists.cast import (
    LATER,
    add_leads,
    begin_change,
    change_many,
    keep_choice,
    states,
    the_change,
    to_the_end,
    undo_change,
)
from tests.plans.cast import make_plan

CHANGED, LEFT, RESTORED, KEPT = RowState.CHANGED, RowState.LEFT, RowState.RESTORED, RowState.KEPT


def owners() -> list[int | None]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Lead.owner_id).order_by(Lead.id)))


def test_many_get_another_owner_and_who_has_that_one_is_left(owner: User, staff: User) -> None:
    with writing():
        ids = [lead.id for lead in [*add_leads(2, owner), *add_leads(1, staff)]]

    change_id = change_many(BulkKind.OWNER, ids, {"owner": staff.id}, owner)

    assert owners() == [staff.id] * 3
    assert [state for state, _why in states(change_id).values()] == [CHANGED, CHANGED, LEFT]
    assert states(change_id)[ids[2]][1] == "Har redan den ansvariga."
    change = the_change(change_id)
    assert (change.state, change.rows_changed, change.done_at) == (BulkState.DONE, 2, NOW)


def test_undoing_gives_each_its_owner_back_but_those_that_were_given_on(owner: User, staff: User) -> None:
    with writing():
        mine, nobodys, given_on = [*add_leads(1, owner), *add_leads(2)]
        ids = [mine.id, nobodys.id, given_on.id]
    change_id = change_many(BulkKind.OWNER, ids, {"owner": staff.id}, owner)
    with writing():
        hand_over(db.session.get_one(Lead, ids[2]), None, staff, NOW)

    undo_change(change_id, staff)

    assert owners() == [owner.id, None, None]
    assert states(change_id) == {
        ids[0]: (RESTORED, None),
        ids[1]: (RESTORED, None),
        ids[2]: (KEPT, "Har ändrats sedan dess."),
    }
    change = the_change(change_id)
    assert (change.state, change.undone_at, change.undone_by_id, change.actor_id) == (
        BulkState.UNDONE,
        LATER,
        staff.id,
        owner.id,
    )


def test_a_change_is_carried_out_once_however_often_it_is_asked_for(owner: User, staff: User) -> None:
    with writing():
        ids = [lead.id for lead in add_leads(3, owner)]
    change_id = change_many(BulkKind.OWNER, ids, {"owner": staff.id}, owner)

    begin_change(change_id)
    to_the_end(change_id, LATER)

    told = db.session.scalars(sa.select(LeadEvent.at).where(LeadEvent.kind == EventKind.OWNER)).all()
    assert told == [NOW] * 3
    assert the_change(change_id).done_at == NOW


def test_what_was_begun_and_left_halfway_goes_on_by_the_clock(owner: User, staff: User) -> None:
    with writing():
        ids = [lead.id for lead in add_leads(150, owner)]
    change_id = keep_choice(BulkKind.OWNER, ids, {"owner": staff.id}, owner)
    begin_change(change_id)
    assert carry_on(change_id, NOW)
    assert owners().count(staff.id) == 100

    done = carry_on_changes(LATER)

    assert done == 1
    assert owners() == [staff.id] * 150
    assert the_change(change_id).state is BulkState.DONE
    assert carry_on_changes(LATER) == 0


def test_what_takes_the_clock_long_can_be_taken_back_for_ten_minutes_from_its_end(
    owner: User, staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing():
        ids = [lead.id for lead in add_leads(150, owner)]
    change_id = keep_choice(BulkKind.OWNER, ids, {"owner": staff.id}, owner)
    begin_change(change_id)
    monkeypatch.setattr(clock, "monotonic", count(0, 300).__next__)  # five minutes between one look and the next

    carry_on_changes(NOW)

    ended = NOW + timedelta(minutes=15)
    assert the_change(change_id).done_at == ended
    assert can_be_undone(the_change(change_id), ended + timedelta(minutes=9))


def test_nothing_happens_to_rows_of_which_it_was_only_said_what(owner: User, staff: User) -> None:
    with writing():
        ids = [lead.id for lead in add_leads(2, owner)]
    change_id = keep_choice(BulkKind.OWNER, ids, {"owner": staff.id}, owner)

    assert carry_on_changes(NOW) == 0
    assert not carry_on(change_id, NOW)
    assert owners() == [owner.id] * 2


def test_a_row_that_fails_is_left_and_the_others_go_on(
    owner: User, staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing():
        ids = [lead.id for lead in add_leads(3, owner)]

    def fail_for_the_second(lead: Lead, *rest: object) -> None:
        if lead.id == ids[1]:
            raise RuleBroken("Just den går inte.")
        hand_over(lead, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(owner_deed, "hand_over", fail_for_the_second)

    change_id = change_many(BulkKind.OWNER, ids, {"owner": staff.id}, owner)

    assert owners() == [staff.id, owner.id, staff.id]
    assert states(change_id)[ids[1]] == (LEFT, "Just den går inte.")
    assert the_change(change_id).rows_changed == 2


def test_a_fault_of_ours_leaves_its_row_alone_and_is_told(
    owner: User, staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing():
        ids = [lead.id for lead in add_leads(2, owner)]

    def fail_for_the_first(lead: Lead, *rest: object) -> None:
        if lead.id == ids[0]:
            raise ValueError("broken")
        hand_over(lead, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(owner_deed, "hand_over", fail_for_the_first)

    change_id = change_many(BulkKind.OWNER, ids, {"owner": staff.id}, owner)

    assert owners() == [owner.id, staff.id]
    assert states(change_id)[ids[0]] == (LEFT, "Något gick fel hos oss. Felet är noterat.")


def test_a_fault_is_laid_to_no_other_row_when_somebody_else_carries_on_meanwhile(
    owner: User, staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing():
        ids = [lead.id for lead in add_leads(2, owner)]
    faults = [ids[0]] * 2  # of the hundred together, and of the row alone

    def fail_twice(lead: Lead, *rest: object) -> None:
        if lead.id in faults:
            faults.remove(lead.id)
            raise ValueError("broken")
        hand_over(lead, *rest)  # type: ignore[arg-type]

    def carry_the_first(_words: str, change_id: int) -> None:
        with writing():
            next_rows(change_to_carry(change_id), NOW, most=1)

    monkeypatch.setattr(owner_deed, "hand_over", fail_twice)
    monkeypatch.setattr(carrying.log, "exception", carry_the_first)

    change_id = change_many(BulkKind.OWNER, ids, {"owner": staff.id}, owner)

    assert owners() == [staff.id] * 2
    assert states(change_id) == dict.fromkeys(ids, (CHANGED, None))


def test_a_lead_that_is_gone_meanwhile_is_left(owner: User, staff: User) -> None:
    with writing():
        ids = [lead.id for lead in add_leads(2, owner)]
    change_id = keep_choice(BulkKind.OWNER, ids, {"owner": staff.id}, owner)
    with writing():
        erase(db.session.get_one(Lead, ids[0]).contact, owner, NOW)
    begin_change(change_id)
    to_the_end(change_id)

    assert states(change_id) == {ids[0]: (LEFT, "Finns inte längre."), ids[1]: (CHANGED, None)}


def _fair() -> dict[str, object]:
    due = whole_day(date(2026, 12, 1), local_zone())
    return step_choice(NextStep(FollowUpKind.VISIT, due.at, due.on, "Bjud in till mässan"))


def _planned(lead_id: int) -> list[tuple[str | None, bool]]:
    db.session.rollback()
    return [(step.title, step.is_suggested) for step in open_of(lead_id)]


def test_many_get_a_next_step_and_what_gave_way_comes_back(owner: User) -> None:
    with writing():
        leads = add_leads(3)
        ids = [lead.id for lead in leads]
        keep_on(leads[0], NOW)
        move_to_stage(leads[2], Stage.WON, owner, NOW)
        before = leads[0].next_step_at

    change_id = change_many(BulkKind.NEXT_STEP, ids, _fair(), owner)
    planned = [_planned(lead_id) for lead_id in ids]
    undo_change(change_id, owner)

    assert planned == [[("Bjud in till mässan", False)], [("Bjud in till mässan", False)], []]
    assert [_planned(lead_id) for lead_id in ids] == [[(None, True)], [], []]
    assert db.session.get_one(Lead, ids[0]).next_step_at == before
    assert db.session.get_one(Lead, ids[1]).next_step_at is None
    assert states(change_id)[ids[2]] == (LEFT, "Affären är avslutad.")


def test_a_step_that_was_done_meanwhile_is_kept(owner: User) -> None:
    with writing():
        ids = [lead.id for lead in add_leads(1)]
    change_id = change_many(BulkKind.NEXT_STEP, ids, _fair(), owner)
    with writing():
        step = db.session.scalars(sa.select(FollowUp)).one()
        complete(step, owner, LATER, NextStep(FollowUpKind.CALL, LATER + timedelta(days=1)))

    undo_change(change_id, owner)

    assert states(change_id) == {ids[0]: (KEPT, "Har ändrats sedan dess.")}
    assert db.session.scalar(sa.select(FollowUp.state).where(FollowUp.title.is_not(None))) is FollowUpState.DONE


def test_many_start_a_plan_and_undoing_stops_it_with_its_letters(owner: User) -> None:
    with writing():
        plan = make_plan(0, 3, sends_by_itself=True)
        leads = add_leads(2)
        leads[1].contact.email = None
        ids = [lead.id for lead in leads]

    change_id = change_many(BulkKind.PLAN, ids, {"plan": plan.id}, owner)
    with writing():
        (run,) = runs_of_lead(ids[0])
        advance(run, NOW + timedelta(hours=1))
    undo_change(change_id, owner)

    assert states(change_id) == {ids[0]: (RESTORED, None), ids[1]: (LEFT, "Kontakten har ingen e-postadress.")}
    assert [run.state for run in runs_of_lead(ids[0])] == [RunState.STOPPED]
    assert [message.state for message in db.session.scalars(sa.select(Message))] == ["cancelled"]


def test_many_are_erased_for_good(app: Flask, owner: User) -> None:
    with writing():
        leads = add_leads(3)
        contacts = [lead.contact_id for lead in leads]

    change_id = change_many(BulkKind.ERASE, contacts[:2], {}, owner, ListOf.CONTACTS)

    assert db.session.scalars(sa.select(Contact.id)).all() == contacts[2:]
    assert the_change(change_id).rows_changed == 2
    with writing(), pytest.raises(RuleBroken, match="En radering går inte att ångra"):
        undo(db.session.get_one(BulkChange, change_id), owner, LATER)


def test_who_erases_leads_erases_the_people_behind_them(owner: User) -> None:
    with writing():
        leads = add_leads(2)
        change = choose(ListOf.LEADS, BulkKind.ERASE, [lead.id for lead in leads], "/leads/", owner, NOW)

    assert change.list_of is ListOf.CONTACTS
    assert list(states(change.id)) == [lead.contact_id for lead in leads]


def test_after_ten_minutes_nothing_can_be_undone_and_nothing_is_known_of_before(owner: User, staff: User) -> None:
    with writing():
        ids = [lead.id for lead in add_leads(1, owner)]
    change_id = change_many(BulkKind.OWNER, ids, {"owner": staff.id}, owner)

    assert forget_changes(NOW + timedelta(minutes=9, seconds=59)) == 0
    with writing(), pytest.raises(RuleBroken, match="mer än tio minuter"):
        undo(db.session.get_one(BulkChange, change_id), owner, NOW + timedelta(minutes=10))
    assert forget_changes(NOW + timedelta(minutes=10)) == 1
    assert forget_changes(NOW + timedelta(minutes=10)) == 0

    kept = db.session.execute(sa.text("SELECT before FROM bulk_change_row")).scalars().all()
    assert kept == [None]
    assert (the_change(change_id).choice, the_change(change_id).came_from) == (None, None)


def test_what_was_begun_a_day_after_it_was_chosen_can_still_be_undone(owner: User, staff: User) -> None:
    begun_at = NOW + timedelta(hours=23, minutes=59)
    with writing():
        ids = [lead.id for lead in add_leads(1, owner)]
    change_id = keep_choice(BulkKind.OWNER, ids, {"owner": staff.id}, owner)
    begin_change(change_id)
    to_the_end(change_id, begun_at)

    forget_changes(begun_at + timedelta(minutes=5))
    undo_change(change_id, owner, begun_at + timedelta(minutes=6))
    restored = states(change_id)
    forget_changes(begun_at + timedelta(minutes=7))

    assert owners() == [owner.id]
    assert restored == {ids[0]: (RESTORED, None)}
    assert states(change_id) == {}


def test_an_erased_person_is_in_no_change(owner: User, staff: User) -> None:
    with writing():
        ids = [lead.id for lead in add_leads(2, owner)]
    change_id = change_many(BulkKind.OWNER, ids, {"owner": staff.id}, owner)

    with writing():
        erase(db.session.get_one(Lead, ids[0]).contact, owner, NOW)
    kept = db.session.execute(sa.text("SELECT before IS NULL FROM bulk_change_row ORDER BY row_id")).scalars().all()
    undo_change(change_id, owner)

    assert [bool(is_cleared) for is_cleared in kept] == [True, False]
    assert states(change_id) == {ids[0]: (KEPT, "Finns inte längre."), ids[1]: (RESTORED, None)}


def test_no_more_than_five_thousand_at_a_time(owner: User) -> None:
    with writing(), pytest.raises(RuleBroken, match="Högst 5 000 åt gången"):
        choose(ListOf.LEADS, BulkKind.OWNER, range(1, MOST_ROWS + 2), "/leads/", owner, NOW)
    with writing(), pytest.raises(RuleBroken, match="Välj minst en rad"):
        choose(ListOf.LEADS, BulkKind.OWNER, [], "/leads/", owner, NOW)
    with writing(), pytest.raises(RuleBroken, match="inte göra med kontakter"):
        choose(ListOf.CONTACTS, BulkKind.OWNER, [add_contact().id or 1], "/contacts/", owner, NOW)


def test_a_hundred_cost_few_statements_each(owner: User, staff: User, count_queries: Callable[[], int]) -> None:
    with writing():
        ids = [lead.id for lead in add_leads(101, owner)]
    one = keep_choice(BulkKind.OWNER, ids[:1], {"owner": staff.id}, owner)
    hundred = keep_choice(BulkKind.OWNER, ids[1:], {"owner": staff.id}, owner)
    begin_change(one)
    begin_change(hundred)
    count_queries()

    carry_on(one, NOW)
    for_one = count_queries()
    carry_on(hundred, NOW)

    assert count_queries() <= for_one + 99 * 2
