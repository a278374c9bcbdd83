from urllib.parse import unquote_to_bytes

import pytest
from flask import Flask, Request
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder

from app.core.forms import clean_text, has_broken_bytes, is_storable


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


def _is_text(sent: bytes) -> bool:
    try:
        unquote_to_bytes(sent).decode()
    except UnicodeDecodeError:
        return False
    return True


PIECES = st.sampled_from(["a=b", "&", "+", "%", "%2", "%zz", "%41", "%C3", "%a5", "%E2%82%AC", "%F0%9F%98%80", "%ff"])


@given(st.lists(PIECES, max_size=12).map("".join))
def test_bytes_are_broken_when_they_do_not_decode(sent: str) -> None:
    form = EnvironBuilder(method="POST", data=sent.encode(), content_type="application/x-www-form-urlencoded")

    assert has_broken_bytes(Request(form.get_environ())) == (not _is_text(sent.encode()))
