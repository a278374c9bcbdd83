"""A real DNS server on this machine; what it answers is the test's."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset

Answering = Callable[[dns.message.Message], dns.message.Message | None]


def answer_to(
    query: dns.message.Message,
    records: list[str],
    rcode: dns.rcode.Rcode = dns.rcode.NOERROR,
    zone: str = "",
    kind: str = "MX",
) -> dns.message.Message:
    """Records of that kind for the name that is asked for; a `zone` says so itself by its SOA (RFC 2308)."""
    response = dns.message.make_response(query)
    response.flags |= dns.flags.RA
    response.set_rcode(rcode)
    if records:
        response.answer.append(dns.rrset.from_text(query.question[0].name, 60, "IN", kind, *records))
    if zone:
        response.authority.append(
            dns.rrset.from_text(zone, 60, "IN", "SOA", "ns.example.se. root.example.se. 1 2 3 4 5")
        )
    return response


@contextmanager
def dns_server(answer: Answering) -> Iterator[dns.resolver.Resolver]:
    """Whom to ask instead of the world, as long as the block lasts; None from `answer` is silence."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    server.settimeout(0.05)
    is_over = threading.Event()

    def serve() -> None:
        while not is_over.is_set():
            try:
                data, client = server.recvfrom(4096)
            except TimeoutError:
                continue
            response = answer(dns.message.from_wire(data))
            if response is not None:
                server.sendto(response.to_wire(), client)

    thread = threading.Thread(target=serve)
    thread.start()
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], server.getsockname()[1]
    try:
        yield resolver
    finally:
        is_over.set()
        thread.join()
        server.close()
