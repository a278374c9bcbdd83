"""The web server of one process: waitress, on a socket that was bound before anything was forked."""

import errno
import gc
import logging
import socket

from flask import Flask
from sqlalchemy.orm import configure_mappers
from waitress.server import BaseWSGIServer, MultiSocketServer, create_server
from werkzeug.middleware.proxy_fix import ProxyFix

from app.core.db import db
from app.core.memory import use_one_arena
from app.core.uploads import LARGEST_UPLOAD, MEBIBYTE

FIRST_PAGES = ("/contact", "/articles/", "/sign-in")
LARGEST_BODY_BYTES = LARGEST_UPLOAD + 2 * MEBIBYTE
"""Beyond this the server itself hangs up; below it `MAX_CONTENT_LENGTH`, or what a view takes, answers with a page."""


class PortTaken(Exception):
    """Somebody listens on the port already, or this user may not."""


def listen(host: str, port: int) -> socket.socket:
    """Bind a TCP socket. Raises PortTaken with a sentence that says what to do."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(1024)
    except OSError as error:
        listener.close()
        raise PortTaken(_why(error, host, port)) from None
    return listener


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken: is Ledtråd running already? Stop that one, or choose another port with --port."
    if error.errno == errno.EACCES:
        return f"This user may not listen on port {port}. Choose one above 1023 with --port."
    return f"Cannot listen on {host} port {port} ({error.strerror}). Check LEDTRAD_HOST and --port."


def warm_up(app: Flask) -> None:
    """Load what first requests load (mappers, templates, translations), so that processes forked later share it.

    No database connection stays open. A page that fails here fails again when somebody asks for it.
    """
    configure_mappers()
    logging.disable(logging.INFO)  # these are nobody's requests
    try:
        for page in FIRST_PAGES:
            app.test_client().get(page)
    finally:
        logging.disable(logging.NOTSET)
    with app.app_context():
        db.engine.dispose()


def run_web(app: Flask, listener: socket.socket) -> None:
    """Answer requests until the process is told to stop; those under way are finished."""
    gc.freeze()  # what was loaded stays for good: no collection need look through it
    use_one_arena()
    web_server(app, listener).run()


def web_server(app: Flask, listener: socket.socket) -> MultiSocketServer | BaseWSGIServer:
    """What answers on the socket. X-Forwarded headers count for as many proxies as we trust, by default for none."""
    hops = app.config["TRUSTED_PROXIES"]
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return create_server(
        app,
        sockets=[listener],
        threads=app.config["WEB_THREADS"],
        ident="ledtrad",
        max_request_body_size=LARGEST_BODY_BYTES,
        channel_timeout=60,
        connection_limit=500,
        clear_untrusted_proxy_headers=not hops,  # it would take them from ProxyFix, and every visitor be the proxy
    )
