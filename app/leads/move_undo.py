"""Taking back a move that was made by hand."""

import json
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.core.errors import RuleBroken
from app.leads.models import Lead
from app.leads.moves import follow_move_rules, follow_undo_rules
from app.leads.own_stages import own_stage, stage_name
from app.leads.services import tell_of_move
from app.leads.stages import Stage

UNDONE_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a lead stood at a moment, with all that its stage says of it. The names are those of the columns."""

    stage: Stage
    added_stage_id: int | None
    stage_changed_at: datetime
    rests_until_on: date | None
    lost_reason_id: int | None
    closed_at: datetime | None

    @classmethod
    def of(cls, lead: Lead) -> "Place":
        """Where it stands now, its changes flushed."""
        return cls(**{column.name: getattr(lead, column.name) for column in fields(cls)})

    def words(self) -> list[str | int | None]:
        """The same in JSON's words."""
        return [_written(getattr(self, column.name)) for column in fields(self)]

    @classmethod
    def read(cls, words: list[Any]) -> "Place":
        """The place that `words` wrote."""
        stage, added, changed_at, rests_until_on, lost_reason_id, closed_at = words
        return cls(
            Stage(stage),
            added,
            datetime.fromisoformat(changed_at),
            date.fromisoformat(rests_until_on) if rests_until_on else None,
            lost_reason_id,
            datetime.fromisoformat(closed_at) if closed_at else None,
        )


@dataclass(frozen=True, slots=True)
class Move:
    """A move that was made: from where, to where, and when. All that is needed to take it back."""

    before: Place
    after: Place
    made_at: datetime

    def as_text(self) -> str:
        """The same in JSON."""
        return json.dumps([self.before.words(), self.after.words(), self.made_at.isoformat()])

    @classmethod
    def from_text(cls, text: str) -> "Move":
        """The move that `as_text` wrote."""
        before, after, made_at = json.loads(text)
        return cls(Place.read(before), Place.read(after), datetime.fromisoformat(made_at))


def _written(value: object) -> str | int | None:
    if isinstance(value, date):  # and so every datetime
        return value.isoformat()
    return value if value is None or isinstance(value, int) else str(value)


def undo_move(lead: Lead, move: Move, actor: User | None, now: datetime) -> None:
    """The same as `move_back`, refused after ten minutes."""
    if now - move.made_at > UNDONE_WITHIN:
        raise RuleBroken(_l("Det har gått mer än tio minuter. Flytta affären för hand i stället."))
    move_back(lead, move, actor, now)


def move_back(lead: Lead, move: Move, actor: User | None, now: datetime) -> None:
    """Back to where it stood, with its day to rest until and why it was lost; what it was owed then is owed again.

    What was said with the move is kept. Refused where the lead has moved since, and where the stage it came from was
    put away.
    """
    if Place.of(lead) != move.after:
        raise RuleBroken(_l("Affären har flyttats till %(stage)s sedan dess.", stage=stage_name(lead)))
    if not own_stage(move.before.stage, move.before.added_stage_id).is_active:
        raise RuleBroken(_l("Steget som affären kom från har lagts undan. Välj ett annat."))
    for column in fields(move.before):
        setattr(lead, column.name, getattr(move.before, column.name))
    tell_of_move(lead, move.after.stage, move.after.added_stage_id, actor, now)
    follow_undo_rules(lead, move.made_at)
    follow_move_rules(lead, move.after.stage, actor, now)
