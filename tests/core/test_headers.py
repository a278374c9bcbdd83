"""The security headers on the pages of refusals; `tests/test_security.py` holds every route to them."""

import pytest
from flask.testing import FlaskClient

from app.core.headers import CONTENT_SECURITY_POLICY, SECURITY_HEADERS


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
def test_refusals_carry_them_whole(client: FlaskClient, address: str, method: str, body: bytes, status: int) -> None:
    answer = client.open(address, method=method, data=body, content_type="application/x-www-form-urlencoded")

    carried = {name: answer.headers.getlist(name) for name in SECURITY_HEADERS}
    assert (answer.status_code, carried) == (status, {name: [value] for name, value in SECURITY_HEADERS.items()})


def test_over_https_the_browser_is_told_to_stay_there(client: FlaskClient) -> None:
    plain, secure = client.get("/contact"), client.get("/contact", base_url="https://ledtrad.example.se")

    assert plain.headers.getlist("Strict-Transport-Security") == []
    assert secure.headers.getlist("Strict-Transport-Security") == ["max-age=31536000"]


def test_the_policy_lets_nothing_run_or_load_that_is_not_ours() -> None:
    directives = dict(part.split(" ", 1) for part in CONTENT_SECURITY_POLICY.split("; "))

    assert directives["default-src"] == "'none'"
    assert {value for name, value in directives.items() if name != "img-src"} == {"'none'", "'self'"}
