"""Several who change the same rows at once: each row is changed by one after the other, and none is lost."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import sqlalchemy as sa
from flask import Flask

from app.accounts.models import User
from app.core.db import db, writing
from app.leads.models import EventKind, Lead, LeadEvent
from app.leads.own_stages import first_stage
from app.leads.services import hand_over
from app.leads.stages import Stage
from app.lists.change_queries import change_to_carry
from app.lists.changing import undo
from app.lists.models import BulkKind, BulkState, RowState
from tests.conftest import NOW
from tests.lists.cast import LATER, add_leads, begin_change, keep_choice, states, the_change, to_the_end
from tests.together import while_we_write


def _all_at_once(app: Flask, change_ids: list[int]) -> None:
    start = Barrier(len(change_ids))

    def carry(change_id: int) -> None:
        with app.app_context():
            start.wait(60)
            to_the_end(change_id)
            db.session.remove()

    with ThreadPoolExecutor(len(change_ids)) as pool:
        for done in [pool.submit(carry, change_id) for change_id in change_ids]:
            done.result(60)


def test_two_carry_out_the_same_change_and_each_row_is_changed_once(app: Flask, owner: User, staff: User) -> None:
    with writing():
        ids = [lead.id for lead in add_leads(250, owner)]
    change_id = keep_choice(BulkKind.OWNER, ids, {"owner": staff.id}, owner)
    begin_change(change_id)

    _all_at_once(app, [change_id] * 4)

    told = sa.select(sa.func.count()).select_from(LeadEvent).where(LeadEvent.kind == EventKind.OWNER)
    assert db.session.scalar(told) == 250
    assert the_change(change_id).rows_changed == 250
    assert the_change(change_id).state is BulkState.DONE


def test_two_people_change_the_same_rows_and_nobody_waits_for_ever(app: Flask, owner: User, staff: User) -> None:
    with writing():
        ids = [lead.id for lead in add_leads(150, owner)]
    lose = {"stage": first_stage(Stage.DECISION).id, "facts": {}}
    changes = [
        keep_choice(BulkKind.OWNER, ids, {"owner": staff.id}, owner),
        keep_choice(BulkKind.OWNER, ids[::-1], {"owner": 0}, staff),
        keep_choice(BulkKind.STAGE, ids, lose, owner),
        keep_choice(BulkKind.TAG, ids, {"new_tag": "Mässan"}, staff),
    ]
    for change_id in changes:
        begin_change(change_id)

    _all_at_once(app, changes)

    db.session.rollback()
    for change_id in changes:
        assert {state for state, _why in states(change_id).values()} == {RowState.CHANGED}
    assert db.session.scalars(sa.select(Lead.stage).distinct()).all() == [Stage.DECISION]


def test_what_somebody_changes_while_it_is_undone_is_kept(app: Flask, owner: User, staff: User) -> None:
    with writing():
        ids = [lead.id for lead in add_leads(2, owner)]
    change_id = keep_choice(BulkKind.OWNER, ids, {"owner": staff.id}, owner)
    begin_change(change_id)
    to_the_end(change_id)
    with writing():
        change = change_to_carry(change_id)
        assert change is not None
        undo(change, owner, LATER)

    with while_we_write(app, lambda: to_the_end(change_id, LATER)) as let_undo_begin:
        lead = db.session.scalars(sa.select(Lead).where(Lead.id == ids[0]).with_for_update()).one()
        let_undo_begin()
        hand_over(lead, None, staff, NOW)

    db.session.rollback()
    assert db.session.scalars(sa.select(Lead.owner_id).order_by(Lead.id)).all() == [None, owner.id]
    assert [state for state, _why in states(change_id).values()] == [RowState.KEPT, RowState.RESTORED]
