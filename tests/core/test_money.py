import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import Form
from wtforms.validators import Optional

from app.core.forms import Kronor
from app.core.money import MOST_ORE, amount_words, ore_of


@pytest.mark.parametrize(
    ("typed", "ore"),
    [
        ("12500", 1_250_000),
        ("12 500", 1_250_000),
        ("12\xa0500 kr", 1_250_000),
        ("12 500:-", 1_250_000),
        ("12500,50", 1_250_050),
        ("12500.5", 1_250_050),
        ("12.500,00", 1_250_000),
        ("SEK 12,500.50", 1_250_050),
        ("1,234,567", 123_456_700),
        ("12,500", 1_250_000),
        ("49,50", 4_950),
        ("0", 0),
    ],
)
def test_amounts_are_read_as_people_write_them(typed: str, ore: int) -> None:
    assert ore_of(typed) == ore


@pytest.mark.parametrize("typed", ["", "gratis", "-5", "12,5000", "1,2,3", "12e3", "0,125", "٣", "9" * 13, "12 500 €"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="no amount"):
        ore_of(typed)


@given(st.integers(0, MOST_ORE), st.sampled_from(["sv", "en"]))
def test_what_is_shown_can_be_typed_back(sqlite_app: Flask, ore: int, language: str) -> None:
    with sqlite_app.app_context(), force_locale(language):
        assert ore_of(amount_words(ore)) == ore


class PriceForm(Form):
    price = Kronor("Pris", [Optional()])


def test_a_field_of_kronor_holds_ore_and_shows_kronor(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), force_locale("sv"):
        typed, known = PriceForm(MultiDict({"price": "12500,5"})), PriceForm(data={"price": 1_250_000})

        assert (typed.validate(), typed.price.data, typed.price._value()) == (True, 1_250_050, "12500,5")
        assert known.price._value() == "12\xa0500"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("mycket", "Skriv ett belopp i kronor, till exempel 12 500 eller 49,50."),
        ("20 000 001", "Skriv högst 20 000 000 kronor."),
    ],
)
def test_a_field_of_kronor_keeps_what_it_refuses(sqlite_app: Flask, typed: str, sentence: str) -> None:
    with sqlite_app.app_context(), force_locale("sv"):
        form = PriceForm(MultiDict({"price": typed}))

        assert not form.validate()
        assert (form.price._value(), form.errors) == (typed, {"price": [sentence]})


def test_a_field_of_kronor_may_be_empty(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        form = PriceForm(MultiDict({"price": " "}))

        assert (form.validate(), form.price.data) == (True, None)
