"""From the words of a template to those of one mail: placeholders are replaced once, and nothing else happens.

What is filled in is never looked at again, so a name such as `{{namn}}` stays what it is; and there is no language to
run, so nothing that is typed can do anything.
"""

import re
from dataclasses import dataclass

from flask_babel import force_locale
from flask_babel import gettext as _

from app.core.links import without_tokens
from app.mail.models import MailTemplateVersion
from app.mail.placeholders import Placeholder, Recipient, placeholder_called

MOST_SUBJECT_LETTERS = 60
MISSING = "missing: "
"""Begins the reason of a mail that could not be filled in; the names follow."""

_PLACEHOLDER = re.compile(r"\{\{([^{}]*)\}\}")
_BRACES = re.compile(r"\{\{|\}\}")
_BLANK_LINES = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Words:
    """A subject and a body with their placeholders still open."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A subject of at most 60 letters and a body, filled in."""

    subject: str
    body: str

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The body between its blank lines, as `MailText` has it."""
        return tuple(part.strip() for part in _BLANK_LINES.split(self.body) if part.strip())


@dataclass(frozen=True, slots=True)
class Missing:
    """What could not be filled in, by the names of the recipient's language."""

    names: tuple[str, ...]

    @property
    def reason(self) -> str:
        """The same, as the outbox keeps it."""
        return MISSING + ", ".join(self.names)


def words_of(version: MailTemplateVersion, language: str) -> Words:
    """The version's words in that language; Swedish where it has no English."""
    if language == "en" and version.body_en:
        return Words(version.subject_en, version.body_en)
    return Words(version.subject_sv, version.body_sv)


def render(words: Words, recipient: Recipient) -> Rendered | Missing:
    """Fill in what stands open, in the recipient's language; or say what there is nothing to fill in for."""
    values: dict[str, str] = {}
    missing: dict[str, None] = {}
    with force_locale(recipient.language):
        for name, placeholder in _placeholders_in(words).items():
            value = placeholder.value(recipient) if placeholder else None
            if value:
                values[name] = value
            else:
                missing[placeholder.name_in(recipient.language) if placeholder else name.strip()] = None
    return Missing(tuple(missing)) if missing else _filled(words, values)


def render_example(words: Words, language: str) -> Rendered:
    """Fill in what stands open with each placeholder's example."""
    with force_locale(language):
        return _filled(words, _examples(words))


def for_our_eyes(seen: Rendered | Missing) -> Rendered | Missing:
    """The same as a page of ours may show it: the link to the visitor's own page is the visitor's alone."""
    if isinstance(seen, Missing):
        return seen
    return Rendered(seen.subject, without_tokens(seen.body, _("[länken]")))


def example_letters(subject: str) -> int:
    """How long a subject is with each placeholder as long as its example."""
    words = Words(subject, "")
    return len(_one_line(_fill(subject, _examples(words))))


def why_incomplete(words: Words, recipient: Recipient) -> str | None:
    """The reason why the mail cannot be written, for a kind's `why_not`; None when it can."""
    rendered = render(words, recipient)
    return rendered.reason if isinstance(rendered, Missing) else None


def unknown_names(text: str) -> list[str]:
    """Names in the text that no room knows, each once, as they were typed."""
    names = dict.fromkeys(name.strip() for name in _PLACEHOLDER.findall(text))
    return [name for name in names if placeholder_called(name) is None]


def has_loose_braces(text: str) -> bool:
    """Whether a `{{` or `}}` stands without the other."""
    return _BRACES.search(_PLACEHOLDER.sub("", text)) is not None


def _placeholders_in(words: Words) -> dict[str, Placeholder | None]:
    """What stands between braces, as it was typed, and what is meant."""
    return {name: placeholder_called(name) for name in _PLACEHOLDER.findall(f"{words.subject}\n{words.body}")}


def _examples(words: Words) -> dict[str, str]:
    return {name: str(found.example) for name, found in _placeholders_in(words).items() if found}


def _filled(words: Words, values: dict[str, str]) -> Rendered:
    return Rendered(_shortened(_one_line(_fill(words.subject, values))), _fill(words.body, values))


def _fill(text: str, values: dict[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def _one_line(subject: str) -> str:
    return " ".join(subject.split())


def _shortened(subject: str) -> str:
    return subject if len(subject) <= MOST_SUBJECT_LETTERS else subject[: MOST_SUBJECT_LETTERS - 1].rstrip() + "…"
