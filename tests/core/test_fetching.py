import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler

import dns.message
import dns.rcode
import dns.rdatatype
import pytest

from app.core import fetching
from app.core.fetching import Fault, Fetched, FetchFailed, Outside, fetch, look_up
from app.core.network_addresses import is_public
from tests.dns_server import answer_to, dns_server
from tests.https_server import HOST, Site, https_site, silent_port

DRIPS_SECONDS = 20.0


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with https_site() as running:
        yield running


@pytest.fixture(autouse=True)
def _anew(site: Site) -> None:
    site.answers.clear()
    site.asked.clear()
    site.looked_up.clear()


def _fault(address: str, outside: Outside | None = None) -> Fault:
    with pytest.raises(FetchFailed) as failure:
        fetch(address, outside=outside or fetching.THE_WORLD)
    return failure.value.fault


def test_a_file_is_fetched_whole(site: Site) -> None:
    site.say(b"BEGIN:VCALENDAR", etag='"1"')

    assert fetch(site.address(), outside=site.outside()) == Fetched(b"BEGIN:VCALENDAR", '"1"')
    assert site.asked == [("/calendar.ics", f"{HOST}:{site.port}", None)]


def test_a_file_that_is_the_same_is_not_fetched_again(site: Site) -> None:
    site.say(b"BEGIN:VCALENDAR", etag='"1"')

    assert fetch(site.address(), '"1"', outside=site.outside()).content is None
    assert fetch(site.address(), '"0"', outside=site.outside()).content == b"BEGIN:VCALENDAR"


@pytest.mark.parametrize("etag", ['"' + "x" * 200 + '"', "Å"])
def test_a_name_of_a_copy_that_could_not_be_sent_back_is_not_kept(site: Site, etag: str) -> None:
    site.say(b"BEGIN:VCALENDAR", etag=etag)

    assert fetch(site.address(), outside=site.outside()) == Fetched(b"BEGIN:VCALENDAR", None)


def test_redirects_are_followed_and_each_name_is_looked_up(site: Site) -> None:
    site.say(b"", status=302, path="/old", Location="/older")
    site.say(b"", status=301, path="/older", Location=site.address("/new?a=b"))
    site.say(b"here", path="/new?a=b")

    assert fetch(site.address("/old"), outside=site.outside()).content == b"here"
    assert site.looked_up == [HOST, HOST, HOST]


def test_more_than_three_redirects_are_too_many(site: Site) -> None:
    site.say(b"", status=302, path="/round", Location="/round")

    assert _fault(site.address("/round"), site.outside()) is Fault.TOO_MANY_REDIRECTS
    assert len(site.asked) == 4


@pytest.mark.parametrize(
    "elsewhere",
    ["http://calendar.example.com/", "file:///etc/passwd", "//user:word@calendar.example.com/"],
)
def test_a_redirect_away_from_https_is_not_followed(site: Site, elsewhere: str) -> None:
    site.say(b"", status=302, path="/old", Location=elsewhere)

    assert _fault(site.address("/old"), site.outside()) is Fault.NO_ADDRESS


def test_a_redirect_to_this_machine_is_not_followed(site: Site) -> None:
    here = f"https://127.0.0.1:{site.port}/inside"
    site.say(b"", status=302, path="/old", Location=here)
    site.say(b"secret", path="/inside")
    first_hop = iter([True])

    fault = _fault(site.address("/old"), site.outside(is_public=lambda address: next(first_hop, is_public(address))))

    assert fault is Fault.NOT_PUBLIC
    assert [path for path, *_ in site.asked] == ["/old"]


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://10.0.0.7/",
        "https://192.168.1.1/",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
    ],
)
def test_this_machine_and_its_network_are_out_of_reach(address: str) -> None:
    assert _fault(address) is Fault.NOT_PUBLIC


def test_a_name_that_leads_both_out_and_in_is_refused(site: Site) -> None:
    site.say(b"secret")
    rebinding = site.outside("192.0.43.8", "127.0.0.1", is_public=is_public)

    assert _fault(site.address(), rebinding) is Fault.NOT_PUBLIC
    assert site.asked == []


def test_the_connection_goes_to_the_address_that_was_judged(site: Site) -> None:
    site.say(b"here")
    judged: list[str] = []

    fetch(site.address(), outside=site.outside(is_public=lambda address: not judged.append(address)))

    assert (site.looked_up, judged) == ([HOST], ["127.0.0.1"])


@pytest.mark.parametrize(
    "address",
    [
        "http://calendar.example.com/a.ics",
        "ftp://calendar.example.com/a.ics",
        "calendar.example.com/a.ics",
        "https://",
        "https:///a.ics",
        "https://anna:hemligt@calendar.example.com/a.ics",
        "https://calendar.example.com:99999/a.ics",
        "https://[calendar.example.com/",
        "https://..example.com/",
        "",
    ],
)
def test_what_is_no_https_address_is_refused(address: str) -> None:
    assert _fault(address) is Fault.NO_ADDRESS


def test_an_address_with_our_letters_is_asked_for_in_theirs(site: Site) -> None:
    site.say(b"here", path="/k%C3%A4lla%20ett.ics?n=%C3%A5")

    assert fetch(site.address("/källa ett.ics?n=å"), outside=site.outside()).content == b"here"


def test_a_certificate_of_somebody_else_is_refused(site: Site) -> None:
    site.say(b"here")

    assert _fault(site.address(host="other.example.com"), site.outside()) is Fault.BAD_CERTIFICATE
    assert _fault(site.address(), Outside(site.outside().look_up, lambda _address: True)) is Fault.BAD_CERTIFICATE


@pytest.mark.parametrize(
    ("status", "fault"), [(401, Fault.REFUSED), (404, Fault.REFUSED), (500, Fault.NO_ANSWER), (304, Fault.NO_ANSWER)]
)
def test_a_server_that_says_no_is_not_believed_to_have_given_a_file(site: Site, status: int, fault: Fault) -> None:
    site.say(b"<html>", status=status)

    assert _fault(site.address(), site.outside()) is fault


def _without_end(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.end_headers()
    while True:
        request.wfile.write(b"x" * 65536)


def _cut_off(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Content-Length", "100")
    request.end_headers()
    request.wfile.write(b"BEGIN:VCALENDAR")


def _nonsense(request: BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"\0\xff\r\n\r\n")


@pytest.mark.parametrize(
    ("answer", "fault"),
    [(_without_end, Fault.TOO_LARGE), (_cut_off, Fault.NO_ANSWER), (_nonsense, Fault.NO_ANSWER)],
)
def test_a_file_too_large_or_cut_off_or_none_is_not_taken(
    site: Site, answer: Callable[[BaseHTTPRequestHandler], None], fault: Fault
) -> None:
    site.answers["/calendar.ics"] = answer

    assert _fault(site.address(), site.outside()) is fault


@pytest.mark.parametrize("part", ["head", "body"])
def test_a_server_that_drips_is_left_at_the_deadline(site: Site, part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    def drip(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\n" + (b"\r\n" if part == "body" else b"X: "))
        for _ in range(round(DRIPS_SECONDS / 0.05)):
            if over.wait(0.05):
                return
            request.wfile.write(b"x")

    monkeypatch.setattr(fetching, "LONGEST_SECONDS", 0.5)
    site.answers["/calendar.ics"] = drip
    begun = time.monotonic()

    fault = _fault(site.address(), site.outside())
    over.set()

    assert fault is Fault.TOO_SLOW
    assert time.monotonic() - begun < DRIPS_SECONDS / 2


def test_a_server_that_never_speaks_is_left_at_the_deadline(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "LONGEST_SECONDS", 0.3)

    with silent_port() as port:
        assert _fault(f"https://{HOST}:{port}/", site.outside()) is Fault.TOO_SLOW


def test_a_host_that_is_not_there_has_no_answer(site: Site) -> None:
    assert _fault(f"https://{HOST}:1/", site.outside()) is Fault.NO_ANSWER
    assert _fault(site.address(), Outside(lambda _host, _seconds: [])) is Fault.NO_SUCH_HOST


def test_a_name_is_looked_up_for_addresses_of_both_kinds() -> None:
    def answer(query: dns.message.Message) -> dns.message.Message:
        kind = dns.rdatatype.to_text(query.question[0].rdtype)
        return answer_to(query, {"A": ["192.0.2.7"], "AAAA": ["2001:db8::7"]}[kind], kind=kind)

    with dns_server(answer) as resolver:
        assert look_up(HOST, 5, resolver) == ["192.0.2.7", "2001:db8::7"]


@pytest.mark.parametrize(
    ("rcode", "fault"),
    [
        (dns.rcode.NXDOMAIN, Fault.NO_SUCH_HOST),
        (dns.rcode.NOERROR, Fault.NO_SUCH_HOST),
        (dns.rcode.SERVFAIL, Fault.NO_ANSWER),
    ],
)
def test_a_name_without_addresses_is_told_from_dns_that_does_not_say(rcode: dns.rcode.Rcode, fault: Fault) -> None:
    with dns_server(lambda query: answer_to(query, [], rcode)) as resolver, pytest.raises(FetchFailed) as failure:
        look_up(HOST, 5, resolver)

    assert failure.value.fault is fault


def test_silent_dns_is_waited_for_no_longer_than_allowed() -> None:
    with dns_server(lambda _query: None) as resolver, pytest.raises(TimeoutError):
        look_up(HOST, 0.2, resolver)


def test_a_name_longer_than_names_are_has_no_addresses() -> None:
    with pytest.raises(FetchFailed) as failure:
        look_up("x" * 64 + ".example.com", 5)

    assert failure.value.fault is Fault.NO_SUCH_HOST


def test_a_second_address_is_tried_when_the_first_is_dead(site: Site) -> None:
    site.say(b"here")

    assert fetch(site.address(), outside=site.outside("127.0.0.9", "127.0.0.1")).content == b"here"


def test_a_failure_does_not_tell_the_address(site: Site) -> None:
    with pytest.raises(FetchFailed) as failure:
        fetch("https://calendar.example.com:99999/private-0123456789")

    assert "private" not in repr(failure.value)
    assert str(failure.value) == "no_address"
