"""Kinds of mail whose text ruins whoever makes it. Only a process of its own may know them."""

from app.mail.kinds import Kind, MailText
from app.mail.models import Message, MessageClass
from tests.mail.conftest import always_wanted

GIBIBYTE = 1 << 30


def _raise(_message: Message) -> MailText:
    raise LookupError("what it is about is gone")


def _never_end(_message: Message) -> MailText:
    while True:
        pass


def _swell(_message: Message) -> MailText:
    return MailText("Hej", ("x" * 2 * GIBIBYTE,))


POISONS = {
    name: Kind(name, MessageClass.SERVICE, compose, always_wanted, priority=1)
    for name, compose in (("test_raises", _raise), ("test_never_ends", _never_end), ("test_swells", _swell))
}
