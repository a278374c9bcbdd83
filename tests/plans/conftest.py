"""A letter of a plan that waits to be approved."""

import pytest
from flask import Flask

from app.accounts.models import User
from app.core.clock import now
from app.core.db import db, writing
from app.plans.models import PlanDraft
from app.plans.services import advance, start
from tests.plans.cast import letter, make_lead, make_plan, task


@pytest.fixture
def draft(app: Flask, owner: User) -> PlanDraft:
    """A letter that waits, in a plan with another step."""
    with writing():
        run = start(make_plan(steps=[letter(0), task(4)]), make_lead(owner=owner), owner, now())
        run.next_at = now()
        advance(run, now())
    return db.session.scalars(db.select(PlanDraft)).one()
