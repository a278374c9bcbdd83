from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, request

from app.core.form_tokens import LIVES, FormToken, TokenState, comes_from_a_known_site, issue, read
from tests.conftest import NOW

pytestmark = pytest.mark.usefixtures("app")


def test_a_fresh_token_comes_back_with_its_number_and_age() -> None:
    token = issue("enquiry", "slug", NOW)

    found = read("enquiry", "slug", token, NOW + timedelta(minutes=2))

    assert (found.state, found.age, found.is_too_fast) == (TokenState.FRESH, timedelta(minutes=2), False)
    assert len(found.nonce) >= 20


def test_each_showing_of_a_form_has_a_number_of_its_own() -> None:
    numbers = {read("enquiry", None, issue("enquiry", None, NOW), NOW).nonce for _ in range(50)}

    assert len(numbers) == 50


@pytest.mark.parametrize(("seconds", "is_too_fast"), [(0, True), (2, True), (3, False), (60, False)])
def test_what_comes_within_three_seconds_is_too_fast(seconds: int, is_too_fast: bool) -> None:
    token = issue("enquiry", None, NOW)

    assert read("enquiry", None, token, NOW + timedelta(seconds=seconds)).is_too_fast is is_too_fast


def test_a_token_older_than_a_day_is_expired_and_keeps_its_number() -> None:
    token = issue("enquiry", None, NOW)

    last_moment = read("enquiry", None, token, NOW + LIVES - timedelta(seconds=1))
    over = read("enquiry", None, token, NOW + LIVES)

    assert (last_moment.state, over.state) == (TokenState.FRESH, TokenState.EXPIRED)
    assert over.nonce == last_moment.nonce


@pytest.mark.parametrize("token", [None, "", "x", "å" * 50, "a.b", "W10.x", "\x00"])
def test_what_is_no_token_is_damaged(token: str | None) -> None:
    assert read("enquiry", None, token, NOW) == FormToken(TokenState.DAMAGED)


def test_a_token_of_another_form_or_article_is_damaged() -> None:
    token = issue("enquiry", "one", NOW)

    others = [read("reply", "one", token, NOW), read("enquiry", "two", token, NOW), read("enquiry", None, token, NOW)]

    assert [found.state for found in others] == [TokenState.DAMAGED] * 3


def test_every_changed_letter_damages_the_token() -> None:
    token = issue("enquiry", "slug", datetime(2026, 11, 23, tzinfo=UTC))

    for place in range(len(token)):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        found = read("enquiry", "slug", changed, NOW)
        is_same_signature = place == len(token) - 1 and found.state is TokenState.FRESH  # spare bits of the last letter
        assert found.state is TokenState.DAMAGED or is_same_signature


@pytest.mark.parametrize(
    ("headers", "is_known"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Origin": "http://localhost"}, True),
        ({"Origin": "https://ledtrad.example.se", "Sec-Fetch-Site": "cross-site"}, True),
        ({"Origin": "https://friend.example.com", "Sec-Fetch-Site": "cross-site"}, True),
        ({"Origin": "null"}, True),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, False),
        ({"Origin": "https://stranger.example.com"}, False),
        ({"Origin": "http://friend.example.com"}, False),
        ({"Origin": "https://ledtrad.example.se.stranger.example.com"}, False),
        ({"Origin": "https://stranger.example.com", "Sec-Fetch-Site": "same-site"}, False),
        ({"Origin": "http://["}, False),
    ],
)
def test_only_our_own_and_embedding_sites_may_send_forms(app: Flask, headers: dict[str, str], is_known: bool) -> None:
    app.config["EMBEDDING_SITES"] = ["https://friend.example.com/blog"]

    with app.test_request_context("/contact", method="POST", headers=headers):
        assert comes_from_a_known_site(request) is is_known
