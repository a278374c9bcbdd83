"""What people see when the database is gone: never a bare fault, never a page without its headers."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from app.core.db import db
from app.core.headers import SECURITY_HEADERS
from tests.signed_in import SignedIn


@pytest.fixture
def gone(app: Flask) -> Iterator[None]:
    """From now on no statement reaches the database, not even the one that asks who is signed in."""

    def fail(*_: object) -> None:
        raise sa.exc.OperationalError("SELECT", {}, Exception("the server has gone away"))

    db.session.remove()
    event.listen(db.engine, "before_cursor_execute", fail)
    yield
    event.remove(db.engine, "before_cursor_execute", fail)


def _is_whole(answer: TestResponse) -> bool:
    return all(answer.headers[name] == value for name, value in SECURITY_HEADERS.items())


@pytest.mark.parametrize("path", ["/contact", "/articles/", "/articles/nothing", "/sign-in"])
def test_a_stranger_is_told_to_come_back(gone: None, client: FlaskClient, path: str) -> None:
    answer = client.get(path)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "<h1>Just nu går sidan inte att visa</h1>" in answer.text
    assert _is_whole(answer)


@pytest.mark.parametrize("path", ["/today/", "/leads/", "/today/rows", "/settings/", "/contact", "/articles/", "/"])
def test_who_is_signed_in_is_told_to_come_back(owner_client: SignedIn, gone: None, path: str) -> None:
    answer = owner_client.get(path)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "<h1>Just nu går sidan inte att visa</h1>" in answer.text
    assert _is_whole(answer)


def test_what_is_not_there_needs_no_database(owner_client: SignedIn, gone: None) -> None:
    assert owner_client.get("/nothing").status_code == 404


def test_a_change_is_told_that_nothing_was_saved(owner_client: SignedIn, gone: None) -> None:
    answer = owner_client.post("/leads/1/notes", data={"note": "Hej"})

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "<h1>Just nu går det inte att spara</h1>" in answer.text


def test_a_mistake_of_ours_is_no_passing_trouble(app: Flask, owner_client: SignedIn) -> None:
    def fail() -> None:
        db.session.execute(sa.text("SELECT nothing FROM nowhere"))

    before = app.view_functions["home.today"]
    app.view_functions["home.today"] = fail
    try:
        answer = owner_client.get("/today/")
    finally:
        app.view_functions["home.today"] = before

    assert answer.status_code == 500
    assert "Retry-After" not in answer.headers
    assert _is_whole(answer)
