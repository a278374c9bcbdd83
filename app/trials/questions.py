"""What is asked before somebody tries a device: the owner's list of questions, changed as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from flask_babel import lazy_gettext as _l

from app.consultations.kinds import Audience
from app.core.db import db
from app.core.errors import RuleBroken
from app.trials.asking_queries import every_question
from app.trials.suitability import SuitabilityQuestion, Verdict

MOST = 10
"""How many questions one borrower is asked at most."""


@dataclass(frozen=True, slots=True)
class QuestionFacts:
    """All that a question is but its place, by the names of its columns; without `id` it is a new one."""

    audience: Audience
    words_sv: str
    words_en: str
    on_yes: Verdict = Verdict.STOP
    on_no: Verdict = Verdict.FINE
    is_active: bool = True
    id: int | None = None


COLUMNS = tuple(field.name for field in fields(QuestionFacts) if field.name != "id")
"""What the owner decides about a question."""


def change_questions(wanted: Sequence[QuestionFacts]) -> None:
    """Let these be the questions, in this order. What has been answered keeps the words it was asked in.

    Refused where a person or a horse would be asked more than ten things, and where no answer makes a difference.
    """
    for audience in (Audience.PERSON, Audience.HORSE):
        _refuse_too_many(wanted, audience)
    _refuse_idle(wanted)
    known = {question.id: question for question in every_question()}
    for position, facts in enumerate(wanted):
        question = known.pop(facts.id or 0, None) or SuitabilityQuestion()
        question.position = position
        for name in COLUMNS:
            setattr(question, name, getattr(facts, name))
        db.session.add(question)
    for left_out in known.values():
        db.session.delete(left_out)


def _refuse_too_many(wanted: Sequence[QuestionFacts], audience: Audience) -> None:
    asked = [facts for facts in wanted if facts.is_active and facts.audience in (audience, Audience.BOTH)]
    if len(asked) > MOST:
        raise RuleBroken(_l("Fråga högst %(most)s saker, så orkar man svara. Stäng av någon av frågorna.", most=MOST))


def _refuse_idle(wanted: Sequence[QuestionFacts]) -> None:
    for number, facts in enumerate(wanted, 1):
        if facts.on_yes is Verdict.FINE and facts.on_no is Verdict.FINE:
            raise RuleBroken(
                _l("Svaret på fråga %(number)s betyder ingenting. Säg vad ett ja eller ett nej betyder.", number=number)
            )
