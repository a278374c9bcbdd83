"""The one place that reads the clock. Only edges (views, jobs, commands) call it; services are told the moment."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)
