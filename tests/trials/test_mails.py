"""The whole text of each mail about a trial, in both languages, against the stored one."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.models import User
from app.contacts.models import SubjectKind
from app.core.db import db, writing
from app.leads.models import EventKind
from app.mail.models import Message, MessageClass
from app.trials.care_mails import KINDS as CARE_KINDS
from app.trials.letters import queue_mail, tell_borrower, tell_us
from app.trials.mails import KINDS
from app.trials.models import Trial, TrialState
from app.trials.notices import NOTICES
from app.trials.reminding import remind_now
from tests.conftest import NOW
from tests.enquiries.letters import add_article
from tests.leads.cast import add_contact, add_lead
from tests.mail.texts import expect_whole
from tests.trials.cast import TODAY, add_model, add_trial, add_unit

EXPECTED = Path(__file__).parent / "expected"
CANARIES = ("KANARIEFAGEL", "Migrän", "Siv", "Saga", "070-174 06 21", "Stallvägen", "BM-104")
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def _trial(state: TrialState, **facts: Any) -> Trial:
    """A trial of Siv's with everything in it that no mail may say."""
    article = add_article(slug="migran", title="Migrän")
    with writing():
        lead = add_lead(add_contact(email="siv@example.se"), SubjectKind.HORSE, "Saga")
        lead.article_id = article.id
        unit = add_unit(add_model(name="KANARIEFAGEL"), note="KANARIEFAGEL")
        return add_trial(lead, unit, state, wishes="KANARIEFAGEL", street_address="Stallvägen 4", **facts)


def _told(what: EventKind, state: TrialState, **facts: Any) -> Callable[[User], None]:
    def cause(_owner: User) -> None:
        trial = _trial(state, **facts)
        with writing():
            tell_borrower(trial, what, NOW)
            tell_us(trial, what, NOW)

    return cause


def _cared(
    kind: str, state: TrialState = TrialState.OUT, ends_on: date = TODAY + timedelta(days=2)
) -> Callable[[User], None]:
    def cause(_owner: User) -> None:
        trial = _trial(state, starts_on=TODAY - timedelta(days=18), ends_on=ends_on)
        with writing():
            queue_mail(trial, kind, NOW)

    return cause


def _reminded(state: TrialState, ends_on: date = TOMORROW) -> Callable[[User], None]:
    def cause(owner: User) -> None:
        trial = _trial(state, starts_on=YESTERDAY, ends_on=ends_on)
        with writing():
            remind_now(trial, owner, NOW)

    return cause


CAUSES: dict[str, tuple[str, Callable[[User], None]]] = {
    "requested": ("trial_requested", _told(EventKind.TRIAL_REQUESTED, TrialState.REQUESTED)),
    "agreement": ("trial_agreement", _told(EventKind.TRIAL_RESERVED, TrialState.RESERVED)),
    "handed_over": ("trial_handed_over", _told(EventKind.TRIAL_HANDED_OVER, TrialState.OUT)),
    "handed_over_for_a_day": ("trial_handed_over", _told(EventKind.TRIAL_HANDED_OVER, TrialState.OUT, ends_on=TODAY)),
    "moved": ("trial_moved", _told(EventKind.TRIAL_MOVED, TrialState.OUT, version=1)),
    "moved_before_the_agreement": ("trial_moved", _told(EventKind.TRIAL_MOVED, TrialState.RESERVED, version=1)),
    "received": ("trial_received", _told(EventKind.TRIAL_RECEIVED, TrialState.RECEIVED)),
    "cancelled": ("trial_cancelled", _told(EventKind.TRIAL_ENDED, TrialState.CANCELLED)),
    "declined": ("trial_declined", _told(EventKind.TRIAL_ENDED, TrialState.DECLINED)),
    "started_well": ("trial_started_well", _cared("trial_started_well")),
    "check_in": ("trial_check_in", _cared("trial_check_in")),
    "ends_soon": ("trial_ends_soon", _cared("trial_ends_soon")),
    "decision": ("trial_decision", _cared("trial_decision", TrialState.DECISION, TODAY)),
    "overdue": ("trial_overdue", _cared("trial_overdue", TrialState.DECISION, TODAY - timedelta(days=3))),
    "overdue_again": ("trial_overdue_again", _cared("trial_overdue_again", TrialState.DECISION, date(2026, 11, 16))),
    "reminder_of_agreement": ("trial_reminder", _reminded(TrialState.RESERVED)),
    "reminder_of_check_in": ("trial_reminder", _reminded(TrialState.OUT)),
    "reminder_of_decision": ("trial_reminder", _reminded(TrialState.DECISION)),
    "reminder_of_return": ("trial_reminder", _reminded(TrialState.DECISION, YESTERDAY)),
    "new_notice": ("new_trial_notice", _told(EventKind.TRIAL_REQUESTED, TrialState.REQUESTED)),
    "returning_notice": ("trial_returning_notice", _told(EventKind.TRIAL_RETURNING, TrialState.RETURNING)),
    "call_notice": ("trial_call_notice", _told(EventKind.CHECK_IN, TrialState.OUT)),
}


def test_every_kind_of_mail_is_compared() -> None:
    assert {kind.name for kind in (*KINDS, *CARE_KINDS, *NOTICES)} == {kind for kind, _ in CAUSES.values()}


def test_what_goes_to_borrowers_is_service_and_to_us_internal() -> None:
    assert {kind.message_class for kind in (*KINDS, *CARE_KINDS)} == {MessageClass.SERVICE}
    assert {kind.message_class for kind in NOTICES} == {MessageClass.INTERNAL}


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("name", CAUSES)
def test_the_whole_mail(app: Flask, owner: User, name: str, language: str) -> None:
    kind, cause = CAUSES[name]
    cause(owner)
    message = db.session.scalars(sa.select(Message).where(Message.kind == kind)).one()

    expect_whole(message, language, EXPECTED / name, CANARIES)
