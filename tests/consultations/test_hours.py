from datetime import date, timedelta

import pytest
from flask import Flask

from app.accounts.models import User
from app.consultations.affected import affected, booked_on
from app.consultations.hosts import DayOverride
from app.consultations.hour_queries import overrides_from, weekly_rows
from app.consultations.hours import (
    HostFacts,
    Stretch,
    as_usual,
    change_days,
    change_week,
    days_between,
    describe_host,
    stretches,
)
from app.consultations.models import ConsultationState
from app.consultations.windows import HoursOfDay, WeeklyHours
from app.core.db import db, writing
from app.core.errors import RuleBroken
from tests.conftest import NOW
from tests.consultations.cast import NINE, TOMORROW_AT_NINE, add_consultation, add_host, add_kind, add_override
from tests.plans.cast import make_lead

MONDAY = date(2026, 11, 23)
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (MONDAY + timedelta(days=number) for number in range(1, 5))
MORNING, EVENING = HoursOfDay(NINE, 12 * 60), HoursOfDay(18 * 60, 20 * 60)


def test_a_week_takes_the_place_of_the_one_before_and_of_nobody_elses(app: Flask, owner: User, staff: User) -> None:
    with writing():
        host, other = add_host(owner), add_host(staff, weekdays="0")
        change_week(host, [WeeklyHours(1, 22 * 60, 26 * 60), WeeklyHours(0, *MORNING, TUESDAY, None)])

    rows = [(row.weekday, row.opens_minute, row.closes_minute, row.valid_from_on) for row in weekly_rows(host.id)]
    assert rows == [(0, NINE, 12 * 60, TUESDAY), (1, 22 * 60, 26 * 60, None)]
    assert [row.weekday for row in weekly_rows(other.id)] == [0]


def test_days_differ_as_they_were_last_said_to(app: Flask, owner: User) -> None:
    with writing():
        host = add_host(owner)
        first = change_days(host, [TUESDAY, WEDNESDAY], [MORNING, EVENING], MONDAY)
        second = change_days(host, [WEDNESDAY, THURSDAY], [], MONDAY)

    assert (first, second) == (False, True)
    assert stretches(overrides_from(host.id, MONDAY)) == [
        Stretch(TUESDAY, TUESDAY, (MORNING, EVENING)),
        Stretch(WEDNESDAY, THURSDAY, ()),
    ]


def test_days_follow_the_week_again(app: Flask, owner: User, staff: User) -> None:
    with writing():
        host, other = add_host(owner), add_host(staff)
        for each in (host, other):
            change_days(each, [TUESDAY, WEDNESDAY], [], MONDAY)
        as_usual(host, [TUESDAY])

    assert stretches(overrides_from(host.id, MONDAY)) == [Stretch(WEDNESDAY, WEDNESDAY, ())]
    assert stretches(overrides_from(other.id, MONDAY)) == [Stretch(TUESDAY, WEDNESDAY, ())]


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ([MONDAY, TUESDAY], "har redan varit"),
        ([], "minst en dag"),
        (days_between(TUESDAY, TUESDAY + timedelta(days=366)), "högst ett år"),
    ],
)
def test_days_that_cannot_differ_are_refused(app: Flask, owner: User, days: list[date], words: str) -> None:
    with pytest.raises(RuleBroken, match=words), writing():
        change_days(add_host(owner), days, [], TUESDAY)

    assert db.session.scalars(db.select(DayOverride)).all() == []


def test_a_stretch_of_millennia_is_not_counted_out_to_be_refused() -> None:
    assert len(days_between(date.min, date.max)) == 367


def test_days_in_a_row_are_one_stretch_only_while_they_are_alike() -> None:
    def row(day: date, opens: int | None = None, closes: int | None = None) -> DayOverride:
        return DayOverride(day_on=day, opens_minute=opens, closes_minute=closes)

    assert stretches([row(MONDAY), row(TUESDAY), row(WEDNESDAY, *MORNING), row(FRIDAY, *MORNING)]) == [
        Stretch(MONDAY, TUESDAY, ()),
        Stretch(WEDNESDAY, WEDNESDAY, (MORNING,)),
        Stretch(FRIDAY, FRIDAY, (MORNING,)),
    ]


def test_a_host_says_where_video_talks_are_held(app: Flask, owner: User) -> None:
    with writing():
        host = add_host(owner)
        describe_host(host, HostFacts(False, "https://video.example.se/maj", False, True))
    db.session.expire_all()

    assert (host.is_active, host.video_address) == (False, "https://video.example.se/maj")
    assert (host.is_closed_on_holidays, host.is_closed_on_eves) == (False, True)


def test_d18_a_booking_stays_when_hours_are_shortened_and_is_listed_as_outside(
    app: Flask, owner: User, staff: User
) -> None:
    with writing():
        host, other = add_host(owner), add_host(staff)
        kind = add_kind(host, other)
        booking = add_consultation(make_lead(), kind)
        add_consultation(make_lead("Bo Ek", "bo@example.se"), kind, host=other)
        before = affected(NOW)
        change_week(host, [WeeklyHours(weekday, 10 * 60, 17 * 60) for weekday in range(5)])

    assert before == []
    assert affected(NOW) == affected(NOW, host.id) == [booking]
    assert affected(NOW, other.id) == []
    assert booking.is_ahead
    assert booking.starts_at == TOMORROW_AT_NINE


@pytest.mark.parametrize(
    "decided",
    [
        {"is_outside_hours": True},
        {"asked_to_move_at": NOW},
        {"state": ConsultationState.CANCELLED},
        {"starts_at": NOW - timedelta(days=6)},
    ],
)
def test_a_booking_that_is_decided_or_over_is_affected_no_more(
    app: Flask, owner: User, decided: dict[str, object]
) -> None:
    with writing():
        host = add_host(owner)
        kind = add_kind(host)
        add_consultation(make_lead(), kind, **decided)
        still = add_consultation(make_lead("Bo Ek", "bo@example.se"), kind)
        change_week(host, [])

    assert affected(NOW) == [still]


def test_leave_counts_the_bookings_that_lie_in_it(app: Flask, owner: User) -> None:
    with writing():
        host = add_host(owner)
        kind = add_kind(host)
        add_consultation(make_lead(), kind)
        add_consultation(make_lead("Bo Ek", "bo@example.se"), kind, TOMORROW_AT_NINE + timedelta(days=1))
        add_override(host, TUESDAY)

    assert booked_on(host.id, [TUESDAY, THURSDAY], NOW) == 1
    assert [each.starts_at for each in affected(NOW, host.id)] == [TOMORROW_AT_NINE]
