"""What a mail server's answer means for the mail, its address and the way out: the tables of the outbox."""

import random
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum, auto

from app.mail.models import MessageClass

UNDELIVERABLE = "undeliverable"
"""Why an address is suppressed: its server said that there is no such address."""

RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720))
RETRY_SPREAD = 0.2
LONGEST_RETRYING = timedelta(days=3)
POLICY_PAUSE = timedelta(minutes=15)
CHANNEL_PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 15, 60, 120, 300, 600, 900))


class Step(Enum):
    """Where in the dialogue the server answered."""

    ENTRY = auto()
    """Connection, greeting, TLS, sign-in: nothing said about any mail yet."""
    SENDER = auto()
    RECIPIENT = auto()
    BODY = auto()
    """DATA, and everything up to the final dot."""
    VERDICT = auto()
    """The reply to the final dot."""


class Outcome(StrEnum):
    """How one try ended."""

    ACCEPTED = "accepted"
    STOPPED = "stopped"
    """Our own point of no return said no; nothing left the house."""
    TEMPORARY = "temporary"
    NO_SUCH_ADDRESS = "no_such_address"
    REFUSED = "refused"
    CHANNEL = "channel"
    """The way out is broken, for every mail; this one is not to blame."""
    POLICY = "policy"
    """The server will not take mail like this from us (5.7.x); the recipient is not to blame."""
    UNKNOWN = "unknown"
    """Lost after the final dot: it may have been accepted."""


@dataclass(frozen=True, slots=True)
class Result:
    """How one try ended, with the server's code and words where it gave any."""

    outcome: Outcome
    code: int | None = None
    words: str = ""


_ENHANCED_CODE = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})\b")
_OUR_OWN_ADDRESS = ("5.1.7", "5.1.8")
"""RFC 3463: the *sender's* address is bad."""
_BARE_ADDRESS_CODES = (550, 551, 553)
"""RFC 5321 4.2.3, where the server gives no enhanced code: mailbox unavailable, user not local, name not allowed."""


def meaning(step: Step, code: int, words: str) -> Outcome:
    """What a refusal means. `words` may begin with an enhanced status code (RFC 3463)."""
    found = _ENHANCED_CODE.match(words)
    enhanced = ".".join(found.groups()) if found else ""
    if code == 421 or step in (Step.ENTRY, Step.SENDER):
        return Outcome.CHANNEL
    if enhanced.startswith("5.7.") or enhanced in _OUR_OWN_ADDRESS:
        return Outcome.POLICY
    if 400 <= code < 500:
        return Outcome.TEMPORARY
    if not 500 <= code < 600:
        return Outcome.UNKNOWN if step is Step.VERDICT else Outcome.TEMPORARY
    if step is Step.RECIPIENT and (enhanced.startswith("5.1.") or (not enhanced and code in _BARE_ADDRESS_CODES)):
        return Outcome.NO_SUCH_ADDRESS
    return Outcome.REFUSED


def next_try_at(tries: int, now: datetime, created_at: datetime, expires_at: datetime) -> datetime | None:
    """When to try again after `tries` counted tries, spread by a fifth; None when that would be too late."""
    pause = RETRY_AFTER[min(tries, len(RETRY_AFTER)) - 1] * random.uniform(1 - RETRY_SPREAD, 1 + RETRY_SPREAD)  # noqa: S311  (spreads load)
    at = now + pause
    return at if at < min(expires_at, created_at + LONGEST_RETRYING) else None


def channel_pause(streak: int) -> timedelta:
    """How long the way out rests after this many failures in a row."""
    return CHANNEL_PAUSES[min(streak, len(CHANNEL_PAUSES)) - 1]


def may_be_sent_again(message_class: MessageClass, unknown_outcomes: int) -> bool:
    """Whether a mail that may already have arrived is sent once more: the first time, and never marketing."""
    return message_class is not MessageClass.MARKETING and unknown_outcomes == 1
