from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.routes import LARGEST_NUMBER, row_number
from tests.signed_in import SignedIn


@pytest.mark.parametrize("text", ["0", "1", "000000001", str(LARGEST_NUMBER)])
def test_a_row_can_have_that_number(text: str) -> None:
    assert row_number(text) == row_number(int(text)) == int(text)


@pytest.mark.parametrize("text", ["", "-1", "x", "1.5", str(LARGEST_NUMBER + 1), "9" * 5000])
def test_a_row_cannot_have_that_number(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        row_number(text)


@pytest.mark.parametrize("number", [LARGEST_NUMBER, LARGEST_NUMBER + 1, 2**63, "9" * 5000])
def test_a_number_beyond_every_row_is_no_page(app: Flask, owner_client: SignedIn, number: int | str) -> None:
    """Every route that names a row, shown and posted to: what no database can be asked for is not there."""
    routes = [rule for rule in app.url_map.iter_rules() if "<int:" in rule.rule]

    answers = {
        f"{method} {rule.rule}": owner_client.open(
            rule.rule.replace(f"<int:{min(rule.arguments)}>", str(number)),
            method=method,
            headers={"X-CSRFToken": owner_client.csrf_token},
            data=ENOUGH,
        ).status_code
        for rule in routes
        for method in {"GET", "POST"} & set(rule.methods or ())
    }

    assert len(answers) > 20
    assert {page: status for page, status in answers.items() if status != 404} == {}


ENOUGH = {
    "answer": "Hej",
    "note": "Hej",
    "stage": "won",
    "kind": "call",
    "when": "tomorrow",
    "outcome": "answered",
    "reason": "",
}
"""What the forms need, so that they are not refused before the row is looked for."""


@pytest.mark.parametrize("word", ["\0", "a\0b", "\x1f", "\x9f"])
def test_a_word_that_cannot_be_stored_is_no_page(client: FlaskClient, word: str) -> None:
    answers = {
        path: client.get(path.replace("*", quote(word))).status_code for path in ("/articles/*", "/articles/*/ask")
    }

    assert set(answers.values()) == {404}


@pytest.mark.parametrize("name", ["owner", "article"])
def test_a_filter_on_no_possible_row_asks_nothing(owner_client: SignedIn, name: str) -> None:
    assert owner_client.get(f"/leads/?{name}={2**63}").status_code == 200
