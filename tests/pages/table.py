"""What a row of the table says, and how it is written."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from flask import Flask, url_for

from tests.acts import Act


class Who(StrEnum):
    """Who opens a page: a visitor of the business, somebody at the dashboard's door, or the owner inside."""

    VISITOR = "visitor"
    NEWCOMER = "newcomer"
    OWNER = "owner"


class Data(StrEnum):
    """What the instance holds: the demo's story, a business that has just begun, or nobody at all."""

    DEMO = "demo"
    EMPTY = "empty"
    NEW = "new"


@dataclass(frozen=True)
class Page:
    """One picture: an endpoint with its values, or an address as it stands. A value in braces is a fact of the data."""

    name: str
    endpoint: str
    who: Who = Who.OWNER
    on: tuple[Data, ...] = (Data.DEMO, Data.EMPTY)
    act: Act | None = None
    status: int = 200
    values: dict[str, str] = field(default_factory=dict)

    def address(self, app: Flask, facts: dict[str, Any]) -> str:
        """Where the page is found on an instance of which these facts are known."""
        if self.endpoint.startswith("/"):
            return self.endpoint
        with app.test_request_context():
            return url_for(self.endpoint, **{name: value.format(**facts) for name, value in self.values.items()})


def public(name: str, endpoint: str, *on: Data, act: Act | None = None, status: int = 200, **values: str) -> Page:
    """A page for visitors; on the demo's data when nothing else is said."""
    return Page(name, endpoint, Who.VISITOR, on or (Data.DEMO,), act, status, values)


def door(name: str, endpoint: str, on: Data, act: Act | None = None, status: int = 200, **values: str) -> Page:
    """A page that lets somebody in."""
    return Page(name, endpoint, Who.NEWCOMER, (on,), act, status, values)


def inside(name: str, endpoint: str, *on: Data, act: Act | None = None, status: int = 200, **values: str) -> Page:
    """A page behind sign-in; on the demo's data and on an empty business when nothing else is said."""
    return Page(name, endpoint, Who.OWNER, on or (Data.DEMO, Data.EMPTY), act, status, values)


DEMO, EMPTY, NEW = Data.DEMO, Data.EMPTY, Data.NEW
