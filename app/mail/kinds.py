"""The kinds of mail there are, told to this room by the rooms that send them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask, current_app

from app.core.words import sort_key
from app.mail.models import Message, MessageClass


@dataclass(frozen=True, slots=True)
class Button:
    """A link of a mail: what it says, and the full address it opens."""

    label: str
    address: str


@dataclass(frozen=True, slots=True)
class LinkGroup:
    """Links under a heading, in a mail that sums up; `more` says what is left out."""

    heading: str
    links: tuple[Button, ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class Invitation:
    """What calendar programs read in a mail (RFC 6047): a whole iCalendar object, and the METHOD it states."""

    method: str
    content: bytes


@dataclass(frozen=True, slots=True)
class MailText:
    """What a mail says, once; its plain and its HTML form are both made from this.

    `subject` has at most 60 characters. Nothing here may quote what a visitor wrote, name an illness, or an article's
    title.
    """

    subject: str
    paragraphs: tuple[str, ...]
    button: Button | None = None
    closing: tuple[str, ...] = ()
    """After the button: what to do if one did not expect this, who we are."""
    groups: tuple[LinkGroup, ...] = ()
    """Before the button."""
    invitation: Invitation | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of mail: what it is by law, how urgent, how late it may be, and what it says.

    `compose` reads by the ids in `message.context`, in the message's language, and changes nothing.
    `why_not` is asked before composing and again at the point of no return: a short reason when the mail is no longer
    wanted or allowed, None when it is.
    """

    name: str
    message_class: MessageClass
    compose: Callable[[Message], MailText]
    why_not: Callable[[Message], str | None]
    version: str = "1"
    priority: int = 5
    latest_after: timedelta = timedelta(days=3)
    label: Any = ""
    """What it is called on screen (lazily translated)."""


def register(app: Flask, kind: Kind) -> None:
    """Make a kind known. A name is registered once."""
    kinds: dict[str, Kind] = app.extensions.setdefault("ledtrad.mail_kinds", {})
    if kind.name in kinds:
        raise ValueError(f"mail kind {kind.name} is registered twice")
    kinds[kind.name] = kind


def kind_of(name: str) -> Kind:
    """The kind of that name; KeyError for one that nobody registered."""
    kinds: dict[str, Kind] = current_app.extensions.get("ledtrad.mail_kinds", {})
    return kinds[name]


def all_kinds() -> list[Kind]:
    """Every kind there is, by what it is called on screen."""
    kinds: dict[str, Kind] = current_app.extensions.get("ledtrad.mail_kinds", {})
    return sorted(kinds.values(), key=lambda kind: sort_key(str(kind.label)))


def kind_label(name: str) -> str:
    """What a kind is called on screen; its bare name when nobody knows it any more."""
    kinds: dict[str, Kind] = current_app.extensions.get("ledtrad.mail_kinds", {})
    return str(kinds[name].label or name) if name in kinds else name
