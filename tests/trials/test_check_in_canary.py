"""What is told in a check-in is health data: a word in it is followed through all that a trial leaves behind."""

import io
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError

from app.accounts.models import User
from app.core import form_tokens
from app.core.clock import now
from app.core.db import db, writing
from app.core.language import local_day
from app.follow_ups.models import FollowUp
from app.leads.models import LeadEvent
from app.mail.letters import write_letter
from app.mail.models import Message
from app.trials.check_in_views import FORM
from app.trials.check_ins import Scale
from app.trials.jobs import forget_ratings
from app.trials.models import Trial, TrialState
from app.trials.rating import baseline
from app.trials.trial_links import trial_token
from tests.canary import WORD, everything_logged, failing, files_of, has_canary
from tests.signed_in import SignedIn
from tests.trials.check_ins import A_DAY, asked_of_people, lent_to, told


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    with everything_logged() as written:
        yield written


@pytest.fixture
def scale(app: Flask) -> Scale:
    return asked_of_people()[0]


@pytest.fixture
def trial(app: Flask, scale: Scale, owner: User) -> Trial:
    """Siv's, begun yesterday with the word in how it was."""
    today = local_day(now())
    trial = lent_to("Siv Lund", starts_on=today - A_DAY, ends_on=today + 20 * A_DAY, owner=owner)
    with writing():
        baseline(trial, {scale: 2}, f"{WORD} vid utlämningen", owner, now() - A_DAY)
    return trial


def check_in(client: FlaskClient, trial: Trial, scale: Scale, **changes: str) -> list[str]:
    """Send the form with the word in it; gives what a browser keeps of it besides the page."""
    path = f"/trial/{trial_token(trial)}/check-in"
    token = form_tokens.issue(FORM, trial.id, now())
    fields = {"token": token, f"scale_{scale.id}": "7", "words": f"{WORD} i dag", "wants_call": "y", **changes}
    answer = client.post(path, data=fields)
    return [path, answer.headers.get("Location", "")]


def test_a_check_in_leaves_no_word_in_logs_addresses_mails_tasks_and_the_timeline(
    client: FlaskClient, trial: Trial, scale: Scale, log: io.StringIO
) -> None:
    addresses = check_in(client, trial, scale)
    refused = client.post(addresses[0], data={"token": "trasig", "words": f"{WORD} igen"})
    page = client.get(addresses[1])

    mails = db.session.scalars(sa.select(Message)).all()
    letters = [write_letter(message).content.decode() for message in mails]
    written = [f"{event.text}" for event in db.session.scalars(sa.select(LeadEvent))]
    steps = [f"{step.title} {step.reason}" for step in db.session.scalars(sa.select(FollowUp))]
    assert (refused.status_code, page.status_code) == (400, 200)
    assert WORD in refused.text
    assert page.text.count(WORD) == 2
    assert [words for *_, words in told(trial)] == [f"{WORD} vid utlämningen", f"{WORD} i dag"]
    assert [message.kind for message in mails] == ["trial_call_notice"]
    assert len(steps) == 1
    assert not [kept for kept in (*addresses, *letters, *written, *steps) if has_canary(kept)]
    assert not [message for message in mails if has_canary(f"{message.context} {message.dedupe_key}")]
    assert "POST /trial/<token>/check-in 303" in log.getvalue()
    assert not has_canary(log.getvalue())


def test_a_forced_error_tells_nothing_of_what_was_said(
    app: Flask, client: FlaskClient, trial: Trial, scale: Scale, log: io.StringIO
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    error = IntegrityError(f"INSERT {WORD}", {"words": WORD}, Exception(f"Key (words)=({WORD}) already exists"))

    with failing("INSERT INTO check_in", error):
        check_in(client, trial, scale)

    db.session.rollback()
    assert len(told(trial)) == 1
    assert "IntegrityError" in log.getvalue()
    assert not has_canary(log.getvalue())


def test_words_and_numbers_lie_encrypted(app: Flask, client: FlaskClient, trial: Trial, scale: Scale) -> None:
    check_in(client, trial, scale)

    words = [bytes(value) for value in db.session.scalars(sa.text("SELECT words FROM check_in"))]
    numbers = [bytes(value) for value in db.session.scalars(sa.text("SELECT value FROM rating"))]
    assert len(words) == len(numbers) == 2
    assert not [value for value in words if WORD.encode() in value]
    assert not [value for value in numbers if len(value) < 29]  # format, nonce and tag alone are 29 bytes
    assert WORD.encode() not in files_of(app)


def test_nothing_of_a_check_in_is_left_when_it_is_forgotten(
    owner_client: SignedIn, trial: Trial, scale: Scale, log: io.StringIO
) -> None:
    with writing():
        trial.state, trial.settled_at = TrialState.NOT_BOUGHT, now()

    forget_ratings(now() + 1000 * A_DAY)

    assert told(trial) == []
    page = owner_client.get(f"/leads/{trial.lead_id}")
    assert page.status_code == 200
    assert not has_canary(page.text)
    assert not has_canary(log.getvalue())
