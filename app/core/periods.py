"""Conditions on a moment that rows keep: within the last days, not for so many days, between two days."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import InstrumentedAttribute

from app.core.conditions import Condition, Values, Way
from app.core.language import local_zone
from app.core.wall_clock import start_of_day

Moment = InstrumentedAttribute[datetime]

WITHIN = {
    "7": _l("Senaste 7 dagarna"),
    "30": _l("Senaste 30 dagarna"),
    "90": _l("Senaste 90 dagarna"),
    "365": _l("Senaste året"),
}
NOT_FOR = {
    "over30": _l("Inte på 30 dagar"),
    "over90": _l("Inte på 90 dagar"),
    "over365": _l("Inte på ett år"),
}


def on_moment(
    moment: Moment, name: str, labels: tuple[Any, Any, Any], group: Any, choices: Mapping[str, Any]
) -> tuple[Condition, Condition, Condition]:
    """A moment's three conditions, each with its label: one of the usual periods, the first local day, the last one."""
    label, from_label, to_label = labels

    def recently(values: Values, now: datetime) -> sa.ColumnElement[bool]:
        return sa.or_(*(_within(moment, value, now) for value in values))

    def from_day(values: Values, _now: datetime) -> sa.ColumnElement[bool]:
        return moment >= _start_of(date.fromisoformat(values[0]))

    def to_day(values: Values, _now: datetime) -> sa.ColumnElement[bool]:
        return moment < _start_of(min(date.fromisoformat(values[0]), _LAST) + timedelta(days=1))

    return (
        Condition(name, label, lambda: choices, recently, group),
        Condition(f"{name}_from", from_label, dict, from_day, group, Way.DAY),
        Condition(f"{name}_to", to_label, dict, to_day, group, Way.DAY),
    )


_FIRST, _LAST = date(1900, 1, 1), date(9000, 1, 1)
"""Days that every zone and database can hold the moments of."""


def _within(moment: Moment, value: str, now: datetime) -> sa.ColumnElement[bool]:
    days = timedelta(days=int(value.removeprefix("over")))
    return moment < now - days if value.startswith("over") else moment >= now - days


def _start_of(day: date) -> datetime:
    return start_of_day(max(_FIRST, min(day, _LAST)), local_zone())
