"""What visitors do on the pages where they book."""

import re
from datetime import datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.models import User
from app.consultations.availability import free_times
from app.consultations.kinds import ConsultationKind
from app.consultations.models import Consultation
from app.consultations.times_views import FORM
from app.consultations.weeks import start_in_words
from app.core import form_tokens
from app.core.clock import now
from app.core.db import db, writing
from app.core.language import local_zone
from tests.consultations.cast import add_host, add_kind

READING = timedelta(seconds=20)
SIV = {"name": "Siv Lund", "phone": "070-174 06 21", "email": "siv@example.se", "consent": "y"}
"""What Siv fills in."""


def bookable(owner: User, **changes: Any) -> ConsultationKind:
    """Maj's talks, on any day of the week, whatever day the tests run."""
    with writing():
        host = add_host(owner, weekdays="0123456", is_closed_on_holidays=False, is_closed_on_eves=False)
        return add_kind(host, **changes)


def starts_of(kind: ConsultationKind) -> list[datetime]:
    """All that can be booked now."""
    moment = now()
    today = moment.astimezone(local_zone()).date()
    return [time.starts_at for time in free_times(kind, today, today + timedelta(days=99), moment)]


def buttons(response: TestResponse) -> dict[str, str]:
    """What each button of a time sends, with what a screen reader says of it."""
    return dict(re.findall(r'<button [^>]*?value="([^"]+)" aria-label="([^"]+)"', response.text))


def chosen(
    client: FlaskClient, kind: ConsultationKind, start: datetime, age: timedelta = READING, **arguments: str
) -> TestResponse:
    """Press the button of a time, on a page that was opened a little while ago."""
    token = form_tokens.issue(FORM, kind.slug, now() - age)
    form = {"token": token, "start": start_in_words(start)}
    return client.post(f"/book/{kind.slug}", query_string=arguments, data=form)


def form_address(client: FlaskClient, kind: ConsultationKind, age: timedelta = READING, **arguments: str) -> str:
    """Where the button of the second free time leads."""
    return chosen(client, kind, starts_of(kind)[1], age, **arguments).location


def filled(address: str, **changes: str | None) -> dict[str, str]:
    """What the form at that address sends when Siv has filled it in; a change to None leaves the field out."""
    carried = dict(re.findall(r"(token|start)=([^&]+)", address))
    fields = {**carried, "subject_kind": "self", "subject_name": "", "wishes": "", **SIV, **changes}
    return {name: value for name, value in fields.items() if value is not None}


def send(client: FlaskClient, address: str, fields: dict[str, str]) -> TestResponse:
    """Send the form as a browser on our own page does."""
    return client.post(address, data=fields, headers={"Sec-Fetch-Site": "same-origin"})


def consultations() -> list[Consultation]:
    """All that is booked, freshly read."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.query(Consultation).order_by(Consultation.id).all()
