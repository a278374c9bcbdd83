"""Mails that offer something: to whom, how often, and when in the day."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from app.accounts.models import User
from app.contacts.consents import withdraw_consent
from app.contacts.models import Consent, ConsentPurpose
from app.core.db import db, writing
from app.leads.consents import wants_tips
from app.leads.models import Lead
from app.mail import marketing
from app.mail.addresses import suppression_key
from app.mail.kinds import Kind
from app.mail.marketing import Later, consent_is_known_by, next_open_moment, why_later
from app.mail.models import Message, MessageClass, MessageState
from app.mail.outbox import Claimed, Move, claim, pass_point_of_no_return, why_not_now
from app.mail.suppressions import stop_marketing, stop_undeliverable
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead
from tests.mail.conftest import compose

Plan = Callable[..., Message]
STOCKHOLM = ZoneInfo("Europe/Stockholm")


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-23 10:00", "2026-11-23 10:00"),  # a Monday
        ("2026-11-23 06:59", "2026-11-23 07:00"),
        ("2026-11-23 07:00", "2026-11-23 07:00"),
        ("2026-11-23 19:59", "2026-11-23 19:59"),
        ("2026-11-23 20:00", "2026-11-24 07:00"),
        ("2026-11-21 12:00", "2026-11-21 12:00"),  # a Saturday
        ("2026-11-21 22:00", "2026-11-23 07:00"),
        ("2026-11-22 12:00", "2026-11-23 07:00"),  # a Sunday
        ("2026-12-23 21:00", "2026-12-28 07:00"),  # julafton, two days of Christmas, a Sunday
        ("2026-06-06 12:00", "2026-06-08 07:00"),  # nationaldagen is a Saturday
        ("2026-03-28 23:00", "2026-03-30 07:00"),  # the clocks go forward on the Sunday
        ("2026-10-24 23:00", "2026-10-26 07:00"),  # and back
        ("2028-02-29 05:00", "2028-02-29 07:00"),
    ],
)
def test_it_goes_between_seven_and_eight_in_the_evening_and_on_no_day_of_rest(moment: str, opens: str) -> None:
    assert next_open_moment(_at(moment), STOCKHOLM) == _at(opens)


def _sent(message: Message, at: datetime, state: MessageState = MessageState.SENT) -> None:
    with writing() as session:
        stored = session.get_one(Message, message.id)
        stored.state, stored.sent_at = state, at if state is MessageState.SENT else None
        stored.due_at = at


def _stops(message: Message, now: datetime = NOW) -> Move | None:
    db.session.rollback()
    return why_not_now(db.session.get_one(Message, message.id), now)


def test_two_in_seven_days_are_all_there_are(plan: Plan) -> None:
    first, second, third = (plan(number, kind="test_marketing") for number in range(3))
    _sent(first, NOW - timedelta(days=5))
    assert _stops(third) is None

    _sent(second, NOW - timedelta(days=1))

    assert _stops(third) == Move(MessageState.PENDING, "weekly_limit", NOW + timedelta(days=2), (("claims", 0),))
    assert _stops(third, NOW + timedelta(days=2)) is None


def test_when_the_week_is_over_at_night_it_waits_for_the_morning(plan: Plan) -> None:
    first, second, third = (plan(number, kind="test_marketing") for number in range(3))
    _sent(first, _at("2026-11-16 19:59"))
    _sent(second, _at("2026-11-17 12:00"))

    assert why_later(third, NOW) == Later(_at("2026-11-24 07:00") - timedelta(hours=11, minutes=1), "weekly_limit")


@pytest.mark.parametrize(
    ("state", "counts"),
    [
        ("sent", True),
        ("sending", True),
        ("uncertain", True),
        ("cancelled", False),
        ("failed", False),
        ("pending", False),
    ],
)
def test_what_may_have_arrived_counts(plan: Plan, state: str, counts: bool) -> None:
    first, second, third = (plan(number, kind="test_marketing") for number in range(3))
    for earlier in (first, second):
        _sent(earlier, NOW - timedelta(days=1), MessageState(state))

    assert (why_later(third, NOW) is not None) is counts


def test_other_mailboxes_and_what_offers_nothing_do_not_count(plan: Plan) -> None:
    _sent(plan(1, kind="test_marketing", address="bo@example.com"), NOW)
    _sent(plan(2, kind="test_marketing", address="siv@example.com"), NOW)
    _sent(plan(3, kind="test_service"), NOW)
    _sent(plan(4, kind="test_service"), NOW)

    assert why_later(plan(5, kind="test_marketing"), NOW) is None


def test_two_mailboxes_of_one_lead_count_together(plan: Plan) -> None:
    lead = _lead()
    for number, address in enumerate(("a@example.com", "b@example.com")):
        _sent(plan(number, kind="test_marketing", address=address, lead_id=lead.id), NOW - timedelta(days=1))

    assert why_later(plan(9, kind="test_marketing", address="c@example.com", lead_id=lead.id), NOW) is not None


def test_three_senders_at_once_do_not_send_three(app: Flask, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    messages = [plan(number, kind="test_marketing") for number in range(3)]
    with writing():
        claimed = claim(NOW, 10, timedelta(minutes=2))
    monkeypatch.setattr(marketing, "next_open_moment", lambda now, zone: time.sleep(0.3) or now)
    passed: list[bool] = []

    def send(one: Claimed) -> None:
        with app.app_context(), writing():
            passed.append(pass_point_of_no_return(one, "", NOW, timedelta(seconds=30)))

    threads = [threading.Thread(target=send, args=(one,)) for one in claimed]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(passed) == [False, True, True]
    db.session.expire_all()
    assert sorted(message.state for message in messages) == ["pending", "sending", "sending"]


def test_what_waits_for_the_morning_may_become_too_old(plan: Plan) -> None:
    message = plan(kind="test_marketing")
    evening = _at("2026-11-23 21:00")

    assert _stops(message, evening) == Move(
        MessageState.PENDING, "quiet_hours", _at("2026-11-24 07:00"), (("claims", 0),)
    )
    assert _stops(message, NOW + timedelta(days=3)) == Move(MessageState.EXPIRED, "too_late")


def test_other_classes_go_at_any_hour_as_often_as_needed(plan: Plan) -> None:
    night = _at("2026-11-22 03:00")

    for message_class in ("service", "internal"):
        messages = [plan(f"{message_class}{number}", kind=f"test_{message_class}") for number in range(3)]
        for earlier in messages[1:]:
            _sent(earlier, night)
        assert _stops(messages[0], night) is None


def _lead() -> Lead:
    with writing():
        return add_lead(add_contact(email="anna@example.com"))


def _consents(lead: Lead, purpose: ConsentPurpose = ConsentPurpose.TIPS, withdrawn_at: datetime | None = None) -> None:
    with writing() as session:
        session.add(
            Consent(
                contact_id=lead.contact_id,
                purpose=purpose,
                text_version=f"{purpose}-1",
                language="sv",
                source="LT-ABCDEF",
                given_at=NOW,
                withdrawn_at=withdrawn_at,
            )
        )


def test_without_a_consent_in_force_it_is_refused(app: Flask, plan: Plan) -> None:
    consent_is_known_by(app, wants_tips)
    lead, other = _lead(), _lead()
    _consents(other)
    message = plan(kind="test_marketing", lead_id=lead.id)
    refused = Move(MessageState.SUPPRESSED, "no_consent")

    assert _stops(message) == refused
    _consents(lead, ConsentPurpose.ANSWER)
    assert _stops(message) == refused
    _consents(lead, withdrawn_at=NOW)
    assert _stops(message) == refused
    _consents(lead)
    assert _stops(message) is None
    assert _stops(plan(2, kind="test_marketing")) == refused  # of no lead, so of nobody who said yes


def test_a_yes_taken_back_stops_the_tips_that_wait_and_nothing_else(app: Flask, owner: User, plan: Plan) -> None:
    lead, other = _lead(), _lead()
    _consents(lead)
    tip = plan(1, kind="test_marketing", lead_id=lead.id, address="elsewhere@example.se")
    answer, others_tip = plan(2, lead_id=lead.id), plan(3, kind="test_marketing", lead_id=other.id)

    with writing():
        withdraw_consent([lead.contact], ConsentPurpose.TIPS, owner, NOW)

    assert [message.state for message in (tip, answer, others_tip)] == ["suppressed", "pending", "pending"]


def test_what_a_no_stops_is_marketing_alone(plan: Plan) -> None:
    tips, reminder = plan(1, kind="test_marketing"), plan(2, kind="test_service")
    with writing():
        stop_marketing(suppression_key("ANNA@example.com"), NOW)
    assert (_stops(tips), _stops(reminder)) == (Move(MessageState.SUPPRESSED, "unsubscribed"), None)

    with writing():
        stop_undeliverable("anna@example.com", NOW)

    for message in (tips, reminder):
        assert _stops(message) == Move(MessageState.SUPPRESSED, "address_suppressed")


def test_a_mail_that_is_no_longer_wanted_is_called_off_and_not_put_off(plan: Plan, kinds: dict[str, Kind]) -> None:
    message = plan(kind="test_marketing")
    kinds["test_marketing"] = Kind("test_marketing", MessageClass.MARKETING, compose, lambda _message: "gone")

    assert _stops(message, _at("2026-11-23 21:00")) == Move(MessageState.CANCELLED, "gone")
