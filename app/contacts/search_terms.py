"""The folded words by which a contact is found; `contacts/search.py` looks for the beginnings of them."""

from collections.abc import Iterable

from app.core.words import words

TERM_LENGTH = 80


def terms_of(
    name: str, email: str | None, phone: str | None, phone_e164: str | None, subject_names: Iterable[str]
) -> list[str]:
    """Every word of the name, the address and the subjects' names, and the number as dialled at home; each once."""
    found = [*words(name), *words(email or ""), *(word for subject in subject_names for word in words(subject))]
    number = dialled(phone, phone_e164)
    return list(dict.fromkeys(term[:TERM_LENGTH] for term in (*found, *([number] if number else ()))))


def dialled(phone: str | None, phone_e164: str | None) -> str:
    """The digits one presses in Sweden: "0701740605"; those of a foreign number begin with its country."""
    if phone_e164:
        return "0" + phone_e164.removeprefix("+46") if phone_e164.startswith("+46") else phone_e164.removeprefix("+")
    return "".join(letter for letter in phone or "" if letter in "0123456789")
