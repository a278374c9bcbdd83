"""The DNS server is a real one on loopback; only what it answers is ours."""

import time
from collections.abc import Iterator

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest

from app.core import mail_addresses
from app.core.mail_addresses import address_key, domain_takes_mail, normalised
from tests.dns_server import answer_to, dns_server

LEFT_TO_ITSELF_SECONDS = 30.0
"""How long a resolver asks when nobody says how long it may."""


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Siv.Lund@Example.SE", "Siv.Lund@example.se"),
        ("siv+mattan@example.se", "siv+mattan@example.se"),
        ("siv@åäö.example.se", "siv@xn--4cab6c.example.se"),
        ("siv", None),
        ("siv@localhost", None),
        ("åsa@example.se", None),
        ("siv@example.se\nBcc: x@example.se", None),
        ('"a b"@example.se', None),
        ("siv@example..se", None),
        ("x" * 250 + "@example.se", None),
    ],
)
def test_addresses_as_people_type_them(typed: str, stored: str | None) -> None:
    assert normalised(typed) == stored


def test_addresses_are_compared_without_case() -> None:
    assert (address_key("Siv@example.se"), address_key(None), address_key("")) == ("siv@example.se", None, None)


@pytest.mark.parametrize(
    ("records", "rcode", "zone", "takes_mail"),
    [
        (["10 mx.example.se."], dns.rcode.NOERROR, "", True),
        (["0 ."], dns.rcode.NOERROR, "", False),
        ([], dns.rcode.NXDOMAIN, "se.", False),
        ([], dns.rcode.NXDOMAIN, "", True),
        ([], dns.rcode.NOERROR, "se.", True),
        ([], dns.rcode.SERVFAIL, "", True),
    ],
    ids=["a mail server", "null MX", "no such domain", "cut off from the world", "no MX record", "a broken server"],
)
def test_only_a_sure_no_from_dns_counts(
    records: list[str], rcode: dns.rcode.Rcode, zone: str, takes_mail: bool
) -> None:
    with dns_server(lambda query: answer_to(query, records, rcode, zone)) as resolver:
        assert domain_takes_mail("siv@some.example.se", resolver) is takes_mail


def test_a_silent_dns_server_holds_a_visitor_up_for_a_second_at_most() -> None:
    with dns_server(lambda query: None) as resolver:
        resolver.lifetime = LEFT_TO_ITSELF_SECONDS
        began = time.monotonic()
        takes_mail = domain_takes_mail("siv@silent.example.se", resolver)
        waited = time.monotonic() - began

    assert takes_mail
    assert waited < LEFT_TO_ITSELF_SECONDS / 2  # one second, and what a busy machine adds


def test_a_machine_without_dns_refuses_nobody() -> None:
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = ["127.0.0.1"]
    resolver.port = 1

    assert domain_takes_mail("siv@unreachable.example.se", resolver)


def test_an_answer_is_remembered() -> None:
    asked: list[dns.message.Message] = []

    def answer(query: dns.message.Message) -> dns.message.Message:
        asked.append(query)
        return answer_to(query, ["0 ."], dns.rcode.NOERROR)

    with dns_server(answer) as resolver:
        verdicts = [domain_takes_mail(f"siv{n}@again.example.se", resolver) for n in range(5)]

    assert (verdicts, len(asked)) == ([False] * 5, 1)


def test_silence_is_remembered_for_a_while() -> None:
    asked: list[dns.message.Message] = []

    def refuse_to_say(query: dns.message.Message) -> dns.message.Message:
        asked.append(query)
        return answer_to(query, [], dns.rcode.SERVFAIL)

    with dns_server(refuse_to_say) as resolver:
        domain_takes_mail("siv@quiet.example.se", resolver)
        asked_once = len(asked)
        verdict = domain_takes_mail("sven@quiet.example.se", resolver)

    assert verdict
    assert len(asked) == asked_once > 0


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    mail_addresses._remembered.clear()
    yield
    mail_addresses._remembered.clear()
