"""The care of trials is carried out on its day: once, never at night, and not when it is too late or pointless."""

import threading
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.models import User
from app.contacts.consents import withdraw_consent
from app.contacts.models import ConsentPurpose
from app.core.db import db, writing
from app.core.wall_clock import moment_of
from app.follow_ups.models import FollowUp, FollowUpKind
from app.leads.models import EventKind, LeadEvent
from app.leads.stages import Stage
from app.mail.models import Message
from app.trials.care_queries import points_due, touch_points_of
from app.trials.jobs import care_for_trials
from app.trials.lending import change_days
from app.trials.models import Decision, Trial, TrialState
from app.trials.rating import allow
from app.trials.returning import never_came, receive, say_returned
from app.trials.touch_points import TouchPointKind, TouchPointState
from tests.conftest import NOW
from tests.signed_in import SignedIn
from tests.trials.cast import FIRST, LAST
from tests.trials.walks import walk_to

STOCKHOLM = ZoneInfo("Europe/Stockholm")
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
K = TouchPointKind
DONE, PLANNED, SKIPPED = TouchPointState.DONE, TouchPointState.PLANNED, TouchPointState.SKIPPED


@pytest.fixture
def trial(app: Flask, owner: User) -> Trial:
    """Siv's, which was handed over today, for three weeks; Maj cares for it."""
    with writing():
        lent = walk_to(TrialState.OUT, actor=owner)
        lent.owner = owner
    return lent


def _at(day: date, clock: time = time(9, 0)) -> datetime:
    return moment_of(day, clock, STOCKHOLM)


def _states(trial: Trial) -> dict[TouchPointKind, TouchPointState]:
    db.session.expire_all()
    return {point.kind: point.state for point in touch_points_of(trial.id) if point.state is not PLANNED}


def _care_mails() -> list[tuple[str, str]]:
    """The mails of the care, by their keys, and when each was planned."""
    db.session.expire_all()
    query = sa.select(Message.dedupe_key, Message.due_at).order_by(Message.id)
    kinds = {kind.value for kind in K}
    found = ((key.split(":")[-1], due_at) for key, due_at in db.session.execute(query))
    return [(kind, f"{due_at.astimezone(STOCKHOLM):%m-%d %H.%M}") for kind, due_at in found if kind in kinds]


def _tasks() -> list[FollowUp]:
    return list(db.session.scalars(sa.select(FollowUp).order_by(FollowUp.id)))


def _late_lines() -> list[str | None]:
    return list(db.session.scalars(sa.select(LeadEvent.text).where(LeadEvent.kind == EventKind.TRIAL_CARE_LATE)))


def _change(trial: Trial, **facts: Any) -> None:
    with writing():
        for name, value in facts.items():
            setattr(trial, name, value)


def test_a_trial_that_nobody_answers_is_cared_for_to_the_end(trial: Trial, owner: User) -> None:
    for half_hours in range(29 * 24 * 2):
        care_for_trials(NOW + half_hours * timedelta(minutes=30))

    assert _care_mails() == [
        ("started_well", "11-24 09.00"),
        ("check_in_early", "11-26 09.00"),
        ("check_in_later", "12-03 09.00"),
        ("ends_soon", "12-11 09.00"),
        ("decision", "12-13 09.00"),
        ("overdue_mail", "12-16 09.00"),
        ("overdue_again", "12-20 09.00"),
    ]
    assert set(_states(trial).values()) == {DONE}
    [task] = _tasks()
    assert (task.kind, task.due_on, task.owner_id) == (FollowUpKind.CALL, LAST + DAY, owner.id)
    assert task.title == "Provperioden är slut och enheten är inte tillbaka"
    assert (trial.state, trial.lead and trial.lead.stage) == (TrialState.DECISION, Stage.DECISION)
    assert _late_lines() == []


@pytest.mark.parametrize(
    ("clock", "done"), [(time(8, 59), 0), (time(9, 0), 1), (time(20, 59), 1), (time(21, 0), 0), (time(23, 59), 0)]
)
def test_it_comes_from_nine_in_the_morning_and_never_at_night(trial: Trial, clock: time, done: int) -> None:
    assert care_for_trials(_at(FIRST + DAY, clock)) == done
    assert len(_care_mails()) == done


def test_again_does_nothing_more(trial: Trial) -> None:
    done = [care_for_trials(_at(LAST) + minutes * MINUTE) for minutes in range(3)]

    assert done == [6, 0, 0]


def test_two_schedulers_send_one_mail(app: Flask, trial: Trial) -> None:
    together = threading.Barrier(3)
    done: list[int] = []

    def tick() -> None:
        with app.app_context():
            together.wait(10)
            done.append(care_for_trials(_at(FIRST + DAY)))
            db.session.remove()

    threads = [threading.Thread(target=tick) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(done) == [0, 0, 1]
    assert [kind for kind, _ in _care_mails()] == ["started_well"]


def test_the_mail_may_leave_until_the_evening(trial: Trial) -> None:
    care_for_trials(_at(FIRST + DAY, time(10, 15)))

    message = db.session.scalars(sa.select(Message).where(Message.kind == "trial_started_well")).one()
    assert message.expires_at == _at(FIRST + DAY, time(21, 0))


@pytest.mark.parametrize(("days", "state", "told"), [(1, DONE, []), (2, SKIPPED, ["started_well"])])
def test_what_is_too_late_is_passed_over_and_told(
    trial: Trial, days: int, state: TouchPointState, told: list[str]
) -> None:
    care_for_trials(_at(FIRST + DAY + days * DAY))

    assert (_states(trial)[K.STARTED_WELL], _late_lines()) == (state, told)


def test_after_a_long_stop_nobody_gets_two_mails_at_once(trial: Trial) -> None:
    care_for_trials(_at(LAST + 8 * DAY))

    assert [kind for kind, _ in _care_mails()] == ["overdue_again"]
    assert len(_tasks()) == 1
    assert _late_lines() == ["ends_soon", "decision", "overdue_mail"]


@pytest.mark.parametrize(
    ("decision", "left"),
    [
        (Decision.BUYS_THIS, []),
        (Decision.BUYS_NEW, ["overdue_mail", "overdue_again"]),
        (Decision.RETURNS, ["overdue_mail", "overdue_again"]),
    ],
)
def test_what_has_been_said_is_not_asked_for(trial: Trial, decision: Decision, left: list[str]) -> None:
    _change(trial, decision=decision)

    for days in range(15, 30):
        care_for_trials(_at(FIRST + days * DAY))

    assert [kind for kind, _ in _care_mails()] == left
    assert trial.state is TrialState.DECISION


def test_whoever_has_sent_it_back_is_asked_nothing(trial: Trial) -> None:
    with writing():
        say_returned(trial, NOW)

    for days in range(30):
        care_for_trials(_at(FIRST + days * DAY))

    assert _care_mails() == []
    assert _tasks() == []


@pytest.mark.parametrize(
    ("days", "mails", "calls", "late"),
    [
        (2, [], 1, []),
        (4, ["overdue_mail"], 1, []),
        (8, ["overdue_again"], 1, ["overdue_mail"]),
        (20, ["overdue_again"], 1, ["overdue_task", "overdue_mail"]),
    ],
)
def test_a_unit_that_was_said_to_be_sent_and_never_came_is_asked_for(
    trial: Trial, owner: User, days: int, mails: list[str], calls: int, late: list[str]
) -> None:
    with writing():
        say_returned(trial, NOW)
    for day in range(21 + days):
        care_for_trials(_at(FIRST + day * DAY))
    with writing():
        never_came(trial, owner, _at(LAST + days * DAY))

    care_for_trials(_at(LAST + days * DAY) + MINUTE)

    assert ([kind for kind, _ in _care_mails()], len(_tasks()), _late_lines()) == (mails, calls, late)


def test_a_unit_on_its_way_takes_no_work_of_the_clock(trial: Trial) -> None:
    with writing():
        say_returned(trial, NOW)
    care_for_trials(_at(LAST + 8 * DAY))

    assert points_due(LAST + 8 * DAY) == []


def test_nothing_is_owed_once_it_is_back(trial: Trial, owner: User) -> None:
    with writing():
        receive(trial, FIRST, owner, NOW)

    assert set(_states(trial).values()) == {SKIPPED}
    assert care_for_trials(_at(FIRST + DAY)) == 0


def test_whoever_takes_back_their_yes_is_not_asked_to_check_in(trial: Trial, owner: User) -> None:
    assert trial.lead
    with writing():
        allow(trial, "sv", NOW)
    with writing():
        withdraw_consent([trial.lead.contact], ConsentPurpose.CHECK_INS, owner, NOW)

    care_for_trials(_at(FIRST + 3 * DAY))

    assert _states(trial)[K.CHECK_IN_EARLY] is SKIPPED
    assert _care_mails() == []


def test_a_short_trial_has_no_check_in_on_its_last_day(app: Flask) -> None:
    with writing():
        trial = walk_to(TrialState.OUT, ends_on=FIRST + 3 * DAY)

    care_for_trials(_at(FIRST + 3 * DAY))

    assert [kind for kind, _ in _care_mails()] == ["decision"]
    assert _states(trial)[K.CHECK_IN_EARLY] is SKIPPED


def test_whoever_left_no_address_is_called_instead(trial: Trial) -> None:
    _change(trial, email=None)

    care_for_trials(_at(FIRST + DAY))

    assert _care_mails() == []
    assert [(task.title, task.due_on) for task in _tasks()] == [("Gick det bra att komma igång?", FIRST + DAY)]


def test_a_call_falls_on_a_working_day(app: Flask) -> None:
    saturday = date(2026, 11, 28)
    with writing():
        walk_to(TrialState.OUT, ends_on=saturday - DAY)

    care_for_trials(_at(saturday))

    assert [task.due_on for task in _tasks()] == [saturday + 2 * DAY]


def test_a_week_later_moves_what_is_still_to_come(trial: Trial, owner: User) -> None:
    later = _at(FIRST + 8 * DAY)
    for day in (FIRST + DAY, FIRST + 3 * DAY):
        care_for_trials(_at(day))
    before = {point.kind: point.due_on for point in touch_points_of(trial.id)}

    with writing():
        change_days(trial, FIRST + 7 * DAY, LAST + 7 * DAY, owner, later, "Fraktades en vecka för sent")

    after = {point.kind: (point.due_on - before[point.kind]).days for point in touch_points_of(trial.id)}
    assert after == {kind: 0 if kind in (K.STARTED_WELL, K.CHECK_IN_EARLY) else 7 for kind in K}


def test_an_extension_brings_the_end_of_the_trial_again(trial: Trial, owner: User) -> None:
    care_for_trials(_at(LAST))
    with writing():
        change_days(trial, FIRST, LAST + 7 * DAY, owner, _at(LAST) + MINUTE, "Vill prova längre")

    for days in range(8):
        care_for_trials(_at(LAST + days * DAY) + MINUTE)

    assert trial.state is TrialState.DECISION
    assert [mail for mail in _care_mails() if mail[0] in ("ends_soon", "decision")] == [
        ("decision", "12-13 09.00"),
        ("ends_soon", "12-18 09.01"),
        ("decision", "12-20 09.01"),
    ]


def test_an_erased_borrower_is_mailed_no_more_and_the_unit_stays_overdue(trial: Trial) -> None:
    _change(trial, lead_id=None)

    for day in (FIRST + DAY, LAST + DAY):
        care_for_trials(_at(day))

    assert (_care_mails(), _tasks()) == ([], [])
    assert trial.state is TrialState.DECISION


def test_the_timeline_says_what_was_not_done_in_time(trial: Trial, owner_client: SignedIn) -> None:
    care_for_trials(_at(LAST + 8 * DAY))

    page = owner_client.get(f"/leads/{trial.lead_id}").text

    assert "Provperiodens ”Slutar snart” hann inte göras i tid" in page
