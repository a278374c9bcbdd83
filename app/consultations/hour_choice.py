"""Which hours are shown to choose among: of a kind, with a host, and in a week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from werkzeug.datastructures import MultiDict

from app.accounts.models import User
from app.consultations.availability import free_times
from app.consultations.calendar import FARTHEST, View, span_of
from app.consultations.host_time import hosts_of
from app.consultations.hosts import Host
from app.consultations.kinds import ConsultationKind
from app.consultations.models import Consultation
from app.consultations.travel import NO_TRAVEL, Travel, travel_for
from app.consultations.wall_times import by_day
from app.core.language import local_zone
from app.core.routes import row_number

WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class HourChoice:
    """What is chosen of the hours to show: a kind, a host who holds it, the way there, and a week."""

    kind: ConsultationKind
    host: Host
    hosts: Sequence[Host]
    first_on: date
    last_on: date
    postcode: str
    way: Travel | None
    """None to where none of our bands goes, or nobody has said yet."""

    @property
    def earlier_on(self) -> date:
        return self.first_on - WEEK

    @property
    def later_on(self) -> date:
        return self.first_on + WEEK

    @property
    def travel(self) -> Travel:
        """The way there; none but to a visit."""
        return self.way or NO_TRAVEL

    @property
    def is_way_unknown(self) -> bool:
        """Whether there is a way there that none of our bands knows."""
        return self.way is None and bool(self.postcode)

    def free_days(self, at: datetime, ignoring: Consultation | None = None) -> dict[date, list[datetime]]:
        """The hours that are free, by their local days."""
        free = free_times(
            self.kind, self.first_on, self.last_on, at, travel=self.travel, host=self.host, ignoring=ignoring
        )
        return by_day((time.starts_at for time in free), local_zone())


def chosen_hours(
    asked: MultiDict[str, str],
    user: User,
    now: datetime,
    kinds: Sequence[ConsultationKind],
    moved: Consultation | None = None,
) -> HourChoice | None:
    """What an address asks for; else the first of the kinds, with the user where they hold it, this week.

    For a booking that is to be moved: with its host, in its week, on its way. None where nobody holds it.
    """
    by_id = {kind.id: kind for kind in kinds}
    kind = by_id.get(asked.get("kind", 0, type=row_number), next(iter(kinds), None))
    hosts = hosts_of(kind) if kind else ()
    if kind is None or not hosts:
        return None
    host_id = asked.get("host", moved.host_id if moved else 0, type=row_number)
    preferred = sorted(hosts, key=lambda host: (host.id != host_id, host.user_id != user.id))
    postcode = asked.get("postcode", (moved.postcode or "") if moved else "").strip()
    return HourChoice(kind, preferred[0], hosts, *_week(asked, now, moved), postcode, travel_for(kind, postcode))


def _week(asked: MultiDict[str, str], now: datetime, moved: Consultation | None) -> tuple[date, date]:
    zone = local_zone()
    today = now.astimezone(zone).date()
    usual = max(moved.starts_at.astimezone(zone).date(), today) if moved else today
    on = asked.get("on", usual, type=date.fromisoformat)
    return span_of(View.WEEK, on if abs(on - today) <= FARTHEST else today)
