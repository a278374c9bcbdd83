from datetime import timedelta

import pytest
from flask import Flask

from app.core.clock import now
from app.core.db import writing
from app.follow_ups.models import FollowUp, FollowUpKind
from app.follow_ups.services import plan
from app.leads.models import Lead
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead


@pytest.fixture
def lead(app: Flask) -> Lead:
    with writing():
        return add_lead(add_contact())


@pytest.fixture
def step(lead: Lead) -> FollowUp:
    """A call that is due today."""
    with writing():
        return plan(lead, FollowUpKind.CALL, now() + timedelta(minutes=1), NOW)
