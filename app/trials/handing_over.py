"""What is written down when a unit changes hands, and what is asked for when something did not come back."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import selectinload

from app.accounts.models import User
from app.core.db import db
from app.core.errors import RuleBroken
from app.core.labels import name_here
from app.core.language import local_zone
from app.follow_ups.dues import DuePreset, preset_due
from app.follow_ups.models import FollowUpKind
from app.follow_ups.services import plan
from app.trials.models import Trial
from app.trials.protocols import Protocol, ProtocolAccessory, ProtocolKind
from app.trials.units import DeviceUnit, ModelAccessory, UnitState

Accessory = ModelAccessory | ProtocolAccessory
"""What belongs to the unit: by its model, or as it went out with it."""


def accessories_to_tick(trial: Trial, kind: ProtocolKind) -> Sequence[Accessory]:
    """What belongs to the unit at its hand-over, and at its return what went out with it."""
    handed_over = protocol_of(trial.id, ProtocolKind.HAND_OVER) if kind is ProtocolKind.RETURN else None
    if handed_over is None:
        return trial.model.accessories
    return [accessory for accessory in handed_over.accessories if accessory.is_there]


def units_here(trial: Trial) -> Sequence[DeviceUnit]:
    """The units that can go out: those of the model that are with us, and the one that was kept."""
    is_here = DeviceUnit.state.in_((UnitState.FREE, UnitState.RESERVED))
    query = sa.select(DeviceUnit).where(
        DeviceUnit.model_id == trial.model_id, sa.or_(is_here, DeviceUnit.id == trial.unit_id)
    )
    return db.session.scalars(query.order_by(DeviceUnit.serial_key)).all()


def write_protocol(
    trial: Trial,
    kind: ProtocolKind,
    day_on: date,
    place: str,
    condition: str,
    present: Collection[int],
    actor: User | None,
    now: datetime,
) -> Protocol:
    """Write down how the unit was that day, where, and which accessories were there, by the keys of those to tick.

    What is missing at a return becomes one task, while there is an open lead to ask. Refused a second time.
    """
    if protocol_of(trial.id, kind) is not None:
        raise RuleBroken(_l("Det finns redan ett protokoll. Läs in sidan igen."))
    accessories = accessories_to_tick(trial, kind)
    missing = [accessory for accessory in accessories if accessory.id not in present]
    protocol = Protocol(
        trial_id=trial.id,
        kind=kind,
        day_on=day_on,
        place=place,
        condition=condition,
        written_at=now,
        written_by_id=actor.id if actor else None,
        accessories=[
            ProtocolAccessory(name_sv=one.name_sv, name_en=one.name_en, is_there=one not in missing)
            for one in accessories
        ],
    )
    db.session.add(protocol)
    db.session.flush()
    if missing and kind is ProtocolKind.RETURN:
        _ask_for(trial, missing, now)
    return protocol


def _ask_for(trial: Trial, missing: Sequence[Accessory], now: datetime) -> None:
    if trial.lead is None or not trial.lead.is_open:
        return
    due = preset_due(DuePreset.TOMORROW, now, local_zone())
    title = _("Fråga efter: %(things)s", things=", ".join(_inside_a_sentence(name_here(one)) for one in missing))
    owner = trial.owner if trial.owner and trial.owner.is_active else None
    plan(trial.lead, FollowUpKind.CALL, due.at, now, title=title, due_on=due.on, owner=owner)


def _inside_a_sentence(name: str) -> str:
    """ "Laddkabel" as "laddkabel", and "USB-kabel" as it is."""
    return name if name[:2].isupper() else name[:1].lower() + name[1:]


def protocol_of(trial_id: int, kind: ProtocolKind) -> Protocol | None:
    """The loan's protocol of that kind, with its accessories."""
    return protocols_of(trial_id).get(kind)


def protocols_of(trial_id: int) -> dict[ProtocolKind, Protocol]:
    """The loan's protocols, the hand-over first."""
    query = sa.select(Protocol).where(Protocol.trial_id == trial_id).order_by(Protocol.id)
    found = db.session.scalars(query.options(selectinload(Protocol.accessories), selectinload(Protocol.written_by)))
    return {protocol.kind: protocol for protocol in found}
