"""A booking that moves: where it may, what becomes of the old time, and who is told."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.accounts.models import User
from app.consultations.booking import Details
from app.consultations.cells import cells_of
from app.consultations.ending import cancel
from app.consultations.hosts import Host
from app.consultations.kinds import ConsultationKind, Place, TravelBand
from app.consultations.models import Consultation, ConsultationState
from app.consultations.queries import changes_of, consultation_to_change
from app.consultations.refusals import TimeTaken
from app.consultations.services import book, book_for, move
from app.consultations.travel import Travel
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.leads.models import EventKind, Lead
from app.mail.models import Message, MessageState
from tests.conftest import NOW
from tests.consultations.cast import (
    A_DAY,
    BO,
    HALF_AN_HOUR,
    NINE,
    SIV,
    TOMORROW_AT_NINE,
    add_kind,
    add_override,
    cells,
    events_of,
    is_offered,
)
from tests.leads.cast import add_contact, add_lead


def moved(consultation: Consultation, starts_at: object, **options: object) -> Consultation:
    """The booking after it was moved in a write of its own."""
    with writing():
        found = consultation_to_change(consultation.id)
        assert found is not None
        move(found, starts_at, NOW, **options)
    return found


def test_d20_a_booking_moves_within_its_own_time(host: Host, lead: Lead) -> None:
    with writing():
        kind = add_kind(host, step_minutes=15)
        booking = book(kind, TOMORROW_AT_NINE, "form", lead, Details(), NOW)
        uid = booking.uid

    after = moved(booking, TOMORROW_AT_NINE + timedelta(minutes=15))

    assert (after.uid, after.sequence, after.wall_clock) == (uid, 1, "2026-11-24T09:15")
    assert list(cells(host)) == list(cells_of(after))
    assert not is_offered(kind, TOMORROW_AT_NINE)
    with writing():
        add_override(host, TOMORROW_AT_NINE.date(), NINE, NINE + 15 + 30)
    moved(booking, TOMORROW_AT_NINE)
    assert not is_offered(kind, TOMORROW_AT_NINE + timedelta(minutes=15))


def test_a_move_frees_the_old_time_and_is_kept(kind: ConsultationKind, booked: Consultation, lead: Lead) -> None:
    to = TOMORROW_AT_NINE + HALF_AN_HOUR

    moved(booked, to)

    assert is_offered(kind, TOMORROW_AT_NINE)
    assert not is_offered(kind, to)
    made, change = changes_of(booked.id)
    assert (made.from_starts_at, made.to_starts_at, made.sequence) == (None, TOMORROW_AT_NINE, 0)
    assert (change.from_starts_at, change.to_starts_at, change.sequence) == (TOMORROW_AT_NINE, to, 1)
    assert change.actor is None
    assert lead.next_step_at == to
    assert events_of(lead)[-1] is EventKind.CONSULTATION_MOVED


def test_d21_a_move_onto_a_taken_time_changes_nothing(
    kind: ConsultationKind, host: Host, booked: Consultation, owner: User
) -> None:
    with writing():
        bo = add_lead(add_contact("Bo Ek", "070-174 06 22"))
        book(kind, TOMORROW_AT_NINE + HALF_AN_HOUR, "bos-form", bo, Details(), NOW)
    before = cells(host)

    for actor in (None, owner):
        with pytest.raises(TimeTaken) as taken:
            moved(booked, TOMORROW_AT_NINE + HALF_AN_HOUR, actor=actor)
        assert taken.value.nearest == tuple(TOMORROW_AT_NINE + number * HALF_AN_HOUR for number in (0, 2, 3))

    after = db.session.get_one(Consultation, booked.id)
    assert (after.starts_at, after.sequence) == (TOMORROW_AT_NINE, 0)
    assert cells(host) == before
    assert len(changes_of(booked.id)) == 1


def test_a_move_to_the_time_it_has_changes_nothing(booked: Consultation) -> None:
    after = moved(booked, TOMORROW_AT_NINE)

    assert after.sequence == 0
    assert len(changes_of(booked.id)) == 1


def test_a_booking_stays_with_its_host_where_that_one_is_free(host: Host, other_host: Host, lead: Lead) -> None:
    with writing():
        kind = add_kind(host, other_host)
        booking = book(kind, TOMORROW_AT_NINE, "form", lead, Details(), NOW, host=other_host)
        book(kind, TOMORROW_AT_NINE + 2 * HALF_AN_HOUR, "bos-form", BO, Details(), NOW, host=other_host)

    assert moved(booking, TOMORROW_AT_NINE + HALF_AN_HOUR).host == other_host
    assert moved(booking, TOMORROW_AT_NINE + 2 * HALF_AN_HOUR).host == host
    assert changes_of(booking.id)[-1].from_host_id == other_host.id


def test_we_may_move_it_outside_the_hours_and_to_a_colleague(
    booked: Consultation, host: Host, other_host: Host, owner: User
) -> None:
    evening = TOMORROW_AT_NINE + timedelta(hours=10)

    after = moved(booked, evening, actor=owner, host=other_host)

    assert (after.host, after.starts_at, after.is_outside_hours) == (other_host, evening, True)
    assert cells(host) == {}
    assert len(cells(other_host)) == 6


def test_a_visitor_may_not_move_it_close_to_its_start_or_when_it_is_settled(booked: Consultation, owner: User) -> None:
    soon = TOMORROW_AT_NINE - timedelta(minutes=booked.kind.change_until_minutes)
    to = TOMORROW_AT_NINE + A_DAY

    with pytest.raises(RuleBroken, match="Ring oss i stället"), writing():
        move(booked, to, soon)
    with writing():
        move(booked, to, soon, actor=owner)
        booked.state, booked.settled_at = ConsultationState.CANCELLED, NOW
    with pytest.raises(RuleBroken, match="redan avslutad"), writing():
        move(booked, to + A_DAY, NOW, actor=owner)


def test_what_needs_a_yes_needs_it_again_when_the_visitor_moves_it(host: Host, lead: Lead, owner: User) -> None:
    with writing():
        kind = add_kind(host, needs_confirming=True)
        booking = book_for(lead, kind, host, TOMORROW_AT_NINE, Details(), owner, NOW)

    assert moved(booking, TOMORROW_AT_NINE + HALF_AN_HOUR, actor=owner).state is ConsultationState.BOOKED
    assert moved(booking, TOMORROW_AT_NINE).state is ConsultationState.REQUESTED


def test_a_visit_that_moves_asks_anew_how_far_it_is(host: Host, lead: Lead) -> None:
    with writing():
        db.session.add(TravelBand(postcode_from="10000", postcode_until="19999", travel_minutes=30))
        kind = add_kind(host, place=Place.VISIT)
        booking = book(kind, TOMORROW_AT_NINE, "form", lead, Details(postcode="123 45"), NOW, travel=Travel(20))

    assert moved(booking, TOMORROW_AT_NINE + A_DAY).travel_minutes == 30


def test_visitor_and_host_are_told_of_each_change_in_its_own_write(kind: ConsultationKind, owner: User) -> None:
    with writing():
        booking = book(kind, TOMORROW_AT_NINE, "form", SIV, Details(), NOW)
    assert waiting_for("siv@example.se") == ["confirmation", "reminder_day", "reminder_hour"]
    assert waiting_for(owner.email) == ["new_consultation_notice"]

    moved(booking, TOMORROW_AT_NINE + A_DAY)
    assert waiting_for("siv@example.se") == ["moved", "reminder_day", "reminder_hour"]

    with writing():
        cancel(booking, NOW, actor=owner)
    assert waiting_for("siv@example.se") == ["cancelled"]


def waiting_for(address: str) -> list[str]:
    query = sa.select(Message.kind).where(Message.state == MessageState.PENDING, Message.address == address)
    return [kind.removeprefix("consultation_") for kind in db.session.scalars(query.order_by(Message.kind))]
