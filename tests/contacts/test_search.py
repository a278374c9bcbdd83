import pytest
import sqlalchemy as sa
from flask import Flask

from app.contacts import search
from app.contacts.models import Contact, ContactTerm
from app.contacts.search import dialled, matching, wanted_words
from app.core.db import db, writing
from tests.leads.cast import add_contact


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Åsa  ÖBERG", ["oberg", "asa"]),
        ("070-174 06 05", ["0701740605"]),
        ("+46 70 174 06 05", ["0701740605"]),
        ("0046701740605", ["0701740605"]),
        ("46701740605", ["0701740605"]),
        ("+46 (0)70-174 06 05", ["0701740605"]),
        ("070-174", ["070174"]),
        ("+45 20 12 34 56", ["4520123456"]),
        ("siv 070-174 06", ["070174 06".replace(" ", ""), "siv"]),
        ("siv.lund@example.se", ["example", "lund", "siv", "se"]),
        ("Blixten 2", ["blixten", "2"]),
        ("siv1967@example.se", ["example", "siv1967", "se"]),
        ("siv siv", ["siv"]),
        ("?!", []),
    ],
)
def test_wanted_words_are_folded_and_numbers_dialled_at_home(text: str, wanted: list[str]) -> None:
    assert sorted(wanted_words(text)) == sorted(wanted)
    assert [len(word) for word in wanted_words(text)] == sorted((len(word) for word in wanted), reverse=True)


def test_dialled_keeps_a_number_that_is_written_at_home() -> None:
    assert dialled("08-123 456 78") == "0812345678"


@pytest.fixture
def people(app: Flask) -> dict[str, int]:
    """Four people and their terms."""
    terms = {
        "Åsa Öberg": ["asa", "oberg", "0701740606", "blixten"],
        "Asa Lund": ["asa", "lund", "0701740607"],
        "Oskar Öberg": ["oskar", "oberg", "0701740608"],
        "Åsalill Ek": ["asalill", "ek", "0701740706"],
    }
    with writing() as session:
        contacts = {name: add_contact(name) for name in terms}
        session.flush()
        session.add_all(ContactTerm(term=term, contact_id=contacts[name].id) for name in terms for term in terms[name])
    return {name: contact.id for name, contact in contacts.items()}


def found(text: str) -> list[str]:
    condition = matching(text, Contact.id)
    assert condition is not None
    return list(db.session.scalars(sa.select(Contact.name).where(condition).order_by(Contact.id)))


SEARCHES = [
    ("asa", ["Åsa Öberg", "Asa Lund", "Åsalill Ek"]),
    ("Åsa", ["Åsa Öberg", "Asa Lund", "Åsalill Ek"]),
    ("åsa öb", ["Åsa Öberg"]),
    ("öberg åsa", ["Åsa Öberg"]),
    ("070-174 06", ["Åsa Öberg", "Asa Lund", "Oskar Öberg"]),
    ("+46 70-174 06 07", ["Asa Lund"]),
    ("blixt", ["Åsa Öberg"]),
    ("sa", []),
    ("%", []),
    ("asa nobody", []),
]


@pytest.mark.parametrize(("text", "names"), SEARCHES)
def test_matching_finds_who_has_all_words(people: dict[str, int], text: str, names: list[str]) -> None:
    assert found(text) == names


@pytest.mark.parametrize("beyond", [{"FEW": 0}, {"FEW": 0, "MANY": 0}])
@pytest.mark.parametrize(("text", "names"), SEARCHES)
def test_matching_finds_the_same_among_many_and_among_most(
    people: dict[str, int], text: str, names: list[str], beyond: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in beyond.items():
        monkeypatch.setattr(search, name, value)

    assert found(text) == names


def test_matching_asks_nothing_where_nothing_is_asked(app: Flask) -> None:
    assert matching("  ", Contact.id) is None
