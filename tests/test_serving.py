import contextvars
import http.client
import json
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask, Response, request, request_finished

from app.core.db import db
from app.serving import PortTaken, listen, warm_up, web_server


def test_a_taken_port_is_refused_with_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(PortTaken) as refusal:
            listen("127.0.0.1", port)

    assert str(refusal.value) == (
        f"Port {port} is taken: is Ledtråd running already? Stop that one, or choose another port with --port."
    )


def test_a_free_port_is_bound() -> None:
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname(), timeout=60):
        assert listener.getsockname()[0] == "127.0.0.1"


def test_warming_up_shows_the_first_pages_to_nobody(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    shown = []

    def note(_app: Flask, response: Response) -> None:
        shown.append((request.path, response.status_code))

    with request_finished.connected_to(note, app):
        contextvars.Context().run(warm_up, app)  # outside the test's application context

    assert shown == [("/contact", 200), ("/articles/", 200), ("/sign-in", 200)]
    assert caplog.messages == []
    assert db.engine.pool.status() == db.engine.pool.recreate().status()


@contextmanager
def _echoing(trusted_proxies: int) -> Iterator[int]:
    """The port of a server that tells who it takes the visitor for."""
    app = Flask("echo")
    app.config.update(TRUSTED_PROXIES=trusted_proxies, WEB_THREADS=1)

    @app.get("/")
    def echo() -> dict[str, str | None]:
        return {"address": request.remote_addr, "scheme": request.scheme, "host": request.host}

    with listen("127.0.0.1", 0) as listener:
        server = web_server(app, listener)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        server.trigger.pull_trigger(server.close)
        thread.join(5)
        server.task_dispatcher.shutdown()


FORWARDED = {
    "X-Forwarded-For": "192.0.2.1, 198.51.100.7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "ledtrad.example.se",
}
"""What a proxy passes on when the visitor at 198.51.100.7 pretends to be somebody else."""


def _ask(port: int) -> dict[str, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/", headers=FORWARDED)
    answer: dict[str, str] = json.load(connection.getresponse())
    connection.close()
    return answer


def test_without_a_trusted_proxy_nobody_can_choose_an_address() -> None:
    with _echoing(trusted_proxies=0) as port:
        answer = _ask(port)

    assert answer == {"address": "127.0.0.1", "scheme": "http", "host": f"127.0.0.1:{port}"}


def test_behind_a_trusted_proxy_each_visitor_has_an_address() -> None:
    with _echoing(trusted_proxies=1) as port:
        answer = _ask(port)

    assert answer == {"address": "198.51.100.7", "scheme": "https", "host": "ledtrad.example.se"}
