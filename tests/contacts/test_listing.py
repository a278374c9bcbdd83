"""What the list of contacts can be asked for by what stands on the contact itself, and by their leads."""

import pytest
from flask import Flask

from app.contacts.listing import ContactFilter, conditions_of, contacts_count, contacts_page
from app.contacts.models import ReachBy
from app.core.db import writing
from app.leads.services import move_to_stage
from app.leads.stages import Stage
from tests.conftest import NOW
from tests.contacts.consents import consented
from tests.leads.cast import add_contact, add_lead


@pytest.fixture
def people(app: Flask) -> None:
    """Four that differ in what is asked below; Eva has no lead."""
    with writing():
        siv, bo, asa = (add_contact(name) for name in ("Siv Lund", "Bo Ek", "Åsa Öberg"))
        eva = add_contact("Eva Alm", email="eva@example.se")
        asa.language, bo.phone, eva.reach_by = "en", None, ReachBy.SMS
        move_to_stage(add_lead(siv), Stage.WON, None, NOW)
        add_lead(bo)
        add_lead(asa)
    consented(siv)


ASKED = {
    ("language", "en"): ["Åsa Öberg"],
    ("language", "sv"): ["Bo Ek", "Eva Alm", "Siv Lund"],
    ("has", "no_phone"): ["Bo Ek"],
    ("reach_by", "sms"): ["Eva Alm"],
    ("tips", "yes"): ["Siv Lund"],
    ("tips", "no"): ["Bo Ek", "Eva Alm", "Åsa Öberg"],
    ("leads", "open"): ["Bo Ek", "Åsa Öberg"],
    ("leads", "won"): ["Siv Lund"],
    ("leads", "none"): ["Eva Alm"],
}


@pytest.mark.parametrize("few", [1000, 0], ids=["few", "many"])
@pytest.mark.parametrize(("name", "value"), ASKED)
def test_contacts_are_found_alike_whether_few_or_many(
    people: None, monkeypatch: pytest.MonkeyPatch, name: str, value: str, few: int
) -> None:
    monkeypatch.setattr("app.core.conditions.FEW", few)
    asked = ContactFilter.asking(**{name: value})

    conditions = conditions_of(asked, NOW)

    assert [row.name for row in contacts_page(asked, conditions).rows] == ASKED[name, value]
    assert contacts_count(conditions) == len(ASKED[name, value])
