"""Clients that keep their connection and send one request after another, and how long each answer took."""

import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import quantiles


@dataclass
class Load:
    """What came of a number of requests: the seconds that all took, those of each, and the answers' statuses."""

    seconds: float = 0.0
    each_seconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        return len(self.each_seconds) / self.seconds

    def percentile_ms(self, percent: int) -> float:
        """So many of a hundred answers took at most this."""
        return quantiles(self.each_seconds, n=100, method="inclusive")[percent - 1] * 1000

    def expect(self, status: int) -> None:
        """Refuse figures that are about something else than was meant."""
        if set(self.statuses) != {status}:
            raise AssertionError(f"expected only {status}, got {self.statuses}")


class Client:
    """One keep-alive HTTP/1.1 connection; as little of its own work as possible, since it shares the processors."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=300)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self._socket.makefile("rb", buffering=65536)

    def send(self, request: bytes) -> tuple[int, dict[bytes, bytes], bytes]:
        """The answer's status, headers (names in lower case) and body."""
        self._socket.sendall(request)
        line = self._file.readline()
        if not line:
            raise ConnectionError("the server hung up")
        headers = {}
        while (header := self._file.readline()) not in (b"\r\n", b""):
            name, _, value = header.partition(b":")
            headers[name.lower()] = value.strip()
        return int(line.split(b" ", 2)[1]), headers, self._file.read(int(headers.get(b"content-length", 0)))

    def close(self) -> None:
        self._file.close()
        self._socket.close()


def get(path: str, cookie: str = "", more: str = "") -> bytes:
    """A GET request as bytes; `more` are further header lines."""
    jar = f"Cookie: {cookie}\r\n" if cookie else ""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Language: sv\r\n{jar}{more}\r\n".encode()


def post(path: str, body: bytes) -> bytes:
    """A form's POST request as bytes."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Language: sv\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def drive(port: int, requests: Sequence[bytes], clients: int) -> Load:
    """Send the requests from so many clients at once."""
    load, guard, waiting = Load(), threading.Lock(), iter(requests)

    def work() -> None:
        client = Client(port)
        try:
            while True:
                with guard:
                    request = next(waiting, None)
                if request is None:
                    return
                begun = time.perf_counter()
                status, _, _ = client.send(request)
                took = time.perf_counter() - begun
                with guard:
                    load.each_seconds.append(took)
                    load.statuses[status] = load.statuses.get(status, 0) + 1
        finally:
            client.close()

    threads = [threading.Thread(target=work) for _ in range(clients)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    load.seconds = time.perf_counter() - begun
    if len(load.each_seconds) != len(requests):
        raise AssertionError(f"only {len(load.each_seconds)} of {len(requests)} requests were answered")
    return load
