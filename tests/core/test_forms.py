import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.forms import clean_text, is_storable


def test_text_is_cleaned() -> None:
    assert clean_text("  rad ett\r\nrad tva\u030a\r ") == "rad ett\nrad två"


@pytest.mark.parametrize("text", ["rad\nrad", "\tindrag", "👩🏽‍🦽🐴", "e\u0301", "\u202eabc"])
def test_what_people_write_can_be_stored(text: str) -> None:
    assert is_storable(text)


@pytest.mark.parametrize("text", ["a\0", "\x1f", "\x9f", "\ud800", "e" + "\u0301" * 31])
def test_what_nobody_writes_cannot(text: str) -> None:
    assert not is_storable(text)


@pytest.mark.parametrize("path", ["/contact", "/sign-in"])
def test_a_letter_under_a_tower_of_marks_is_refused_at_once(app: Flask, client: FlaskClient, path: str) -> None:
    """To compose it would take the only interpreter minutes, and a stranger could send one after the other."""
    app.config["WTF_CSRF_ENABLED"] = False
    tower = "e" + "\u0301\u0316" * 60_000

    response = client.post(path, data={"name": "Siv", "message": tower, "email": tower, "password": tower})

    assert 400 <= response.status_code < 500
