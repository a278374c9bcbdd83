import pytest
from flask import Flask, request

from app.core.attribution import carried


@pytest.mark.parametrize(
    ("address", "referrer", "expected"),
    [
        ("/contact", "", {}),
        ("/contact?utm_source=nyhetsbrev&utm_medium=mail", "", {"utm_source": "nyhetsbrev", "utm_medium": "mail"}),
        ("/contact", "https://www.example.com/path?secret=1", {"ref": "www.example.com"}),
        ("/contact?ref=first.example.com", "https://later.example.com/", {"ref": "first.example.com"}),
        ("/contact", "http://localhost/articles/", {}),
        ("/contact?from=top&other=x&utm_source=", "", {"from": "top"}),
        ("/contact?utm_source=" + "x" * 500, "", {"utm_source": "x" * 100}),
        ("/contact?utm_source=a%00b&utm_term=ok", "", {"utm_term": "ok"}),
        ("/contact", "http://[broken", {}),
    ],
)
def test_what_is_carried_on(app: Flask, address: str, referrer: str, expected: dict[str, str]) -> None:
    with app.test_request_context(address, headers={"Referer": referrer}):
        assert carried(request) == expected
