import pytest
from flask import Flask

from app.accounts.passwords import LONGEST, NOBODYS_HASH, hash_password, is_outdated, is_right, why_refused

PERSONAL = ("Maj Ek", "maj.ek@stilla.example.se", "Stilla & Stark")


def test_a_hash_says_how_it_was_made_and_not_of_what() -> None:
    hashed = hash_password("tre lugna hästar")

    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert "hästar" not in hashed
    assert hashed != hash_password("tre lugna hästar")


def test_only_the_right_password_is_right() -> None:
    hashed = hash_password("tre lugna hästar")

    assert is_right("tre lugna hästar", hashed)
    assert is_right("tre lugna ha\u0308star", hashed)  # the same letters from another keyboard
    assert not is_right("tre lugna hastar", hashed)
    assert not is_right("", hashed)
    assert not is_right("tre lugna hästar", None)
    assert not is_right("tre lugna hästar", "no hash at all")


def test_where_there_is_no_account_as_much_work_is_done() -> None:
    assert not is_outdated(NOBODYS_HASH)
    assert is_outdated("$argon2id$v=19$m=8192,t=1,p=1$c2FsdHNhbHRzYWx0$1D1cTa8l+0jh8wVNwDgHWc7aVZPGzVn1dGz8B9dbJcM")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("kort", "Välj ett längre lösenord"),
        ("niotecken", "Välj ett längre lösenord"),
        ("x" * 201, "Välj ett kortare lösenord"),
        ("lösenord123", "bland de första som någon gissar"),
        ("Sommar2026!", "bland de första som någon gissar"),
        ("P@ssw0rd2026", "bland de första som någon gissar"),
        ("1234567890", "bland de första som någon gissar"),
        ("qwertyuiop", "bland de första som någon gissar"),
        ("aaaaaaaaaaaa", "bland de första som någon gissar"),
        ("abcabcabcabc", "bland de första som någon gissar"),
        ("maj.ek@stilla.example.se", "liknar ditt namn"),
        ("Stilla & Stark 1", "liknar ditt namn"),
        ("MAJ.EK.2026", "liknar ditt namn"),
    ],
)
def test_guessable_passwords_are_refused(app: Flask, password: str, refusal: str) -> None:
    sentence = why_refused(password, PERSONAL)

    assert sentence is not None
    assert refusal in sentence


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "password", ["tre lugna hästar", "kzv8q2mw0c", "hej på dig du", "sommarregn på taket", "🐎🐎 galopp i skogen"]
)
def test_other_passwords_need_no_signs_or_digits(app: Flask, password: str) -> None:
    assert why_refused(password, PERSONAL) is None


def test_a_password_longer_than_any_is_wrong_at_once() -> None:
    stored = hash_password("x" * LONGEST)
    tower = "e" + "\u0301\u0316" * 100_000  # to compose it would take minutes

    assert is_right("x" * LONGEST, stored)
    assert not is_right("x" * LONGEST + "y", stored)
    assert not is_right(tower, stored)
