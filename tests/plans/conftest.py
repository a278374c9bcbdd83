"""A letter of a plan that waits to be approved."""

import pytest
from flask import Flask

from app.accounts.models import User
from app.core.db import db, writing
from app.plans.models import PlanDraft
from tests.plans.cast import letter, make_lead, make_plan, start_with_letter, task


@pytest.fixture
def draft(app: Flask, owner: User) -> PlanDraft:
    """A letter that waits, in a plan with another step."""
    with writing():
        start_with_letter(make_plan(steps=[letter(0), task(4)]), make_lead(owner=owner), owner)
    return db.session.scalars(db.select(PlanDraft)).one()
