import threading
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import User
from app.core import db as storage
from app.core.db import db, writing
from app.enquiries import services
from app.enquiries.models import Enquiry
from app.mail.models import Message
from tests.enquiries.letters import add_article, enquiries, field_values, filled, post_form, recorded, words
from tests.storage_that_fails import full_storage


def test_the_same_form_sent_twenty_times_at_once_is_one_enquiry_and_twenty_equal_answers(
    app: Flask, owner: User
) -> None:
    form = filled(app)
    start = threading.Barrier(20)
    answers: list[tuple[int, str | None]] = []

    def send() -> None:
        client = app.test_client()
        start.wait(20)
        response = post_form(client, form)
        answers.append((response.status_code, response.location))

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    [enquiry] = enquiries()
    assert len(answers) == 20
    assert len(set(answers)) == 1
    assert answers[0][0] == 303
    assert sorted(db.session.scalars(sa.select(Message.kind))) == ["enquiry_confirmation", "new_enquiry_notice"]
    assert enquiry.lead_id is not None


@pytest.mark.parametrize("statement", ["INSERT INTO enquiry", "SELECT"])
def test_a_full_or_unreachable_database_gives_the_form_back_with_every_word(
    app: Flask, client: FlaskClient, statement: str
) -> None:
    add_article()
    form = filled(app, "sova-battre", message="Ett långt brev")

    with full_storage(statement):
        response = post_form(client, form, "/articles/sova-battre/ask")

    assert (response.status_code, response.headers["Retry-After"]) == (503, "10")
    assert "Just nu går det inte att spara, och inget har skickats." in words(response)
    values = field_values(response)
    assert (values["message"], values["token"]) == ("Ett långt brev", form["token"])
    assert enquiries() == []
    assert post_form(client, form, "/articles/sova-battre/ask").status_code == 303
    assert len(enquiries()) == 1


def test_a_locked_database_gives_the_form_back_with_every_word(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("only SQLite has one lock for all writers")
    monkeypatch.setattr(storage, "BUSY_TIMEOUT_SECONDS", 0.2)
    form = filled(app, message="Ett långt brev")
    is_locked, may_go_on = threading.Event(), threading.Event()

    def hold() -> None:
        with app.app_context(), writing():
            is_locked.set()
            may_go_on.wait(20)

    thread = threading.Thread(target=hold)
    thread.start()
    is_locked.wait(20)
    response = post_form(client, form)
    may_go_on.set()
    thread.join()

    assert (response.status_code, response.headers["Retry-After"]) == (503, "10")
    assert field_values(response)["message"] == "Ett långt brev"
    assert post_form(client, form).status_code == 303


def test_a_reference_that_is_taken_is_chosen_again(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = recorded().reference
    references = iter([taken, taken, "LT-FREE22"])
    monkeypatch.setattr(services, "new_reference", lambda: next(references))

    response = post_form(client, filled(app))

    assert response.status_code == 303
    assert [enquiry.reference for enquiry in enquiries()] == [taken, "LT-FREE22"]


@pytest.mark.parametrize(
    "body",
    [
        b"message=%ED%A0%80&name=Siv",
        b"message=" + b"\xff\xfe" + b"&name=Siv",
        b"message=%00&name=Siv",
        b"%00=%00",
        b"",
        b"&&&==&=",
        b"name=" + b"a" * 1_000_000,
    ],
)
def test_a_body_that_is_no_text_gets_a_clear_refusal(client: FlaskClient, body: bytes) -> None:
    response = client.post("/contact", data=body, content_type="application/x-www-form-urlencoded")

    assert response.status_code in (400, 413, 422)
    assert "</html>" in response.text


def test_broken_bytes_are_not_stored_as_something_else(app: Flask, client: FlaskClient) -> None:
    form = filled(app, message="SURROGATE")
    body = urlencode(form).replace("SURROGATE", "a%ED%A0%80b")
    response = client.post("/contact", data=body, content_type="application/x-www-form-urlencoded")

    assert response.status_code == 400
    assert "I det du skickade finns tecken som inte gick att läsa." in words(response)
    assert enquiries() == []


def test_too_large_a_body_is_refused_in_words(app: Flask, client: FlaskClient) -> None:
    response = post_form(client, filled(app, message="x" * 1_000_000))

    assert response.status_code == 413
    assert "Det du skickade är för stort" in words(response)
    assert db.session.query(Enquiry).count() == 0
