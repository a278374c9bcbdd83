from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.contacts.models import Contact
from app.core.db import writing
from app.core.paging import Order, Page, first_pages, page_of
from app.leads.models import Lead
from app.leads.stages import Stage
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead

BY_NAME = (Order((Contact.name_key, Contact.id)),)
LATEST = (Order((Contact.active_at, Contact.id), is_descending=True),)
MAILED_FIRST = (
    Order((Contact.email_key, Contact.id), where=Contact.email_key.is_not(None)),
    Order((Contact.id,), is_descending=True, where=Contact.email_key.is_(None)),
)


@pytest.fixture
def names(app: Flask) -> list[str]:
    """Seven people: three share a name, three have an address, and two were active in the same moment."""
    with writing():
        for number, name in enumerate(["Öst", "Ask", "Ask", "Ek", "Ask", "Zorn", "Ål"]):
            contact = add_contact(name, email=f"{name.lower()}{number}@example.se" if number % 3 == 0 else None)
            contact.active_at = NOW + timedelta(hours=number // 2)
    return ["Ask", "Ask", "Ask", "Ek", "Zorn", "Ål", "Öst"]


def walk(orders: tuple[Order, ...], size: int) -> list[Page]:
    pages, after = [], None
    for _ in range(20):
        pages.append(page_of(sa.select(Contact.name, Contact.id), orders, after, size))
        after = pages[-1].after
        if after is None:
            break
    return pages


@pytest.mark.parametrize("size", [1, 2, 3, 6, 7, 30])
def test_the_pages_hold_every_row_once_in_order(names: list[str], size: int) -> None:
    pages = walk(BY_NAME, size)

    rows = [row for page in pages for row in page.rows]
    assert [row.name for row in rows] == names
    assert len({row.id for row in rows}) == len(rows)
    assert [len(page.rows) for page in pages[:-1]] == [size] * (len(pages) - 1)


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_the_latest_come_first_and_ties_keep_their_places(names: list[str], size: int) -> None:
    rows = [row.name for page in walk(LATEST, size) for row in page.rows]

    assert rows == ["Ål", "Zorn", "Ask", "Ek", "Ask", "Ask", "Öst"]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7])
def test_a_second_order_follows_the_first(names: list[str], size: int) -> None:
    rows = [row.name for page in walk(MAILED_FIRST, size) for row in page.rows]

    assert rows == ["Ek", "Ål", "Öst", "Zorn", "Ask", "Ask", "Ask"]


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_days_are_an_order_too(names: list[str], size: int) -> None:
    by_day = (Order((Lead.rests_until_on, Lead.id), where=Lead.rests_until_on.is_not(None)),)
    with writing() as session:
        for number, contact in enumerate(session.scalars(sa.select(Contact).order_by(Contact.id)).all()[:4]):
            lead = add_lead(contact)
            lead.stage, lead.rests_until_on = Stage.RESTING, NOW.date() - timedelta(days=number // 2)
    query = sa.select(Contact.name).select_from(Lead).join(Lead.contact)

    rows, after = [], None
    while not rows or after:
        page = page_of(query, by_day, after, size)
        rows, after = [*rows, *(row.name for row in page.rows)], page.after

    assert rows == ["Ask", "Ek", "Öst", "Ask"]
    assert page_of(query, by_day, _place('[0, "2026-13-01", 1]'), size) == page_of(query, by_day, None, size)


@pytest.mark.parametrize("after", ["!", "e30", "WzAsMV0", "WzksIkFzayIsMV0", "WzAsIjIwMjYiLDFd", "å", "W10"])
def test_a_damaged_place_gives_the_first_page(names: list[str], after: str) -> None:
    assert page_of(sa.select(Contact.name), LATEST, after, 2) == page_of(sa.select(Contact.name), LATEST, None, 2)


def _place(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize("orders", [BY_NAME, LATEST])
@pytest.mark.parametrize(
    "place",
    [
        '[0, "Ek", 2147483648]',
        '[0, "2026-11-23T09:00:00+00:00", 1000000000000000000000000000000]',
        '[0, "0001-01-01T00:00:00+14:00", 1]',
        '[0, "\\u0000", 1]',
        '[0, "\\ud800", 1]',
        '[-1, "Ek", 1]',
        '[true, "Ek", 1]',
        "[1e999, 1]",
        "[" * 5000,
    ],
)
def test_a_place_that_no_row_can_have_gives_the_first_page(
    names: list[str], orders: tuple[Order, ...], place: str
) -> None:
    query = sa.select(Contact.name)

    assert page_of(query, orders, _place(place), 2) == page_of(query, orders, None, 2)


@pytest.fixture
def leads(app: Flask) -> list[Lead]:
    """Nine leads in three stages; every other one has a next step, and some share its moment."""
    with writing():
        contact = add_contact()
        leads = [add_lead(contact, now=NOW + timedelta(hours=number)) for number in range(9)]
        for number, lead in enumerate(leads):
            lead.stage = (Stage.NEW, Stage.TRIAL, Stage.TRIAL)[number % 3]
            lead.next_step_at = NOW + timedelta(days=number // 4) if number % 2 else None
    return leads


NEXT_STEP_FIRST = (
    Order((Lead.next_step_at, Lead.id), where=Lead.next_step_at.is_not(None)),
    Order((Lead.active_at, Lead.id), is_descending=True, where=Lead.next_step_at.is_(None)),
)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 6, 30])
def test_the_first_pages_of_all_parts_are_those_of_each(leads: list[Lead], size: int) -> None:
    names = sa.select(Lead.id, Contact.name).join(Lead.contact)
    parts = [(Lead.stage == stage, Lead.contact_id > 0) for stage in (Stage.TRIAL, Stage.WON, Stage.NEW)]

    pages = first_pages(names, Lead.id, parts, NEXT_STEP_FIRST, size)

    alone = [page_of(names.where(*part), NEXT_STEP_FIRST, size=size) for part in parts]
    assert [len(page.rows) for page in pages] == [min(6, size), 0, min(3, size)]
    assert [[(row.id, row.name) for row in page.rows] for page in pages] == [
        [(row.id, row.name) for row in page.rows] for page in alone
    ]
    assert [page.after for page in pages] == [page.after for page in alone]


def test_the_first_pages_of_no_parts_ask_nothing(app: Flask, count_queries: Callable[[], int]) -> None:
    count_queries()

    assert first_pages(sa.select(Lead.id), Lead.id, [], NEXT_STEP_FIRST) == []
    assert count_queries() == 0


def test_the_first_pages_take_one_statement(leads: list[Lead], count_queries: Callable[[], int]) -> None:
    parts = [[Lead.stage == stage] for stage in Stage]
    first_pages(sa.select(Lead.id), Lead.id, parts[:1], NEXT_STEP_FIRST)
    count_queries()

    first_pages(sa.select(Lead.id), Lead.id, parts, NEXT_STEP_FIRST)

    assert count_queries() == 1
