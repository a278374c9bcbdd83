from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.consultations.kinds import NoticeUnit
from app.consultations.notice import earliest_start, last_bookable_day
from app.consultations.slots import Busy, Reason, Refusal, Terms, free_starts, refusals
from app.consultations.spans import Span
from app.core.wall_clock import moment_of, start_of_day

STOCKHOLM, NEW_YORK = ZoneInfo("Europe/Stockholm"), ZoneInfo("America/New_York")
HOUR = Terms(duration_minutes=60, step_minutes=60)
HALVES = Terms(duration_minutes=60, step_minutes=30)
MONDAY = date(2026, 11, 23)


def at(words: str) -> datetime:
    """A moment in UTC from "2026-11-23T09:00+01:00", or from "08:00Z" of that Monday; a naive one as it is."""
    moment = datetime.fromisoformat(words if "T" in words else f"{MONDAY}T{words}")
    return moment.astimezone(UTC) if moment.tzinfo else moment


def spans(*words: str) -> list[Span]:
    """From "08:00Z/09:00Z"."""
    return [(at(start), at(end)) for start, _, end in (word.partition("/") for word in words)]


def taken(words: str, before: int = 0, after: int = 0) -> Busy:
    return Busy(*spans(words)[0], before, after)


def starts(
    windows: Sequence[Span], busy: Sequence[Busy] = (), terms: Terms = HOUR, counted: Sequence[datetime] = ()
) -> list[str]:
    """The free starts as "08:00Z", after checking that each is accepted and explained as it is shown."""
    found = free_starts(windows, busy, terms, counted)
    assert [refusals(start, windows, busy, terms, counted) for start in found] == [[]] * len(found)
    return [f"{start:%H:%MZ}" for start in found]


def test_d01_the_day_of_the_skipped_hour_has_one_start_less() -> None:
    assert starts(spans("2026-03-29T00:00Z/2026-03-29T03:00Z")) == ["00:00Z", "01:00Z", "02:00Z"]


def test_d05_both_hours_of_autumn_are_offered() -> None:
    found = starts(spans("2026-10-24T23:00Z/2026-10-25T04:00Z"))

    assert found == ["23:00Z", "00:00Z", "01:00Z", "02:00Z", "03:00Z"]


def test_d07_a_booking_at_the_second_of_two_equal_hours_leaves_the_first_free() -> None:
    busy = [taken("2026-10-25T01:00Z/2026-10-25T02:00Z")]

    found = starts(spans("2026-10-24T23:00Z/2026-10-25T04:00Z"), busy)

    assert found == ["23:00Z", "00:00Z", "02:00Z", "03:00Z"]


def test_d10_a_meeting_may_pass_from_one_window_into_the_next_that_it_meets() -> None:
    meeting = Terms(duration_minutes=90, step_minutes=30)
    windows = spans("2026-11-24T00:00+01:00/2026-11-24T01:00+01:00", "2026-11-23T20:00+01:00/2026-11-24T00:00+01:00")

    assert starts(windows, terms=meeting)[-2:] == ["22:00Z", "22:30Z"]


def test_d14_the_buffer_after_a_meeting_reaches_past_midnight() -> None:
    busy = [taken("2026-11-23T23:00+01:00/2026-11-24T00:00+01:00", after=30)]
    window = spans("2026-11-23T20:00+01:00/2026-11-24T02:00+01:00")

    assert starts(window, busy, HALVES) == ["19:00Z", "19:30Z", "20:00Z", "20:30Z", "21:00Z", "23:30Z", "00:00Z"]


@pytest.mark.parametrize(
    ("now", "notice", "unit", "earliest"),
    [
        ("2026-03-28T10:00+01:00", 24, NoticeUnit.HOURS, "2026-03-29T11:00+02:00"),
        ("2026-10-24T10:00+02:00", 24, NoticeUnit.HOURS, "2026-10-25T09:00+01:00"),
        ("2026-03-28T10:00+01:00", 1, NoticeUnit.DAYS, "2026-03-29T00:00+01:00"),
        ("2026-03-28T10:00+01:00", 2, NoticeUnit.DAYS, "2026-03-30T00:00+02:00"),
        ("2026-10-24T23:59+02:00", 1, NoticeUnit.DAYS, "2026-10-25T00:00+02:00"),
        ("2026-10-25T00:00+02:00", 1, NoticeUnit.DAYS, "2026-10-26T00:00+01:00"),
        ("2026-03-28T10:00+01:00", 0, NoticeUnit.DAYS, "2026-03-28T10:00+01:00"),
    ],
)
def test_d15_notice_in_hours_counts_real_hours_and_in_days_local_days(
    now: str, notice: int, unit: NoticeUnit, earliest: str
) -> None:
    assert earliest_start(at(now), notice, unit, STOCKHOLM) == at(earliest)


def test_d15_a_start_is_offered_from_the_moment_that_the_notice_allows() -> None:
    window = spans("08:00Z/12:00Z")

    assert starts(window, terms=replace(HOUR, earliest_start=at("09:00Z"))) == ["09:00Z", "10:00Z", "11:00Z"]
    assert starts(window, terms=replace(HOUR, earliest_start=at("09:00:01Z"))) == ["10:00Z", "11:00Z"]


def test_d16_the_horizon_takes_in_the_whole_of_its_last_day() -> None:
    last_on = last_bookable_day(at("2026-01-28T00:30+01:00"), 60, STOCKHOLM)
    horizon = replace(HOUR, starts_before=start_of_day(last_on + timedelta(days=1), STOCKHOLM))

    assert last_on == date(2026, 3, 29)
    assert starts(spans("2026-03-29T21:00+02:00/2026-03-30T03:00+02:00"), terms=horizon) == [
        *("19:00Z", "20:00Z", "21:00Z")
    ]


def test_d17_limits_count_the_days_of_the_host_whatever_zone_the_moments_come_in() -> None:
    one_a_day = replace(HOUR, most_per_day=1, zone=STOCKHOLM)
    window = spans("2026-11-23T21:00Z/2026-11-24T02:00Z")
    at_nine, past_midnight = (at(f"2026-11-23T{clock}Z").astimezone(NEW_YORK) for clock in ("20:00", "23:30"))

    assert starts(window, terms=one_a_day, counted=[at_nine]) == ["23:00Z", "00:00Z", "01:00Z"]
    assert starts(window, terms=one_a_day, counted=[past_midnight]) == ["21:00Z", "22:00Z"]
    assert starts([(a.astimezone(NEW_YORK), b.astimezone(NEW_YORK)) for a, b in window]) == starts(window)


def test_d26_a_meeting_may_start_when_what_was_before_it_ends() -> None:
    assert starts(spans("08:00Z/12:00Z"), [taken("09:00Z/10:00Z")]) == ["08:00Z", "10:00Z", "11:00Z"]


def test_the_grid_does_not_move_when_a_booking_appears() -> None:
    assert starts(spans("08:10Z/12:10Z"), [taken("08:30Z/09:20Z")]) == ["10:10Z", "11:10Z"]


def test_each_window_has_a_grid_of_its_own_and_holds_the_whole_meeting() -> None:
    assert starts(spans("12:15Z/14:14Z", "08:00Z/09:59Z", "10:00Z/10:59Z")) == ["08:00Z", "12:15Z"]


@pytest.mark.parametrize(
    ("ours_before", "ours_after", "theirs_before", "theirs_after", "expected"),
    [
        (0, 0, 0, 0, ["08:00Z", "08:15Z", "09:45Z", "10:00Z"]),
        (0, 15, 0, 0, ["08:00Z", "09:45Z", "10:00Z"]),
        (0, 0, 15, 0, ["08:00Z", "09:45Z", "10:00Z"]),
        (0, 15, 15, 0, ["08:00Z", "09:45Z", "10:00Z"]),
        (15, 0, 0, 0, ["08:00Z", "08:15Z", "10:00Z"]),
        (10, 0, 0, 15, ["08:00Z", "08:15Z", "10:00Z"]),
        (15, 0, 30, 15, ["10:00Z"]),
    ],
)
def test_between_neighbours_the_larger_of_their_buffers_is_kept(
    ours_before: int, ours_after: int, theirs_before: int, theirs_after: int, expected: list[str]
) -> None:
    meeting = Terms(
        duration_minutes=45,
        step_minutes=15,
        buffer_before_minutes=ours_before,
        buffer_after_minutes=ours_after,
    )

    assert starts(spans("08:00Z/10:45Z"), [taken("09:00Z/09:45Z", theirs_before, theirs_after)], meeting) == expected


def test_travel_takes_the_host_also_outside_open_hours_and_the_buffer_lies_beyond_it() -> None:
    visit = replace(HOUR, travel_before_minutes=60, travel_after_minutes=30, buffer_after_minutes=30)
    window = spans("08:00Z/15:00Z")

    assert starts(window, [taken("10:30Z/11:00Z")], visit) == ["08:00Z", "12:00Z", "13:00Z", "14:00Z"]
    assert starts(window, [taken("15:45Z/16:15Z")], visit)[-1] == "13:00Z"


def test_a_full_day_and_a_full_week_are_the_hosts_own_to_their_last_moment() -> None:
    limited = replace(HOUR, most_per_day=2, most_per_week=3, zone=STOCKHOLM)
    evenings = spans(*(f"2026-11-{day}T22:00Z/2026-11-{day + 1}T01:00Z" for day in (23, 28, 29)))
    counted = [at("08:00Z"), at("09:00Z")]

    found = free_starts(evenings, [], limited, counted)
    when_week_is_full = free_starts(evenings, [], limited, [*counted, at("2026-11-26T08:00Z")])

    assert f"{found[0]:%dT%H}" == "23T23"
    assert [f"{start:%dT%H}" for start in when_week_is_full] == ["29T23", "30T00"]


def test_a_limit_counts_days_of_23_and_25_hours_whole() -> None:
    limited = replace(HOUR, most_per_day=1, zone=STOCKHOLM)
    nights = spans("2026-03-28T21:00Z/2026-03-30T00:00Z", "2026-10-24T20:00Z/2026-10-26T01:00Z")
    counted = [at("2026-03-29T10:00Z"), at("2026-10-25T10:00Z")]

    found = free_starts(nights, [], limited, counted)

    assert [f"{start:%m-%dT%H}" for start in found] == [
        *("03-28T21", "03-28T22", "03-29T22", "03-29T23"),
        *("10-24T20", "10-24T21", "10-25T23", "10-26T00"),
    ]


def test_a_start_may_be_limited_to_some_weekdays_of_the_host() -> None:
    tuesdays = replace(HOUR, weekdays=frozenset({1}), zone=STOCKHOLM)
    nights = spans("2026-11-23T22:00Z/2026-11-24T02:00Z", "2026-11-24T21:00Z/2026-11-25T02:00Z")

    assert starts(nights, terms=tuesdays) == ["23:00Z", "00:00Z", "01:00Z", "21:00Z", "22:00Z"]
    assert refusals(nights[0][0], nights, [], tuesdays) == [Refusal(Reason.WEEKDAY)]
    assert starts([], terms=tuesdays) == []


@pytest.mark.parametrize(
    ("start", "refusal"),
    [
        ("07:00Z", Refusal(Reason.CLOSED)),
        ("17:30Z", Refusal(Reason.CLOSED)),
        ("08:10Z", Refusal(Reason.OFF_GRID)),
        ("08:00:00.000001Z", Refusal(Reason.OFF_GRID)),
        ("08:00Z", Refusal(Reason.TOO_SOON)),
        ("10:00Z", Refusal(Reason.BUSY, taken("10:30Z/11:00Z", after=15))),
        ("09:30Z", Refusal(Reason.TRAVEL, taken("10:30Z/11:00Z", after=15))),
        ("11:30Z", Refusal(Reason.TRAVEL, taken("10:30Z/11:00Z", after=15))),
        ("12:00Z", Refusal(Reason.BUFFER, taken("10:30Z/11:00Z", after=15))),
        ("12:30Z", None),
        ("16:00Z", Refusal(Reason.TOO_FAR)),
        ("2026-11-24T08:00Z", Refusal(Reason.DAY_FULL)),
        ("2026-11-25T08:00Z", None),
        ("2026-11-30T08:00Z", Refusal(Reason.WEEK_FULL)),
    ],
)
def test_refusals_name_the_rule_first_and_what_takes_the_time(start: str, refusal: Refusal | None) -> None:
    visit = Terms(
        duration_minutes=60,
        step_minutes=30,
        travel_before_minutes=50,
        travel_after_minutes=30,
        earliest_start=at("08:30Z"),
        starts_before=at("16:00Z") if start.startswith("1") else None,
        most_per_day=2,
        most_per_week=3,
        zone=STOCKHOLM,
    )
    windows = spans("08:00Z/18:00Z", *(f"2026-11-{day}T08:00Z/2026-11-{day}T18:00Z" for day in (24, 25, 30)))
    counted = [at(f"2026-11-24T{hour}:00Z") for hour in (14, 15)]
    counted += [at(f"2026-12-0{day}T08:00Z") for day in (1, 2, 3)]

    found = refusals(at(start), windows, [taken("10:30Z/11:00Z", after=15)], visit, counted)

    assert found[:1] == ([refusal] if refusal else [])


def test_all_that_stands_against_a_start_is_told_the_plainest_first() -> None:
    busy = [taken("09:30Z/10:00Z", after=60), taken("10:30Z/11:00Z"), taken("12:00Z/13:00Z")]
    limited = replace(HOUR, earliest_start=at("12:00Z"), most_per_day=1, zone=STOCKHOLM)
    against = [
        Refusal(Reason.TOO_SOON),
        Refusal(Reason.BUSY, busy[1]),
        Refusal(Reason.BUFFER, busy[0]),
        Refusal(Reason.DAY_FULL),
    ]

    assert refusals(at("10:00Z"), spans("08:00Z/12:00Z"), busy, limited, [at("08:00Z")]) == against
    assert refusals(at("10:10Z"), spans("08:00Z/12:00Z"), busy, limited, [at("08:00Z")]) == [
        Refusal(Reason.OFF_GRID),
        *against,
    ]
    assert refusals(at("10:00Z"), [], busy, HOUR) == [Refusal(Reason.CLOSED), *against[1:3]]


def test_spans_may_overlap_come_in_any_order_and_leave_out_their_buffers() -> None:
    windows = spans("12:00Z/14:00Z", "08:00Z/10:00Z", "09:00Z/12:00Z", "09:00Z/09:30Z")
    busy = spans("12:30Z/12:40Z", "09:10Z/09:50Z", "09:00Z/10:00Z", "07:00Z/08:00Z")

    found = free_starts(windows, busy, HOUR)

    assert [f"{start:%H:%M}" for start in found] == ["08:00", "10:00", "11:00", "13:00"]


def test_a_span_that_does_not_end_after_its_start_counts_for_nothing() -> None:
    windows = spans("08:00Z/10:00Z", "12:00Z/12:00Z", "15:00Z/13:00Z")
    busy = [taken("08:30Z/08:30Z", 30, 30), taken("09:30Z/09:10Z", 30, 30)]

    assert starts(windows, busy) == ["08:00Z", "09:00Z"]
    assert starts([]) == []


def test_starts_come_out_in_utc_though_windows_come_in_any_zone() -> None:
    opens = moment_of(MONDAY, at("09:00Z").time(), STOCKHOLM).astimezone(NEW_YORK)

    (start,) = free_starts([(opens, opens + timedelta(hours=1))], [], HOUR)

    assert (start.isoformat(), start.tzinfo) == ("2026-11-23T08:00:00+00:00", UTC)


def test_a_moment_without_a_zone_is_refused_wherever_it_comes() -> None:
    naive, aware, window = at("08:00"), at("08:00Z"), spans("08:00Z/10:00Z")
    limited = replace(HOUR, most_per_day=1, zone=STOCKHOLM)

    for windows, busy, terms, counted in [
        ([(naive, aware)], [], HOUR, []),
        (window, [Busy(aware, naive)], HOUR, []),
        (window, [], replace(HOUR, earliest_start=naive), []),
        (window, [], limited, [naive]),
    ]:
        with pytest.raises(ValueError, match="needs a time zone"):
            free_starts(windows, busy, terms, counted)
    with pytest.raises(ValueError, match="needs a time zone"):
        refusals(naive, window, [], HOUR)


@pytest.mark.parametrize(
    "terms",
    [
        {"duration_minutes": 0},
        {"step_minutes": -5},
        {"buffer_after_minutes": -5},
        {"travel_before_minutes": -5},
        {"most_per_day": 0, "zone": STOCKHOLM},
        {"most_per_week": 3},
        {"weekdays": frozenset({0})},
    ],
    ids=str,
)
def test_terms_that_make_no_sense_are_refused(terms: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"at least 1|no debts|need a zone"):
        replace(HOUR, **terms)
