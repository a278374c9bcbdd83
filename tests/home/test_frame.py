import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import User
from app.core.db import db, writing
from app.core.errors import StorageUnavailable
from app.home.context import initials
from tests.signed_in import SignedIn

MENU = [
    "Idag",
    "Förfrågningar",
    "Affärer",
    "Kalender",
    "Provperioder",
    "Kontakter",
    "Planer",
    "Utskick",
    "Artiklar",
    "Rapporter",
    "Inställningar",
]


def marked(page: str) -> list[str]:
    """The words of the menu items that say "you are here"."""
    found = re.findall(
        r'<a class="(?:sidebar|bottom|menu)-item[^"]*"[^>]*aria-current="page"[^>]*>(.*?)</a>', page, re.DOTALL
    )
    return [re.sub(r"<[^>]+>|\d|väntar", "", words).strip() for words in found]


def test_the_menu_has_every_room_in_order_with_settings_last(owner_client: SignedIn) -> None:
    page = owner_client.get("/today/").text

    assert re.findall(r'<span class="sidebar-words">(.*?)</span>', page) == MENU


@pytest.mark.parametrize(
    ("path", "words"),
    [("/today/", ["Idag", "Idag"]), ("/settings/", ["Inställningar", "Inställningar"]), ("/profile/", [])],
)
def test_the_menu_marks_where_one_is_on_wide_screens_and_on_phones(
    owner_client: SignedIn, path: str, words: list[str]
) -> None:
    assert marked(owner_client.get(path).text) == words


@pytest.mark.parametrize("path", ["/today/", "/profile/", "/profile/password", "/users/", "/users/add", "/settings/"])
def test_a_page_has_one_name_one_skip_link_and_nothing_inline(owner_client: SignedIn, path: str) -> None:
    page = owner_client.get(path).text

    heading = re.findall(r"<h1[^>]*>(.*?)</h1>", page)
    assert len(heading) == 1
    assert f"{heading[0]} – Ledtråd</title>" in page
    assert re.search(r'<body[^>]*>\s*<a class="skip-link" href="#content">', page)
    assert not re.search(r"<style|<script(?![^>]+src=)|\son[a-z]+=|\sstyle=", page)


def test_a_chosen_theme_and_language_rule_every_page(owner_client: SignedIn, owner: User) -> None:
    owner_client.post("/profile/looks", data={"theme": "dark", "language": "en"})

    page = owner_client.get("/settings/").text

    assert '<html lang="en" data-theme-choice="dark">' in page
    assert re.search(r'name="theme" value="dark" aria-pressed="true"', page)


def test_an_error_page_keeps_the_frame_and_asks_the_database_nothing(
    app: Flask, owner_client: SignedIn, monkeypatch: pytest.MonkeyPatch, count_queries: Callable[[], int]
) -> None:
    def fail() -> None:
        db.session.rollback()  # what was loaded is forgotten, as after a failed write
        count_queries()
        raise StorageUnavailable

    monkeypatch.setitem(app.view_functions, "home.today", fail)

    answer = owner_client.get("/today/")

    assert count_queries() == 0
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "Just nu går sidan inte att visa" in answer.text
    assert re.findall(r'<span class="sidebar-words">(.*?)</span>', answer.text) == MENU


def test_a_page_that_is_not_there_has_each_face(client: FlaskClient, owner_client: SignedIn) -> None:
    public = client.get("/nothing")
    inside = owner_client.get("/users/99/link")

    assert (public.status_code, inside.status_code) == (404, 405)
    assert "Sidan finns inte" in public.text
    assert "Set-Cookie" not in public.headers


def test_asking_by_htmx_after_the_session_ended_leads_to_the_door(client: FlaskClient, owner: User) -> None:
    answer = client.get("/today/rows", headers={"HX-Request": "true"})

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in")


def test_the_frame_costs_two_statements_besides_the_session(
    database: str, owner_client: SignedIn, count_queries: Callable[[], int]
) -> None:
    db.session.remove()
    count_queries()

    owner_client.get("/users/add")

    begins = database == "sqlite"  # says BEGIN itself
    assert count_queries() == 3 + begins


@pytest.mark.parametrize(("name", "letters"), [("Maj Ek", "ME"), ("Maj", "M"), ("Göran af Åker", "GÅ"), ("", "")])
def test_initials_are_two_letters_at_most(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_a_toast_with_undo_is_said_once(app: Flask, owner_client: SignedIn, staff: User) -> None:
    page = owner_client.post(f"/users/{staff.id}/shut-out", follow_redirects=True).text

    toast = re.search(r'<div class="toast-note.*?</div>\s*</div>', page, re.DOTALL)
    assert toast
    assert "Personen kan inte längre logga in." in toast[0]
    assert "Ångra" in toast[0]
    assert "toast-note-done" not in owner_client.get("/users/").text
    with writing():
        assert not db.session.get_one(User, staff.id).is_active
