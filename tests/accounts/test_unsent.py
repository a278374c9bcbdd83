"""Whoever was signed out while they wrote: what they typed comes back once they have signed in, and to nobody else."""

import re
from datetime import timedelta
from html import unescape

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse
from wtforms import PasswordField

from app.accounts.models import User
from app.accounts.passwords import hash_password
from app.accounts.unsent import LEFT_OUT, UnsentForm, open_form, seal_form
from app.core.access import is_public
from app.core.db import db, writing
from app.core.forms import DashboardForm
from app.leads.models import EventKind, LeadEvent
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead
from tests.signed_in import SignedIn

HOME = {"Origin": "http://localhost"}
WORDS = "Hon sover bättre\noch orkar mer."
PASSWORD = "tre ord i rad"


@pytest.fixture
def with_password(owner: User) -> User:
    with writing():
        db.session.get_one(User, owner.id).password_hash = hash_password(PASSWORD)
    return owner


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page, by their names."""
    found: dict[str, str] = {}
    for tag in re.findall(r'<input[^>]*type="hidden"[^>]*>', page):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value:
            found[name[1]] = unescape(value[1])
    return found


def sign_in_from(page: str, browser: FlaskClient, user: User) -> TestResponse:
    fields = {**hidden(page), "email": user.email, "password": PASSWORD}
    return browser.post("/sign-in", data=fields, headers=HOME)


def send_signed_out(browser: SignedIn, address: str, **fields: str) -> str:
    """What a browser is shown whose session has ended."""
    with writing():
        db.session.execute(sa.text("DELETE FROM user_session"))
    answer = browser.post(address, data=fields, headers=HOME)
    assert answer.status_code == 401
    return answer.text


def test_a_note_written_while_signed_out_is_stored_after_signing_in(
    owner_client: SignedIn, with_password: User
) -> None:
    with writing():
        lead_id = add_lead(add_contact()).id
    page = send_signed_out(owner_client, f"/leads/{lead_id}/notes", note=WORDS, csrf_token="old")

    shown = sign_in_from(page, owner_client, with_password).text
    answer = owner_client.post(f"/leads/{lead_id}/notes", data=hidden(shown), headers=HOME)

    assert "Det du skrev är kvar" in page
    assert f'action="/leads/{lead_id}/notes"' in shown
    assert WORDS in unescape(shown)
    assert answer.status_code == 303
    assert db.session.scalars(sa.select(LeadEvent.text).where(LeadEvent.kind == EventKind.NOTE)).all() == [WORDS]


def test_every_form_behind_sign_in_waits_sealed(app: Flask, owner_client: SignedIn, with_password: User) -> None:
    with app.test_request_context():
        rules = [
            rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ()) and not is_public(rule.endpoint)
        ]
        addresses = [app.url_for(rule.endpoint, **dict.fromkeys(rule.arguments, "1")) for rule in rules]
    assert len(addresses) > 100

    kept = {}
    for address in addresses:
        page = send_signed_out(owner_client, address, words=WORDS, csrf_token="old", password="hemligt")
        assert "orkar" not in page
        kept[address] = open_form(hidden(page)["unsent"], with_password, NOW)

    assert kept == {address: UnsentForm(address, (("words", WORDS),), False) for address in addresses}


def test_no_password_waits() -> None:
    forms = list(DashboardForm.__subclasses__())
    for form in forms:
        forms.extend(form.__subclasses__())

    passwords = {
        name
        for form in forms
        for name, field in vars(form).items()
        if getattr(field, "field_class", None) is PasswordField
    }

    assert passwords == set(LEFT_OUT) - {"csrf_token"}


def test_another_site_or_a_bare_button_has_nothing_kept(client: FlaskClient, owner: User) -> None:
    foreign = client.post("/leads/1/notes", data={"note": WORDS}, headers={"Origin": "https://annan.example.com"})
    silent = client.post("/leads/1/notes", data={"note": WORDS})
    button = client.post("/leads/1/notes", data={"csrf_token": "old"}, headers=HOME)

    assert [(answer.status_code, answer.location) for answer in (foreign, silent, button)] == [(302, "/sign-in")] * 3


def test_what_waits_opens_for_who_wrote_it_alone_and_for_a_day(app: Flask, owner: User, staff: User) -> None:
    form = UnsentForm("/leads/1/notes", (("note", WORDS),), True)
    sealed = seal_form(form, owner.id, NOW)

    assert open_form(sealed, owner, NOW + timedelta(hours=23)) == form
    assert open_form(sealed, staff, NOW) is None
    assert open_form(sealed, owner, NOW + timedelta(days=1)) is None
    assert open_form(sealed[:-8] + "AAAAAAA=", owner, NOW) is None
    assert open_form("ingenting", owner, NOW) is None


def test_a_wrong_password_keeps_what_was_typed(owner_client: SignedIn, with_password: User) -> None:
    page = send_signed_out(owner_client, "/leads/1/notes", note=WORDS)

    again = owner_client.post(
        "/sign-in", data={**hidden(page), "email": with_password.email, "password": "fel"}, headers=HOME
    )

    assert again.status_code == 422
    assert hidden(again.text)["unsent"] == hidden(page)["unsent"]
