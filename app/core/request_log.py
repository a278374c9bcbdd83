"""One line per request: method, route, status, milliseconds. Never the address itself, since addresses carry tokens."""

import logging
import time

from flask import Flask, Response, g, request

logger = logging.getLogger("ledtrad.web")


def init_app(app: Flask) -> None:
    """Log each request by the pattern of its route."""

    @app.before_request
    def start_watch() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def log(response: Response) -> Response:
        if logger.isEnabledFor(logging.INFO) and request.endpoint != "static":
            route = request.url_rule.rule if request.url_rule else "(no such page)"
            took_ms = (time.perf_counter() - g.get("started", time.perf_counter())) * 1000
            logger.info("%s %s %s %.0f ms", request.method, route, response.status_code, took_ms)
        return response
