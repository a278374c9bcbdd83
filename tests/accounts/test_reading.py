"""Somebody who only reads: opens every page that shows, and changes nothing but what is their own."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.accounts.models import Role, User
from app.accounts.queries import active_users
from app.core.access import changes, is_public, may_open
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.leads.models import Lead
from app.leads.services import hand_over
from tests.conftest import NOW, add_user
from tests.judges import CHECKOUT
from tests.leads.cast import add_contact, add_lead
from tests.signed_in import SignedIn, sign_in

TEMPLATES = sorted((CHECKOUT / "templates").rglob("*.html"))
OWN = {
    "accounts.profile",
    "accounts.notices",
    "accounts.choose_looks",
    "accounts.change_password",
    "accounts.end_other_sessions",
}


@pytest.fixture
def reader(app: Flask) -> User:
    """Vera, who looks at the books."""
    return add_user("vera@stilla.example.se", "Vera Ask", Role.READER)


@pytest.fixture
def reader_client(app: Flask, reader: User) -> SignedIn:
    """Vera's browser, signed in."""
    return sign_in(app, reader)


@pytest.fixture
def lead(app: Flask, owner: User) -> Lead:
    with writing():
        return add_lead(add_contact(), owner=owner)


def changing(app: Flask) -> Iterator[Rule]:
    """Each address behind sign-in that takes a POST."""
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and not is_public(rule.endpoint):
            yield rule


def address_of(app: Flask, rule: Rule) -> str:
    words = {"purpose": "tips", "state": "held", "what": "holiday"}
    values = {part: words.get(part, 1) for part in rule.arguments}
    with app.test_request_context():
        return str(app.url_map.bind("ledtrad.example.se").build(rule.endpoint, values, method="POST"))


def test_a_reader_changes_nothing_but_what_is_their_own(app: Flask, reader_client: SignedIn) -> None:
    tried = [rule for rule in changing(app) if rule.endpoint != "accounts.sign_out"]
    let_in = {rule.endpoint for rule in tried if reader_client.post(address_of(app, rule)).status_code != 403}

    assert let_in == OWN
    assert reader_client.post("/sign-out").location == "/sign-in"


def test_a_refusal_says_what_a_reader_can_do(reader_client: SignedIn, lead: Lead) -> None:
    answer = reader_client.post(f"/leads/{lead.id}/notes", data={"note": "Hej"})

    assert answer.status_code == 403
    assert "Du kan läsa allt här, men inte ändra." in answer.text


@pytest.mark.parametrize(
    "path", ["/today/", "/leads/", "/contacts/", "/trials", "/reports/", "/enquiries/", "/profile/"]
)
def test_a_reader_sees_what_everybody_sees(reader_client: SignedIn, lead: Lead, path: str) -> None:
    page = reader_client.get(path)

    assert page.status_code == 200
    assert "reads-only" in page.text
    assert "Läsare" in page.text


def test_a_reader_reads_a_lead_and_opens_no_form_that_changes_it(reader_client: SignedIn, lead: Lead) -> None:
    assert "Siv Lund" in reader_client.get(f"/leads/{lead.id}").text
    assert reader_client.get(f"/contacts/{lead.contact_id}/edit").status_code == 403
    assert reader_client.get("/leads/add").status_code == 403


LINK = re.compile(r"<a\b((?:[^<>]|\{\{.*?\}\}|\{%.*?%\})*)>", re.DOTALL)
LEADS_TO = re.compile(r"url_for\(\s*[\"']([\w.]+)[\"']")


def test_links_that_lead_to_a_change_are_marked_so_that_readers_do_not_see_them(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        unmarked = [
            (template.name, endpoint)
            for template in TEMPLATES
            for link in LINK.findall(template.read_text())
            for endpoint in LEADS_TO.findall(link)
            if endpoint in sqlite_app.view_functions and changes(endpoint) and may_open(endpoint, is_owner=False)
            if not re.search("data-changes|may_change", link)
        ]

    assert unmarked == []


def test_a_reader_is_told_who_can_fetch_the_list_as_a_file(reader_client: SignedIn, lead: Lead) -> None:
    page = reader_client.get("/leads/").text

    assert "Den som bara läser kan inte hämta listan som en fil. Be en medarbetare." in page
    assert "Exportera" not in page


def test_nobody_is_given_what_they_cannot_work_with(app: Flask, reader: User, owner: User, lead: Lead) -> None:
    with pytest.raises(RuleBroken, match="kan bara läsa"), writing():
        hand_over(db.session.get_one(Lead, lead.id), reader, owner, NOW)

    assert [user.name for user in active_users()] == ["Maj Ek"]
