"""What one box finds, on both databases."""

from collections.abc import Callable

import pytest
from flask import Flask

from app.articles.models import Article, ArticleFormat
from app.contacts.models import Contact, SubjectKind
from app.contacts.services import renew_terms
from app.core.db import db, writing
from app.enquiries.models import EnquiryState
from app.home.search import Findings, callable_people, look_up
from app.leads.services import move_to_stage
from app.leads.stages import Stage
from tests.conftest import NOW
from tests.home.test_today import add_enquiry
from tests.leads.cast import add_contact, add_lead
from tests.signed_in import SignedIn
from tests.trials.cast import add_model, add_trial, add_unit

MANY = 50


def a_person(name: str, phone: str = "070-174 06 21", email: str | None = None, horse: str | None = None) -> Contact:
    contact = add_contact(name, phone, email)
    add_lead(contact, SubjectKind.HORSE if horse else SubjectKind.SELF, horse)
    renew_terms(contact)
    return contact


@pytest.fixture
def people(app: Flask) -> None:
    """Three people, two horses, units, a trial, an enquiry and articles."""
    with writing() as session:
        asa = a_person("Åsa Öberg", "070-174 06 06", "asa@example.se", horse="Blixten")
        siv = a_person("Siv Ek", "070-174 06 07", "siv.ek@example.se")
        a_person("Siv Ekström", "070-174 06 08", "ekstrom@example.se", horse="Åska")
        model = add_model(name="Täcket")
        unit = add_unit(model, "BM-104")
        add_unit(model, "BM-1045")
        session.flush()
        lead = add_lead(siv)
        add_trial(lead, unit)
        enquiry = add_enquiry(add_lead(asa), NOW)
        enquiry.reference = "LT-7K3M9Q"
        for title in ("Sömn och MS", "Att rida in en unghäst"):
            session.add(Article(slug=title, title=title, format=ArticleFormat.TEXT, created_at=NOW, updated_at=NOW))


def names(found: Findings) -> dict[str, list[str]]:
    """What was found, by group; empty groups left out."""
    groups = {
        "enquiries": [row.reference for row in found.enquiries],
        "units": [row.serial for row in found.units],
        "contacts": [row.name for row in found.contacts],
        "subjects": [row.name for row in found.subjects],
        "leads": [f"{row.name}/{row.subject_name or ''}" for row in found.leads],
        "trials": [row.name for row in found.trials],
        "articles": [row.title for row in found.articles],
    }
    return {group: rows for group, rows in groups.items() if rows}


@pytest.mark.parametrize("text", ["LT-7K3M9Q", "lt-7k3m9q", "lt7k3m9q", "LT 7K3M9Q"])
@pytest.mark.usefixtures("people")
def test_an_enquiry_is_found_by_its_number_however_it_is_typed(text: str) -> None:
    assert names(look_up(text, MANY)) == {"enquiries": ["LT-7K3M9Q"]}


@pytest.mark.parametrize(
    "text", ["070-174 06 06", "0701740606", "+46701740606", "0046 70 174 06 06", "+46 (0)70-174 06 06"]
)
@pytest.mark.usefixtures("people")
def test_a_person_is_found_by_their_number_in_any_form(text: str) -> None:
    found = names(look_up(text, MANY))

    assert set(found) == {"contacts", "leads"}
    assert found["contacts"] == ["Åsa Öberg"]
    assert sorted(found["leads"]) == ["Åsa Öberg/", "Åsa Öberg/Blixten"]


@pytest.mark.parametrize("text", ["asa oberg", "ÅSA ÖB", "öberg", "asa@example.se", "ASA@example.se"])
@pytest.mark.usefixtures("people")
def test_a_person_is_found_by_name_and_address_with_or_without_rings(text: str) -> None:
    assert names(look_up(text, MANY))["contacts"] == ["Åsa Öberg"]


@pytest.mark.usefixtures("people")
def test_who_is_called_just_so_comes_before_who_begins_so() -> None:
    assert names(look_up("siv ek", MANY))["contacts"] == ["Siv Ek", "Siv Ekström"]


@pytest.mark.parametrize(
    ("text", "horse", "person"), [("blixt", "Blixten", "Åsa Öberg"), ("aska", "Åska", "Siv Ekström")]
)
@pytest.mark.usefixtures("people")
def test_a_horse_is_found_itself_with_its_lead_and_not_as_a_person(text: str, horse: str, person: str) -> None:
    found = look_up(text, MANY)

    assert [(row.name, row.contact_name) for row in found.subjects] == [(horse, person)]
    assert names(found)["leads"][0] == f"{person}/{horse}"
    assert "contacts" not in names(found)


@pytest.mark.parametrize(
    ("text", "units"),
    [("bm-104", ["BM-104", "BM-1045"]), ("BM104", ["BM-104", "BM-1045"]), ("bm-1045", ["BM-1045"]), ("04", [])],
)
@pytest.mark.usefixtures("people")
def test_a_unit_is_found_by_the_beginning_of_its_serial_number(text: str, units: list[str]) -> None:
    assert names(look_up(text, MANY)).get("units", []) == units


@pytest.mark.parametrize("text", ["bm-104", "siv ek"])
@pytest.mark.usefixtures("people")
def test_a_trial_is_found_through_its_unit_and_its_contact(text: str) -> None:
    assert names(look_up(text, MANY))["trials"] == ["Siv Ek"]


@pytest.mark.parametrize("text", ["somn", "MS söm", "sömn och"])
@pytest.mark.usefixtures("people")
def test_an_article_is_found_by_words_of_its_title(text: str) -> None:
    assert names(look_up(text, MANY)) == {"articles": ["Sömn och MS"]}


@pytest.mark.parametrize("text", ["", " ", "a", "\x00\x01ab", "%%", "finnsinte", "__", "LT-000000", "()"])
@pytest.mark.usefixtures("people")
def test_nothing_is_found_where_nothing_is_there(text: str) -> None:
    assert look_up(text, MANY).count == 0


@pytest.mark.usefixtures("people")
def test_who_can_be_called_is_found_with_a_number() -> None:
    with writing():
        a_person("Siv Utan").phone = None

    assert sorted(row.name for row in callable_people("siv", MANY)) == ["Siv Ek", "Siv Ekström"]


def test_open_leads_come_before_closed_ones(app: Flask, owner: object) -> None:
    with writing():
        contact = a_person("Siv Lund")
        closed = add_lead(contact, SubjectKind.RELATIVE, "Karin")
        move_to_stage(closed, Stage.WON, None, NOW)

    assert names(look_up("siv", MANY))["leads"] == ["Siv Lund/", "Siv Lund/Karin"]


def test_search_asks_as_much_of_the_database_for_thirty_as_for_one(
    owner_client: SignedIn, count_queries: Callable[[], int]
) -> None:
    def fill(number: int) -> None:
        with writing():
            model = add_model(f"m{number}", name="Täcket")
            contact = a_person(f"Siv {number}", horse="Sivan")
            lead = add_lead(contact)
            add_trial(lead, add_unit(model, f"SIV-{number}"))
            add_enquiry(lead, NOW, state=EnquiryState.ANSWERED)

    asked = []
    for number in range(30):
        fill(number)
        if number in (0, 29):
            db.session.remove()
            count_queries()
            page = owner_client.get("/search?q=siv").text
            asked.append(count_queries())

    assert page.count("row-line") > 60
    assert asked[0] == asked[1]


@pytest.mark.usefixtures("people")
def test_the_page_tells_namesakes_apart(owner_client: SignedIn) -> None:
    page = owner_client.get("/search?q=siv").text

    assert "070-174 06 07 · siv.ek@example.se" in page
    assert "070-174 06 08 · ekstrom@example.se · Åska" in page


def test_where_nothing_is_found_the_page_says_what_can_be_done(owner_client: SignedIn) -> None:
    page = owner_client.get("/search?q=finnsinte").text

    assert "Inget hittades för ”finnsinte”." in page
    assert "LT-7K3M9Q" in page
    assert 'href="/contacts/add"' in page


def test_an_enquiry_in_quarantine_leads_to_the_quarantine(owner_client: SignedIn) -> None:
    with writing():
        enquiry = add_enquiry(add_lead(add_contact()), NOW, state=EnquiryState.QUARANTINED)
        enquiry.reference, enquiry.lead = "LT-ABCDEF", None

    assert 'href="/enquiries/?show=quarantine"' in owner_client.get("/search/rows?q=lt-abcdef").text
