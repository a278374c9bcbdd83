import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, current_app

from app.core import ticking
from app.core.ticking import Job, Ticker, TickerStopped

SHORT = timedelta(milliseconds=50)
LONG = timedelta(hours=1)


def _wait_until(is_so: Callable[[], object]) -> None:
    ends = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.01)


@pytest.fixture
def started() -> Iterator[Callable[..., Ticker]]:
    """Starts a ticker with jobs; stopped after the test."""
    tickers: list[Ticker] = []

    def start(*jobs: Job) -> Ticker:
        ticker = Ticker(Flask(__name__), jobs)
        tickers.append(ticker)
        ticker.start()
        return ticker

    yield start
    for ticker in tickers:
        ticker.stop()


def test_a_job_is_told_the_moment_inside_an_application(started: Callable[..., Ticker]) -> None:
    seen: list[tuple[str, datetime]] = []

    def run(moment: datetime) -> int:
        seen.append((current_app.name, moment))
        return 1

    begun = datetime.now(UTC)
    started(Job("look", LONG, run))

    _wait_until(lambda: seen)
    assert seen[0][0] == __name__
    assert begun <= seen[0][1] <= datetime.now(UTC)


def test_a_job_that_fails_is_reported_and_stops_nobody(started: Callable[..., Ticker]) -> None:
    turns: list[str] = []

    def fail(_moment: datetime) -> int:
        turns.append("bad")
        raise LookupError("canary")

    def succeed(_moment: datetime) -> int:
        turns.append("good")
        return 2

    ticker = started(Job("bad", SHORT, fail), Job("good", SHORT, succeed))
    _wait_until(lambda: turns.count("bad") > 1 and turns.count("good") > 2)  # all but the last are reported by then
    reports = {report.name: report for report in ticker.take_reports()}

    assert (reports["bad"].error, reports["bad"].items) == ("LookupError", 0)
    assert reports["good"].error is None
    assert reports["good"].items >= 4


def test_a_slow_job_is_not_started_twice(started: Callable[..., Ticker]) -> None:
    running, most, ended = 0, 0, 0

    def slow(_moment: datetime) -> int:
        nonlocal running, most, ended
        running += 1
        most = max(most, running)
        time.sleep(0.3)
        running -= 1
        ended += 1
        return 0

    started(Job("slow", SHORT, slow))
    _wait_until(lambda: ended > 1)

    assert most == 1


@pytest.mark.parametrize("jump", [-7200.0, 7200.0])
def test_every_job_is_ticked_anew_when_somebody_sets_the_clock(
    started: Callable[..., Ticker], monkeypatch: pytest.MonkeyPatch, jump: float
) -> None:
    count = 0

    def run(_moment: datetime) -> int:
        nonlocal count
        count += 1
        return 1

    ticker = started(Job("hourly", LONG, run))
    _wait_until(lambda: count == 1)
    ticker.watch()
    offset = ticking._clock_offset()
    monkeypatch.setattr(ticking, "_clock_offset", lambda: offset + jump)

    ticker.watch()

    _wait_until(lambda: count > 1)
    assert count == 2


def test_a_dead_thread_is_noticed() -> None:
    ticker = Ticker(Flask(__name__), [Job("look", LONG, lambda _moment: 0)])

    with pytest.raises(TickerStopped):
        ticker.watch()


def test_the_next_tick_is_counted_from_now_and_never_makes_up_for_lost_ones() -> None:
    trigger = ticking._After(timedelta(seconds=5))
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    today = datetime(2026, 11, 22, tzinfo=UTC)

    assert trigger.get_next_fire_time(None, today) == today
    assert trigger.get_next_fire_time(long_ago, today) == today + timedelta(seconds=5)
