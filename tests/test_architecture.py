"""The house's own rules, as tests that fail: the ladder of imports, who may open what, what every column is."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Boolean, Column, DateTime, Enum, Integer, MetaData, String, Table
from sqlalchemy.types import TypeDecorator

from app.core.access import is_public
from app.core.crypto import EncryptedBytes, EncryptedText
from app.core.db import Base
from app.core.privacy import privacy_of

APP = Path(__file__).parent.parent / "app"

LADDER = (
    ("core",),
    ("settings",),
    ("articles", "mail"),
    ("accounts",),
    ("contacts",),
    ("leads",),
    ("follow_ups",),
    ("plans",),
    ("enquiries",),
    ("consultations",),
    ("trials",),
    ("home", "reports", "lists"),
    ("demo",),
)
"""From the ground up; a room may import from a lower rung and from itself, never upward or sideways."""

RUNG = {room: rung for rung, rooms in enumerate(LADDER) for room in rooms}

LAYERS = (("models",), ("queries",), ("services",), ("views", "jobs", "commands"))
"""Inside a room, from the ground up. Other files hold rules that are tables, or parts of one of these."""

LAYER = {file: layer for layer, files in enumerate(LAYERS) for file in files}

PUBLIC_ENDPOINTS = {
    "articles.index",
    "articles.show",
    "consultations.feed",
    "enquiries.ask",
    "enquiries.contact",
    "enquiries.thanks",
    "enquiries.private",
    "enquiries.new_link",
    "enquiries.new_link_sent",
    "consultations.book",
    "consultations.times",
    "consultations.details",
    "consultations.booked",
    "consultations.booked_file",
    "consultations.move_booked",
    "consultations.cancel_booked",
    "consultations.want_earlier_time",
    "consultations.earlier",
    "trials.agreement",
    "trials.ask",
    "trials.borrowed",
    "trials.choose",
    "trials.returned",
    "trials.check_in",
    "trials.withdraw_check_ins",
    "mail.unsubscribe",
    "accounts.sign_in",
    "accounts.link",
    "home.index",
}
"""Every page that a stranger may open. Add to it only what a visitor must reach."""


def imports_of(source: str) -> Iterator[str]:
    """The dotted names of `app` that a module imports, at any depth of nesting."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "app":
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name.split(".")[0] == "app")


def climbs(module: str, imported: str) -> bool:
    """Whether `app.leads.services` importing `app.enquiries.queries.open_ones` goes up or sideways on the ladder."""
    here, there = module.split("."), imported.split(".")
    if len(there) < 2 or there[1] not in RUNG or here[1] not in RUNG:
        return False
    if here[1] == there[1]:
        return _layer(there) > _layer(here) >= 0
    if here[2:3] == ["views"] or (len(here) > 2 and here[2].endswith("views")):
        return there[2:3] not in (["queries"], ["models"], ["forms"]) and RUNG[there[1]] >= RUNG[here[1]]
    return RUNG[there[1]] >= RUNG[here[1]]


def _layer(dotted: list[str]) -> int:
    return LAYER.get(dotted[2], -1) if len(dotted) > 2 else -1


def test_imports_go_down_the_ladder() -> None:
    wrong = [
        f"{module} imports {imported}"
        for path in sorted(APP.rglob("*.py"))
        if "assets" not in path.parts
        for module in [".".join(("app", *path.relative_to(APP).with_suffix("").parts))]
        for imported in imports_of(path.read_text())
        if climbs(module, imported)
    ]

    assert wrong == []


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("app.leads.services", "app.enquiries.models.Enquiry"),
        ("app.articles.services", "app.mail.services.queue"),
        ("app.core.links", "app.settings.queries.the_business"),
        ("app.leads.models", "app.leads.services.tell"),
        ("app.leads.queries", "app.leads.services.tell"),
        ("app.leads.views", "app.enquiries.services.answer"),
    ],
)
def test_the_ladder_refuses_what_goes_up_or_sideways(module: str, imported: str) -> None:
    assert climbs(module, imported)


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("app.enquiries.services", "app.leads.services.tell"),
        ("app.leads.views", "app.enquiries.queries.open_ones"),
        ("app.leads.services", "app.leads.models.Lead"),
        ("app.leads.services", "app.leads.stages.Stage"),
        ("app.commands", "app.demo.story.tell"),
    ],
)
def test_the_ladder_allows_what_goes_down(module: str, imported: str) -> None:
    assert not climbs(module, imported)


def test_the_public_pages_are_the_listed_ones(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        public = {name for name in sqlite_app.view_functions if name != "static" and is_public(name)}

    assert public == PUBLIC_ENDPOINTS


def test_a_stranger_opening_any_other_page_lands_at_sign_in(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()
    guarded = [rule for rule in sqlite_app.url_map.iter_rules() if rule.endpoint not in {*PUBLIC_ENDPOINTS, "static"}]

    answers = {
        f"{method} {rule.rule}": _answer(client, sqlite_app, method, rule)
        for rule in guarded
        for method in _methods(rule)
    }

    assert len(answers) >= 20
    assert {page: answer for page, answer in answers.items() if answer != (302, "/sign-in")} == {}


def _methods(rule: object) -> set[str]:
    return set(getattr(rule, "methods", ())) & {"GET", "POST", "PUT", "PATCH", "DELETE"}


def _answer(client: FlaskClient, app: Flask, method: str, rule: object) -> tuple[int, str]:
    values = dict.fromkeys(getattr(rule, "arguments", ()), "1")
    with app.test_request_context():
        address = app.url_for(getattr(rule, "endpoint", ""), **values)
    before = dict(app.config)
    app.config["WTF_CSRF_ENABLED"] = False
    response = client.open(address, method=method)
    app.config.update(before)
    return response.status_code, response.headers.get("Location", "").split("?")[0]


def unclassified(metadata: MetaData) -> list[str]:
    """Columns that could hold something personal and name no privacy class."""
    return [
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if privacy_of(column) is None and not _cannot_be_personal(column)
    ]


def _cannot_be_personal(column: Column[object]) -> bool:
    kind = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    is_key = column.primary_key or bool(column.foreign_keys)
    if isinstance(kind, Enum | Boolean | DateTime):
        return True
    return isinstance(kind, Integer) if not is_key else not isinstance(kind, String)


def test_every_column_names_its_privacy_class(sqlite_app: Flask) -> None:
    assert unclassified(Base.metadata) == []


def test_an_unclassified_column_is_noticed() -> None:
    metadata = MetaData()
    Table("contact", metadata, Column("id", Integer, primary_key=True), Column("shoe_size", String(10)))

    assert unclassified(metadata) == ["contact.shoe_size"]


def test_health_text_is_encrypted(sqlite_app: Flask) -> None:
    plain = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if (found := privacy_of(column))
        and found.kind == "health"
        and not isinstance(column.type, EncryptedBytes | EncryptedText)
    ]

    assert plain == []
