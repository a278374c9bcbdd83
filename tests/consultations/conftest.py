"""Who holds consultations, and what is booked with them."""

import pytest
from flask import Flask

from app.accounts.models import User
from app.consultations.booking import Details
from app.consultations.hosts import Host
from app.consultations.kinds import ConsultationKind
from app.consultations.models import Consultation
from app.consultations.services import book
from app.core.db import writing
from app.leads.models import Lead
from tests.conftest import NOW
from tests.consultations.cast import TOMORROW_AT_NINE, add_host, add_kind
from tests.leads.cast import add_contact, add_lead


@pytest.fixture
def host(owner: User) -> Host:
    """Maj, at home on working days."""
    with writing():
        return add_host(owner)


@pytest.fixture
def other_host(staff: User) -> Host:
    """Sixten, at the same hours."""
    with writing():
        return add_host(staff)


@pytest.fixture
def kind(host: Host) -> ConsultationKind:
    """Half an hour on the phone, with Maj."""
    with writing():
        return add_kind(host)


@pytest.fixture
def lead(app: Flask) -> Lead:
    """Siv's."""
    with writing():
        return add_lead(add_contact(email="siv@example.se"))


@pytest.fixture
def booked(kind: ConsultationKind, lead: Lead) -> Consultation:
    """Siv's talk, Tuesday at nine."""
    with writing():
        return book(kind, TOMORROW_AT_NINE, "sivs-form", lead, Details(), NOW)
