"""Open the pages and files that show a wheel to be whole: its templates, translations and front-end parts."""

import http.client
import sys
import time
import urllib.request
from urllib.error import HTTPError, URLError

EXPECTED = {
    "/contact?lang=sv": "Skicka frågan",
    "/contact?lang=en": "Send the question",
    "/sign-in": "<h1",
    "/static/vendor/tabler.min.css": "Tabler v",
    "/static/vendor/icons.svg": '<symbol id="home"',
}


def look(address: str, seconds: int = 30) -> None:
    """Wait for the server to answer, then see that each page is there and says what it should."""
    deadline = time.monotonic() + seconds
    for path, words in EXPECTED.items():
        status, body = answer(address + path, deadline)
        print(status, path)
        if status != http.client.OK or words not in body:
            sys.exit(f"{path} should have answered 200 with {words!r} in it; it began: {body[:300]!r}")


def answer(url: str, deadline: float) -> tuple[int, str]:
    """The status and text, asked for again while nobody listens."""
    while True:
        try:
            with urllib.request.urlopen(url, timeout=10) as response:  # noqa: S310  (our own server)
                return response.status, response.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode(errors="replace")
        except (URLError, ConnectionError):
            if time.monotonic() > deadline:
                sys.exit(f"Nobody answered at {url}.")
            time.sleep(0.2)


look(sys.argv[1])
