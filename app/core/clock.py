"""The one place that reads the clock. Only edges (views, jobs, commands) call it; services are told the moment."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def running_from(moment: datetime) -> Callable[[], datetime]:
    """A clock that shows the moment now and goes on from there, for what takes a while."""
    began = monotonic()
    return lambda: moment + timedelta(seconds=monotonic() - began)
