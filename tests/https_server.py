"""A real web server over TLS on this machine, its certificate, and a way to reach it as if it were out in the world."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.core.fetching import Outside

HOST = "calendar.example.com"

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Site:
    """What the server answers at each path, and what it was asked."""

    port: int
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, str | None, str | None]] = field(default_factory=list)
    """(path, Host, If-None-Match) of each request."""
    looked_up: list[str] = field(default_factory=list)

    def address(self, path: str = "/calendar.ics", host: str = HOST) -> str:
        return f"https://{host}:{self.port}{path}"

    def say(
        self, content: bytes, *, etag: str = "", status: int = 200, path: str = "/calendar.ics", **more: str
    ) -> None:
        """Answer with this at that path; 304 to whoever has the copy with that etag."""

        def answer(request: BaseHTTPRequestHandler) -> None:
            is_known = bool(etag) and request.headers.get("If-None-Match") == etag
            request.send_response(304 if is_known else status)
            for name, value in {**({"ETag": etag} if etag else {}), **more}.items():
                request.send_header(name, value)
            request.send_header("Content-Length", str(0 if is_known else len(content)))
            request.end_headers()
            request.wfile.write(b"" if is_known else content)

        self.answers[path] = answer

    def outside(self, *addresses: str, is_public: Callable[[str], bool] = lambda _address: True) -> Outside:
        """The world, where every name leads here; its addresses are public."""

        def look_up(host: str, _seconds: float) -> list[str]:
            self.looked_up.append(host)
            return list(addresses or ("127.0.0.1",))

        return Outside(look_up, is_public, _trusting_tls)


@contextmanager
def https_site() -> Iterator[Site]:
    """The server, as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.path, self.headers.get("Host"), self.headers.get("If-None-Match")))
            answer = site.answers.get(self.path)
            if answer:
                answer(self)
            else:
                self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the library names it so)
            """Nobody reads it."""

    server = _Quiet(("127.0.0.1", 0), Handler)
    site = Site(server.server_address[1])
    server.socket = _server_tls().wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what some tests are about."""


@contextmanager
def silent_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@cache
def _certificate() -> tuple[bytes, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + timedelta(days=400))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    return certificate.public_bytes(pem), key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)


def _server_tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "both.pem"
        path.write_bytes(b"".join(_certificate()))
        context.load_cert_chain(path)
    return context


def _trusting_tls() -> ssl.SSLContext:
    return ssl.create_default_context(cadata=_certificate()[0].decode())
