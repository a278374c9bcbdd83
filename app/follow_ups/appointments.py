"""What a lead waits for besides follow-ups: an hour or a day agreed with them, told by the rooms that agree on it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Flask, current_app

from app.core.language import local_zone
from app.follow_ups.dues import whole_day


@dataclass(frozen=True, slots=True)
class Appointment:
    """An hour or a day agreed with somebody, of which nobody has said yet what came of it. A next step of its lead."""

    starts_at: datetime
    ends_at: datetime
    icon: str
    words: Any
    """What it is called until it is over (lazily translated)."""
    words_after: Any
    """What it asks once it is over."""
    due_on: date | None = None
    """Set when a whole day is meant, as of a follow-up; it starts and ends when that day is over."""

    @classmethod
    def on_day(cls, day: date, icon: str, words: Any, words_after: Any) -> "Appointment":
        """One for the whole of a local day."""
        due = whole_day(day, local_zone())
        return cls(due.at, due.at, icon, words, words_after, due.on)

    @property
    def due_at(self) -> datetime:
        """When it becomes due, as a follow-up does."""
        return self.starts_at

    def title_at(self, now: datetime) -> str:
        """What it is called, or asks."""
        return str(self.words_after if self.ends_at <= now else self.words)


AppointmentsOf = Callable[[Collection[int]], Mapping[int, Appointment]]
_KEY = "ledtrad.appointments"


def appointments_are_known_by(app: Flask, appointments: AppointmentsOf) -> None:
    """Let `appointments(lead_ids)` say the earliest of each lead that has one. Called in the factory."""
    app.extensions.setdefault(_KEY, []).append(appointments)


def next_appointments(lead_ids: Collection[int]) -> dict[int, Appointment]:
    """Each lead's earliest appointment, for those that have one."""
    earliest: dict[int, Appointment] = {}
    for appointments in current_app.extensions.get(_KEY, []):
        for lead_id, found in appointments(lead_ids).items():
            known = earliest.setdefault(lead_id, found)
            earliest[lead_id] = min(known, found, key=lambda one: one.starts_at)
    return earliest


def next_appointment(lead_id: int) -> Appointment | None:
    """The lead's earliest appointment."""
    return next_appointments([lead_id]).get(lead_id)
