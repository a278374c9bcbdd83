"""E-mail addresses: whether a text is one, how it is compared, and whether its domain takes mail at all."""

import threading
import time

import dns.exception
import dns.message
import dns.name
import dns.resolver
from dns.rdatatype import MX, SOA
from email_validator import EmailNotValidError, validate_email

DNS_SECONDS = 1.0
"""The longest that a visitor ever waits for DNS."""
REMEMBERED_SECONDS = 600
SILENCE_REMEMBERED_SECONDS = 30
REMEMBERED_DOMAINS = 1000

_remembered: dict[str, tuple[float, bool]] = {}
_guard = threading.Lock()


def normalised(typed: str) -> str | None:
    """The address as it is stored and sent to, its domain lower-cased and in ASCII; None for what is no address.

    A local part beyond ASCII is refused: few servers take it (RFC 6531), and the writer would never get our answer.
    """
    try:
        return validate_email(typed, check_deliverability=False, allow_smtputf8=False).ascii_email
    except EmailNotValidError:
        return None


def address_key(address: str | None) -> str | None:
    """The address as it is compared: the case of letters makes no difference."""
    return address.casefold() if address else None


def domain_takes_mail(address: str, resolver: dns.resolver.Resolver | None = None) -> bool:
    """False only when DNS says for sure that the domain does not exist, or takes no mail (null MX, RFC 7505).

    Asks once in ten minutes per domain, and waits at most a second. No answer, a broken or missing resolver: True, and
    nobody else waits for it in the next half minute.
    """
    domain = address.rpartition("@")[2]
    now = time.monotonic()
    with _guard:
        known = _remembered.get(domain)
    if known and known[0] > now:
        return known[1]
    verdict = _ask(domain, resolver)
    seconds = SILENCE_REMEMBERED_SECONDS if verdict is None else REMEMBERED_SECONDS
    with _guard:
        if len(_remembered) >= REMEMBERED_DOMAINS:
            _remembered.clear()
        _remembered[domain] = (now + seconds, verdict is not False)
    return verdict is not False


def _ask(domain: str, resolver: dns.resolver.Resolver | None) -> bool | None:
    """What DNS says; None when it says nothing."""
    try:
        asked = resolver or dns.resolver.get_default_resolver()
        answer = asked.resolve(domain + ".", MX, lifetime=DNS_SECONDS, search=False)
    except dns.resolver.NXDOMAIN as denial:
        return False if _comes_from_the_zone_above(denial) else None
    except dns.resolver.NoAnswer:
        return True  # no MX record: mail goes to the domain's own address (RFC 5321 5.1)
    except (dns.exception.DNSException, OSError):
        return None
    return not all(str(record.exchange) == "." for record in answer)


def _comes_from_the_zone_above(denial: dns.resolver.NXDOMAIN) -> bool:
    """Whether the no carries the SOA of the zone that knows (RFC 2308 2.1); a resolver that is cut off has none."""
    answers: dict[dns.name.Name, dns.message.QueryMessage] = denial.kwargs["responses"]
    return any(found.rdtype == SOA for answer in answers.values() for found in answer.authority)
