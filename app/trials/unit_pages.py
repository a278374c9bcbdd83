"""The page of one unit: where it is, in words that answer at a glance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from app.core.filters import day as day_words
from app.trials.models import Trial, TrialState
from app.trials.queries import borrower_of, free_from, waiting_for
from app.trials.unit_queries import Happened, history_of, past_trials
from app.trials.unit_states import UnitMove, allowed_for
from app.trials.units import DeviceUnit, UnitState

GONE_WITH = {UnitState.SOLD: TrialState.BOUGHT, UnitState.LOST: TrialState.LOST}
"""How the loan ended that a unit did not come back from."""


@dataclass(frozen=True, slots=True)
class UnitPage:
    """All that is shown of a unit on a day."""

    unit: DeviceUnit
    today: date
    holder: Trial | None
    """Whoever has it: borrowed, bought or gone."""
    waiting: Sequence[Trial]
    past: Sequence[Trial]
    history: Sequence[Happened]
    free_on: date | None
    moves: Sequence[UnitMove]

    @property
    def to_check(self) -> Trial | None:
        """The loan that it came back from, in which it is still to be checked."""
        return next((trial for trial in self.past if trial.state is TrialState.RECEIVED), None)

    @property
    def state_since(self) -> Happened | None:
        """What brought it to the state it is in."""
        return next((line for line in self.history if line.change.from_state is not line.change.to_state), None)

    @property
    def is_late(self) -> bool:
        """Whether it should have been back."""
        return self.unit.state is UnitState.OUT and is_late(self.holder, self.today)


def unit_page(unit: DeviceUnit, today: date) -> UnitPage:
    """The page as it is on that day."""
    past = past_trials(unit)
    gone = next((trial for trial in past if trial.state is GONE_WITH.get(unit.state)), None)
    return UnitPage(
        unit=unit,
        today=today,
        holder=borrower_of(unit) or gone,
        waiting=waiting_for(unit),
        past=past,
        history=history_of(unit),
        free_on=free_from(unit, today),
        moves=allowed_for(unit),
    )


def is_late(loan: Trial | None, today: date) -> bool:
    """Whether the unit should have been back from that loan."""
    return loan is not None and loan.ends_on is not None and loan.ends_on < today


def borrowed_words(loan: Trial, today: date) -> str:
    """With whom a unit is, and how long."""
    facts = {"name": loan.borrower_name, "day": day_words(loan.ends_on)}
    if loan.state is TrialState.RETURNING:
        return str(_("På väg tillbaka från %(name)s.", **facts))
    if is_late(loan, today):
        return str(_("Kvar hos %(name)s. Skulle ha kommit tillbaka %(day)s.", **facts))
    return str(_("Utlånad till %(name)s, till och med %(day)s.", **facts))


def where_words(page: UnitPage) -> str:
    """Where the unit is, in one sentence or two."""
    since, holder = page.state_since, page.holder
    facts = {
        "day": day_words(since.change.at) if since else "",
        "name": holder.borrower_name if holder else "",
    }
    match page.unit.state:
        case UnitState.FREE:
            words = _("Ledig, hemma hos oss.")
        case UnitState.RESERVED:
            words = _reserved_words(page)
        case UnitState.BACK_UNCHECKED:
            words = _("Tillbaka hos oss, men inte kontrollerad.")
        case UnitState.SERVICE:
            words = _("På service sedan %(day)s.", **facts)
        case UnitState.SOLD:
            words = _("Såld till %(name)s %(day)s.", **facts) if holder else _("Såld %(day)s.", **facts)
        case UnitState.LOST:
            words = _("Borta sedan %(day)s.", **facts)
        case UnitState.OUT:
            words = borrowed_words(holder, page.today) if holder else _("Utlånad.")
    return str(words)


def next_words(page: UnitPage) -> str:
    """Who is to have it next, where the words before do not say it."""
    if not page.waiting or page.unit.state is UnitState.RESERVED:
        return ""
    return str(_("Nästa: %(name)s från %(day)s.", **_first_words(page.waiting)))


def _reserved_words(page: UnitPage) -> str:
    if not page.waiting:
        return str(_("Hemma hos oss, reserverad."))
    return str(_("Hemma hos oss. Reserverad för %(name)s från %(day)s.", **_first_words(page.waiting)))


def _first_words(waiting: Sequence[Trial]) -> dict[str, str]:
    return {"name": waiting[0].borrower_name, "day": day_words(waiting[0].starts_on)}
