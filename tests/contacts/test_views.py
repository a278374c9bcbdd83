from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from app.contacts.models import (
    Consent,
    ConsentPurpose,
    Contact,
    DuplicateReason,
    PossibleDuplicate,
    ReachBy,
    SubjectKind,
)
from app.contacts.services import renew_terms
from app.core.db import db, writing
from app.core.words import sort_key
from app.follow_ups.models import FollowUpKind
from app.follow_ups.services import plan
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead
from tests.leads.page import read, rows
from tests.signed_in import SignedIn


@pytest.fixture
def siv(app: Flask) -> Contact:
    with writing():
        contact = add_contact("Siv Lund", email="siv@example.se")
        add_lead(contact, SubjectKind.HORSE, "Blixten")
        renew_terms(contact)
    return contact


@pytest.fixture
def asa(app: Flask) -> Contact:
    with writing():
        contact = add_contact("Åsa Öberg", "070-174 06 22")
        contact.active_at = NOW + timedelta(hours=1)
        renew_terms(contact)
    return contact


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("", ["Siv Lund", "Åsa Öberg"]),
        ("?sort=active", ["Åsa Öberg", "Siv Lund"]),
        ("?q=aasa", []),
        ("?q=oberg", ["Åsa Öberg"]),
        ("?q=blixten", ["Siv Lund"]),
        ("?q=siv@example.se", ["Siv Lund"]),
        ("?q=0046701740622", ["Åsa Öberg"]),
    ],
)
def test_the_list_finds_and_sorts(
    siv: Contact, asa: Contact, owner_client: SignedIn, asked: str, names: list[str]
) -> None:
    assert rows(owner_client.get(f"/contacts/{asked}").text) == names


def test_the_list_asks_as_much_for_thirty_rows_as_for_one(
    siv: Contact, owner_client: SignedIn, count_queries: Callable[[], int]
) -> None:
    def cost() -> int:
        db.session.remove()
        count_queries()
        owner_client.get("/contacts/")
        return count_queries()

    cost()
    one = cost()
    with writing():
        for number in range(29):
            add_lead(add_contact(f"Person {number}"), SubjectKind.HORSE, f"Häst {number}")

    assert cost() <= one


def test_the_page_shows_whom_it_is_about_what_is_owed_and_what_was_allowed(
    siv: Contact, owner_client: SignedIn
) -> None:
    with writing() as session:
        lead = add_lead(siv)
        plan(lead, FollowUpKind.CALL, NOW, NOW, title="Ring om prov")
        session.add(
            Consent(
                contact_id=siv.id,
                purpose=ConsentPurpose.TIPS,
                text_version="1",
                language="sv",
                source="LT-AAAAAA",
                given_at=NOW,
                withdrawn_at=NOW,
            )
        )

    words = read(owner_client.get(f"/contacts/{siv.id}").text)

    for told in (
        "Blixten",
        "Gäller Siv Lund själv",
        "Ring om prov",
        "Tips med e-post",
        "Taget tillbaka",
        "070-174 06 21",
    ):
        assert told in words


def test_details_are_changed_and_found_by_the_new_ones(siv: Contact, owner_client: SignedIn) -> None:
    changed = {
        "name": "Siv Åkesson",
        "phone": "070-174 06 33",
        "email": "Siv@Example.se",
        "reach_by": "phone",
        "language": "en",
    }

    answer = owner_client.post(f"/contacts/{siv.id}/edit", data=changed)

    assert answer.location == f"/contacts/{siv.id}"
    db.session.expire_all()
    assert (
        siv.name,
        siv.name_key,
        siv.phone,
        siv.phone_e164,
        siv.email,
        siv.email_key,
        siv.reach_by,
        siv.language,
    ) == (
        "Siv Åkesson",
        sort_key("Siv Åkesson"),
        "070-174 06 33",
        "+46701740633",
        "Siv@example.se",
        "siv@example.se",
        ReachBy.PHONE,
        "en",
    )
    found = {asked: rows(owner_client.get(f"/contacts/?q={asked}").text) for asked in ("akesson", "lund", "blixten")}
    assert found == {"akesson": ["Siv Åkesson"], "lund": [], "blixten": ["Siv Åkesson"]}


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": " "}, "Skriv ett namn."),
        ({"phone": "", "email": ""}, "Skriv ett telefonnummer eller en e-postadress."),
        ({"email": "siv"}, "Det där är ingen e-postadress."),
    ],
)
def test_details_that_help_nobody_are_refused(
    siv: Contact, owner_client: SignedIn, changed: dict[str, str], sentence: str
) -> None:
    typed = {"name": "Siv Ny", "phone": "070-174 06 34", "email": "", "reach_by": "any", "language": "sv", **changed}

    page = owner_client.post(f"/contacts/{siv.id}/edit", data=typed)

    assert page.status_code == 422
    assert sentence in read(page.text)
    db.session.expire_all()
    assert siv.name == "Siv Lund"


def test_the_question_of_a_duplicate_is_decided_once_for_both(
    siv: Contact, asa: Contact, owner_client: SignedIn
) -> None:
    with writing() as session:
        doubt = PossibleDuplicate(
            contact_id=asa.id, other_id=siv.id, reason=DuplicateReason.SHARED_ADDRESS, found_at=NOW
        )
        session.add(doubt)
    asked = [read(owner_client.get(f"/contacts/{who.id}").text) for who in (siv, asa)]

    owner_client.post(f"/contacts/duplicates/{doubt.id}", data={"next": f"/contacts/{siv.id}"})

    assert "samma person som Åsa Öberg" in asked[0]
    assert "samma person som Siv Lund" in asked[1]
    db.session.expire_all()
    assert (doubt.are_same, doubt.decided_at is not None) == (False, True)
    assert "samma person som" not in read(owner_client.get(f"/contacts/{siv.id}").text)


def test_what_is_not_there_is_not_found(owner_client: SignedIn) -> None:
    addresses = ("/contacts/4711", "/contacts/4711/edit")

    assert [owner_client.get(address).status_code for address in addresses] == [404, 404]
    assert owner_client.post("/contacts/duplicates/4711", data={"are_same": "no"}).status_code == 404
