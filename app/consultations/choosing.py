"""Who takes a booking: one of those who are free then, by the very rules that times are shown by."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l

from app.consultations.availability import free_times, nearest_free, why_not
from app.consultations.host_time import hosts_of
from app.consultations.hosts import Host
from app.consultations.kinds import ConsultationKind
from app.consultations.models import Consultation
from app.consultations.queries import fewest_booked
from app.consultations.refusals import NotOffered, TimeTaken
from app.consultations.slots import Reason
from app.consultations.travel import NO_TRAVEL, Travel
from app.core.language import local_zone

_NOT_NOW = _l("Det här går inte att boka just nu. Hör av dig till oss i stället.")
_NO_LONGER = _l("Den tiden går inte att boka längre. Välj en annan tid.")
_WORDS = {
    Reason.NOT_HELD: _NOT_NOW,
    Reason.CLOSED: _NO_LONGER,
    Reason.OFF_GRID: _NO_LONGER,
    Reason.TOO_SOON: _l("Det är för kort tid kvar till den tiden. Välj en senare tid."),
    Reason.TOO_FAR: _l("Så långt fram går det inte att boka än. Välj en tidigare tid."),
    Reason.WEEKDAY: _l("Den veckodagen åker vi inte till er. Välj en annan dag."),
}
"""What a visitor is told of a time that nobody has taken; any other reason means that it is taken."""
_JUST_TAKEN = _l("Någon annan hann boka den tiden. Välj en annan tid.")


@dataclass(frozen=True, slots=True)
class Asked:
    """The time that a visitor asks for, and how it is to be decided."""

    kind: ConsultationKind
    starts_at: datetime
    now: datetime
    host: Host | None = None
    """Nobody else will do; empty where anybody may take it."""
    travel: Travel = NO_TRAVEL
    moves: Consultation | None = None
    """The booking that is to be moved there. Its own time is no obstacle, and its host keeps it where that is free."""

    def free_host(self) -> Host:
        """Of the hosts who are free then, the one who has the booking that moves, else who has the fewest that week.

        Raises TimeTaken where somebody has the time, NotOffered where a rule or the owner says no. Trust it only while
        the hosts are locked.
        """
        if not self.kind.is_published:
            raise NotOffered(_NOT_NOW)
        free = self._free_host_ids()
        hosts = [each for each in self._hosts() if each.id in free]
        if not hosts:
            raise self._refusal()
        if self.moves and self.moves.host in hosts:
            return self.moves.host
        return fewest_booked(hosts, self.starts_at)

    def has_free_host(self) -> bool:
        """Whether `free_host` would find one."""
        return self.kind.is_published and bool(self._free_host_ids())

    def just_taken(self) -> TimeTaken:
        """What to raise when somebody else has one of the cells, with three times instead."""
        return TimeTaken(_JUST_TAKEN, self._nearest)

    def _free_host_ids(self) -> set[int]:
        day = self.starts_at.astimezone(local_zone()).date()
        free = free_times(self.kind, day, day, self.now, travel=self.travel, host=self.host, ignoring=self.moves)
        return {time.host_id for time in free if time.starts_at == self.starts_at}

    def _hosts(self) -> list[Host]:
        return [each for each in hosts_of(self.kind) if self.host is None or each.id == self.host.id]

    def _refusal(self) -> NotOffered:
        refusals = [
            why_not(self.kind, each, self.starts_at, self.now, travel=self.travel, ignoring=self.moves)
            for each in self._hosts()
        ]
        reasons = [refusal.reason for refusal in refusals if refusal] or [Reason.NOT_HELD]
        if any(reason not in _WORDS for reason in reasons):
            return self.just_taken()
        return NotOffered(_WORDS[reasons[0]], self._nearest)

    def _nearest(self) -> list[datetime]:
        return nearest_free(
            self.kind, self.starts_at, self.now, travel=self.travel, host=self.host, ignoring=self.moves
        )
