"""What stands in a cell of a report, as a page says it and as a file has it."""

from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from app.core.filters import kronor, length_words, number, percent
from app.core.language import current_language
from app.reports.periods import A_DAY

FEWEST = 5
"""Of fewer than these a share in percent would say more than is known."""
NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole."""

    part: int
    whole: int

    @property
    def value(self) -> float:
        """From 0 to 1; of nothing it is 0."""
        return self.part / self.whole if self.whole else 0.0

    def words(self) -> str:
        """In percent, or "2 av 3" where they are few."""
        if not self.whole:
            return NOTHING
        if self.whole < FEWEST:
            return str(_("%(part)s av %(whole)s", part=number(self.part), whole=number(self.whole)))
        return percent(self.value)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in öre."""

    ore: int


Cell = str | int | date | Share | Money | timedelta | None


def cell_words(cell: Cell) -> str:
    """The cell on a page."""
    match cell:
        case None:
            return NOTHING
        case Share():
            return cell.words()
        case Money():
            return kronor(cell.ore)
        case timedelta():
            return _length(cell)
        case int():
            return number(cell)
        case _:
            return str(cell)


def _length(length: timedelta) -> str:
    """In days from the second on, since "a week" would hide three of them."""
    days = round(length / A_DAY)
    return str(ngettext("%(num)s dag", "%(num)s dagar", days)) if days > 1 else length_words(length)


def cell_in_file(cell: Cell) -> str | int:
    """The cell as a spreadsheet can count with it: whole kronor, hours, and parts in percent."""
    match cell:
        case None:
            return ""
        case Share():
            return _decimal(100 * cell.value) if cell.whole else ""
        case Money():
            return round(cell.ore / 100)
        case timedelta():
            return _decimal(cell / timedelta(hours=1))
        case int():
            return cell
        case _:
            return str(cell)


def _decimal(value: float) -> str:
    """To one place, with the sign that a spreadsheet of the reader's language expects."""
    written = f"{value:.1f}"
    return written.replace(".", ",") if current_language() == "sv" else written


def change_words(now: int, before: int | None) -> str:
    """How much more or less than in the period before; nothing where there is none, or nothing in either."""
    if before is None or not (now or before):
        return ""
    if not before:
        return str(_("inga förra perioden"))
    if now == before:
        return str(_("lika många som förra perioden"))
    sign = "+" if now > before else "\N{MINUS SIGN}"
    return str(_("%(change)s mot förra perioden", change=f"{sign}{number(abs(now - before))}"))


def before_words(before: Cell) -> str:
    """What it was in the period before; nothing where there was none."""
    words = cell_words(before)
    return "" if words == NOTHING else str(_("%(value)s förra perioden", value=words))
