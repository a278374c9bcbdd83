import re
from datetime import date, timedelta

from flask import Flask

from app.trials.check_ins import CheckIn, CheckInKind, Rating, Scale
from app.trials.curve import Point, how_it_goes, y
from tests.conftest import NOW

FIRST = date(2026, 11, 23)
SLEEP = Scale(id=7, position=1, name_sv="Sömn", name_en="Sleep")
MOOD = Scale(id=8, position=0, name_sv="Humör", name_en="Mood")


def said(days: int, numbers: dict[Scale, int]) -> CheckIn:
    """A check-in so many days after the hand-over."""
    ratings = [Rating(scale=scale, scale_id=scale.id, value=str(value)) for scale, value in numbers.items()]
    on = FIRST + timedelta(days=days)
    return CheckIn(kind=CheckInKind.OWN, day_on=on, answered_at=NOW, wants_call=False, ratings=ratings)


def test_each_scale_has_its_own_curve_in_the_owners_order_by_days_from_the_hand_over() -> None:
    how = how_it_goes([said(0, {SLEEP: 3}), said(3, {SLEEP: 5, MOOD: 8}), said(30, {SLEEP: 6})], FIRST)

    assert [(curve.scale.name_sv, curve.points, curve.last_day) for curve in how.curves] == [
        ("Humör", (Point(3, 8),), 30),
        ("Sömn", (Point(0, 3), Point(3, 5), Point(30, 6)), 30),
    ]
    assert how.number(how.check_ins[0], SLEEP) == "3"
    assert how.number(how.check_ins[0], MOOD) == ""


def test_a_few_days_are_drawn_over_a_fortnight_and_days_before_the_first_on_it() -> None:
    [curve] = how_it_goes([said(-2, {SLEEP: 3}), said(7, {SLEEP: 5})], FIRST).curves

    assert curve.last_day == 14
    assert [point.day for point in curve.points] == [0, 7]


def test_without_days_they_are_counted_from_the_first_check_in() -> None:
    [curve] = how_it_goes([said(4, {SLEEP: 3}), said(6, {SLEEP: 5})], None).curves

    assert [point.day for point in curve.points] == [0, 2]


def test_nothing_told_is_no_curve() -> None:
    assert how_it_goes([], FIRST).curves == ()


def test_dots_lie_inside_the_drawing_and_the_ends_bear_their_numbers_inside_it_too() -> None:
    [curve] = how_it_goes([said(0, {SLEEP: 10}), said(14, {SLEEP: 5}), said(28, {SLEEP: 0})], FIRST).curves
    first, middle, last = curve.dots

    assert [dot.has_label for dot in (first, middle, last)] == [True, False, True]
    assert (first.y, middle.y, last.y) == (y(10), y(5), y(0))
    assert first.x < middle.x < last.x < curve.width
    assert middle.x - first.x == last.x - middle.x
    assert middle.y - first.y == last.y - middle.y > 0
    assert all(12 < dot.label_y < curve.height - 12 for dot in (first, last))
    assert re.fullmatch(r"[\d.]+,[\d.]+ [\d.]+,[\d.]+ [\d.]+,[\d.]+", curve.line)


def test_a_single_dot_has_no_line() -> None:
    [curve] = how_it_goes([said(0, {SLEEP: 10})], FIRST).curves

    assert curve.line == ""
    assert len(curve.dots) == 1


def test_a_curve_is_said_in_a_sentence(app: Flask) -> None:
    one, many = (
        how_it_goes([said(day, {SLEEP: value}) for day, value in days.items()], FIRST).curves[0].words
        for days in ({1: 3}, {0: 3, 4: 1, 14: 6})
    )

    assert one == "Sömn: 3 av 10 efter 1 dag."
    assert many == "Sömn: 3 av 10 den första dagen, 6 av 10 efter 14 dagar. Som lägst 1, som högst 6."
