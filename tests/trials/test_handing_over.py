from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.models import User
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.follow_ups.models import FollowUp, FollowUpKind
from app.leads.services import move_to_stage
from app.leads.stages import Stage
from app.trials.handing_over import accessories_to_tick, protocols_of, write_protocol
from app.trials.models import Decision, Trial
from app.trials.protocols import Protocol, ProtocolKind
from app.trials.units import ModelAccessory
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead
from tests.trials.cast import TODAY, add_model, add_trial, add_unit

OUT, BACK = ProtocolKind.HAND_OVER, ProtocolKind.RETURN


@pytest.fixture
def trial(app: Flask, owner: User) -> Trial:
    """A unit that is with Siv; to its model belong a cable, a bag and a box."""
    with writing():
        model = add_model()
        things = (("Laddkabel", "Charging cable"), ("Väska", "Bag"), ("USB-dosa", "USB box"))
        model.accessories = [
            ModelAccessory(position=place, name_sv=swedish, name_en=english)
            for place, (swedish, english) in enumerate(things)
        ]
        trial = add_trial(add_lead(add_contact()), add_unit(model))
        trial.owner_id = owner.id
    return trial


def _write(trial: Trial, kind: ProtocolKind, *names: str, on: date = TODAY) -> Protocol:
    """A protocol in which these were there."""
    with writing():
        present = [one.id for one in accessories_to_tick(trial, kind) if one.name_sv in names]
        return write_protocol(trial, kind, on, "Hos oss", "Som ny", present, trial.owner, NOW)


def _told(trial: Trial, kind: ProtocolKind) -> list[tuple[str, bool]]:
    return [(one.name_sv, one.is_there) for one in protocols_of(trial.id)[kind].accessories]


def _steps() -> list[FollowUp]:
    return list(db.session.scalars(sa.select(FollowUp)))


def test_what_is_missing_when_it_goes_out_is_written_down_and_asked_of_nobody(trial: Trial) -> None:
    _write(trial, OUT, "Laddkabel", "Väska")

    assert _told(trial, OUT) == [("Laddkabel", True), ("Väska", True), ("USB-dosa", False)]
    assert _steps() == []


def test_what_does_not_come_back_becomes_one_task(trial: Trial) -> None:
    _write(trial, OUT, "Laddkabel", "USB-dosa")

    _write(trial, BACK)

    assert _told(trial, BACK) == [("Laddkabel", False), ("USB-dosa", False)]
    [step] = _steps()
    assert (step.kind, step.title, step.owner_id) == (
        FollowUpKind.CALL,
        "Fråga efter: laddkabel, USB-dosa",
        trial.owner_id,
    )
    assert trial.lead
    assert trial.lead.next_step_at == step.due_at > NOW


def test_what_came_back_is_asked_of_nobody(trial: Trial) -> None:
    _write(trial, OUT, "Laddkabel", "Väska")

    _write(trial, BACK, "Laddkabel", "Väska")

    assert _steps() == []


def test_without_a_hand_over_all_of_the_model_is_to_come_back(trial: Trial) -> None:
    assert [one.name_sv for one in accessories_to_tick(trial, BACK)] == ["Laddkabel", "Väska", "USB-dosa"]


def test_a_lead_that_is_closed_or_gone_is_asked_nothing(trial: Trial, owner: User) -> None:
    with writing():
        assert trial.lead
        trial.decision = Decision.RETURNS
        move_to_stage(trial.lead, Stage.WON, db.session.get_one(User, owner.id), NOW)

    _write(trial, BACK)

    assert [step for step in _steps() if step.state == "open"] == []
    assert _told(trial, BACK) == [("Laddkabel", False), ("Väska", False), ("USB-dosa", False)]


def test_a_second_protocol_of_a_kind_is_refused(trial: Trial) -> None:
    _write(trial, OUT)

    with pytest.raises(RuleBroken, match="redan ett protokoll"):
        _write(trial, OUT)

    assert db.session.query(Protocol).count() == 1


def test_a_protocol_keeps_the_names_that_things_had_that_day(trial: Trial) -> None:
    _write(trial, OUT, "Laddkabel")
    with writing():
        cable = db.session.scalars(sa.select(ModelAccessory).where(ModelAccessory.name_sv == "Laddkabel")).one()
        cable.name_sv = "USB-kabel"

    assert _told(trial, OUT)[0] == ("Laddkabel", True)
    assert [one.name_sv for one in accessories_to_tick(trial, BACK)] == ["Laddkabel"]
