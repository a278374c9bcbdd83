"""What the owner changes about the reasons why leads are lost: their names, their order, and which there are."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core.db import db
from app.core.edit_forms import mark_of
from app.core.errors import RuleBroken
from app.core.words import fold
from app.leads.models import Lead, LostReason
from app.leads.owned_lists import Direction, later_places, stepped

MOST_REASONS = 50
Names = tuple[str, str]
"""In Swedish, and in English, which may be empty."""


def every_reason() -> Sequence[LostReason]:
    """All reasons in the owner's order, put away or not."""
    return db.session.scalars(sa.select(LostReason).order_by(LostReason.position, LostReason.id)).all()


def add_reason(names: Names) -> LostReason:
    """A further reason, the last to choose. Refused where there are fifty, or one of that name."""
    reasons = _reasons_to_change()
    if len(reasons) >= MOST_REASONS:
        raise RuleBroken(_l("Det finns redan %(most)s anledningar. Byt namn på någon i stället.", most=MOST_REASONS))
    _refuse_taken_name(names, reasons)
    place = max((known.position for known in reasons), default=0) + 1
    reason = LostReason(name_sv=names[0], name_en=names[1], position=place)
    db.session.add(reason)
    return reason


def rename_reason(reason_id: int, names: Names, seen: str) -> Names:
    """Call it so, and say what it was called. Refused where its mark is not the one that the form was shown with."""
    reasons = _reasons_to_change()
    reason = next(known for known in reasons if known.id == reason_id)
    before = (reason.name_sv, reason.name_en)
    if before != names and mark_of(*before) != seen:
        raise RuleBroken(_l("Någon annan har under tiden döpt om den till %(name)s.", name=reason.name_sv))
    _refuse_taken_name(names, [known for known in reasons if known is not reason])
    reason.name_sv, reason.name_en = names
    return before


def _refuse_taken_name(names: Names, others: Collection[LostReason]) -> None:
    if any(fold(known.name_sv) == fold(names[0]) for known in others if known.is_active):
        raise RuleBroken(_l("Det finns redan en anledning som heter %(name)s.", name=names[0]))


def step_reason(reason_id: int, direction: Direction) -> None:
    """One place up or down among those that can be chosen. Where there is none, nothing changes."""
    reasons = {known.id: known for known in _reasons_to_change()}
    order = [known.id for known in every_reason() if known.is_active]
    places = sorted(reasons[key].position for key in order)
    for place, key in zip(later_places(places), stepped(order, reason_id, direction), strict=True):
        reasons[key].position = place


def put_reason_away(reason_id: int) -> None:
    """It can be chosen no more; leads that were lost for it still are. The last one stays."""
    reasons = _reasons_to_change()
    reason = next(known for known in reasons if known.id == reason_id)
    if all(known is reason for known in reasons if known.is_active):
        raise RuleBroken(_l("Det måste finnas någon anledning att välja. Lägg till en annan först."))
    reason.is_active = False


def bring_reason_back(reason_id: int) -> None:
    """It can be chosen again. Refused where another has taken its name."""
    reasons = _reasons_to_change()
    reason = next(known for known in reasons if known.id == reason_id)
    _refuse_taken_name((reason.name_sv, reason.name_en), [known for known in reasons if known is not reason])
    reason.is_active = True


def _reasons_to_change() -> Sequence[LostReason]:
    """All of them, locked until the write ends, so that whoever else changes the list waits."""
    return db.session.scalars(sa.select(LostReason).order_by(LostReason.id).with_for_update()).all()


def leads_by_reason() -> dict[int, int]:
    """By the key of each reason how many leads are lost for it."""
    query = sa.select(Lead.lost_reason_id, sa.func.count()).where(Lead.lost_reason_id.is_not(None))
    return {key: count for key, count in db.session.execute(query.group_by(Lead.lost_reason_id)) if key is not None}
