from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.jobs import forget_old_sessions
from app.accounts.sent_forms import SentForm, draft_key, is_new_form
from app.core.db import db, writing
from app.leads.models import EventKind, LeadEvent
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead
from tests.signed_in import SignedIn

KEY = "0123456789abcdef0123456789abcdef"


def stored() -> list[str]:
    return list(db.session.scalars(sa.select(SentForm.key)))


@pytest.mark.parametrize(
    ("sent", "key"), [(KEY, KEY), ("", ""), ("short", ""), (KEY + "'", ""), ("å" * 20, ""), ("a" * 65, "")]
)
def test_a_key_is_letters_and_digits_of_some_length(app: Flask, sent: str, key: str) -> None:
    with app.test_request_context(method="POST", data={"draft_key": sent}):
        assert draft_key() == key


def test_a_key_is_new_once_and_a_form_without_one_always(app: Flask) -> None:
    with writing():
        first = [is_new_form(KEY, NOW), is_new_form("", NOW)]
    with writing():
        second = [is_new_form(KEY, NOW), is_new_form("", NOW)]

    assert (first, second) == ([True, True], [False, True])
    assert stored() == [KEY]


def test_what_is_not_stored_is_new_again(app: Flask) -> None:
    def store_and_fail() -> None:
        with writing():
            is_new_form(KEY, NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store_and_fail()

    with writing():
        assert is_new_form(KEY, NOW)


def test_keys_are_forgotten_when_no_browser_sends_them_again(app: Flask) -> None:
    with writing():
        is_new_form(KEY, NOW - timedelta(days=8, minutes=1))
        is_new_form(KEY[::-1], NOW - timedelta(days=7))

    forget_old_sessions(NOW)

    assert stored() == [KEY[::-1]]


@pytest.mark.parametrize(
    ("path", "fields", "kind"),
    [
        ("notes", {"note": "Hon sover bättre."}, EventKind.NOTE),
        ("calls", {"outcome": "no_answer", "summary": ""}, EventKind.CALL),
        ("answer", {"answer": "Ja, det går bra."}, EventKind.ANSWER),
    ],
)
def test_a_form_sent_twice_is_one_line_and_both_see_success(
    owner_client: SignedIn, path: str, fields: dict[str, str], kind: EventKind
) -> None:
    with writing():
        lead_id = add_lead(add_contact(email="siv@example.se")).id

    answers = [
        owner_client.post(
            f"/leads/{lead_id}/{path}", data={**fields, "draft_key": KEY}, headers={"X-Sent-By": "script"}
        )
        for _ in range(2)
    ]

    assert [(answer.status_code, answer.headers["X-Go-To"].split("#")[0]) for answer in answers] == [
        (204, f"/leads/{lead_id}")
    ] * 2
    assert db.session.scalar(sa.select(sa.func.count()).where(LeadEvent.kind == kind)) == 1


def test_a_script_that_is_signed_out_is_told_so(app: Flask, owner_client: SignedIn) -> None:
    owner_client.delete_cookie("ledtrad")
    app.config["WTF_CSRF_ENABLED"] = False

    answer = owner_client.post("/leads/1/notes", headers={"X-Sent-By": "script"})

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in")
