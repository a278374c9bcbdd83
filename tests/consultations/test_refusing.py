"""Bookings that cannot be made, and what is offered instead."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.accounts.models import User
from app.consultations.booking import Details
from app.consultations.hosts import Host
from app.consultations.kinds import ConsultationKind
from app.consultations.models import Consultation
from app.consultations.queries import by_nonce
from app.consultations.refusals import NotOffered, TimeTaken
from app.consultations.services import book, book_for
from app.contacts.models import Contact
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.leads.models import Lead
from app.leads.services import move_to_stage
from app.leads.stages import Stage
from tests.conftest import NOW
from tests.consultations.cast import (
    A_DAY,
    BO,
    HALF_AN_HOUR,
    NINE,
    SIV,
    TOMORROW_AT_NINE,
    add_kind,
)


def test_a_host_is_never_given_two_hours_that_touch_and_the_next_visitor_gets_the_other(
    host: Host, other_host: Host
) -> None:
    with writing():
        kind = add_kind(host, other_host)

    with writing():
        first = book(kind, TOMORROW_AT_NINE, "form", SIV, Details(), NOW)
        second = book(kind, TOMORROW_AT_NINE, "other form", BO, Details(), NOW)

    assert {first.host, second.host} == {host, other_host}
    with pytest.raises(TimeTaken), writing():
        book(kind, TOMORROW_AT_NINE, "third form", BO, Details(), NOW)


def test_a_taken_time_comes_with_the_three_nearest(kind: ConsultationKind, booked: Consultation) -> None:
    with pytest.raises(TimeTaken) as taken, writing():
        book(kind, TOMORROW_AT_NINE, "form", BO, Details(), NOW)

    assert taken.value.nearest == tuple(TOMORROW_AT_NINE + HALF_AN_HOUR * number for number in (1, 2, 3))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Contact)) == 1


@pytest.mark.parametrize(
    ("away", "sentence"),
    [
        (-NINE * timedelta(minutes=1), "Den tiden går inte att boka längre. Välj en annan tid."),
        (timedelta(minutes=10), "Den tiden går inte att boka längre. Välj en annan tid."),
        (-18 * timedelta(hours=1), "Det är för kort tid kvar till den tiden. Välj en senare tid."),
        (70 * A_DAY, "Så långt fram går det inte att boka än. Välj en tidigare tid."),
    ],
    ids=["closed", "off the grid", "too soon", "too far"],
)
def test_what_is_not_offered_cannot_be_booked_either(kind: ConsultationKind, away: timedelta, sentence: str) -> None:
    with pytest.raises(NotOffered) as refusal, writing():
        book(kind, TOMORROW_AT_NINE + away, "form", SIV, Details(), NOW)

    assert str(refusal.value) == sentence
    assert len(refusal.value.nearest) == 3


@pytest.mark.parametrize("what", ["host deactivated", "user shut out", "kind unpublished", "host taken from the kind"])
def test_d27_what_was_taken_away_meanwhile_is_refused_with_a_reason(
    kind: ConsultationKind, host: Host, what: str
) -> None:
    with writing():
        host.is_active = what != "host deactivated"
        host.user.is_active = what != "user shut out"
        kind.is_published = what != "kind unpublished"
        if what == "host taken from the kind":
            kind.hosts.clear()

    with pytest.raises(NotOffered) as refusal, writing():
        book(kind, TOMORROW_AT_NINE, "form", SIV, Details(), NOW)

    assert str(refusal.value) == "Det här går inte att boka just nu. Hör av dig till oss i stället."
    assert refusal.value.nearest == ()
    assert by_nonce("form") is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Contact)) == 0


def test_we_may_not_book_over_another_booking_in_the_past_or_for_a_closed_lead(
    kind: ConsultationKind, host: Host, lead: Lead, owner: User, booked: Consultation
) -> None:
    with pytest.raises(TimeTaken), writing():
        book_for(lead, kind, host, TOMORROW_AT_NINE + timedelta(minutes=25), Details(), owner, NOW)
    with pytest.raises(RuleBroken, match="redan varit"), writing():
        book_for(lead, kind, host, NOW, Details(), owner, NOW)
    with writing():
        move_to_stage(lead, Stage.WON, owner, NOW)
    with pytest.raises(RuleBroken, match="avslutad"), writing():
        book_for(lead, kind, host, TOMORROW_AT_NINE + A_DAY, Details(), owner, NOW)
