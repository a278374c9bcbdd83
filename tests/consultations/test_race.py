"""Promise 4: many visitors, in threads of several processes, who want hours that overlap. No host is taken twice."""

import json
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.models import User
from app.consultations.cells import cells_of
from app.consultations.kinds import ConsultationKind, Place
from app.consultations.models import Consultation
from app.core.db import db, writing
from tests.consultations.cast import add_host, add_kind, is_offered
from tests.consultations.crowd_process import ALL_GUARDS, BOOK, CELLS_ALONE, CHANGE, TRIES, WAYS
from tests.consultations.overlaps import overlaps, taken_cells
from tests.together import told_at_once

PROCESSES, VISITORS_IN_EACH = 4, 13
PATIENCE_SECONDS = 240
FEWEST_THAT_FIT = 12
"""Of the longest, with two hosts, in one day."""


@pytest.fixture
def kinds(owner: User, staff: User) -> dict[str, ConsultationKind]:
    """Three kinds of different lengths, held by the same two."""
    with writing():
        hosts = add_host(owner), add_host(staff)
        return {
            "short": add_kind(*hosts, slug="short", length_minutes=30, step_minutes=15),
            "long": add_kind(*hosts, slug="long", length_minutes=60, step_minutes=15, buffer_after_minutes=15),
            "visit": add_kind(*hosts, slug="visit", length_minutes=45, step_minutes=15, place=Place.VISIT),
        }


def test_d22_the_bookings_that_fit_are_made_and_whoever_is_too_late_gets_other_times(
    app: Flask, kinds: dict[str, ConsultationKind]
) -> None:
    met = rush(app, BOOK, ALL_GUARDS)

    bookings = all_bookings_after(met)
    assert len(bookings) >= FEWEST_THAT_FIT
    assert overlaps(bookings, with_buffers=True) == []
    losers = [report for report in met if "booked" not in report]
    assert [len(report["nearest"]) for report in losers] == [3] * len(losers)
    still_free = [report for report in losers if is_still_free(kinds[report["kind"]], report["starts_at"])]
    assert still_free == []


@pytest.mark.parametrize("guards", [ALL_GUARDS, CELLS_ALONE])
def test_nobody_is_taken_twice_while_others_move_and_cancel(
    app: Flask, kinds: dict[str, ConsultationKind], guards: str
) -> None:
    met = rush(app, CHANGE, guards)

    held = [booking for booking in all_bookings_after(met) if booking.is_ahead]
    assert overlaps(held, with_buffers=guards == ALL_GUARDS) == []
    assert taken_cells() == {(booking.host_id, cell): booking.id for booking in held for cell in cells_of(booking)}
    assert [report for report in met if len(report.get("nearest", "three")) < 3] == []


def is_still_free(kind: ConsultationKind, starts_at: str) -> bool:
    return is_offered(kind, datetime.fromisoformat(starts_at), travel=WAYS[kind.slug])


def rush(app: Flask, habit: str, guards: str) -> list[dict[str, Any]]:
    """Let everybody in at once, and give what each of their tries met with."""
    firsts = range(0, PROCESSES * VISITORS_IN_EACH, VISITORS_IN_EACH)
    crowds = [[str(first), str(VISITORS_IN_EACH), habit, guards] for first in firsts]
    said = told_at_once(app, "tests.consultations.crowd_process", crowds, PATIENCE_SECONDS)
    return [report for one in said for report in json.loads(one)]


def all_bookings_after(met: list[dict[str, Any]]) -> list[Consultation]:
    """Every booking there is: those that somebody was promised, and no others. Nobody met with a fault."""
    assert [report["fault"] for report in met if "fault" in report] == []
    assert len(met) == PROCESSES * VISITORS_IN_EACH * TRIES
    bookings = list(db.session.scalars(sa.select(Consultation).order_by(Consultation.host_id, Consultation.starts_at)))
    assert sorted(booking.id for booking in bookings) == sorted(one["booked"] for one in met if "booked" in one)
    return bookings
