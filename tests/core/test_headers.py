"""The security headers, compared whole on every route and on the pages of refusals."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.core.access import is_public
from app.core.headers import CONTENT_SECURITY_POLICY, SECURITY_HEADERS
from tests.signed_in import SignedIn

TELLS_NOBODY = {"enquiries.private", "enquiries.new_link"}
"""Pages that a mailed link opens; their own `Referrer-Policy` is stricter."""


def carried(answer: TestResponse) -> dict[str, list[str]]:
    return {name: answer.headers.getlist(name) for name in SECURITY_HEADERS}


def expected(endpoint: str = "") -> dict[str, list[str]]:
    stricter = {"Referrer-Policy": "no-referrer"} if endpoint in TELLS_NOBODY else {}
    return {name: [value] for name, value in {**SECURITY_HEADERS, **stricter}.items()}


def every_route(app: Flask) -> list[tuple[str, Rule, str]]:
    """Method, rule and address of everything that can be asked for."""
    with app.test_request_context():
        return [
            (method, rule, app.url_for(rule.endpoint, **dict.fromkeys(rule.arguments, "1")))
            for rule in app.url_map.iter_rules()
            for method in sorted({"GET", "POST"} & set(rule.methods or ()))
        ]


@pytest.mark.parametrize("who", ["stranger", "owner"])
def test_every_route_carries_them(app: Flask, request: pytest.FixtureRequest, who: str) -> None:
    client: FlaskClient | SignedIn = request.getfixturevalue("owner_client" if who == "owner" else "client")
    wrong = {}

    routes = every_route(app)
    for method, rule, address in routes:
        with client.open(address, method=method) as answer:
            if carried(answer) != expected(rule.endpoint):
                wrong[f"{method} {rule.rule}"] = carried(answer)

    assert len(routes) > 60
    assert wrong == {}


def test_what_is_behind_sign_in_is_kept_by_no_cache(app: Flask, owner_client: SignedIn) -> None:
    cached = {}

    for method, rule, address in every_route(app):
        with app.app_context():
            is_guarded = not is_public(rule.endpoint)
        if is_guarded and rule.endpoint != "accounts.sign_out":
            with owner_client.open(address, method=method) as answer:
                cached[rule.rule] = answer.headers.getlist("Cache-Control")

    assert {rule: words for rule, words in cached.items() if words != ["no-store"]} == {}


@pytest.mark.parametrize(
    ("address", "method", "body", "status"),
    [
        ("/no-such-page", "GET", b"", 404),
        ("/static/no-such-file.css", "GET", b"", 404),
        ("/contact", "DELETE", b"", 405),
        ("/sign-in", "POST", b"email=maj", 400),
        ("/contact", "POST", b"message=" + b"x" * 300_000, 413),
    ],
)
def test_refusals_carry_them_too(client: FlaskClient, address: str, method: str, body: bytes, status: int) -> None:
    answer = client.open(address, method=method, data=body, content_type="application/x-www-form-urlencoded")

    assert (answer.status_code, carried(answer)) == (status, expected())


def test_over_https_the_browser_is_told_to_stay_there(client: FlaskClient) -> None:
    plain, secure = client.get("/contact"), client.get("/contact", base_url="https://ledtrad.example.se")

    assert plain.headers.getlist("Strict-Transport-Security") == []
    assert secure.headers.getlist("Strict-Transport-Security") == ["max-age=31536000"]


def test_the_policy_lets_nothing_run_or_load_that_is_not_ours() -> None:
    directives = dict(part.split(" ", 1) for part in CONTENT_SECURITY_POLICY.split("; "))

    assert directives["default-src"] == "'none'"
    assert {value for name, value in directives.items() if name != "img-src"} == {"'none'", "'self'"}
