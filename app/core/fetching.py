"""Fetching a file from an address that somebody typed: by https, from the open internet, soon or not at all.

Nobody may reach through us what only this machine does: its own services, the router, a cloud's metadata. So the name
of each hop is looked up once, all addresses it has must be public, and the connection goes to one of these, whatever
the name means a moment later.
"""

import io
import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import dns.exception
import dns.name
import dns.resolver

from app.core import network_addresses
from app.core.deadline import Deadline

LONGEST_SECONDS = 5.0
"""For everything together: looking up, connecting, redirects, the last byte."""
MOST_BYTES = 1_000_000
MOST_REDIRECTS = 3
LONGEST_ETAG = 200
MOST_ADDRESSES = 3
CONNECT_SECONDS = 2.0
HTTPS_PORT = 443
_REDIRECTS = (301, 302, 303, 307, 308)
_SAFE_IN_TARGET = "/?&=%:@!$'()*+,;~-._"


class Fault(StrEnum):
    """Why nothing was fetched."""

    NO_ADDRESS = "no_address"
    """Not https, or no address at all."""
    NO_SUCH_HOST = "no_such_host"
    NOT_PUBLIC = "not_public"
    NO_ANSWER = "no_answer"
    BAD_CERTIFICATE = "bad_certificate"
    TOO_SLOW = "too_slow"
    TOO_LARGE = "too_large"
    REFUSED = "refused"
    """The server knows no such file, or does not give it to us."""
    TOO_MANY_REDIRECTS = "too_many_redirects"


class FetchFailed(Exception):
    """Nothing was fetched. It tells why, and never from where: whoever knows a private address can read it."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Fetched:
    """What the server gave; no content where nothing has changed since the copy with that `etag`."""

    content: bytes | None
    etag: str | None


def look_up(host: str, seconds: float, resolver: dns.resolver.Resolver | None = None) -> Sequence[str]:
    """The network addresses of a host, IPv4 first. Raises FetchFailed where it has none, or DNS does not say."""
    try:
        asked = resolver or dns.resolver.get_default_resolver()
        found = asked.resolve_name(host + ".", lifetime=seconds, search=False)
    except dns.exception.Timeout:
        raise TimeoutError from None
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.name.LabelTooLong, dns.name.NameTooLong):
        raise FetchFailed(Fault.NO_SUCH_HOST) from None
    except (dns.exception.DNSException, OSError):
        raise FetchFailed(Fault.NO_ANSWER) from None
    return [*found.addresses(socket.AF_INET), *found.addresses(socket.AF_INET6)]


@dataclass(frozen=True, slots=True)
class Outside:
    """How the world is reached. Tests hand in one that leads to a server of their own; no setting does."""

    look_up: Callable[[str, float], Sequence[str]] = look_up
    is_public: Callable[[str], bool] = network_addresses.is_public
    make_tls: Callable[[], ssl.SSLContext] = ssl.create_default_context


THE_WORLD = Outside()


def fetch(address: str, etag: str | None = None, *, outside: Outside = THE_WORLD) -> Fetched:
    """The file at that address, unless it is still the one with that `etag`. Raises FetchFailed."""
    deadline, tls = Deadline(LONGEST_SECONDS), outside.make_tls()
    try:
        for _hop in range(MOST_REDIRECTS + 1):
            answer = _ask(_place(address), etag, outside, tls, deadline)
            if isinstance(answer, Fetched):
                return answer
            address = urljoin(address, answer)
    except TimeoutError:
        raise FetchFailed(Fault.TOO_SLOW) from None
    except ssl.SSLCertVerificationError:
        raise FetchFailed(Fault.BAD_CERTIFICATE) from None
    except (OSError, HTTPException, ValueError):  # http.client calls some broken headers a ValueError
        raise FetchFailed(Fault.NO_ANSWER) from None
    raise FetchFailed(Fault.TOO_MANY_REDIRECTS)


@dataclass(frozen=True, slots=True)
class _Place:
    """An address taken apart."""

    host: str
    port: int
    target: str


def _place(address: str) -> _Place:
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").encode("idna").decode("ascii"), parts.port or HTTPS_PORT
    except ValueError:  # UnicodeError is one
        raise FetchFailed(Fault.NO_ADDRESS) from None
    if parts.scheme != "https" or not host or "@" in parts.netloc:
        raise FetchFailed(Fault.NO_ADDRESS)
    query = f"?{parts.query}" if parts.query else ""
    return _Place(host, port, quote((parts.path or "/") + query, safe=_SAFE_IN_TARGET))


def _ask(place: _Place, etag: str | None, outside: Outside, tls: ssl.SSLContext, deadline: Deadline) -> Fetched | str:
    """What one server says: the file, or where else it is."""
    with _connect(place, outside, tls, deadline) as secured:
        connection = HTTPSConnection(place.host, place.port, context=tls)
        connection.sock = _TimedSocket(secured, deadline)
        condition = {"If-None-Match": etag} if etag else {}
        connection.request("GET", place.target, headers={"User-Agent": "Ledtrad", "Connection": "close", **condition})
        return _answer(connection.getresponse(), is_conditional=bool(etag))


def _answer(response: HTTPResponse, *, is_conditional: bool) -> Fetched | str:
    if response.status in _REDIRECTS and (elsewhere := response.headers.get("Location")):
        return str(elsewhere)
    if response.status == 304 and is_conditional:
        return Fetched(None, _etag(response))
    if 400 <= response.status < 500:
        raise FetchFailed(Fault.REFUSED)
    if response.status != 200:
        raise FetchFailed(Fault.NO_ANSWER)
    content = response.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES or (response.length or 0) > 0:
        raise FetchFailed(Fault.TOO_LARGE if len(content) > MOST_BYTES else Fault.NO_ANSWER)
    return Fetched(content, _etag(response))


def _etag(response: HTTPResponse) -> str | None:
    """The server's name for this copy, unless it is none that could be kept and sent back."""
    etag = response.headers.get("ETag", "")
    return etag if 0 < len(etag) <= LONGEST_ETAG and etag.isascii() and etag.isprintable() else None


def _connect(place: _Place, outside: Outside, tls: ssl.SSLContext, deadline: Deadline) -> ssl.SSLSocket:
    addresses = _public_addresses(place.host, outside, deadline)
    for address in addresses[:MOST_ADDRESSES]:
        try:
            plain = socket.create_connection((address, place.port), min(deadline.left(), CONNECT_SECONDS))
        except OSError:
            deadline.left()
            continue
        plain.settimeout(deadline.left())
        return tls.wrap_socket(plain, server_hostname=place.host)  # which closes it when the two cannot agree
    raise FetchFailed(Fault.NO_ANSWER)


def _public_addresses(host: str, outside: Outside, deadline: Deadline) -> Sequence[str]:
    try:
        addresses: Sequence[str] = [str(ip_address(host))]
    except ValueError:
        addresses = outside.look_up(host, deadline.left())
    if not addresses:
        raise FetchFailed(Fault.NO_SUCH_HOST)
    if not all(map(outside.is_public, addresses)):
        raise FetchFailed(Fault.NOT_PUBLIC)
    return addresses


class _TimedSocket:
    """What http.client needs of a socket, each step of which may take what is left of the whole deadline."""

    def __init__(self, connection: ssl.SSLSocket, deadline: Deadline) -> None:
        self._connection, self._deadline = connection, deadline

    def sendall(self, data: bytes) -> None:
        self._connection.settimeout(self._deadline.left())
        self._connection.sendall(data)

    def makefile(self, *_mode: Any) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self._connection, self._deadline))

    def close(self) -> None:
        """http.client closes it before it has read the body; the socket stays open for as long as it is asked."""


class _TimedReader(io.RawIOBase):
    def __init__(self, connection: ssl.SSLSocket, deadline: Deadline) -> None:
        self._connection, self._deadline = connection, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        self._connection.settimeout(self._deadline.left())
        return self._connection.recv_into(buffer)
