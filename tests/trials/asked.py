"""What visitors do on the pages where they ask to try a device."""

import re
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.consultations.kinds import Audience
from app.core import form_tokens
from app.core.clock import now
from app.core.db import db, writing
from app.trials.asking_views import FORM
from app.trials.models import Trial
from app.trials.suitability import SuitabilityQuestion, Verdict
from app.trials.units import DeviceModel
from tests.trials.cast import add_model

READING = timedelta(seconds=20)
SIV = {
    "subject_kind": "self",
    "subject_name": "",
    "name": "Siv Lund",
    "phone": "070-174 06 21",
    "email": "siv@example.se",
    "street_address": "Ängsvägen 2",
    "postcode": "743 30",
    "city": "Storvreta",
    "wishes": "",
    "consent": "y",
}
"""What Siv fills in."""


def offer(slug: str = "bm-hem", **changes: Any) -> DeviceModel:
    """A model for people that visitors can ask to try; whatever else is said."""
    with writing():
        return add_model(slug, **{"audience": Audience.PERSON, **changes})


def add_question(words: str = "Har du en pacemaker?", **changes: Any) -> SuitabilityQuestion:
    """A question whose yes means stop, asked of people."""
    facts: dict[str, Any] = {
        "audience": Audience.PERSON,
        "words_en": "Do you have a pacemaker?",
        "on_yes": Verdict.STOP,
        "on_no": Verdict.FINE,
        **changes,
    }
    with writing() as session:
        question = SuitabilityQuestion(words_sv=words, **facts)
        session.add(question)
    return question


def filled(model: DeviceModel, age: timedelta = READING, **changes: str | None) -> dict[str, str]:
    """What the form sends when Siv has filled it in; a change to None leaves the field out."""
    fields = {"token": form_tokens.issue(FORM, model.slug, now() - age), **SIV, **changes}
    return {name: value for name, value in fields.items() if value is not None}


def send(client: FlaskClient, address: str, fields: dict[str, str]) -> TestResponse:
    """Send the form as a browser on our own page does."""
    return client.post(address, data=fields, headers={"Sec-Fetch-Site": "same-origin"})


def trials() -> list[Trial]:
    """All that has been asked for, freshly read."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.query(Trial).order_by(Trial.id).all()


def token_in(location: str) -> str:
    """The token of the trial's page that an answer leads to."""
    return re.findall(r"/trial/([^?]+)", location)[0]
