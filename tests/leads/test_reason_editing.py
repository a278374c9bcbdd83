"""Why leads are lost, as the owner has named it."""

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.models import User
from app.core.db import db, writing
from app.core.edit_forms import mark_of
from app.core.errors import RuleBroken
from app.leads.models import Lead
from app.leads.owned_lists import Direction
from app.leads.queries import lost_reasons
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
from app.leads.stages import Stage
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead

pytestmark = pytest.mark.usefixtures("lists_put_back")


def names() -> list[str]:
    return [reason.name_sv for reason in lost_reasons()]


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
