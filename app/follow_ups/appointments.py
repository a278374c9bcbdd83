"""What a lead waits for besides follow-ups: an hour agreed with them, told by the rooms above that agree on it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask, current_app


@dataclass(frozen=True, slots=True)
class Appointment:
    """An hour agreed with somebody, of which nobody has said yet what came of it. It is a next step of its lead."""

    starts_at: datetime
    ends_at: datetime
    icon: str
    words: Any
    """What it is called until it is over (lazily translated)."""
    words_after: Any
    """What it asks once it is over."""

    @property
    def due_at(self) -> datetime:
        """When it becomes due, as a follow-up does."""
        return self.starts_at

    @property
    def due_on(self) -> None:
        """It has an hour, never the whole of a day."""

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
