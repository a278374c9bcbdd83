"""Swedish first, English complete: every string on screen is marked, and every marked string has its English."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

CHECKOUT = Path(__file__).parent.parent
CATALOGUE = CHECKOUT / "app/translations/en/LC_MESSAGES/messages.po"

MARKS = {"_", "_l", "gettext", "lazy_gettext", "ngettext", "lazy_ngettext"}
"""What a string on screen is wrapped in."""

AT_ONCE = {"_", "gettext", "ngettext"}
"""The marks that translate where they stand; the others wait until the words are shown."""

SHOWN_AT_ONCE = {"flash", "RuleBroken", "ValidationError", "Unreadable"}
"""Calls whose first argument a person reads."""

READ_ALOUD_OR_SHOWN = {"alt", "aria-label", "data-done", "data-title", "label", "placeholder", "title"}
"""Attributes of HTML whose value a person meets."""

NAMES = {"Ledtråd", "QR", "CSRF", "Google", "Outlook", "Apple"}
"""Words that are the same in every language."""

SWEDISH_ON_PURPOSE = {
    "app/articles/dates.py": "the names of days and months, to find a date in a text",
    "app/articles/plain_text.py": "the words that begin a question or end a letter, to tell headings from paragraphs",
    "app/articles/reading.py": "the letters and words that tell Windows-1252 from noise",
    "app/contacts/consent_texts.py": "each consent has its words in both languages beside each other",
    "app/consultations/first_kinds.py": "each kind is stored in both languages",
    "app/core/words.py": "the order of the alphabet",
    "app/home/command_list.py": "a command is found by its names in both languages",
    "app/demo/loans.py": "what is said when an invented unit is lent and comes back",
    "app/demo/marks.py": "what the invented people call their tags and views",
    "app/demo/publishing.py": "what the invented business has written",
    "app/demo/scenes.py": "what the invented people do",
    "app/demo/script.py": "what the invented people write",
    "app/demo/story.py": "where the invented business lives",
    "app/demo/stock.py": "the invented units, and what is written on them",
    "app/demo/talks.py": "what can be booked in the demo, and where its people live",
    "app/demo/timing.py": "the days of the story, as its files name them",
    "app/demo/trial_scenes.py": "what the invented people say of their trials",
    "app/enquiries/placeholders.py": "a placeholder is called by either language's name",
    "app/follow_ups/placeholders.py": "a placeholder is called by either language's name",
    "app/plans/first_plans.py": "each plan is stored in both languages",
    "app/leads/first_stages.py": "each stage is stored in both languages",
    "app/leads/lost_reasons.py": "each reason is stored in both languages",
    "app/leads/placeholders.py": "a placeholder is called by either language's name",
    "app/mail/first_templates.py": "each template is stored in both languages",
    "app/mail/placeholders.py": "a placeholder is called by either language's name",
    "app/trials/first_agreement.py": "the agreement is stored in both languages",
    "app/trials/first_models.py": "each accessory is stored in both languages",
    "app/trials/first_questions.py": "each question is stored in both languages",
    "app/trials/first_scales.py": "each scale is stored in both languages",
    "app/trials/unit_lists.py": "columns of a list are called by either language's names",
}
"""Python files that may hold Swedish outside a mark, and why."""

Id = str | tuple[str, ...]


@cache
def strings_in_the_code() -> frozenset[Id]:
    """Every marked string, as `make messages` finds it."""
    settings = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    methods = [(mapping["pattern"], mapping["method"]) for mapping in settings["tool"]["babel"]["mappings"]]
    found = extract_from_dir(CHECKOUT, methods, keywords={**DEFAULT_KEYWORDS, "_l": None})
    return frozenset(message if isinstance(message, str) else tuple(message) for _, _, message, _, _ in found)


@cache
def english() -> Catalog:
    """The catalogue as it is stored."""
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)


def translations() -> list[Message]:
    """Every string of the catalogue; its header is none."""
    return [message for message in english() if message.id]


def forms(message: Message) -> list[tuple[str, str]]:
    """The Swedish and the English of each plural form, or of the only one."""
    both = [(words,) if isinstance(words, str) else words for words in (message.id, message.string)]
    return list(zip(*both, strict=True))


def test_the_catalogue_holds_the_strings_of_the_code_and_no_others() -> None:
    stored = {message.id for message in translations()}

    missing, left_over = strings_in_the_code() - stored, stored - strings_in_the_code()

    assert (missing, left_over) == (frozenset(), set()), "make messages brings the catalogue up to date"


def test_every_string_is_translated_and_none_is_a_guess() -> None:
    without_english = [swedish for message in translations() for swedish, words in forms(message) if not words.strip()]
    guessed = [message.id for message in translations() if message.fuzzy]

    assert (without_english, guessed, list(english().obsolete)) == ([], [], [])


def test_a_translation_has_the_placeholders_of_its_string() -> None:
    def placeholders(words: str) -> list[str]:
        return sorted(re.findall(r"%\(\w+\)[sd]", words))

    assert [pair for pair in _all_forms() if placeholders(pair[0]) != placeholders(pair[1])] == []


def test_a_translation_begins_and_ends_as_its_string() -> None:
    def edges(words: str) -> tuple[str, ...]:
        found = re.fullmatch(r"(\s*).*?([.:!?…]?)(\s*)", words, re.DOTALL)
        return found.groups() if found else ()

    assert [pair for pair in _all_forms() if edges(pair[0]) != edges(pair[1])] == []


def test_a_sentence_stays_a_sentence_and_a_fragment_a_fragment() -> None:
    def starts_large(words: str) -> bool:
        return words[:1].isupper()

    assert [pair for pair in _all_forms() if starts_large(pair[0]) != starts_large(pair[1])] == []


def test_the_english_has_english_letters_and_curly_quotes() -> None:
    odd = re.compile(r"['\"åäöÅÄÖ]|(?<!\S)”")

    assert [words for _, words in _all_forms() if odd.search(words.replace("Ledtråd", ""))] == []


def _all_forms() -> list[tuple[str, str]]:
    return [pair for message in translations() for pair in forms(message)]


def test_no_swedish_stands_unmarked_in_the_code() -> None:
    unmarked = {
        str(path.relative_to(CHECKOUT)): found
        for path in sorted(CHECKOUT.glob("app/**/*.py"))
        if (found := list(unmarked_in_python(path.read_text(encoding="utf-8"))))
    }

    assert unmarked.keys() - SWEDISH_ON_PURPOSE.keys() == set(), unmarked
    assert SWEDISH_ON_PURPOSE.keys() - unmarked.keys() == set(), "these no longer hold Swedish: take them off the list"


def test_no_string_is_translated_before_the_language_is_known() -> None:
    early = {
        str(path.relative_to(CHECKOUT)): found
        for path in sorted(CHECKOUT.glob("app/**/*.py"))
        if (found := list(translated_on_import(path.read_text(encoding="utf-8"))))
    }

    assert early == {}, "outside a function, mark with _l"


@pytest.mark.parametrize("path", sorted(CHECKOUT.glob("templates/**/*.*")), ids=lambda path: path.name)
def test_no_words_stand_unmarked_in_a_template(path: Path) -> None:
    assert list(unmarked_in_template(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('label = "Hästar"', ["Hästar"]),
        ('words = f"{count} hästar på bete"', [" hästar på bete"]),
        ('flash("Klart.")', ["Klart."]),
        ('raise RuleBroken("Nej.")', ["Nej."]),
        ('def ride() -> None:\n    """Rid på en häst."""', []),
        ('flash(_("Hästen är tillbaka."))', []),
        ('ngettext("En häst går", "%(num)s hästar går", 2)', []),
        ('print("Ledtråd is running")', []),
    ],
)
def test_an_unmarked_string_in_python_is_found(source: str, found: list[str]) -> None:
    assert list(unmarked_in_python(source)) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('TITLE = _("Hästar")', ["Hästar"]),
        ('class Form:\n    name = TextLine(_("Namn"))', ["Namn"]),
        ('def greet(words=_("Hej")): ...', ["Hej"]),
        ('TITLE = _l("Hästar")', []),
        ('def title():\n    return _("Hästar")', []),
        ('TITLE = lambda: _("Hästar")', []),
    ],
)
def test_a_string_translated_on_import_is_found(source: str, found: list[str]) -> None:
    assert list(translated_on_import(source)) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Hej</p>", ["Hej"]),
        ('<img alt="En bild">', ["En bild"]),
        ('<button aria-label="{{ name }} borta">', ["borta"]),
        ("{% if late %}<b>Sen</b>{% endif %}", ["Sen"]),
        ('{{ heading("Kontakter") }}', ["Kontakter"]),
        ('{{ words or "på väg" }}', ["på väg"]),
        ('<p>{{ _("Hej") }} {{ name }} – Ledtråd</p>', []),
        ('<p class="meta" id="who">{# Hej #}{{ "btn" }} · {{ 3 }}</p>', []),
    ],
)
def test_unmarked_words_in_a_template_are_found(source: str, found: list[str]) -> None:
    assert list(unmarked_in_template(source)) == found


def unmarked_in_python(source: str) -> Iterator[str]:
    """The strings of a module that a Swede would read, outside a mark: with å, ä or ö in them, or shown at once."""
    tree = ast.parse(source)
    marked = {id(part) for node in ast.walk(tree) if _name_of(node) in MARKS for part in ast.walk(node)}
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    shown = {
        id(node.args[0])
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and node.args and _name_of(node) in SHOWN_AT_ONCE
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if id(node) in marked or id(node) in docstrings:
            continue
        if id(node) in shown or re.search("[åäöÅÄÖ]", _without_names(node.value)):
            yield node.value


def translated_on_import(source: str) -> Iterator[str]:
    """The strings that a module translates as it is imported, when nobody has asked for a language yet."""
    tree = ast.parse(source)
    later = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.Lambda)
        for body in (node.body if isinstance(node, ast.FunctionDef) else [node.body])
        for part in ast.walk(body)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name_of(node) in AT_ONCE and id(node) not in later:
            yield ast.literal_eval(node.args[0])


def _name_of(node: ast.AST) -> str:
    """What a call calls; nothing for other nodes."""
    called = node.func if isinstance(node, ast.Call) else None
    return called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""


def unmarked_in_template(source: str) -> Iterator[str]:
    """The words of a template that a person reads, outside a mark: text, spoken attributes, strings in expressions."""
    reader = _Reader()
    reader.feed(re.sub(r"(?s)\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", source))
    yield from filter(_has_words, reader.words)
    tree = Environment().parse(source)
    marked = {
        id(part)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in MARKS
        for part in call.find_all(nodes.Const)
    }
    for constant in tree.find_all(nodes.Const):
        if id(constant) not in marked and isinstance(constant.value, str) and _reads_as_words(constant.value):
            yield constant.value


class _Reader(HTMLParser):
    """Collects what a page says: its text, and the attributes that are shown or read aloud."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        if '="' not in data:  # else a macro's attributes, to be put into a tag
            self.words.append(data.strip())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.words += [(value or "").strip() for name, value in attrs if name in READ_ALOUD_OR_SHOWN]


def _has_words(text: str) -> bool:
    return re.search(r"[^\W\d_]{2,}", _without_names(text)) is not None


def _reads_as_words(text: str) -> bool:
    """Whether a string in an expression is words rather than a name for the program: Swedish letters, or a capital."""
    return re.search("[åäöÅÄÖ]|^[A-Z][a-z]+(?![A-Za-z])", _without_names(text)) is not None


def _without_names(text: str) -> str:
    return re.sub(r"\b(" + "|".join(NAMES) + r")\b", "", text)
