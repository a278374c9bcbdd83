"""When things happened and will: at any present, and in the right order."""

from datetime import UTC, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from app.demo import script
from app.demo.timing import Present, due_of, moments_of

ZONE = ZoneInfo("Europe/Stockholm")


@settings(max_examples=40, deadline=None)
@given(st.datetimes(datetime(2026, 1, 1), datetime(2032, 1, 1)))  # noqa: DTZ001  (given their zone below)
def test_every_thread_fits_before_any_present(moment: datetime) -> None:
    present = Present(moment.replace(tzinfo=UTC), ZONE, time(17))
    chance = Random(1)

    for thread in script.threads():
        moments = moments_of(thread, present, chance)

        assert moments == sorted(set(moments))
        assert len(moments) == len(thread.beats)
        assert moments[-1] <= present.now
        assert present.now - moments[0] < timedelta(days=270)


@settings(max_examples=40, deadline=None)
@given(st.datetimes(datetime(2026, 1, 1), datetime(2032, 1, 1)))  # noqa: DTZ001  (given their zone below)
def test_next_steps_were_planned_before_they_were_due(moment: datetime) -> None:
    present = Present(moment.replace(tzinfo=UTC), ZONE, time(17))
    chance = Random(1)

    for thread in script.threads():
        if thread.next_step is not None:
            assert due_of(thread.next_step, present).at > moments_of(thread, present, chance)[-1]
