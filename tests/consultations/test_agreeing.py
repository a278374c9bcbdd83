import pytest
from flask import Flask

from app.accounts.models import User
from app.consultations.agreeing import ask_to_move, confirm, keep, want_earlier
from app.consultations.booking import Details
from app.consultations.ending import cancel
from app.consultations.models import ChangeKind, Consultation, ConsultationState
from app.consultations.queries import changes_of
from app.consultations.services import book, move
from app.core.db import writing
from app.core.errors import RuleBroken
from app.leads.models import EventKind
from tests.conftest import NOW
from tests.consultations.cast import A_DAY, SIV, TOMORROW_AT_NINE, add_host, add_kind, events_of


@pytest.fixture
def requested(app: Flask, owner: User) -> Consultation:
    """A talk that waits for Maj's yes."""
    with writing():
        kind = add_kind(add_host(owner), needs_confirming=True)
        return book(kind, TOMORROW_AT_NINE, "form", SIV, Details(), NOW)


def last_change(consultation: Consultation) -> tuple[ChangeKind, int]:
    change = changes_of(consultation.id)[-1]
    return change.kind, change.sequence


def test_a_requested_talk_is_booked_once_the_host_says_yes(requested: Consultation, owner: User) -> None:
    for _time in (1, 2):
        with writing():
            confirm(requested, owner, NOW)

    assert requested.state is ConsultationState.BOOKED
    assert last_change(requested) == (ChangeKind.CONFIRMED, 0)
    assert len(changes_of(requested.id)) == 2
    assert events_of(requested.lead)[-1] is EventKind.CONSULTATION_BOOKED


def test_a_talk_outside_the_hours_is_kept_by_saying_so(requested: Consultation, owner: User) -> None:
    with writing():
        ask_to_move(requested, owner, NOW)
    with writing():
        keep(requested, owner, NOW)

    assert (requested.is_outside_hours, requested.asked_to_move_at) == (True, None)
    assert last_change(requested) == (ChangeKind.KEPT, 0)


def test_who_was_asked_to_move_has_answered_by_moving(requested: Consultation, owner: User) -> None:
    with writing():
        ask_to_move(requested, owner, NOW)
    assert requested.asked_to_move_at == NOW
    assert last_change(requested) == (ChangeKind.ASKED_TO_MOVE, 0)

    with writing():
        move(requested, TOMORROW_AT_NINE + A_DAY, NOW)

    assert requested.asked_to_move_at is None


def test_who_left_no_address_cannot_be_asked(requested: Consultation, owner: User) -> None:
    with writing():
        requested.email = None

    with pytest.raises(RuleBroken, match="Ring i stället"), writing():
        ask_to_move(requested, owner, NOW)


def test_who_cannot_change_it_alone_any_more_is_not_asked_to(requested: Consultation, owner: User) -> None:
    with pytest.raises(RuleBroken, match="Ring i stället"), writing():
        ask_to_move(requested, owner, requested.change_until_at)

    assert requested.asked_to_move_at is None


def test_an_earlier_time_is_wanted_until_it_is_had_or_not_wanted(requested: Consultation) -> None:
    with writing():
        want_earlier(requested, NOW)
    assert requested.wants_earlier_at == NOW

    with writing():
        move(requested, TOMORROW_AT_NINE + A_DAY, NOW)
    assert requested.wants_earlier_at == NOW

    with writing():
        move(requested, TOMORROW_AT_NINE, NOW)
    assert requested.wants_earlier_at is None

    with writing():
        want_earlier(requested, NOW)
        want_earlier(requested, NOW, is_wanted=False)
    assert requested.wants_earlier_at is None


def test_nothing_is_agreed_about_what_is_cancelled(requested: Consultation, owner: User) -> None:
    with writing():
        cancel(requested, NOW)

    for agree in (confirm, keep, ask_to_move):
        with pytest.raises(RuleBroken, match="redan avslutad"), writing():
            agree(requested, owner, NOW)
    with pytest.raises(RuleBroken, match="redan avslutad"), writing():
        want_earlier(requested, NOW)
