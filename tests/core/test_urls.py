from typing import Any

import pytest
from flask import Flask, url_for

from app.core.urls import quick_url_for

ADDRESSES: list[tuple[str, dict[str, Any]]] = [
    ("home.today", {}),
    ("static", {"filename": "leads.css"}),
    ("leads.detail", {"lead_id": 4711}),
    ("leads.detail", {"lead_id": 7, "compose": "answer"}),
    ("leads.detail", {"lead_id": 7, "_anchor": "next-step"}),
    ("leads.index", {"owner": 3}),
    ("leads.index", {"sort": "name"}),
    ("leads.index", {"q": "Åsa & co", "after": None}),
    ("home.today", {"_external": True}),
    ("articles.index", {}),
]


@pytest.mark.parametrize("root", ["", "/kund"])
@pytest.mark.parametrize("page", ["/leads/", "/articles/?lang=en"])
def test_an_address_is_the_one_that_flask_builds_the_first_time_and_the_next(
    sqlite_app: Flask, page: str, root: str
) -> None:
    with sqlite_app.test_request_context(page, environ_overrides={"SCRIPT_NAME": root}):
        built = [[url_for(endpoint, **values) for endpoint, values in ADDRESSES] for _ in range(2)]

        assert [[quick_url_for(endpoint, **values) for endpoint, values in ADDRESSES] for _ in range(2)] == built


def test_each_row_gets_its_own_address(sqlite_app: Flask) -> None:
    with sqlite_app.test_request_context("/leads/"):
        assert [quick_url_for("leads.detail", lead_id=number) for number in (1, 22)] == ["/leads/1", "/leads/22"]


def test_an_address_outside_a_request_is_whole(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), pytest.raises(RuntimeError, match="SERVER_NAME"):
        quick_url_for("home.today")
