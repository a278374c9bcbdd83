"""To remind a borrower with one click: of what waits, and not too often."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.models import User
from app.contacts.consents import withdraw_consent
from app.contacts.models import ConsentPurpose
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.leads.models import EventKind, LeadEvent
from app.mail.kinds import kind_of
from app.mail.models import Message
from app.trials.models import Decision, Trial, TrialState
from app.trials.rating import allow
from app.trials.reminding import About, remind_now, what_waits
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead
from tests.trials.cast import TODAY, add_trial

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
S = TrialState


def _lent(state: TrialState = S.OUT, **facts: Any) -> Trial:
    with writing():
        return add_trial(add_lead(add_contact(email="siv@example.se")), state=state, **facts)


def _remind(trial: Trial, actor: User, now: Any = NOW) -> None:
    with writing():
        remind_now(trial, actor, now)


def _reminders() -> list[Message]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Message).order_by(Message.id)))


@pytest.mark.parametrize(
    ("state", "facts", "waits"),
    [
        (S.REQUESTED, {}, None),
        (S.RESERVED, {}, About.AGREEMENT),
        (S.AGREED, {}, None),
        (S.OUT, {}, About.CHECK_IN),
        (S.DECISION, {"ends_on": TODAY}, About.DECISION),
        (S.DECISION, {"ends_on": TODAY, "decision": Decision.RETURNS}, None),
        (S.DECISION, {"ends_on": TODAY - DAY, "starts_on": TODAY - DAY}, About.RETURN),
        (S.DECISION, {"ends_on": TODAY - DAY, "starts_on": TODAY - DAY, "decision": Decision.BUYS_NEW}, About.RETURN),
        (S.DECISION, {"ends_on": TODAY - DAY, "starts_on": TODAY - DAY, "decision": Decision.BUYS_THIS}, None),
        (S.RETURNING, {}, None),
        (S.CHECKED, {}, None),
        (S.BOUGHT, {}, None),
    ],
)
def test_what_waits_is_known_by_where_it_stands(
    app: Flask, state: TrialState, facts: dict[str, Any], waits: About | None
) -> None:
    assert what_waits(_lent(state, **facts), TODAY) is waits


def test_whoever_has_said_no_to_check_ins_is_not_reminded_of_one(app: Flask, owner: User) -> None:
    trial = _lent()
    assert trial.lead
    with writing():
        allow(trial, "sv", NOW)
    with writing():
        withdraw_consent([trial.lead.contact], ConsentPurpose.CHECK_INS, owner, NOW)

    assert what_waits(trial, TODAY) is None


def test_a_reminder_is_mailed_and_the_timeline_says_so(app: Flask, owner: User) -> None:
    trial = _lent(S.RESERVED)

    _remind(trial, owner)

    [mail] = _reminders()
    assert (mail.kind, mail.context["about"], mail.due_at) == ("trial_reminder", "agreement", NOW)
    event = db.session.scalars(sa.select(LeadEvent).where(LeadEvent.kind == EventKind.TRIAL_REMINDED)).one()
    assert (event.lead_id, event.about_id, event.actor_id) == (trial.lead_id, trial.id, owner.id)


def test_nobody_is_reminded_twice_within_an_hour(app: Flask, owner: User) -> None:
    trial = _lent(S.RESERVED)
    _remind(trial, owner)

    with pytest.raises(RuleBroken, match="senaste timmen"):
        _remind(trial, owner, NOW + HOUR - timedelta(seconds=1))
    _remind(trial, owner, NOW + HOUR)

    assert [mail.due_at for mail in _reminders()] == [NOW, NOW + HOUR]


@pytest.mark.parametrize(
    ("state", "facts", "words"),
    [
        (S.AGREED, {}, "inget att påminna om"),
        (S.OUT, {"lead_id": None}, "inget att påminna om"),
        (S.OUT, {"email": None}, "Ring i stället"),
    ],
)
def test_a_reminder_that_would_come_to_nothing_is_refused(
    app: Flask, owner: User, state: TrialState, facts: dict[str, Any], words: str
) -> None:
    trial = _lent(state)
    with writing():
        for name, value in facts.items():
            setattr(trial, name, value)

    with pytest.raises(RuleBroken, match=words):
        _remind(trial, owner)
    assert _reminders() == []


def test_a_reminder_of_what_has_been_done_by_then_stays(app: Flask, owner: User) -> None:
    trial = _lent(S.RESERVED)
    _remind(trial, owner)
    [mail] = _reminders()
    before = kind_of(mail.kind).why_not(mail)

    with writing():
        trial.state = S.AGREED

    assert (before, kind_of(mail.kind).why_not(_reminders()[0])) == (None, "settled already")
