"""What comes next for a lead when the last thing it was owed is settled: a step, a rest, or its end."""

from dataclasses import dataclass
from datetime import date, datetime

from app.follow_ups.models import FollowUpKind
from app.leads.models import LostReason
from app.leads.stages import Stage


@dataclass(frozen=True, slots=True)
class NextStep:
    """Something to do; `due_on` where the whole of a day is meant."""

    kind: FollowUpKind
    due_at: datetime
    due_on: date | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Rest:
    """Nothing until a day; none named is refused by the leads."""

    until_on: date | None


@dataclass(frozen=True, slots=True)
class End:
    """Won, or lost for a reason; none named is refused by the leads."""

    stage: Stage
    lost_reason: LostReason | None = None


Onward = NextStep | Rest | End
