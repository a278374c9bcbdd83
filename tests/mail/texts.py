"""The whole text of a mail against a stored one. To see a change, run with `-vv`."""

import re
from collections.abc import Iterable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from app.mail.letters import write_letter
from app.mail.models import Message


def read(message: Message) -> EmailMessage:
    """The mail that is made of a message now."""
    mail = message_from_bytes(write_letter(message).content, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def part(mail: EmailMessage, subtype: str) -> str:
    """Its `plain` or its `html` form."""
    found = mail.get_body((subtype,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


def expect_stored(mail: EmailMessage, folder: Path, name: str) -> None:
    """Compare subject and both forms with the files of that name, what differs from run to run aside."""
    plain = f"Subject: {mail['Subject']}\n\n{part(mail, 'plain')}"
    assert len(mail["Subject"]) <= 60
    assert _steady(plain) == (folder / f"{name}.txt").read_text()
    assert _steady(part(mail, "html")) == (folder / f"{name}.html").read_text()


def expect_whole(message: Message, language: str, stored: Path, canaries: Iterable[str]) -> list[str]:
    """Compare the mail in a language with the files of the name `stored`, and give the addresses in it.

    None of the canaries is in it, and both its forms lead to the same places.
    """
    message.language = language
    mail = read(message)
    expect_stored(mail, stored.parent, f"{stored.name}.{language}")
    plain, html = part(mail, "plain"), part(mail, "html").replace("&amp;", "&")
    links = re.findall(r"https://ledtrad\.example\.se/\S+", plain)
    assert [canary for canary in canaries if canary in f"{mail['Subject']} {plain} {html}"] == []
    assert [link for link in links if link not in html] == []
    return links


def _steady(text: str) -> str:
    text = re.sub(r"LT-[2-9A-Z]{6}", "LT-XXXXXX", text)
    text = re.sub(r"/(p|unsubscribe|booked/earlier|booked|trial)/[\w.-]+", r"/\1/TOKEN", text)
    return re.sub(r"/(leads|drafts|consultations|trials)/\d+", r"/\1/N", text)
