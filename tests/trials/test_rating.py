from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.models import User
from app.contacts.consents import withdraw_consent
from app.contacts.models import BY_HAND, Consent, ConsentPurpose
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.follow_ups.models import FollowUp, FollowUpKind
from app.leads.models import EventKind, LeadEvent, LostReason
from app.leads.services import move_to_stage
from app.leads.stages import Stage
from app.trials.check_in_queries import (
    allows_check_ins,
    check_in_on,
    kind_asked_for,
    wants_check_ins,
)
from app.trials.check_ins import CheckInKind, Rating, Scale
from app.trials.models import Decision, Trial, TrialState
from app.trials.queries import trial_to_change
from app.trials.rating import baseline, check_in
from app.trials.touch_points import TouchPoint, TouchPointKind
from tests.conftest import NOW
from tests.consultations.cast import events_of
from tests.together import while_we_write
from tests.trials.cast import TODAY
from tests.trials.check_ins import A_DAY, asked_of_people, lent_to, say, told


@pytest.fixture
def scales(app: Flask) -> list[Scale]:
    """What a person is rated on: sleep first."""
    return asked_of_people()


@pytest.fixture
def trial(app: Flask) -> Trial:
    """Siv's, who has the unit and lets us keep how it goes."""
    return lent_to("Siv Lund")


def calls(trial: Trial) -> list[tuple[datetime, date | None, str | None, int | None]]:
    """The calls that the lead is owed."""
    query = sa.select(FollowUp).where(FollowUp.lead_id == trial.lead_id, FollowUp.kind == FollowUpKind.CALL)
    return [(each.due_at, each.due_on, each.title, each.owner_id) for each in db.session.scalars(query)]


def test_a_check_in_is_kept_and_the_timeline_says_that_it_came_and_nothing_of_it(
    trial: Trial, scales: list[Scale]
) -> None:
    say(trial, {scales[0]: 3, scales[1]: 10}, words="Sover oroligt")

    assert told(trial) == [(TODAY, CheckInKind.OWN, {"Sömn": "3", "Ork": "10"}, "Sover oroligt")]
    event = db.session.scalars(sa.select(LeadEvent).where(LeadEvent.kind == EventKind.CHECK_IN)).one()
    assert (event.actor_id, event.about_id, event.text) == (None, trial.id, None)
    assert trial.lead is not None
    assert trial.lead.heard_at == NOW


def test_the_same_day_is_changed_and_told_once(trial: Trial, scales: list[Scale]) -> None:
    say(trial, {scales[0]: 3, scales[1]: 10}, words="Sover oroligt", kind=CheckInKind.EARLY)

    say(trial, {scales[0]: 4, scales[2]: 0}, now=NOW + timedelta(hours=12))

    assert told(trial) == [(TODAY, CheckInKind.EARLY, {"Sömn": "4", "Stelhet": "0"}, None)]
    assert trial.lead is not None
    assert events_of(trial.lead).count(EventKind.CHECK_IN) == 1


def test_the_day_is_the_local_one(trial: Trial, scales: list[Scale]) -> None:
    before_midnight = datetime(2026, 11, 23, 22, 59, tzinfo=UTC)

    say(trial, {scales[0]: 3}, now=before_midnight)
    say(trial, {scales[0]: 4}, now=before_midnight + timedelta(minutes=1))

    assert [day for day, *_ in told(trial)] == [TODAY, TODAY + A_DAY]


def test_identity_numbers_are_blotted_out(trial: Trial) -> None:
    say(trial, {}, words="Jag heter Siv, 640823-3234.")

    assert told(trial)[0][3] == "Jag heter Siv, [personnummer borttaget]."


@pytest.mark.parametrize("number", [-1, 11])
def test_a_number_off_the_scale_is_refused(trial: Trial, scales: list[Scale], number: int) -> None:
    with pytest.raises(RuleBroken, match="från 0 till 10"):
        say(trial, {scales[0]: number})

    assert told(trial) == []


def test_nothing_at_all_is_refused(trial: Trial) -> None:
    with pytest.raises(RuleBroken, match="Välj en siffra, skriv en rad eller be oss ringa"):
        say(trial, {})


@pytest.mark.parametrize("state", [TrialState.AGREED, TrialState.RECEIVED, TrialState.NOT_BOUGHT])
def test_only_whoever_has_the_unit_checks_in(app: Flask, scales: list[Scale], state: TrialState) -> None:
    trial = lent_to("Siv Lund", state)

    with pytest.raises(RuleBroken, match="under provperioden"):
        say(trial, {scales[0]: 3})


def test_nothing_is_kept_without_a_yes(app: Flask, scales: list[Scale]) -> None:
    trial = lent_to("Siv Lund", has_said_yes=False)

    with pytest.raises(RuleBroken, match="sagt ja"):
        say(trial, {scales[0]: 3})

    assert told(trial) == []
    assert (allows_check_ins(trial), wants_check_ins(trial)) == (False, True)


# Please call me


@pytest.mark.parametrize(
    ("now", "due_at", "due_on"),
    [
        (datetime(2026, 11, 23, 15, 59, tzinfo=UTC), datetime(2026, 11, 23, 23, 0, tzinfo=UTC), TODAY),
        (datetime(2026, 11, 23, 16, 0, tzinfo=UTC), datetime(2026, 11, 24, 8, 0, tzinfo=UTC), None),
        (datetime(2026, 11, 27, 20, 0, tzinfo=UTC), datetime(2026, 11, 30, 8, 0, tzinfo=UTC), None),
        (datetime(2026, 11, 29, 9, 0, tzinfo=UTC), datetime(2026, 11, 30, 8, 0, tzinfo=UTC), None),
    ],
    ids=["at work", "after work", "friday evening", "sunday"],
)
def test_who_asks_for_a_call_is_called_the_same_working_day_or_the_next_morning(
    trial: Trial, owner: User, now: datetime, due_at: datetime, due_on: date | None
) -> None:
    with writing():
        trial.owner = owner

    say(trial, {}, now=now, wants_call=True)

    assert calls(trial) == [(due_at, due_on, "Bad dig ringa i sin avstämning", owner.id)]


def test_a_call_is_owed_once_a_day(trial: Trial, scales: list[Scale]) -> None:
    for hours, wants_call in enumerate((False, True, True)):
        say(trial, {scales[0]: 3}, now=NOW + timedelta(hours=hours), wants_call=wants_call)
    say(trial, {}, now=NOW + A_DAY, wants_call=True)

    assert len(calls(trial)) == 2


def test_a_closed_lead_is_owed_no_call_and_the_check_in_is_kept(trial: Trial) -> None:
    with writing():
        assert trial.lead is not None
        trial.decision = Decision.RETURNS
        move_to_stage(trial.lead, Stage.LOST, None, NOW, lost_reason=db.session.scalars(sa.select(LostReason)).first())

    say(trial, {}, wants_call=True)

    assert calls(trial) == []
    found = check_in_on(trial.id, TODAY)
    assert found is not None
    assert found.wants_call


def test_a_call_falls_to_nobody_who_is_shut_out(trial: Trial, owner: User) -> None:
    with writing():
        trial.owner, owner.is_active = owner, False

    say(trial, {}, wants_call=True)

    assert [owner_id for *_, owner_id in calls(trial)] == [None]


# At the hand-over


def test_a_baseline_is_put_down_by_us_with_the_yes_that_was_said(app: Flask, owner: User, scales: list[Scale]) -> None:
    trial = lent_to("Siv Lund", has_said_yes=False)
    assert trial.lead is not None
    heard_at = trial.lead.heard_at

    with writing():
        baseline(trial, {scales[0]: 2}, "Sover ryckigt", owner, NOW + A_DAY, on=TODAY, has_said_yes=True)

    assert told(trial) == [(TODAY, CheckInKind.BASELINE, {"Sömn": "2"}, "Sover ryckigt")]
    consent = db.session.scalars(sa.select(Consent)).one()
    assert (consent.purpose, consent.text_version, consent.source, consent.said) == (
        ConsentPurpose.CHECK_INS,
        "check-ins-1",
        BY_HAND,
        "Sa ja vid utlämningen.",
    )
    assert events_of(trial.lead)[-2:] == [EventKind.CONSENT_GIVEN, EventKind.CHECK_IN]
    assert trial.lead.heard_at == heard_at


def test_a_baseline_without_a_yes_is_refused_and_an_empty_one_is_nothing(
    app: Flask, owner: User, scales: list[Scale]
) -> None:
    trial = lent_to("Siv Lund", has_said_yes=False)

    with pytest.raises(RuleBroken, match="sagt ja"), writing():
        baseline(trial, {scales[0]: 2}, None, owner, NOW)
    with writing():
        assert baseline(trial, {}, None, owner, NOW) is None

    assert told(trial) == []
    assert db.session.scalars(sa.select(Consent)).all() == []


def test_a_yes_that_stands_is_not_asked_for_again(trial: Trial, owner: User, scales: list[Scale]) -> None:
    with writing():
        baseline(trial, {scales[0]: 2}, None, owner, NOW, has_said_yes=True)

    assert len(db.session.scalars(sa.select(Consent)).all()) == 1
    assert len(told(trial)) == 1


# Which check-in it is


def test_a_check_in_is_the_one_last_asked_for_and_then_the_borrowers_own(trial: Trial, scales: list[Scale]) -> None:
    with writing():
        for kind, days in (
            (TouchPointKind.CHECK_IN_EARLY, 3),
            (TouchPointKind.CHECK_IN_LATER, 10),
            (TouchPointKind.ENDS_SOON, 1),
        ):
            db.session.add(TouchPoint(trial=trial, kind=kind, due_on=TODAY + days * A_DAY))

    def asked(days: int) -> CheckInKind:
        return kind_asked_for(trial.id, TODAY + days * A_DAY)

    assert [asked(days) for days in (2, 3, 9, 10)] == [
        CheckInKind.OWN,
        CheckInKind.EARLY,
        CheckInKind.EARLY,
        CheckInKind.LATER,
    ]
    say(trial, {scales[0]: 3}, now=NOW + 4 * A_DAY, kind=CheckInKind.EARLY)
    assert [asked(days) for days in (4, 5, 10)] == [CheckInKind.EARLY, CheckInKind.OWN, CheckInKind.LATER]


# A yes taken back


def test_a_yes_taken_back_forgets_every_check_in_and_number_of_theirs_and_of_nobody_else(
    trial: Trial, scales: list[Scale]
) -> None:
    other = lent_to("Bo Ek", TrialState.DECISION)
    say(trial, {scales[0]: 3}, words="Sover oroligt")
    say(trial, {scales[0]: 4}, now=NOW + A_DAY)
    say(other, {scales[0]: 7})

    with writing():
        assert trial.lead is not None
        withdraw_consent([trial.lead.contact], ConsentPurpose.CHECK_INS, None, NOW + 2 * A_DAY)

    assert told(trial) == []
    assert [numbers for _, _, numbers, _ in told(other)] == [{"Sömn": "7"}]
    assert len(db.session.scalars(sa.select(Rating)).all()) == 1
    assert (wants_check_ins(trial), wants_check_ins(other)) == (False, True)
    assert events_of(trial.lead)[-1] is EventKind.CONSENT_WITHDRAWN
    with pytest.raises(RuleBroken, match="sagt ja"):
        say(trial, {scales[0]: 3})


def test_a_no_to_tips_forgets_no_check_in(trial: Trial, scales: list[Scale]) -> None:
    say(trial, {scales[0]: 3})

    with writing():
        assert trial.lead is not None
        withdraw_consent([trial.lead.contact], ConsentPurpose.TIPS, None, NOW)
        withdraw_consent([trial.lead.contact], ConsentPurpose.ANSWER, None, NOW)

    assert len(told(trial)) == 1


def test_nobody_is_asked_once_they_are_erased(trial: Trial) -> None:
    with writing():
        trial.lead = None

    assert not wants_check_ins(trial)


# Two at the same time


def test_the_same_form_sent_twice_at_once_is_one_check_in_with_one_call(
    app: Flask, trial: Trial, scales: list[Scale]
) -> None:
    trial_id, first, second = trial.id, *(scale.id for scale in scales[:2])

    def send(scale_id: int, number: int) -> None:
        locked = trial_to_change(trial_id)
        assert locked is not None
        check_in(locked, {db.session.get_one(Scale, scale_id): number}, None, True, CheckInKind.OWN, NOW)

    def send_again() -> None:
        with writing():
            send(second, 7)

    with while_we_write(app, send_again) as let_begin:
        send(first, 3)
        let_begin()

    assert [numbers for _, _, numbers, _ in told(trial)] == [{"Ork": "7"}]
    assert len(calls(trial)) == 1


def test_a_check_in_that_comes_while_the_yes_is_taken_back_is_not_kept(
    app: Flask, trial: Trial, scales: list[Scale]
) -> None:
    trial_id, scale_id = trial.id, scales[0].id
    refused: list[str] = []

    def send() -> None:
        try:
            with writing():
                locked = trial_to_change(trial_id)
                assert locked is not None
                check_in(locked, {db.session.get_one(Scale, scale_id): 3}, None, False, CheckInKind.OWN, NOW)
        except RuleBroken as broken:
            refused.append(str(broken))

    with while_we_write(app, send) as let_begin:
        assert trial.lead is not None
        withdraw_consent([trial.lead.contact], ConsentPurpose.CHECK_INS, None, NOW)
        let_begin()

    assert told(trial) == []
    assert len(refused) == 1
    assert "sagt ja" in refused[0]
