from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.consultations.booking import Details
from app.consultations.holds import LASTS, hold_time
from app.consultations.hosts import Host
from app.consultations.kinds import ConsultationKind
from app.consultations.models import Hold
from app.consultations.queries import hold_of
from app.consultations.refusals import NotOffered, TimeTaken
from app.consultations.services import book
from app.core.db import db, writing
from app.core.errors import RuleBroken
from tests.conftest import NOW
from tests.consultations.cast import (
    BO,
    HALF_AN_HOUR,
    SIV,
    TOMORROW_AT_NINE,
    cells,
    is_offered,
)

LATER = NOW + LASTS


def holds() -> list[str]:
    return list(db.session.scalars(sa.select(Hold.nonce).order_by(Hold.nonce)))


def test_a_hold_keeps_others_out_for_ten_minutes(kind: ConsultationKind, host: Host) -> None:
    with writing():
        hold = hold_time(kind, TOMORROW_AT_NINE, "siv", NOW)

    assert (hold.host_id, hold.starts_at, hold.ends_at) == (host.id, TOMORROW_AT_NINE, TOMORROW_AT_NINE + HALF_AN_HOUR)
    assert hold.expires_at == NOW + timedelta(minutes=10)
    assert not is_offered(kind, TOMORROW_AT_NINE)
    with pytest.raises(TimeTaken), writing():
        hold_time(kind, TOMORROW_AT_NINE, "bo", NOW)
    with pytest.raises(TimeTaken), writing():
        book(kind, TOMORROW_AT_NINE, "bo", BO, Details(), LATER - timedelta(seconds=1))
    assert is_offered(kind, TOMORROW_AT_NINE, LATER)


def test_a_visitor_holds_one_time_the_last_that_was_pressed(kind: ConsultationKind, host: Host) -> None:
    with writing():
        hold_time(kind, TOMORROW_AT_NINE, "siv", NOW)
    with writing():
        hold_time(kind, TOMORROW_AT_NINE + HALF_AN_HOUR, "siv", NOW)

    assert holds() == ["siv"]
    assert is_offered(kind, TOMORROW_AT_NINE)
    assert len(cells(host)) == 6


def test_a_time_that_is_taken_leaves_the_one_that_was_held(kind: ConsultationKind) -> None:
    with writing():
        hold_time(kind, TOMORROW_AT_NINE, "siv", NOW)
        hold_time(kind, TOMORROW_AT_NINE + HALF_AN_HOUR, "bo", NOW)

    with pytest.raises(TimeTaken), writing():
        hold_time(kind, TOMORROW_AT_NINE + HALF_AN_HOUR, "siv", NOW)

    hold = hold_of("siv")
    assert hold is not None
    assert hold.starts_at == TOMORROW_AT_NINE


def test_what_nobody_came_back_for_is_cleared_by_the_next_who_writes(kind: ConsultationKind, host: Host) -> None:
    with writing():
        hold_time(kind, TOMORROW_AT_NINE, "siv", NOW)

    with writing():
        hold_time(kind, TOMORROW_AT_NINE, "bo", LATER)

    assert holds() == ["bo"]
    assert len(cells(host)) == 6


def test_the_booking_takes_the_place_of_the_hold(kind: ConsultationKind, host: Host) -> None:
    with writing():
        hold_time(kind, TOMORROW_AT_NINE, "siv", NOW)

    with writing():
        booking = book(kind, TOMORROW_AT_NINE, "siv", SIV, Details(), NOW)

    assert holds() == []
    assert set(cells(host).values()) == {booking.id}


def test_a_hold_that_is_over_still_books_while_the_time_is_free(kind: ConsultationKind) -> None:
    with writing():
        hold_time(kind, TOMORROW_AT_NINE, "siv", NOW)

    with writing():
        booking = book(kind, TOMORROW_AT_NINE, "siv", SIV, Details(), LATER)

    assert booking.starts_at == TOMORROW_AT_NINE


def test_d23_who_was_too_slow_is_told_and_offered_three_others(kind: ConsultationKind) -> None:
    with writing():
        hold_time(kind, TOMORROW_AT_NINE, "siv", NOW)
    with writing():
        book(kind, TOMORROW_AT_NINE, "bo", BO, Details(), LATER)

    with pytest.raises(TimeTaken) as taken, writing():
        book(kind, TOMORROW_AT_NINE, "siv", SIV, Details(), LATER)

    assert str(taken.value) == "Någon annan hann boka den tiden. Välj en annan tid."
    assert taken.value.nearest == tuple(TOMORROW_AT_NINE + HALF_AN_HOUR * number for number in (1, 2, 3))


def test_three_times_are_held_from_one_network_at_most(kind: ConsultationKind) -> None:
    for number in range(3):
        with writing():
            hold_time(kind, TOMORROW_AT_NINE + number * HALF_AN_HOUR, f"form {number}", NOW, address_hash="here")
    another = TOMORROW_AT_NINE + 3 * HALF_AN_HOUR

    with pytest.raises(RuleBroken, match="Härifrån hålls redan flera tider"), writing():
        hold_time(kind, another, "fourth", NOW, address_hash="here")

    with writing():
        hold_time(kind, another, "form 0", NOW, address_hash="here")
        hold_time(kind, TOMORROW_AT_NINE, "fourth", NOW, address_hash="there")
    with writing():
        hold_time(kind, TOMORROW_AT_NINE + 4 * HALF_AN_HOUR, "fifth", LATER, address_hash="here")


def test_what_is_not_offered_is_not_held(kind: ConsultationKind) -> None:
    with pytest.raises(NotOffered), writing():
        hold_time(kind, TOMORROW_AT_NINE - HALF_AN_HOUR, "siv", NOW)

    assert holds() == []
