from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import Flask
from flask_babel import force_locale

from app.consultations.start_names import StartNames
from app.consultations.zones import ZONES, chosen_zone, zone_choices

HERE = StartNames(ZoneInfo("Europe/Stockholm"), 45)
THERE = StartNames(ZoneInfo("America/New_York"), 45)
NINE = datetime(2026, 3, 24, 8, 0, tzinfo=UTC)
AFTER_MIDNIGHT = datetime(2026, 3, 23, 23, 30, tzinfo=UTC)


def test_a_start_is_called_by_day_time_and_length(app: Flask) -> None:
    assert HERE.label(NINE) == "tisdag 24 mars kl. 09.00, 45 minuter"
    assert (HERE.clock(NINE), HERE.our_clock(NINE), HERE.value(NINE)) == ("09.00", "", "2026-03-24T08:00Z")


def test_d17_a_start_elsewhere_is_called_by_both_clocks_and_days(app: Flask) -> None:
    assert (THERE.clock(NINE), THERE.our_clock(NINE)) == ("04.00", "09.00 svensk tid")
    assert THERE.label(NINE) == "tisdag 24 mars kl. 04.00 (09.00 svensk tid) i New York, 45 minuter"
    assert (THERE.clock(AFTER_MIDNIGHT), THERE.our_clock(AFTER_MIDNIGHT)) == (
        "19.30",
        "tisdag 24 mars 00.30 svensk tid",
    )
    assert THERE.name(AFTER_MIDNIGHT) == "måndag 23 mars kl. 19.30 (tisdag 24 mars 00.30 svensk tid) i New York"
    with force_locale("en"):
        assert (
            THERE.name(AFTER_MIDNIGHT) == "Monday 23 March at 19:30 (Tuesday 24 March 00:30 Swedish time) in New York"
        )


def test_d05_the_hour_that_comes_twice_says_which_it_is(app: Flask) -> None:
    first, second = (datetime(2026, 10, 25, hour, 0, tzinfo=UTC) for hour in (0, 1))

    assert [HERE.label(start) for start in (first, second)] == [
        "söndag 25 oktober kl. 02.00 (sommartid), 45 minuter",
        "söndag 25 oktober kl. 02.00 (vintertid), 45 minuter",
    ]


def test_the_zones_to_choose_from_are_known_by_their_cities_and_leave_out_ours(app: Flask) -> None:
    choices = dict(zone_choices())

    assert set(choices) == set(ZONES) - {"Europe/Stockholm"}
    assert (choices["Europe/Helsinki"], choices["Atlantic/Canary"]) == ("Helsingfors", "Kanarieöarna")
    assert list(choices.values())[:2] == ["Adelaide", "Anchorage"]


def test_only_a_zone_of_the_choices_is_one(app: Flask) -> None:
    assert chosen_zone("America/New_York") == ZoneInfo("America/New_York")
    assert [chosen_zone(name) for name in ("", "Europe/Stockholm", "../etc/passwd", "Mars/Base")] == [None] * 4
