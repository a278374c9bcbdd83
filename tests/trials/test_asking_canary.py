"""What is asked and answered before a trial is health data: a word in it is followed through all it leaves behind."""

import io
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError
from werkzeug.test import TestResponse

from app.accounts.models import User
from app.core.db import db
from app.leads.models import LeadEvent
from app.mail.letters import write_letter
from app.mail.models import Message
from app.trials.asking_forms import field_name
from app.trials.asking_queries import answers_of
from tests.canary import WORD, everything_logged, failing, has_canary
from tests.trials.asked import add_question, filled, offer, send, trials


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    with everything_logged() as written:
        yield written


def asked(client: FlaskClient) -> TestResponse:
    """Send a form with the word in what is asked and in the free line."""
    model, question = offer(), add_question(f"Behandlas du för {WORD}?")
    form = filled(model, wishes=f"Helst före {WORD}", **{field_name(question): "yes"})
    return send(client, f"/try/{model.slug}", form)


def test_a_wish_to_try_leaves_no_word_in_logs_addresses_mails_the_timeline_and_its_page(
    client: FlaskClient, owner: User, log: io.StringIO
) -> None:
    location = asked(client).location
    page = client.get(location)

    [trial] = trials()
    assert [answer.question for answer in answers_of(trial.id)] == [f"Behandlas du för {WORD}?"]
    mails = db.session.scalars(sa.select(Message)).all()
    letters = [write_letter(message).content.decode() for message in mails]
    written = [f"{event.text}" for event in db.session.scalars(sa.select(LeadEvent))]
    assert sorted(message.kind for message in mails) == ["new_trial_notice", "trial_requested"]
    assert "Vi har fått din önskan att prova" in page.text
    assert not [kept for kept in (location, page.text, *letters, *written) if has_canary(kept)]
    assert not [message for message in mails if has_canary(f"{message.context} {message.dedupe_key}")]
    assert "POST /try/<slug> 303" in log.getvalue()
    assert not has_canary(log.getvalue())


def test_a_forced_error_tells_nothing_of_what_was_answered(
    client: FlaskClient, owner: User, app: Flask, log: io.StringIO
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    error = IntegrityError(f"INSERT {WORD}", {"answer": WORD}, Exception(f"Key (answer)=({WORD}) already exists"))

    with failing("INSERT INTO suitability_answer", error):
        answer = asked(client)

    assert answer.status_code == 500
    assert trials() == []
    assert "IntegrityError" in log.getvalue()
    assert not has_canary(log.getvalue())


def test_what_was_answered_and_wished_lies_encrypted(client: FlaskClient, owner: User) -> None:
    asked(client)

    answers = db.session.execute(sa.text("SELECT question, answer, verdict FROM suitability_answer")).all()
    wishes = db.session.scalars(sa.text("SELECT wishes FROM trial")).all()
    kept = [bytes(value) for row in answers for value in row] + [bytes(value) for value in wishes]
    assert len(kept) == 4
    assert not [value for value in kept if WORD.encode() in value or len(value) < 29]
