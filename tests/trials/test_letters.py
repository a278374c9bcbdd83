"""Who is mailed after a change of a trial: the borrower of its newest days, those of us who want to know, and nobody of
what looks like spam."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.models import User
from app.core.db import db, writing
from app.leads.models import EventKind
from app.mail.kinds import kind_of
from app.mail.models import Message, MessageState
from app.trials.letters import SAID, queue_mail, tell_borrower, tell_us
from app.trials.models import Decision, Trial, TrialChange, TrialState
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead
from tests.trials.cast import LAST, add_trial

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
S = TrialState
Lend = Callable[..., Trial]


@pytest.fixture
def lend(app: Flask) -> Lend:
    """Stores a trial of Siv's."""

    def lent(state: TrialState = S.OUT, **facts: Any) -> Trial:
        with writing():
            return add_trial(add_lead(add_contact(email="siv@example.se")), state=state, **facts)

    return lent


def _tell(trial: Trial, what: EventKind, now: datetime = NOW) -> None:
    with writing():
        tell_borrower(trial, what, now)


def _tell_us(trial: Trial, what: EventKind, now: datetime = NOW) -> None:
    with writing():
        tell_us(trial, what, now)


def _mails() -> list[Message]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Message).order_by(Message.id)))


def _why_not() -> list[str | None]:
    return [kind_of(message.kind).why_not(message) for message in _mails()]


@pytest.mark.parametrize(("what", "state"), SAID)
def test_the_borrower_is_told_once(lend: Lend, what: EventKind, state: TrialState) -> None:
    trial = lend(state)

    _tell(trial, what)
    _tell(trial, what, NOW + HOUR)

    [message] = _mails()
    kind = SAID[what, state]
    assert (message.kind, message.dedupe_key) == (kind, f"trial:{trial.id}:v0:{kind}")
    assert (message.address, message.language, message.lead_id) == ("siv@example.se", "sv", trial.lead_id)
    assert message.context == {"trial": trial.id, "version": 0}
    assert _why_not() == [None]


@pytest.mark.parametrize(
    ("what", "state"),
    [
        (EventKind.TRIAL_ENDED, S.BOUGHT),
        (EventKind.TRIAL_ENDED, S.LOST),
        (EventKind.TRIAL_CHECKED, S.CHECKED),
        (EventKind.TRIAL_RETURNING, S.RETURNING),
    ],
)
def test_what_they_know_or_need_not_know_is_not_mailed(lend: Lend, what: EventKind, state: TrialState) -> None:
    _tell(lend(state), what)

    assert _mails() == []


def test_new_days_call_off_what_was_said_of_the_old_ones(lend: Lend) -> None:
    trial = lend()
    _tell(trial, EventKind.TRIAL_HANDED_OVER)
    with writing():
        trial.ends_on, trial.version = LAST + DAY, 1

    _tell(trial, EventKind.TRIAL_MOVED, NOW + HOUR)

    assert [(mail.kind, mail.state) for mail in _mails()] == [
        ("trial_handed_over", MessageState.CANCELLED),
        ("trial_moved", MessageState.PENDING),
    ]
    assert _why_not() == ["moved", None]


def test_a_trial_that_comes_to_nothing_says_only_that(lend: Lend) -> None:
    trial = lend(S.RESERVED)
    _tell(trial, EventKind.TRIAL_RESERVED)
    with writing():
        trial.state, trial.settled_at = S.CANCELLED, NOW

    _tell(trial, EventKind.TRIAL_ENDED, NOW + HOUR)

    assert [(mail.kind, mail.state) for mail in _mails()] == [
        ("trial_agreement", MessageState.CANCELLED),
        ("trial_cancelled", MessageState.PENDING),
    ]


@pytest.mark.parametrize(
    ("kind", "state", "later", "reason"),
    [
        ("trial_agreement", S.RESERVED, {"state": S.AGREED}, "settled already"),
        ("trial_started_well", S.OUT, {"state": S.RETURNING}, "settled already"),
        ("trial_check_in", S.OUT, {"lead_id": None}, "gone"),
        ("trial_ends_soon", S.OUT, {"version": 1}, "moved"),
        ("trial_ends_soon", S.OUT, {"decision": Decision.RETURNS}, "settled already"),
        ("trial_decision", S.DECISION, {"decision": Decision.BUYS_NEW}, "settled already"),
        ("trial_overdue", S.DECISION, {"decision": Decision.BUYS_NEW}, None),
        ("trial_overdue", S.DECISION, {"decision": Decision.BUYS_THIS}, "settled already"),
        ("trial_overdue_again", S.DECISION, {"state": S.RECEIVED}, "settled already"),
    ],
)
def test_a_mail_asks_again_before_it_leaves(
    lend: Lend, kind: str, state: TrialState, later: dict[str, Any], reason: str | None
) -> None:
    trial = lend(state)
    with writing():
        queue_mail(trial, kind, NOW)
    before = _why_not()

    with writing():
        for name, value in later.items():
            setattr(trial, name, value)

    assert (before, _why_not()) == ([None], [reason])


@pytest.mark.parametrize("facts", [{"email": None}, {"is_suspect": True}, {"lead_id": None}])
def test_some_are_told_nothing(lend: Lend, facts: dict[str, Any]) -> None:
    trial = lend(S.REQUESTED)
    with writing():
        for name, value in facts.items():
            setattr(trial, name, value)

    _tell(trial, EventKind.TRIAL_REQUESTED)

    assert _mails() == []


def test_what_looked_like_spam_is_mailed_of_once_somebody_has_said_yes(lend: Lend, owner: User) -> None:
    trial = lend(S.RESERVED, is_suspect=True)
    with writing():
        db.session.add(TrialChange(trial_id=trial.id, at=NOW, to_state=S.SUITABLE))

    _tell(trial, EventKind.TRIAL_RESERVED)

    assert [mail.kind for mail in _mails()] == ["trial_agreement"]


def test_whoever_cares_for_the_trial_is_told(lend: Lend, owner: User, staff: User) -> None:
    trial = lend(S.RETURNING, owner_id=staff.id)

    _tell_us(trial, EventKind.TRIAL_RETURNING)
    _tell_us(trial, EventKind.TRIAL_RETURNING, NOW + HOUR)

    assert [(mail.kind, mail.address) for mail in _mails()] == [("trial_returning_notice", staff.email)]


def test_whoever_cares_for_it_and_wants_no_notices_is_not_told_and_nobody_else_is(
    lend: Lend, owner: User, staff: User
) -> None:
    with writing():
        staff.wants_enquiry_notices = False

    _tell_us(lend(S.RETURNING, owner_id=staff.id), EventKind.TRIAL_RETURNING)

    assert _mails() == []


def test_of_a_trial_that_nobody_cares_for_all_are_told_who_want_it(lend: Lend, owner: User, staff: User) -> None:
    with writing():
        staff.wants_enquiry_notices = False

    _tell_us(lend(S.REQUESTED), EventKind.TRIAL_REQUESTED)

    assert [mail.address for mail in _mails()] == [owner.email]


def test_of_what_looks_like_spam_nobody_is_told(lend: Lend, owner: User) -> None:
    _tell_us(lend(S.REQUESTED, is_suspect=True), EventKind.TRIAL_REQUESTED)

    assert _mails() == []


@pytest.mark.parametrize(("what", "state"), [(EventKind.CHECK_IN, S.OUT), (EventKind.TRIAL_RETURNING, S.RETURNING)])
def test_what_can_happen_again_is_told_of_once_a_day(
    lend: Lend, owner: User, what: EventKind, state: TrialState
) -> None:
    trial = lend(state)

    for hours in (0, 1, 24):
        _tell_us(trial, what, NOW + hours * HOUR)

    assert [mail.due_at for mail in _mails()] == [NOW, NOW + DAY]


def test_quiet_hours_hold_a_notice(lend: Lend, owner: User) -> None:
    with writing():
        owner.quiet_from, owner.quiet_until = time(9, 0), time(12, 0)

    _tell_us(lend(), EventKind.CHECK_IN)

    assert [mail.due_at for mail in _mails()] == [NOW + 2 * HOUR]


@pytest.mark.parametrize(
    ("what", "state", "later", "reason"),
    [
        (EventKind.TRIAL_REQUESTED, S.REQUESTED, {"state": S.SUITABLE}, "settled already"),
        (EventKind.TRIAL_RETURNING, S.RETURNING, {"state": S.RECEIVED}, "settled already"),
        (EventKind.CHECK_IN, S.OUT, {"lead_id": None}, "gone"),
    ],
)
def test_a_notice_asks_again_before_it_leaves(
    lend: Lend, owner: User, what: EventKind, state: TrialState, later: dict[str, Any], reason: str
) -> None:
    trial = lend(state)
    _tell_us(trial, what)
    before = _why_not()

    with writing():
        for name, value in later.items():
            setattr(trial, name, value)

    assert (before, _why_not()) == ([None], [reason])


def test_a_change_of_mind_stops_a_notice(lend: Lend, owner: User, staff: User) -> None:
    _tell_us(lend(S.REQUESTED), EventKind.TRIAL_REQUESTED)
    with writing():
        staff.wants_enquiry_notices = False

    assert {mail.address: why for mail, why in zip(_mails(), _why_not(), strict=True)} == {
        owner.email: None,
        staff.email: "not wanted",
    }
