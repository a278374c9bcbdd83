import signal
from datetime import timedelta

import pytest
from flask import Flask

from app.core.links import LinkBroken, LinkExpired, read, sign, without_tokens
from tests.conftest import NOW

LATER = NOW + timedelta(days=90)


def test_a_link_gives_back_what_it_carries(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        token = sign("private", {"lead": 7}, LATER)

        assert read("private", token, NOW) == {"lead": 7}


def test_the_same_arguments_give_the_same_token(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        assert sign("private", 7, LATER) == sign("private", 7, LATER)


def test_an_expired_link_still_says_what_it_carried(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        token = sign("private", 7, LATER)

        with pytest.raises(LinkExpired) as expired:
            read("private", token, LATER)

    assert expired.value.data == 7


@pytest.mark.parametrize("token", ["", "x", "å", "WzcsMV0.AAAA", "." * 200, "W10.x"])
def test_a_token_that_is_not_ours_is_broken(sqlite_app: Flask, token: str) -> None:
    with sqlite_app.app_context(), pytest.raises(LinkBroken):
        read("private", token, NOW)


def test_a_link_opens_nothing_but_its_purpose(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        token = sign("private", 7, LATER)

        with pytest.raises(LinkBroken):
            read("thanks", token, NOW)


def test_an_address_with_a_token_can_be_cut_out_of_a_text(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        tokens = [sign("private", data, LATER) for data in (7, [1, "x" * 300], "å")]
    text = "".join(f"Öppna: https://ledtrad.example.se/p/{token}?lang=sv\n" for token in tokens)

    cut = without_tokens(f"{text}Vi finns på https://stilla.example.se/om-oss.html.\n", "[länken]")

    assert cut == "Öppna: [länken]\n" * 3 + "Vi finns på https://stilla.example.se/om-oss.html.\n"


def test_a_long_word_is_looked_through_once_for_tokens() -> None:
    word = "a" * 10_000
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.alarm(20)
    try:
        cut = without_tokens(f"{word} b", "[länken]")
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)

    assert cut == f"{word} b"
