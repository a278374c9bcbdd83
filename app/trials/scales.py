"""What borrowers rate: the owner's list of scales, changed as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from flask_babel import lazy_gettext as _l

from app.consultations.kinds import Audience
from app.core.db import db
from app.core.errors import RuleBroken
from app.trials.check_ins import Scale
from app.trials.scale_queries import every_scale, rated_scales

FEWEST, MOST = 3, 5
"""How many scales are right for somebody: enough to see something, and done in a minute. More are refused."""
LOWEST, HIGHEST = 0, 10
"""The ends of every scale."""


@dataclass(frozen=True, slots=True)
class ScaleFacts:
    """All that a scale is but its place, by the names of its columns; without `id` it is a new one."""

    audience: Audience
    name_sv: str
    name_en: str
    low_sv: str
    low_en: str
    high_sv: str
    high_en: str
    is_active: bool = True
    id: int | None = None


COLUMNS = tuple(field.name for field in fields(ScaleFacts) if field.name != "id")
"""What the owner decides about a scale."""


def change_scales(wanted: Sequence[ScaleFacts]) -> None:
    """Let these be the scales, in this order. One that is left out goes; where it has ratings it is switched off.

    Refused where a person or a horse would be asked about more than five things.
    """
    _refuse_too_many(wanted)
    known = {scale.id: scale for scale in every_scale()}
    for position, facts in enumerate(wanted):
        scale = known.pop(facts.id or 0, None) or Scale()
        scale.position = position
        for name in COLUMNS:
            setattr(scale, name, getattr(facts, name))
        db.session.add(scale)
    _put_away(list(known.values()), after=len(wanted))


def _refuse_too_many(wanted: Sequence[ScaleFacts]) -> None:
    """Nobody is asked about more than five things."""
    for audience, words in _TOO_MANY.items():
        if asked_count(wanted, audience) > MOST:
            raise RuleBroken(words)


def asked_count(scales: Sequence[ScaleFacts | Scale], audience: Audience) -> int:
    """How many things a person, or a horse, is asked about."""
    return sum(scale.is_active and scale.audience in (audience, Audience.BOTH) for scale in scales)


_TOO_MANY = {
    Audience.PERSON: _l("Fråga en människa om högst fem saker, så orkar man svara. Stäng av någon av skalorna."),
    Audience.HORSE: _l("Fråga om högst fem saker hos en häst, så orkar man svara. Stäng av någon av skalorna."),
}


def _put_away(scales: Sequence[Scale], after: int) -> None:
    rated = rated_scales() if scales else set()
    for position, scale in enumerate(scales, after):
        if scale.id in rated:
            scale.position, scale.is_active = position, False
        else:
            db.session.delete(scale)
