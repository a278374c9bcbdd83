from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.consultations.calendar_days import DAY_QUARTERS, Block, Stretch, blocks_of, hours_shown, side_by_side
from app.core.wall_clock import start_of_day

ZONE = ZoneInfo("Europe/Stockholm")
TUESDAY = date(2026, 11, 24)


def stretch(starts: str, ends: str, thing: str = "") -> Stretch:
    """From one local moment until another, as "2026-11-24T09:00"."""
    begins, finishes = (datetime.fromisoformat(each).replace(tzinfo=ZONE).astimezone(UTC) for each in (starts, ends))
    return Stretch(begins, finishes, thing)


def placed(day: date, *stretches: Stretch) -> list[tuple[int, int]]:
    return [(block.starts, block.quarters) for block in blocks_of(day, stretches, ZONE)]


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        ("2026-11-24T09:00", "2026-11-24T09:30", [(36, 2)]),
        ("2026-11-24T09:05", "2026-11-24T09:20", [(36, 2)]),
        ("2026-11-24T09:05", "2026-11-24T09:10", [(36, 1)]),
        ("2026-11-23T23:00", "2026-11-24T01:00", [(0, 4)]),
        ("2026-11-24T23:30", "2026-11-25T01:00", [(94, 2)]),
        ("2026-11-23T12:00", "2026-11-26T12:00", [(0, DAY_QUARTERS)]),
        ("2026-11-23T22:00", "2026-11-24T00:00", []),
        ("2026-11-25T00:00", "2026-11-25T01:00", []),
    ],
)
def test_a_stretch_takes_the_quarters_that_it_touches(starts: str, ends: str, expected: list[tuple[int, int]]) -> None:
    assert placed(TUESDAY, stretch(starts, ends)) == expected


def test_days_of_23_and_25_hours_keep_the_clock_on_the_wall() -> None:
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    first_two, second_two = datetime(2026, 10, 25, 0, 0, tzinfo=UTC), datetime(2026, 10, 25, 1, 0, tzinfo=UTC)

    assert placed(spring, stretch("2026-03-29T09:00", "2026-03-29T10:00")) == [(36, 4)]
    assert placed(spring, stretch("2026-03-29T01:00", "2026-03-29T04:00")) == [(4, 12)]
    assert placed(autumn, stretch("2026-10-25T09:00", "2026-10-25T10:00")) == [(36, 4)]
    assert placed(autumn, Stretch(second_two, second_two + timedelta(minutes=30))) == [(8, 2)]
    assert placed(autumn, Stretch(first_two + timedelta(minutes=30), second_two + timedelta(minutes=15))) == [(10, 1)]


def test_what_lies_beside_each_other_has_lanes_and_what_lies_alone_the_whole_width() -> None:
    blocks = blocks_of(
        TUESDAY,
        [
            stretch("2026-11-24T09:00", "2026-11-24T10:00", "a"),
            stretch("2026-11-24T09:30", "2026-11-24T10:00", "b"),
            stretch("2026-11-24T09:45", "2026-11-24T10:15", "c"),
            stretch("2026-11-24T10:00", "2026-11-24T10:30", "d"),
            stretch("2026-11-24T11:00", "2026-11-24T12:00", "e"),
        ],
        ZONE,
    )

    lanes = {block.stretch.thing: (block.lane, block.lanes) for block in side_by_side(blocks)}

    assert lanes == {"a": (0, 3), "b": (1, 3), "c": (2, 3), "d": (0, 3), "e": (0, 1)}


DAY_STARTS = start_of_day(TUESDAY, ZONE)
MINUTES = st.integers(min_value=0, max_value=24 * 60 - 5)


@given(st.lists(st.tuples(MINUTES, st.integers(min_value=5, max_value=180)), max_size=14))
def test_no_block_covers_another_while_six_lanes_are_enough(spans: list[tuple[int, int]]) -> None:
    stretches = [
        Stretch(DAY_STARTS + timedelta(minutes=start), DAY_STARTS + timedelta(minutes=start + length))
        for start, length in spans
    ]

    blocks = side_by_side(blocks_of(TUESDAY, stretches, ZONE))

    assert len(blocks) == len(spans)
    most = max((sum(_meet(block, other) for other in blocks) for block in blocks), default=0)
    for one in blocks:
        assert 0 <= one.lane < one.lanes
        for other in blocks:
            if one is not other and _meet(one, other) and most <= 6:
                assert (one.lane, one.lanes) != (other.lane, other.lanes)


def _meet(one: Block, other: Block) -> bool:
    return one.starts < other.ends and other.starts < one.ends


def test_the_hours_shown_hold_everything_and_the_usual_ones() -> None:
    usual = blocks_of(TUESDAY, [stretch("2026-11-24T09:00", "2026-11-24T10:00")], ZONE)
    evening = blocks_of(TUESDAY, [stretch("2026-11-24T19:10", "2026-11-24T20:10")], ZONE)
    night = blocks_of(TUESDAY, [stretch("2026-11-24T05:59", "2026-11-24T07:00")], ZONE)

    assert hours_shown([[], usual], (8, 17)) == (8, 17)
    assert hours_shown([usual, evening], (8, 17)) == (8, 21)
    assert hours_shown([night, []], (8, 17)) == (5, 17)
