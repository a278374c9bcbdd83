"""Many units from one list: what each line would become, and then all of them in one write."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.core.errors import RuleBroken
from app.core.money import MOST_ORE, ore_of
from app.core.words import fold
from app.trials.model_queries import every_model
from app.trials.queries import lock_units
from app.trials.unit_lists import BrokenQuote, Column, Row, read_list
from app.trials.unit_queries import lent_units, units_by_key
from app.trials.unit_services import (
    KEEPS_MODEL,
    LONGEST_NOTE,
    UnitFacts,
    add_unit,
    change_unit_facts,
    facts_of,
    fault_of_serial,
)
from app.trials.units import DeviceModel, DeviceUnit, serial_key

MOST_LINES = 1000


class Outcome(StrEnum):
    """What a line becomes."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    WRONG = "wrong"


@dataclass(slots=True)
class Line:
    """A line of the list, what it would become, and what stands in the way."""

    row: Row
    unit: DeviceUnit | None = None
    """The unit that has its serial number already."""
    facts: UnitFacts | None = None
    problems: dict[Column, Any] = field(default_factory=dict)
    """Sentences, by the column that they are about."""

    @property
    def outcome(self) -> Outcome:
        if self.problems or self.facts is None:
            return Outcome.WRONG
        if self.unit is None:
            return Outcome.NEW
        return Outcome.SAME if self.facts == facts_of(self.unit) else Outcome.CHANGED


@dataclass(frozen=True, slots=True)
class Plan:
    """What a whole list would become."""

    lines: Sequence[Line]
    unread: Sequence[str]
    """The names of columns that are not read."""

    @property
    def counts(self) -> Counter[Outcome]:
        return Counter(line.outcome for line in self.lines)

    @property
    def is_ready(self) -> bool:
        """Whether it can be imported, and would change anything."""
        counts = self.counts
        return not counts[Outcome.WRONG] and counts[Outcome.NEW] + counts[Outcome.CHANGED] > 0


def plan_import(text: str) -> Plan:
    """What each line of the list would become. A cell that says nothing leaves what is known. Changes nothing.

    Refuses a list of no lines, one of too many, and one whose lines cannot be told apart.
    """
    try:
        found = read_list(text)
    except BrokenQuote as broken:
        raise RuleBroken(_l("Ett citattecken på rad %(number)s saknar sitt par.", number=broken.line)) from None
    if not found.rows:
        raise RuleBroken(_l("Listan är tom. Skriv en enhet på varje rad."))
    if len(found.rows) > MOST_LINES:
        raise RuleBroken(_l("Listan har fler än %(most)s rader. Dela upp den.", most=MOST_LINES))
    keys = [serial_key(row.cells.get(Column.SERIAL, "")) for row in found.rows]
    reader = _Reader(every_model(), units_by_key(keys), lent_units(keys))
    return Plan([reader.line(row) for row in found.rows], found.unread)


def import_units(plan: Plan, actor: User, now: datetime) -> Counter[Outcome]:
    """Add what is new, change what is known, and say how many. The same list again changes nothing.

    Refuses a list of which any line is wrong.
    """
    counts = plan.counts
    if counts[Outcome.WRONG]:
        raise RuleBroken(_l("Rätta raderna som är fel. Inget har lästs in."))
    lock_units(DeviceUnit.id.in_([line.unit.id for line in plan.lines if line.unit]))
    for line in plan.lines:
        if line.facts and line.unit:
            change_unit_facts(line.unit, line.facts, actor, now)
        elif line.facts:
            add_unit(line.facts, actor, now)
    return counts


class _Reader:
    """Reads lines in turn, knowing what there is and what the lines before said."""

    def __init__(self, models: Sequence[DeviceModel], units: Mapping[str, DeviceUnit], lent: Collection[str]) -> None:
        self.models, self.units, self.lent = models, units, lent
        self.numbers: dict[str, int] = {}
        """On which line each serial number stands."""

    def line(self, row: Row) -> Line:
        """What one line would become."""
        line = Line(row, self.units.get(serial_key(row.cells.get(Column.SERIAL, ""))))
        readers = {
            Column.SERIAL: ("serial", self._serial),
            Column.MODEL: ("model", self._model),
            Column.VALUE: ("value_ore", _value),
            Column.ACQUIRED: ("acquired_on", _day),
            Column.NOTE: ("note", _note),
        }
        said: dict[str, Any] = {}
        for column, (fact, read) in readers.items():
            try:
                said[fact] = read(row.cells.get(column, ""), line)
            except RuleBroken as refusal:
                line.problems[column] = refusal.sentence
        if not line.problems:
            line.facts = _told(line.unit, {fact: value for fact, value in said.items() if value is not None})
        return line

    def _serial(self, text: str, line: Line) -> str:
        if fault := fault_of_serial(text):
            raise RuleBroken(fault)
        before = self.numbers.setdefault(serial_key(text), line.row.number)
        if before != line.row.number:
            raise RuleBroken(_l("Serienumret står redan på rad %(number)s.", number=before))
        return line.unit.serial if line.unit else text

    def _model(self, text: str, line: Line) -> DeviceModel | None:
        if not text and (line.unit or len(self.models) == 1):
            return None if line.unit else self.models[0]
        model = next((model for model in self.models if fold(model.name) == fold(text)), None)
        if model is None:
            names = ", ".join(model.name for model in self.models)
            raise RuleBroken(_l("Skriv modellens namn. Det finns: %(names)s.", names=names))
        if line.unit and line.unit.model_id != model.id and line.unit.serial_key in self.lent:
            raise RuleBroken(KEEPS_MODEL)
        return model


def _told(unit: DeviceUnit | None, said: Mapping[str, Any]) -> UnitFacts:
    return replace(facts_of(unit), **said) if unit else UnitFacts(**said)


def _value(text: str, _of: Line) -> int | None:
    try:
        ore = ore_of(text) if text else None
    except ValueError:
        raise RuleBroken(_l("Skriv ett belopp i kronor, till exempel 12 500 eller 49,50.")) from None
    if ore is not None and ore > MOST_ORE:
        raise RuleBroken(_l("Skriv högst 20 000 000 kronor."))
    return ore


def _day(text: str, _of: Line) -> date | None:
    try:
        return datetime.fromisoformat(text).date() if text else None
    except ValueError:
        raise RuleBroken(_l("Skriv ett datum, till exempel 2026-07-13.")) from None


def _note(text: str, _of: Line) -> str | None:
    if len(text) > LONGEST_NOTE:
        raise RuleBroken(_l("Skriv högst %(most)s tecken.", most=LONGEST_NOTE))
    return text or None
