"""What the owner changes about the stages: names, order, days, what must be known, and which there are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core.db import db
from app.core.edit_forms import mark_of
from app.core.errors import RuleBroken
from app.core.words import fold
from app.leads.models import Lead, LeadStage, StageFact
from app.leads.own_stages import every_stage, facts_of, first_stage, forget_stages
from app.leads.owned_lists import Direction, later_places, stepped
from app.leads.stages import WALK, RequiredFact, Stage

MOST_STAGES = 30


@dataclass(frozen=True, slots=True)
class StageFacts:
    """What the owner says of a stage."""

    name_sv: str
    name_en: str
    expected_days: int | None = None
    """None where a lead may stand there for as long as it likes; always so beside the walk."""
    wanted: frozenset[RequiredFact] = frozenset()

    @classmethod
    def of(cls, own: LeadStage) -> "StageFacts":
        """What was said of it."""
        return cls(own.name_sv, own.name_en, own.expected_days, frozenset(facts_of(own)))

    @property
    def mark(self) -> str:
        """What tells it from what it was before a change."""
        return mark_of(*self.as_words())

    def as_words(self) -> list[str | int | None]:
        """The same in JSON's words."""
        return [self.name_sv, self.name_en, self.expected_days, *sorted(self.wanted)]

    @classmethod
    def read(cls, words: list[Any]) -> "StageFacts":
        """The facts that `as_words` wrote."""
        name_sv, name_en, expected_days, *wanted = words
        return cls(name_sv, name_en, expected_days, frozenset(map(RequiredFact, wanted)))


class ChangedMeanwhile(RuleBroken):
    """Somebody else has changed the stage since it was shown; `now` is what it has become."""

    def __init__(self, now: StageFacts) -> None:
        super().__init__(_l("Någon annan har ändrat steget under tiden. Se vad det har blivit, och spara igen."))
        self.now = now


def facts_that_fit(meaning: Stage) -> Sequence[RequiredFact]:
    """What can be asked for before a lead comes to such a stage: what is closed or rests is owed no next step."""
    return [fact for fact in RequiredFact if meaning in WALK or fact is not RequiredFact.NEXT_STEP]


def add_stage(meaning: Stage, facts: StageFacts) -> LeadStage:
    """A further stage of that meaning, after those it has. Refused where there are thirty, or one of that name."""
    stages = stages_to_change()
    if len(stages) >= MOST_STAGES:
        raise RuleBroken(_l("Det finns redan %(most)s steg. Lägg undan något först.", most=MOST_STAGES))
    refuse_taken_name(facts, stages)
    own = LeadStage(meaning=meaning, is_first=False)
    alike = [known for known in every_stage() if known.meaning is meaning]
    place = max(known.position for known in alike)
    for known in stages:
        if known.position > place:
            known.position += 1
    own.position = place + 1
    db.session.add(own)
    _keep(own, facts)
    return own


def change_stage(stage_id: int, facts: StageFacts, seen: str) -> StageFacts:
    """Let the stage be so, and say how it was.

    Raises ChangedMeanwhile where its mark is no longer the one that the form was shown with.
    """
    stages = stages_to_change()
    own = next(known for known in stages if known.id == stage_id)
    before = StageFacts.of(own)
    if before != facts and before.mark != seen:
        raise ChangedMeanwhile(before)
    refuse_taken_name(facts, [known for known in stages if known is not own])
    _keep(own, facts)
    return before


def change_back(stage_id: int, before: StageFacts, after_mark: str) -> None:
    """Let the stage be as it was before a change that left it with that mark. Refused where it has changed since."""
    try:
        change_stage(stage_id, before, after_mark)
    except ChangedMeanwhile:
        raise RuleBroken(_l("Någon har ändrat steget sedan dess, så det får vara som det är.")) from None


def _keep(own: LeadStage, facts: StageFacts) -> None:
    own.name_sv, own.name_en = facts.name_sv, facts.name_en
    own.expected_days = facts.expected_days if own.meaning in WALK else None
    db.session.flush()
    db.session.execute(sa.delete(StageFact).where(StageFact.stage_id == own.id))
    wanted = [fact for fact in facts_that_fit(own.meaning) if fact in facts.wanted]
    db.session.add_all(StageFact(stage_id=own.id, fact=fact) for fact in wanted)
    db.session.flush()
    forget_stages()


def refuse_taken_name(facts: StageFacts, others: Collection[LeadStage]) -> None:
    """Two stages of one name cannot be told apart; one that was put away takes none."""
    if any(fold(known.name_sv) == fold(facts.name_sv) for known in others if known.is_active):
        raise RuleBroken(_l("Det finns redan ett steg som heter %(name)s.", name=facts.name_sv))


def step_stage(stage_id: int, direction: Direction) -> None:
    """One place up or down among those it may stand among. Where there is none, nothing changes."""
    stages = {known.id: known for known in stages_to_change()}
    own = stages[stage_id]
    order = [known.id for known in every_stage() if known.is_active and _stand_together(known.meaning, own.meaning)]
    _place(stages, stepped(order, stage_id, direction))


def place_stages(ids: Sequence[int]) -> list[int]:
    """Let those of the walk stand in that order, the rest of it after them, and say in which they stood.

    Keys of others are left out.
    """
    stages = {known.id: known for known in stages_to_change()}
    walk = [known.id for known in every_stage() if known.meaning in WALK]
    named = [stage_id for stage_id in dict.fromkeys(ids) if stage_id in walk]
    _place(stages, [*named, *(stage_id for stage_id in walk if stage_id not in named)])
    return walk


def _stand_together(one: Stage, other: Stage) -> bool:
    """The walk is ordered freely; won, lost and resting stay last, each with those of its own meaning."""
    return one is other or (one in WALK and other in WALK)


def _place(stages: dict[int, LeadStage], order: Sequence[int]) -> None:
    places = sorted(stages[stage_id].position for stage_id in order)
    for place, stage_id in zip(later_places(places), order, strict=True):
        stages[stage_id].position = place
    db.session.flush()
    forget_stages()


def stages_to_change() -> Sequence[LeadStage]:
    """All of them, locked until the write ends, so that whoever else changes the list waits; read anew."""
    forget_stages()
    return db.session.scalars(sa.select(LeadStage).order_by(LeadStage.id).with_for_update()).all()


def leads_by_stage() -> dict[int, int]:
    """By the key of each stage how many leads stand in it."""
    query = sa.select(Lead.stage, Lead.added_stage_id, sa.func.count()).group_by(Lead.stage, Lead.added_stage_id)
    return {added or first_stage(stage).id: count for stage, added, count in db.session.execute(query)}
