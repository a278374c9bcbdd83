"""The dialogue with a mail server (RFC 5321), stopped before the final dot to ask whether the letter may go."""

import contextlib
import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.core.deadline import Deadline
from app.mail.crash_points import crash_point
from app.mail.letters import Letter
from app.mail.outcomes import Outcome, Result, Step, meaning
from app.mail.transports import MayGo


@dataclass(frozen=True, slots=True)
class Server:
    """Where the mail server is, and how to be let in."""

    host: str
    port: int
    security: str
    """`starttls`, `tls` or `none`."""
    user: str
    password: str
    deadline_seconds: float
    our_name: str
    """What we call ourselves in EHLO."""


class Refusal(Exception):
    """The server answered, and the answer was no."""

    def __init__(self, step: Step, code: int, words: str) -> None:
        super().__init__(code)
        self.result = Result(meaning(step, code, words), code, words)


class _Lines:
    """Reads a socket line by line; each read may take what is left of the whole deadline."""

    def __init__(self, connection: socket.socket, left: Callable[[], float]) -> None:
        self._socket, self._left, self._buffer = connection, left, b""

    def readline(self, limit: int) -> bytes:
        while b"\n" not in self._buffer and len(self._buffer) < limit:
            self._socket.settimeout(self._left())
            chunk = self._socket.recv(4096)
            if not chunk:
                break
            self._buffer += chunk
        end = min(self._buffer.find(b"\n") + 1 or len(self._buffer), limit)
        line, self._buffer = self._buffer[:end], self._buffer[end:]
        return line

    def close(self) -> None:
        """The socket closes by itself."""


class _Dialogue(smtplib.SMTP):
    """smtplib's words over a socket that keeps our deadline and sends at once (TCP_NODELAY)."""

    def __init__(self, server: Server, deadline: Deadline, tls: ssl.SSLContext) -> None:
        super().__init__(local_hostname=server.our_name)
        self.server, self.deadline, self._tls = server, deadline, tls

    def enter(self) -> None:
        """Connect, greet, secure, sign in."""
        self._host = self.server.host  # what smtplib's starttls checks the certificate against
        self._expect(220, self.connect(self.server.host, self.server.port))
        self.ehlo_or_helo_if_needed()
        if self.server.security == "starttls":
            self.starttls(context=self._tls)
            self.ehlo_or_helo_if_needed()
        if self.server.user:
            self.login(self.server.user, self.server.password)

    @staticmethod
    def _expect(code: int, answer: tuple[int, bytes]) -> None:
        if answer[0] != code:
            raise Refusal(Step.ENTRY, answer[0], _words(answer[1]))

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        connection = socket.create_connection((host, port), self.deadline.left())
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.server.security != "tls":
            return connection
        try:
            return self._tls.wrap_socket(connection, server_hostname=host)
        except OSError:
            connection.close()
            raise

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None:
            if self.sock is None:
                raise smtplib.SMTPServerDisconnected("not connected")
            self.file = _Lines(self.sock, lambda: self.deadline.left())
        return super().getreply()

    def send(self, s: Any) -> None:
        if self.sock is not None:
            self.sock.settimeout(self.deadline.left())
        super().send(s)


class Smtp:
    """Sends letters to one server, several over one connection."""

    name = "smtp"

    def __init__(self, server: Server) -> None:
        self._server = server
        self._tls = ssl.create_default_context()
        self.deadline_seconds = server.deadline_seconds
        self._deadline = Deadline(server.deadline_seconds)
        self._dialogue: _Dialogue | None = None

    def send(self, letter: Letter, may_go: MayGo) -> Result:
        self._deadline = Deadline(self._server.deadline_seconds)
        try:
            return self._send(letter, may_go)
        except Refusal as refusal:
            if refusal.result.outcome is Outcome.CHANNEL:
                self._hang_up()
            return refusal.result

    def seconds_left(self) -> float:
        return self._deadline.left()

    def rest(self) -> None:
        if self._dialogue is not None:
            self._deadline = self._dialogue.deadline = Deadline(2.0)
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self._dialogue.quit()
            self._hang_up()

    def _send(self, letter: Letter, may_go: MayGo) -> Result:
        dialogue = self._resume(letter) or self._enter(letter)
        if isinstance(dialogue, Result):
            return dialogue
        try:
            self._say_recipient_and_body(dialogue, letter)
            crash_point("data")
            may_leave = may_go()
        except Refusal:
            raise
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            return Result(Outcome.TEMPORARY, words=_fault(error))
        except BaseException:
            self._hang_up()
            raise
        if not may_leave:
            self._hang_up()  # the only way to take a letter back between DATA and the dot
            return Result(Outcome.STOPPED)
        return self._finish(dialogue)

    def _resume(self, letter: Letter) -> "_Dialogue | None":
        """Go on over the open connection. None when there is none, or the server has tired of it, as it may."""
        if self._dialogue is None:
            return None
        self._dialogue.deadline = self._deadline
        try:
            code, words = self._dialogue.mail(letter.sender)
        except (smtplib.SMTPException, OSError):
            self._hang_up()
            return None
        if code == 250:
            return self._dialogue
        self._hang_up()
        if code == 421:
            return None
        raise Refusal(Step.SENDER, code, _words(words))

    def _enter(self, letter: Letter) -> "_Dialogue | Result":
        dialogue = _Dialogue(self._server, self._deadline, self._tls)
        self._dialogue = dialogue
        try:
            dialogue.enter()
            code, words = dialogue.mail(letter.sender)
        except smtplib.SMTPResponseException as error:
            self._hang_up()
            return Result(Outcome.CHANNEL, error.smtp_code, _words(error.smtp_error))
        except (smtplib.SMTPException, OSError, UnicodeError) as error:  # smtplib signs in with ASCII only
            self._hang_up()
            return Result(Outcome.CHANNEL, words=_fault(error))
        if code != 250:
            self._hang_up()
            raise Refusal(Step.SENDER, code, _words(words))
        return dialogue

    def _say_recipient_and_body(self, dialogue: _Dialogue, letter: Letter) -> None:
        code, words = dialogue.rcpt(letter.recipient)
        if code not in (250, 251):
            self._reset(dialogue)
            raise Refusal(Step.RECIPIENT, code, _words(words))
        code, words = dialogue.docmd("DATA")
        if code != 354:
            self._reset(dialogue)
            raise Refusal(Step.BODY, code, _words(words))
        dialogue.send(_stuffed(letter.content))

    @staticmethod
    def _reset(dialogue: _Dialogue) -> None:
        with contextlib.suppress(smtplib.SMTPException, OSError):
            dialogue.docmd("RSET")

    def _finish(self, dialogue: _Dialogue) -> Result:
        try:
            crash_point("dot")
            dialogue.send(b".\r\n")
            crash_point("reply")
            code, words = dialogue.getreply()
            crash_point("accepted")
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            return Result(Outcome.UNKNOWN, words=_fault(error))
        if code == 250:
            return Result(Outcome.ACCEPTED, code, _words(words))
        raise Refusal(Step.VERDICT, code, _words(words))

    def _hang_up(self) -> None:
        if self._dialogue is not None:
            self._dialogue.close()
            self._dialogue = None


def _stuffed(content: bytes) -> bytes:
    """The body as DATA wants it: CRLF at each line's end, a second dot before a leading one (RFC 5321 4.5.2)."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", content)
    return re.sub(rb"(?m)^\.", b"..", lines if lines.endswith(b"\r\n") else lines + b"\r\n")


def _words(answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join(text.split())[:300]


def _fault(error: Exception) -> str:
    detail = getattr(error, "strerror", None) or ""
    return f"{type(error).__name__}: {detail}" if detail else type(error).__name__
