"""What visitors write is health data.

A word that stands in every field may be found in encrypted columns and on the pages of those who may read it, and
nowhere else: no log line, no mail, no address, no exception's text, no file.
"""

import io
import logging
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError, OperationalError

from app.accounts.models import User
from app.core.clock import now
from app.core.db import db, writing
from app.enquiries.jobs import remind_to_answer
from app.enquiries.private_pages import private_address
from app.enquiries.services import answer
from app.mail.letters import write_letter
from app.mail.models import Message
from tests.canary import WORD, everything_logged, failing, files_of, has_canary
from tests.enquiries.letters import enquiries, field_values, filled, post_form


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    with everything_logged() as written:
        yield written


def _form(app: Flask, **changes: str) -> dict[str, str]:
    words = dict.fromkeys(("name", "message", "phone", "subject_name", "utm_source", "utm_term", "from", "ref"), WORD)
    return filled(app, **{**words, "subject_kind": "horse", "email": "kanarief@example.se", **changes})


def test_the_canary_is_seen_when_it_is_there(log: io.StringIO) -> None:
    logging.getLogger("test").warning("name=%s", WORD)

    assert has_canary(log.getvalue())


def test_a_whole_thread_leaves_no_word_in_logs_addresses_and_mails(
    app: Flask, client: FlaskClient, owner: User, log: io.StringIO
) -> None:
    response = post_form(client, _form(app))
    addresses = [response.location]
    client.get(response.location)
    [enquiry] = enquiries()
    with writing():
        answer(enquiry.lead, f"{WORD} i svaret", owner, now())
    private = private_address(enquiry.lead_id or 0, "kanarief@example.se", "sv", now())
    path = private.removeprefix("https://ledtrad.example.se")
    page = client.get(path)
    reply = client.post(path, data={"token": field_values(page)["token"], "message": f"{WORD} igen"})
    addresses += [path, reply.location]
    remind_to_answer(now())

    messages = db.session.scalars(sa.select(Message)).all()
    letters = [write_letter(message).content.decode() for message in messages]
    inside = [letter.replace("kanarief@example.se", "") for letter in letters]
    assert len(messages) == 4
    assert WORD in page.text
    assert not [address for address in addresses if has_canary(address)]
    assert not [letter for letter in inside if has_canary(letter)]
    assert not [message for message in messages if has_canary(f"{message.context} {message.dedupe_key}")]
    assert not has_canary(log.getvalue())


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError(f"invalid literal: {WORD}"),
        OperationalError(f"INSERT {WORD}", {"message": WORD}, Exception(f"Failing row contains ({WORD})")),
        IntegrityError(f"INSERT {WORD}", {"message": WORD}, Exception(f"Key (name)=({WORD}) already exists")),
    ],
    ids=["a fault", "no storage", "a broken constraint"],
)
def test_a_forced_error_logs_where_it_was_and_not_what_was_written(
    app: Flask, client: FlaskClient, log: io.StringIO, error: Exception
) -> None:
    with failing("INSERT INTO enquiry", error):
        response = post_form(client, _form(app))

    assert response.status_code in (500, 503)
    assert "app/enquiries/" in log.getvalue() or "could not be stored" in log.getvalue()
    assert not has_canary(log.getvalue())


def test_a_refused_form_logs_no_word(app: Flask, client: FlaskClient, log: io.StringIO) -> None:
    for changes in ({"email": f"{WORD}@"}, {"token": WORD}, {"wish": WORD}, {"message": WORD * 1000}):
        assert post_form(client, _form(app, **changes)).status_code in (400, 422)

    assert not has_canary(log.getvalue())


def test_a_database_error_does_not_carry_the_values(app: Flask) -> None:
    statement = sa.text("INSERT INTO enquiry (nowhere) VALUES (:word)")

    with pytest.raises(sa.exc.DBAPIError) as caught, writing():
        db.session.execute(statement, {"word": WORD})

    assert not has_canary(str(caught.value))


def test_the_files_of_the_instance_do_not_hold_the_message(app: Flask, client: FlaskClient, owner: User) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL keeps its files elsewhere; its column is compared in test_services")
    response = post_form(client, filled(app, message=f"{WORD} och sömn"))
    [enquiry] = enquiries()
    with writing():
        answer(enquiry.lead, f"{WORD} och vila", owner, now())
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    content = files_of(app)
    assert response.status_code == 303
    assert b"siv@example.se" in content  # so the right files were read
    assert WORD.encode() not in content
    assert "och sömn".encode() not in content
    assert b"och vila" not in content
