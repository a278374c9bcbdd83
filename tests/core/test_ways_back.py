from datetime import timedelta

import pytest
from flask import Flask

from app.core.errors import RuleBroken
from app.core.ways_back import LASTS, way_back, what_was
from tests.conftest import NOW


def test_what_was_comes_back_and_its_address_tells_nothing(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        word = way_back("tag 1", ["MS-skov"], NOW)

        assert what_was("tag 1", word, NOW + LASTS) == ["MS-skov"]
        assert word != way_back("tag 1", ["MS-skov"], NOW)


def test_it_is_for_one_change_alone(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        word = way_back("tag 1", ["MS-skov"], NOW)

        with pytest.raises(RuleBroken, match="inte att ångra härifrån"):
            what_was("tag 2", word, NOW)


@pytest.mark.parametrize("word", ["", "x", "å", "AAAA", "A" * 200])
def test_what_nobody_was_given_is_refused(sqlite_app: Flask, word: str) -> None:
    with sqlite_app.app_context(), pytest.raises(RuleBroken, match="inte att ångra härifrån"):
        what_was("tag 1", word, NOW)


def test_it_lasts_for_an_hour(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        word = way_back("tag 1", ["MS-skov"], NOW)

        with pytest.raises(RuleBroken, match="mer än en timme"):
            what_was("tag 1", word, NOW + LASTS + timedelta(seconds=1))
