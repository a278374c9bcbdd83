from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app.accounts.models import User
from app.consultations.cells import CellTaken, cells_of, occupy, release
from app.consultations.models import CELL_SECONDS, Consultation
from app.core.db import writing
from tests.consultations.cast import HALF_AN_HOUR, TOMORROW_AT_NINE, add_consultation, add_host, add_kind, cells
from tests.leads.cast import add_contact, add_lead


@pytest.fixture
def booking(app: Flask, owner: User) -> Consultation:
    with writing():
        return add_consultation(add_lead(add_contact()), add_kind(add_host(owner)))


def clock_of(cell: int) -> datetime:
    return datetime.fromtimestamp(cell * CELL_SECONDS, UTC)


def test_a_booking_takes_the_cells_that_it_touches_from_its_start_until_its_end() -> None:
    five = timedelta(minutes=5)
    talk = Consultation(starts_at=TOMORROW_AT_NINE, ends_at=TOMORROW_AT_NINE + HALF_AN_HOUR, travel_minutes=0)
    odd = Consultation(starts_at=TOMORROW_AT_NINE + five / 2, ends_at=TOMORROW_AT_NINE + 1.5 * five, travel_minutes=10)

    assert [clock_of(cell) for cell in cells_of(talk)] == [TOMORROW_AT_NINE + number * five for number in range(6)]
    assert [clock_of(cell) for cell in cells_of(odd)] == [TOMORROW_AT_NINE + number * five for number in range(-2, 4)]


def test_a_cell_is_taken_once_and_the_write_goes_on(booking: Consultation) -> None:
    with writing():
        occupy(booking)
        before = cells(booking.host)
        other = add_consultation(booking.lead, booking.kind, TOMORROW_AT_NINE + timedelta(minutes=25))
        with pytest.raises(CellTaken):
            occupy(other)
        other.starts_at, other.ends_at = other.ends_at, other.ends_at + HALF_AN_HOUR
        occupy(other)

    assert len(before) == 6
    assert len(cells(booking.host)) == 12


def test_what_is_released_is_free_again(booking: Consultation) -> None:
    with writing():
        occupy(booking)
    with writing():
        release(booking)
        occupy(booking)
        release(booking)

    assert cells(booking.host) == {}
