"""The page of one unit: where it is, in words that answer at a glance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from app.core.filters import day as day_words
from app.trials.free_units import free_from
from app.trials.model_queries import GONE
from app.trials.models import Decision, Trial, TrialState
from app.trials.queries import borrower_of, waiting_for
from app.trials.unit_queries import Happened, UnitLine, history_of, past_trials
from app.trials.unit_states import UnitMove, allowed_for
from app.trials.units import DeviceUnit, UnitState


@dataclass(frozen=True, slots=True)
class UnitPage:
    """All that is shown of a unit on a day."""

    unit: DeviceUnit
    today: date
    loan: Trial | None
    """The loan that has it with its borrower."""
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
        return next((line for line in self.history if line.is_new_state), None)

    @property
    def holder(self) -> Trial | None:
        """The loan of whoever has it: borrowed it, bought it, or had it when it went missing."""
        if self.unit.state in GONE and self.state_since:
            return self.state_since.trial
        return self.loan

    @property
    def is_late(self) -> bool:
        """Whether it should have been back."""
        return is_late(self.loan, self.today)


def unit_page(unit: DeviceUnit, today: date) -> UnitPage:
    """The page as it is on that day."""
    return UnitPage(
        unit=unit,
        today=today,
        loan=borrower_of(unit),
        waiting=waiting_for(unit),
        past=past_trials(unit),
        history=history_of(unit),
        free_on=free_from(unit, today),
        moves=allowed_for(unit),
    )


def is_late(loan: Trial | None, today: date) -> bool:
    """Whether the unit should have been back from that loan: not where they have said that they keep it."""
    if loan is None or loan.ends_on is None or loan.decision is Decision.BUYS_THIS:
        return False
    return loan.ends_on < today


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
            words = _("Såld till %(name)s %(day)s.", **facts) if facts["name"] else _("Såld %(day)s.", **facts)
        case UnitState.LOST:
            words = _("Borta sedan %(day)s.", **facts)
        case UnitState.OUT:
            words = borrowed_words(holder, page.today) if holder else _("Utlånad.")
    return str(words)


def line_words(line: UnitLine, today: date) -> str:
    """Where a unit of the list is, in few words."""
    if line.loan:
        return borrowed_words(line.loan, today)
    name = line.since.trial.borrower_name if line.since and line.since.trial else ""
    match line.unit.state:
        case UnitState.SERVICE:
            words = line.since.change.why if line.since else ""
        case UnitState.SOLD:
            words = _("Hos %(name)s.", name=name) if name else ""
        case UnitState.LOST:
            words = _("Senast hos %(name)s.", name=name) if name else ""
        case _at_home:
            words = _("Hemma hos oss.")
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
