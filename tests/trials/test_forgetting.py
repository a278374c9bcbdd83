from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from flask import Flask

from app.contacts.consent_texts import CURRENT
from app.contacts.consents import record_consent, withdraw_consent
from app.contacts.models import BY_HAND, ConsentPurpose
from app.core.db import db, writing
from app.trials.check_ins import AnonymousRating, CheckIn, CheckInKind, Rating, Scale
from app.trials.jobs import forget_ratings
from app.trials.keeping import change_rules
from app.trials.models import Trial, TrialState
from app.trials.protocols import PhotoKind, TrialPhoto
from app.trials.suitability import Answer, SuitabilityAnswer, Verdict
from tests.conftest import NOW
from tests.trials.check_ins import A_DAY, asked_of_people, lent_to, say, told

ENDED = NOW + 20 * A_DAY
MOMENT = timedelta(seconds=1)


@pytest.fixture
def scales(app: Flask) -> list[Scale]:
    """What a person is rated on; check-ins are kept for 30 days after the end, answers and photos for 60."""
    with writing():
        change_rules(30, 60)
    return asked_of_people()


def lived(name: str, scales: list[Scale], state: TrialState, ended_at: datetime | None) -> Trial:
    """A trial with a baseline and two check-ins, an answer and three photos."""
    trial = lent_to(name)
    say(trial, {scales[0]: 3, scales[1]: 4}, kind=CheckInKind.BASELINE)
    say(trial, {scales[0]: 5}, now=NOW + 3 * A_DAY, words="Sover bättre")
    say(trial, {scales[0]: 6}, now=NOW + 14 * A_DAY)
    with writing() as session:
        said = {"question": "Har du en pacemaker?", "answer": Answer.NO.value, "verdict": Verdict.FINE.value}
        session.add(SuitabilityAnswer(trial_id=trial.id, **said))
        facts = {"trial_id": trial.id, "taken_in_at": NOW, "width": 1, "height": 1, "jpeg": b"pixels"}
        session.add_all(TrialPhoto(kind=kind, **facts) for kind in PhotoKind)
        trial.state, trial.settled_at = state, ended_at
    return trial


def kept(trial: Trial) -> tuple[int, int, list[PhotoKind]]:
    """How many check-ins and answers there are, and which photos."""
    db.session.rollback()
    answers = sa.select(sa.func.count(SuitabilityAnswer.id)).where(SuitabilityAnswer.trial_id == trial.id)
    photos = sa.select(TrialPhoto.kind).where(TrialPhoto.trial_id == trial.id).order_by(TrialPhoto.id)
    return len(told(trial)), db.session.scalar(answers) or 0, list(db.session.scalars(photos))


def numbers() -> list[tuple[str, int, int]]:
    """What is left of check-ins: scale, week and number."""
    return [
        (db.session.get_one(Scale, row.scale_id).name_sv, row.weeks_in, row.value)
        for row in db.session.scalars(sa.select(AnonymousRating).order_by(AnonymousRating.id))
    ]


ALL = (3, 1, list(PhotoKind))


def test_check_ins_go_when_they_have_been_kept_long_enough_and_their_numbers_stay_without_identity(
    scales: list[Scale],
) -> None:
    trial = lived("Siv Lund", scales, TrialState.NOT_BOUGHT, ENDED)

    done = [forget_ratings(ENDED + 30 * A_DAY + after) for after in (-MOMENT, timedelta(0), MOMENT)]

    assert done == [0, 1, 0]
    assert kept(trial) == (0, 1, list(PhotoKind))
    assert numbers() == [("Sömn", 0, 3), ("Sömn", 1, 5), ("Sömn", 3, 6), ("Ork", 0, 4)]
    assert db.session.scalars(sa.select(Rating)).all() == []


def test_a_number_without_identity_has_nothing_to_be_known_by() -> None:
    assert set(AnonymousRating.__table__.columns.keys()) == {"id", "scale_id", "weeks_in", "value"}


def test_answers_and_photos_go_at_a_time_of_their_own(scales: list[Scale]) -> None:
    with writing():
        change_rules(60, 30)
    trial = lived("Siv Lund", scales, TrialState.BOUGHT, ENDED)

    done = [forget_ratings(ENDED + 30 * A_DAY + after) for after in (-MOMENT, timedelta(0), MOMENT)]

    assert done == [0, 1, 0]
    assert kept(trial) == (3, 0, [])
    assert numbers() == []


def test_the_agreement_about_a_unit_that_never_came_back_is_kept_and_nothing_else_of_it(scales: list[Scale]) -> None:
    trial = lived("Siv Lund", scales, TrialState.LOST, ENDED)

    done = [forget_ratings(ENDED + 60 * A_DAY + after) for after in (timedelta(0), MOMENT)]

    assert done == [1, 0]
    assert kept(trial) == (0, 0, [PhotoKind.AGREEMENT])


@pytest.mark.parametrize("state", [TrialState.OUT, TrialState.DECISION, TrialState.RETURNING, TrialState.CHECKED])
def test_a_trial_that_goes_on_loses_nothing_however_long_it_is(scales: list[Scale], state: TrialState) -> None:
    trial = lived("Siv Lund", scales, state, None)

    assert forget_ratings(NOW + 1000 * A_DAY) == 0
    assert kept(trial) == ALL


def test_only_the_trials_whose_time_has_come_lose_anything(scales: list[Scale]) -> None:
    old = lived("Siv Lund", scales, TrialState.NOT_BOUGHT, ENDED)
    later = lived("Bo Ek", scales, TrialState.NOT_BOUGHT, ENDED + A_DAY)
    going_on = lived("Eva Ros", scales, TrialState.OUT, None)

    assert forget_ratings(ENDED + 60 * A_DAY) == 2

    assert [kept(each) for each in (old, later, going_on)] == [(0, 0, []), (0, 1, list(PhotoKind)), ALL]
    assert len(numbers()) == 8


def test_what_was_taken_back_leaves_no_number(scales: list[Scale]) -> None:
    trial = lived("Siv Lund", scales, TrialState.NOT_BOUGHT, ENDED)
    with writing():
        assert trial.lead is not None
        withdraw_consent([trial.lead.contact], ConsentPurpose.CHECK_INS, None, ENDED)

    forget_ratings(ENDED + 1000 * A_DAY)

    assert numbers() == []


def test_without_a_yes_to_keep_what_they_write_what_they_answered_before_a_trial_is_forgotten(
    scales: list[Scale],
) -> None:
    trial, other = (lived(name, scales, TrialState.OUT, None) for name in ("Siv Lund", "Bo Ek"))
    with writing():
        for each in (trial, other):
            assert each.lead is not None
            contact = each.lead.contact
            record_consent(contact, ConsentPurpose.ANSWER, CURRENT[ConsentPurpose.ANSWER], "sv", BY_HAND, NOW)
        assert trial.lead is not None
        withdraw_consent([trial.lead.contact], ConsentPurpose.ANSWER, None, ENDED)

    assert kept(trial) == (3, 0, list(PhotoKind))
    assert kept(other) == ALL


def test_one_that_fails_stops_no_other(scales: list[Scale]) -> None:
    damaged, whole = (lived(name, scales, TrialState.NOT_BOUGHT, ENDED) for name in ("Siv Lund", "Bo Ek"))
    with writing():
        db.session.execute(
            sa.text("UPDATE rating SET value = :damaged WHERE id = (SELECT min(id) FROM rating)"),
            {"damaged": b"\x01" + bytes(40)},
        )

    with pytest.raises(InvalidTag):
        forget_ratings(ENDED + 30 * A_DAY)

    assert kept(whole)[0] == 0
    assert len(numbers()) == 4
    assert db.session.scalar(sa.select(sa.func.count()).where(CheckIn.trial_id == damaged.id)) == 3
