import re

from flask import Flask

from app.accounts.models import Role
from app.home.shortcuts import SHORTCUTS
from tests.conftest import add_user
from tests.signed_in import SignedIn, sign_in

KEYS = [one.keys for _, group in SHORTCUTS for one in group]


OURS = [one.keys for _, group in SHORTCUTS for one in group if one.endpoint or one.press or one.does]
"""Those that the page's script listens for. The others are told of where they work, as Enter in lists."""


def test_no_keys_do_two_things_and_none_begins_with_another() -> None:
    assert len(set(OURS)) == len(OURS)
    assert [keys for keys in KEYS for other in KEYS if other.startswith(f"{keys} ")] == []


def test_the_map_lists_all_keys_and_only_places_that_open(owner_client: SignedIn, staff_client: SignedIn) -> None:
    page = owner_client.get("/profile/").text

    assert re.findall(r'data-keys="([^"]+)"', page) == KEYS
    for browser in (owner_client, staff_client):
        places = re.findall(r'data-go="([^"]+)"', browser.get("/profile/").text)
        assert {place: browser.get(place).status_code for place in places} == dict.fromkeys(places, 200)
        assert len(places) >= 10
    assert 'data-keys="g s"' not in staff_client.get("/profile/").text


def test_readers_are_told_of_no_keys_that_change_something(app: Flask) -> None:
    reader = sign_in(app, add_user("vera@stilla.example.se", "Vera Ask", Role.READER))

    page = reader.get("/profile/").text

    keys = re.findall(r'data-keys="([^"]+)"', page)
    assert [one for one in KEYS if one not in keys] == ["n", "g s", "m", "Ctrl+← Ctrl+→", "s", "a", "l", "e"]
    assert "På en affär eller kontakt" not in page
