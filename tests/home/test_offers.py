"""What the search box offers to do."""

import re
from datetime import date

import pytest
from flask import Flask
from flask_babel import force_locale

from app.contacts.services import renew_terms
from app.core.access import is_public, may_open
from app.core.db import db, writing
from app.core.language import LANGUAGES
from app.home.command_list import COMMANDS, commands_for
from app.home.offers import offers_for, said_after
from app.leads.models import Lead
from app.leads.stages import Stage
from app.settings.menu import SETTINGS
from tests.leads.cast import add_contact, add_lead
from tests.signed_in import SignedIn

MONDAY = date(2026, 11, 23)
NO_PAGES = {"home.search", "home.search_rows", "home.today_rows", "home.news", "static"}
"""The box itself, and parts of other pages."""


def offered(
    app: Flask, text: str, *, lead_id: int | None = None, is_owner: bool = True, may_change: bool = True
) -> list[tuple[str, str]]:
    with app.test_request_context():
        rows = offers_for(text, MONDAY, is_owner=is_owner, may_change=may_change, lead_id=lead_id).rows
        return [(str(row.words), row.url) for row in rows]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("ny kontakt", ("Ny kontakt", "/contacts/add")),
        ("New contact", ("Ny kontakt", "/contacts/add")),
        ("kontakt ny", ("Ny kontakt", "/contacts/add")),
        ("ny aff", ("Ny affär", "/leads/add")),
        ("NY AFFÄR", ("Ny affär", "/leads/add")),
        ("boka", ("Boka", "/consultations/add")),
        ("idag", ("Idag", "/today/")),
        ("today", ("Idag", "/today/")),
        ("kalender", ("Kalender", "/calendar")),
        ("losenord", ("Byt lösenord", "/profile/password")),
        ("inställn", ("Inställningar", "/settings/")),
        ("templates", ("Mallar", "/messages/templates/")),
    ],
)
def test_a_command_is_found_by_its_words_in_both_languages(app: Flask, text: str, first: tuple[str, str]) -> None:
    assert offered(app, text)[0] == first


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("endpoint", [setting.endpoint for setting in SETTINGS])
def test_every_page_of_settings_is_found_by_its_own_name(app: Flask, language: str, endpoint: str) -> None:
    (setting,) = (setting for setting in SETTINGS if setting.endpoint == endpoint)

    with app.test_request_context(), force_locale(language):
        found = commands_for(str(setting.words), is_owner=True, may_change=True, on_lead=False)

        assert next((rank, command.endpoint) for rank, command in found) == (0, endpoint)
        assert found[0][1].words == setting.words


@pytest.mark.parametrize(
    ("text", "endpoint"),
    [
        ("förlorade", "leads.stages"),
        ("lost", "leads.stages"),
        ("semester", "consultations.hours"),
        ("gallring", "trials.scales"),
        ("retention", "trials.scales"),
        ("logg", "accounts.activity"),
        ("webbplats", "settings.business"),
        ("brev", "mail.all_templates"),
        ("etiketter", "lists.tags"),
    ],
)
def test_settings_are_found_by_what_somebody_would_type(app: Flask, text: str, endpoint: str) -> None:
    with app.test_request_context():
        found = [command.endpoint for _, command in commands_for(text, is_owner=True, may_change=True, on_lead=False)]

    assert found[0] == endpoint


def test_every_page_that_needs_no_more_than_its_address_has_a_command(app: Flask) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments]
    pages = {rule.endpoint for rule in rules if not is_public(rule.endpoint)}

    assert pages - NO_PAGES - {command.endpoint for command in COMMANDS} == set()


def test_where_nothing_is_said_the_first_of_the_table_are_offered(app: Flask) -> None:
    assert [words for words, _ in offered(app, "")][:3] == ["Ny affär", "Ny kontakt", "Boka"]
    assert [words for words, _ in offered(app, "", lead_id=7)][:3] == ["Svara", "Anteckna", "Logga samtal"]


def test_what_is_about_a_lead_is_offered_on_its_page_alone(app: Flask) -> None:
    assert ("Anteckna", "/leads/7?compose=note#compose") in offered(app, "anteckna", lead_id=7)
    assert offered(app, "anteckna") == []


@pytest.mark.parametrize(
    "text", ["vila till mars", "Låt vila till 1 mars", "rest until March", "vila till 1/3", "snooze until 2027-03-01"]
)
def test_a_rest_names_its_day_and_asks_once_more(app: Flask, text: str) -> None:
    assert offered(app, text, lead_id=7) == [
        ("Låt affären vila till måndag 1 mars 2027", "/search/rest/7?until=2027-03-01")
    ]


@pytest.mark.parametrize("text", ["vila till i går", "vila till 30 februari", "vila"])
def test_a_rest_without_a_day_to_come_is_not_offered(app: Flask, text: str) -> None:
    assert not [url for _, url in offered(app, text, lead_id=7) if "/search/rest" in url]


def test_a_rest_off_a_lead_s_page_is_not_offered(app: Flask) -> None:
    assert offered(app, "vila till mars") == []


@pytest.mark.parametrize(
    ("text", "stages"),
    [("flytta till prov", ["Provperiod"]), ("move to trial", ["Provperiod"]), ("Flytta till BESLUT", ["Beslut"])],
)
def test_a_move_names_the_owner_s_stages_and_leads_to_what_they_ask(app: Flask, text: str, stages: list[str]) -> None:
    found = offered(app, text, lead_id=7)

    assert [words for words, _ in found] == [f"Flytta till {stage}" for stage in stages]
    assert all(url.startswith("/leads/7/move?to=") for _, url in found)
    assert offered(app, text) == []


@pytest.mark.parametrize("text", ["ring siv", "Ring upp Siv", "call siv lund", "phone 070-174"])
def test_a_call_finds_who_to_call(app: Flask, text: str) -> None:
    with writing():
        renew_terms(add_contact("Siv Lund", "070-174 06 21"))

    assert offered(app, text) == [("Ring Siv Lund", "tel:+46701740621")]


def test_a_number_that_is_none_is_dialled_by_its_digits(app: Flask) -> None:
    with writing():
        contact = add_contact("Siv Lund", "anknytning 12")
        contact.phone_e164 = None
        renew_terms(contact)

    assert offered(app, "ring siv") == [("Ring Siv Lund", "tel:12")]


def test_said_after_wants_the_whole_verb() -> None:
    assert said_after(("ring upp", "ring"), "Ringo Starr") == ""
    assert said_after(("ring upp", "ring"), "ring upp Åsa Ek") == "Åsa Ek"
    assert said_after(("lat vila",), "Låt vila till mars") == "till mars"


def test_every_command_opens_for_those_it_is_offered_to(
    app: Flask, owner_client: SignedIn, staff_client: SignedIn
) -> None:
    with writing():
        lead_id = add_lead(add_contact()).id

    for browser, is_owner in ((owner_client, True), (staff_client, False)):
        urls = {
            command.endpoint: offered(
                app, str(command.also[0] if command.also else command.words), lead_id=lead_id, is_owner=is_owner
            )
            for command in COMMANDS
            if may_open(command.endpoint, is_owner=is_owner)
        }
        answers = {url: browser.get(url).status_code for found in urls.values() for _, url in found}
        assert {url: status for url, status in answers.items() if status != 200} == {}
        assert len(answers) > 20


@pytest.mark.parametrize("text", ["ny affär", "anteckna", "flytta till prov", "vila till mars", "etiketter på"])
def test_readers_are_offered_nothing_that_changes_something(app: Flask, text: str) -> None:
    assert offered(app, text, lead_id=7, is_owner=False, may_change=False) == []
    assert offered(app, "idag", lead_id=7, is_owner=False, may_change=False) == [("Idag", "/today/")]


def test_staff_are_not_offered_what_they_may_not_open(app: Flask) -> None:
    with app.test_request_context():
        found = commands_for("användare", is_owner=False, may_change=True, on_lead=False)

    assert found == []


def test_the_page_of_a_rest_says_what_happens_and_its_button_lets_it(app: Flask, owner_client: SignedIn) -> None:
    with writing():
        lead_id = add_lead(add_contact("Siv Lund")).id

    page = owner_client.get(f"/search/rest/{lead_id}?until=2030-03-01").text
    assert "Affären vilar till fredag 1 mars 2030" in page
    address = re.search(r'action="(/leads/\d+/move\?to=\d+)"', page)
    assert address is not None
    fields = dict(re.findall(r'<input type="hidden" name="(from|rest|until)" value="([^"]*)"', page))
    answer = owner_client.post(address[1], data=fields)

    assert answer.status_code == 303
    db.session.expire_all()
    lead = db.session.get_one(Lead, lead_id)
    assert (lead.stage, lead.rests_until_on) == (Stage.RESTING, date(2030, 3, 1))


def test_a_rest_of_a_lead_that_is_not_there_or_until_no_day_is_no_page(owner_client: SignedIn) -> None:
    with writing():
        lead_id = add_lead(add_contact()).id

    assert owner_client.get("/search/rest/999?until=2030-03-01").status_code == 404
    assert owner_client.get(f"/search/rest/{lead_id}?until=snart").status_code == 404
