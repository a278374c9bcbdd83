import re
from datetime import time

import pytest
from flask import Flask, url_for

from app.core.db import db
from app.settings.menu import SETTINGS
from app.settings.queries import the_business
from tests.signed_in import SignedIn

FACTS = {
    "name": "Stilla & Stark",
    "person": "Maj Ek",
    "email": "hej@stilla.example.se",
    "phone": "070-174 06 05",
    "street_address": "Storgatan 1",
    "postcode": "123 45",
    "city": "Åmål",
    "website": "https://stilla.example.se",
    "language": "sv",
    "closes_at": "16:30",
}


def stored() -> dict[str, object]:
    db.session.rollback()
    business = the_business()
    return {name: getattr(business, name) for name in FACTS}


def test_an_owner_describes_the_business(app: Flask, owner_client: SignedIn) -> None:
    page = owner_client.post("/settings/", data=FACTS, follow_redirects=True)

    assert stored() == {**FACTS, "closes_at": time(16, 30)}
    assert "Uppgifterna om företaget är sparade." in page.text
    assert 'value="Åmål"' in page.text


@pytest.mark.parametrize(
    ("name", "value", "refusal"),
    [
        ("name", "", "Skriv företagets namn."),
        ("name", "Stilla\x00", "Här finns tecken som inte kan sparas."),
        ("email", "hej", "Det där är ingen e-postadress."),
        ("website", "javascript:alert(1)", "Skriv hela adressen, med https:// först."),
        ("closes_at", "snart", "Skriv ett klockslag, till exempel 17.00."),
    ],
)
def test_a_wrong_fact_is_said_beside_it_and_nothing_is_saved(
    owner_client: SignedIn, name: str, value: str, refusal: str
) -> None:
    before = stored()

    page = owner_client.post("/settings/", data={**FACTS, name: value})

    assert page.status_code == 422
    assert refusal in page.text
    assert f'id="{name}-error"' in page.text
    assert 'value="Åmål"' in page.text
    assert stored() == before


def test_every_other_page_of_settings_is_one_tap_away_and_says_what_it_is_for(owner_client: SignedIn) -> None:
    page = owner_client.get("/settings/").text

    links = re.findall(r'class="row-link" href="([^"]+)">([^<]+)</a></p>\s*<p class="row-why">([^<]+)<', page)
    assert len(links) == len(SETTINGS)
    assert {owner_client.get(address).status_code for address, _, _ in links} == {200}
    assert all(why.endswith(".") for _, _, why in links)


@pytest.mark.parametrize("endpoint", [setting.endpoint for setting in SETTINGS])
def test_each_page_of_settings_begins_with_what_it_is_for(app: Flask, owner_client: SignedIn, endpoint: str) -> None:
    with app.test_request_context():
        address = url_for(endpoint)

    said = re.search(r'<h1>[^<]+</h1>\s*<p class="page-head-under">([^<]+)</p>', owner_client.get(address).text)

    assert said is not None
    assert said[1].endswith(".")
