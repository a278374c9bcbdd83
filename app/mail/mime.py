"""A mail's bytes from its headers and its words (RFC 5322, 2045 and 2047).

Put together here since the standard library's `email` parses, folds and copies for each header and part what is already
known, which took a third of a sender's time.
"""

from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Iterable, Iterator
from email.charset import QP, Charset
from email.header import Header
from email.utils import formataddr

from app.mail.kinds import Invitation

LONGEST_LINE = 78
UTF8 = Charset("utf-8")
UTF8.header_encoding = QP
PART = 'Content-Type: text/%s; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n%s\r\n'
CALENDAR_PART = (
    'Content-Type: text/calendar; charset="utf-8"; method=%s\r\nContent-Transfer-Encoding: base64\r\n\r\n%s\r\n'
)
"""In base64, so that no server on the way wraps a line of it anew."""
END = "\r\n"


def mailbox(name: str, address: str) -> str:
    """Somebody as a header names them: `Maj Ek <maj@example.se>`, in ASCII."""
    return formataddr((name, address), UTF8)


def many_part_mail(
    headers: Iterable[tuple[str, str]], plain: str, html: str, boundary: str, invitation: Invitation | None = None
) -> bytes:
    """The same words twice, and to calendars; a program shows the last form it understands (RFC 2046 5.1.4).

    ValueError for a header of several lines.
    """
    head = "".join(_header(name, value) for name, value in headers)
    parts = "".join(
        f"--{boundary}{END}{part}" for part in (_part("plain", plain), _part("html", html), *_calendar_part(invitation))
    )
    kind = f'Content-Type: multipart/alternative;{END} boundary="{boundary}"{END}MIME-Version: 1.0{END}'
    return f"{head}{kind}{END}{parts}--{boundary}--{END}".encode("ascii")


def _header(name: str, value: str) -> str:
    if "\r" in value or "\n" in value:
        raise ValueError("a header is one line")
    if not value.isascii():
        value = Header(value, UTF8, header_name=name).encode(linesep=END)
    elif " " in value and len(name) + len(value) + 2 > LONGEST_LINE:  # one long address is not broken
        value = Header(value, header_name=name).encode(linesep=END)
    return f"{name}: {value}{END}"


def _part(subtype: str, words: str) -> str:
    lines = words.replace("\r\n", "\n").rstrip("\n") + "\n"
    return PART % (subtype, b2a_qp(lines.encode(), istext=True).decode("ascii").replace("\n", END))


def _calendar_part(invitation: Invitation | None) -> Iterator[str]:
    if invitation is None:
        return
    if not (invitation.method.isascii() and invitation.method.isalpha()):
        raise ValueError("a method is one word")
    yield CALENDAR_PART % (invitation.method, encodebytes(invitation.content).decode("ascii").replace("\n", END))
