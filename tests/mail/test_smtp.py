"""The dialogue itself, with real servers on loopback and no database."""

import ssl
import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.mail.letters import Letter
from app.mail.outcomes import Outcome, Result
from app.mail.smtp import Server, Smtp
from tests.mail.post_office import (
    DRIPS_SECONDS,
    PostOffice,
    crude_server,
    drip,
    drip_after_data,
    free_port,
    open_office,
    reset_in_body,
)

CONTENT = b"Message-ID: <a@stilla.example.se>\r\nSubject: x\r\n\r\nHej\r\n.\r\n..och\r\nslut\r\n"


def _letter(recipient: str = "anna@example.com") -> Letter:
    return Letter("maj@stilla.example.se", recipient, "<a@stilla.example.se>", CONTENT, "")


def _crude(port: int, deadline_seconds: float = 5.0) -> Server:
    return Server("127.0.0.1", port, "none", "", "", deadline_seconds, "stilla.example.se")


def _send(server: Server, *letters: Letter, may_go: bool = True) -> list[Result]:
    transport = Smtp(server)
    try:
        return [transport.send(letter, lambda: may_go) for letter in letters or [_letter()]]
    finally:
        transport.rest()


def test_a_letter_arrives_as_it_was_written_dots_and_all(office: PostOffice) -> None:
    [result] = _send(office.server())

    assert (result.outcome, result.code) == (Outcome.ACCEPTED, 250)
    assert office.taken == [("anna@example.com", CONTENT)]


def test_several_letters_take_one_connection(office: PostOffice) -> None:
    results = _send(office.server(), *[_letter(f"n{number}@example.com") for number in range(5)])

    assert {result.outcome for result in results} == {Outcome.ACCEPTED}
    assert (len(office.taken), office.connections) == (5, 1)


def test_a_letter_that_may_not_go_stops_before_the_dot(office: PostOffice) -> None:
    [result] = _send(office.server(), may_go=False)

    assert result.outcome is Outcome.STOPPED
    assert office.taken == []


def test_the_letter_after_a_stopped_one_goes(office: PostOffice) -> None:
    transport = Smtp(office.server())
    first = transport.send(_letter("a@example.com"), lambda: False)
    second = transport.send(_letter("b@example.com"), lambda: True)
    transport.rest()

    assert [first.outcome, second.outcome] == [Outcome.STOPPED, Outcome.ACCEPTED]
    assert [recipient for recipient, _ in office.taken] == ["b@example.com"]


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("550 5.1.1 no such user", Outcome.NO_SUCH_ADDRESS),
        ("450 4.2.0 later", Outcome.TEMPORARY),
        ("550 5.7.1 relaying denied", Outcome.POLICY),
    ],
)
def test_a_refused_recipient_leaves_the_connection_for_the_next(
    office: PostOffice, said: str, outcome: Outcome
) -> None:
    office.at_recipient["no@example.com"] = [said]

    results = _send(office.server(), _letter("no@example.com"), _letter("yes@example.com"))

    assert [result.outcome for result in results] == [outcome, Outcome.ACCEPTED]
    assert (results[0].code, results[0].words) == (int(said[:3]), said[4:])
    assert office.connections == 1


def test_a_refusal_after_the_body_is_told(office: PostOffice) -> None:
    office.after_body["anna@example.com"] = ["554 5.6.0 not liked"]

    assert _send(office.server()) == [Result(Outcome.REFUSED, 554, "5.6.0 not liked")]


def test_an_answer_that_is_lost_after_the_dot_is_unknown(office: PostOffice) -> None:
    office.after_body["anna@example.com"] = ["lose"]

    [result] = _send(office.server())

    assert result.outcome is Outcome.UNKNOWN
    assert len(office.taken) == 1


def test_an_answer_slower_than_the_deadline_is_unknown(office: PostOffice) -> None:
    office.after_body["anna@example.com"] = ["slow"]
    office.slow_seconds = DRIPS_SECONDS
    started = time.monotonic()

    [result] = _send(office.server(deadline_seconds=0.5))

    assert result.outcome is Outcome.UNKNOWN
    assert time.monotonic() - started < DRIPS_SECONDS / 2


def test_nobody_listening_is_a_fault_of_the_channel() -> None:
    [result] = _send(_crude(free_port()))

    assert result.outcome is Outcome.CHANNEL
    assert "refused" in result.words.lower()


def test_a_host_without_a_name_is_a_fault_of_the_channel() -> None:
    server = Server("no-such-host.invalid", 25, "none", "", "", 5.0, "stilla.example.se")

    assert _send(server)[0].outcome is Outcome.CHANNEL


def test_a_server_that_will_not_greet_is_a_fault_of_the_channel() -> None:
    with crude_server(lambda connection: connection.sendall(b"554 go away\r\n")) as port:
        [result] = _send(_crude(port))

    assert result == Result(Outcome.CHANNEL, 554, "go away")


def test_a_server_that_drips_is_closed_at_the_deadline() -> None:
    started = time.monotonic()
    with crude_server(drip) as port:
        [result] = _send(_crude(port, deadline_seconds=1.0))
        took = time.monotonic() - started

    assert result.outcome is Outcome.CHANNEL
    assert 0.9 <= took < DRIPS_SECONDS / 2


def test_a_reply_that_drips_after_the_dot_is_unknown_at_the_deadline() -> None:
    started = time.monotonic()
    with crude_server(drip_after_data) as port:
        [result] = _send(_crude(port, deadline_seconds=1.0))
        took = time.monotonic() - started

    assert result.outcome is Outcome.UNKNOWN
    assert 0.9 <= took < DRIPS_SECONDS / 2


def test_a_reset_in_the_body_never_passes_for_accepted() -> None:
    with crude_server(reset_in_body) as port:
        [result] = _send(_crude(port))

    assert result.outcome in (Outcome.TEMPORARY, Outcome.UNKNOWN)


def test_a_connection_that_the_server_has_closed_meanwhile_is_opened_again() -> None:
    with open_office(timeout=0.3) as office:
        transport = Smtp(office.server())
        first = transport.send(_letter(), lambda: True)
        time.sleep(0.8)
        second = transport.send(_letter(), lambda: True)
        transport.rest()

    assert [first.outcome, second.outcome] == [Outcome.ACCEPTED, Outcome.ACCEPTED]
    assert (len(office.taken), office.connections) == (2, 2)


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's certificate for 127.0.0.1, which we trust for the length of the test."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    today = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(built.public_bytes(serialization.Encoding.PEM) + private)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    return context


def test_starttls_secures_the_connection(certificate: ssl.SSLContext) -> None:
    with open_office(tls_context=certificate, require_starttls=True) as office:
        [secured] = _send(office.server(security="starttls"))
        [plain] = _send(office.server(security="none"))

    assert [secured.outcome, plain.outcome] == [Outcome.ACCEPTED, Outcome.CHANNEL]


def test_tls_from_the_first_byte(certificate: ssl.SSLContext) -> None:
    with open_office(ssl_context=certificate) as office:
        [result] = _send(office.server(security="tls"))

    assert result.outcome is Outcome.ACCEPTED


def test_a_certificate_that_nobody_vouches_for_is_a_fault_of_the_channel(
    certificate: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with open_office(tls_context=certificate) as office:
        [result] = _send(office.server(security="starttls"))

    assert result.outcome is Outcome.CHANNEL
    assert "certificate" in result.words.lower()
    assert office.taken == []


def test_a_server_without_starttls_gets_no_mail(office: PostOffice) -> None:
    [result] = _send(office.server(security="starttls"))

    assert result.outcome is Outcome.CHANNEL
    assert office.taken == []


@pytest.mark.parametrize(
    ("password", "outcome"), [("right", Outcome.ACCEPTED), ("wrong", Outcome.CHANNEL), ("öppna", Outcome.CHANNEL)]
)
def test_signing_in(certificate: ssl.SSLContext, password: str, outcome: Outcome) -> None:
    def check(_server: object, _session: object, _envelope: object, _mechanism: str, data: LoginPassword) -> AuthResult:
        return AuthResult(success=data == LoginPassword(b"maj", b"right"))

    with open_office(tls_context=certificate, authenticator=check, auth_required=True) as office:
        [result] = _send(office.server(security="starttls", user="maj", password=password))

    assert result.outcome is outcome
