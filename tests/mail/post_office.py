"""Mail servers for tests: a real one that can be told to misbehave, and a crude one that breaks the dialogue itself."""

import asyncio
import socket
import struct
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from itertools import count
from typing import Any, TypeVar

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from app.mail.smtp import Server

DRIPS_SECONDS = 20.0
Office = TypeVar("Office", bound="PostOffice")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class PostOffice:
    """Takes mail, and remembers what it took. Answers for an address are said in advance, and used up one by one."""

    port: int = 0
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    """Recipient and content of each accepted mail."""
    at_recipient: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    after_body: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """`lose` accepts the mail and closes the connection without a word; `slow` accepts it and answers late."""
    connections: int = 0
    slow_seconds: float = 3.0

    async def handle_EHLO(  # noqa: N802  (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802  (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.at_recipient[address]:
            return self.at_recipient[address].pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  (aiosmtpd's name)
        address = envelope.rcpt_tos[0]
        said = self.after_body[address].pop(0) if self.after_body[address] else "250 OK"
        if said in ("250 OK", "lose", "slow"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.taken.append((address, content))
        if said == "lose":
            server.transport.abort()
        if said == "slow":
            await asyncio.sleep(self.slow_seconds)
        return said if said not in ("lose", "slow") else "250 OK"

    def ids(self) -> Counter[str]:
        """How many times each Message-ID was accepted."""
        return Counter(str(message_from_bytes(content, policy=default)["Message-ID"]) for _, content in self.taken)

    def server(self, deadline_seconds: float = 5.0, **other: Any) -> Server:
        """Where a transport finds it."""
        known = {"security": "none", "user": "", "password": "", "our_name": "stilla.example.se", "host": "127.0.0.1"}
        return Server(port=self.port, deadline_seconds=deadline_seconds, **{**known, **other})


@dataclass
class UnreliableOffice(PostOffice):
    """Refuses each hundredth mail for now, and of each hundredth loses the connection after it has taken it."""

    offered: int = 0
    refused: int = 0
    dropped: int = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  (aiosmtpd's name)
        self.offered += 1
        answers = self.after_body[envelope.rcpt_tos[0]]
        if self.offered % 100 == 50:
            self.refused += 1
            answers.append("451 4.3.0 try again later")
        elif self.offered % 100 == 99:
            self.dropped += 1
            answers.append("lose")
        return await super().handle_DATA(server, session, envelope)


@contextmanager
def open_office(kind: type[Office] = PostOffice, **options: Any) -> Iterator[Office]:
    """A post office on loopback, closed at the end."""
    office = kind(port=free_port())
    controller = Controller(office, hostname="127.0.0.1", port=office.port, **options)
    controller.start()
    try:
        yield office
    finally:
        controller.stop()


Conversation = Callable[[socket.socket], None]


@contextmanager
def crude_server(conversation: Conversation) -> Iterator[int]:
    """Runs one function per connection, and gives the port."""
    listener = socket.create_server(("127.0.0.1", 0))
    stopping = threading.Event()
    threads: list[threading.Thread] = []

    def serve() -> None:
        while not stopping.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=_hold, args=(conversation, connection), daemon=True)
            threads.append(thread)
            thread.start()

    acceptor = threading.Thread(target=serve, daemon=True)
    acceptor.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        stopping.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        acceptor.join(5)
        for thread in threads:
            thread.join(5)


def _hold(conversation: Conversation, connection: socket.socket) -> None:
    with connection:
        try:
            conversation(connection)
        except OSError:
            return


def drip(connection: socket.socket) -> None:
    """One byte each fifth of a second, never a whole line."""
    for _ in range(int(DRIPS_SECONDS / 0.2)):
        connection.sendall(b"2")
        time.sleep(0.2)


def drip_after_data(connection: socket.socket) -> None:
    """Polite until the body, then a reply that never comes to its end."""
    _polite_until_data(connection)
    drip(connection)


def reset_in_body(connection: socket.socket) -> None:
    """Polite until the body begins, then gone."""
    _polite_until_data(connection)
    connection.recv(10)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _polite_until_data(connection: socket.socket) -> None:
    connection.sendall(b"220 crude\r\n")
    for answer in (b"250 crude\r\n", b"250 OK\r\n", b"250 OK\r\n", b"354 go on\r\n"):
        connection.recv(4096)
        connection.sendall(answer)


def first_then(first: Conversation, port: int) -> Conversation:
    """The first connection goes wrong, as it is told; later ones reach the server at `port`."""
    connections = count()

    def converse(connection: socket.socket) -> None:
        if next(connections) == 0:
            first(connection)
        else:
            _relay(connection, port)

    return converse


def _relay(connection: socket.socket, port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as onward:
        back = threading.Thread(target=_copy, args=(onward, connection), daemon=True)
        back.start()
        _copy(connection, onward)
        back.join(5)


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while chunk := source.recv(65536):
            target.sendall(chunk)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
