from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.mail.addresses import suppression_key
from app.mail.kinds import Kind
from app.mail.models import Message, MessageEvent, MessageState, SuppressionScope
from app.mail.services import cancel, give_up, queue, retry
from app.mail.suppressions import is_stopped, stop_marketing, stop_undeliverable
from tests.conftest import NOW

Plan = Callable[..., Message]


class Maj:
    name = "Maj Ek"


def _history(message: Message) -> list[tuple[MessageState, str | None]]:
    events = db.session.scalars(select(MessageEvent).filter_by(message_id=message.id).order_by(MessageEvent.id))
    return [(event.state, event.reason) for event in events]


def _end(message: Message, state: MessageState) -> None:
    with writing() as session:
        session.get_one(Message, message.id).state = state


def test_queue_plans_a_mail_with_all_it_needs(plan: Plan) -> None:
    message = plan(7, address="anna@example.com")

    assert (message.kind, message.message_class, message.address) == ("test_service", "service", "anna@example.com")
    assert (message.state, message.priority, message.claims, message.attempts) == (MessageState.PENDING, 5, 0, 0)
    assert (message.created_at, message.due_at, message.expires_at) == (NOW, NOW, NOW + timedelta(days=3))
    assert message.message_id.startswith("<")
    assert message.message_id.endswith("@stilla.example.se>")
    assert message.context == {"number": 7}
    assert _history(message) == [(MessageState.PENDING, None)]


def test_queue_plans_the_same_key_once(kinds: dict[str, Kind]) -> None:
    with writing():
        first = queue("test_service", address="a@example.com", language="sv", dedupe_key="k", context={}, now=NOW)
        again = queue("test_service", address="b@example.com", language="sv", dedupe_key="k", context={}, now=NOW)

    assert first is not None
    assert again is None
    assert [message.address for message in db.session.scalars(select(Message))] == ["a@example.com"]


def test_queue_takes_at_most_two_statements(kinds: dict[str, Kind], count_queries: Callable[[], int]) -> None:
    with writing():
        queue("test_service", address="a@example.com", language="sv", dedupe_key="k0", context={}, now=NOW)
        db.session.flush()
        count_queries()
        queue("test_service", address="a@example.com", language="sv", dedupe_key="k1", context={}, now=NOW)
        queue("test_service", address="a@example.com", language="sv", dedupe_key="k2", context={}, now=NOW)
        db.session.flush()
        taken = count_queries()

    assert taken <= 4


@pytest.mark.parametrize(
    "address",
    [
        "anna@example.com\r\nBcc: x@example.com",
        "anna@example.com\nRCPT TO:<x@example.com>",
        "a@example.com,b@example.com",
        "<a@example.com>",
        "anna",
        "@example.com",
        "anna@",
        "an na@example.com",
        "a@b@example.com",
        "a" * 250 + "@example.com",
        "anna@example.com\u2028",
        "anna\x00@example.com",
    ],
)
def test_queue_refuses_an_address_that_could_forge_a_mail(kinds: dict[str, Kind], address: str) -> None:
    with pytest.raises(RuleBroken), writing():
        queue("test_service", address=address, language="sv", dedupe_key="k", context={}, now=NOW)

    assert db.session.scalars(select(Message)).all() == []


def test_a_mail_rolls_back_with_its_cause(kinds: dict[str, Kind]) -> None:
    def cause() -> None:
        with writing():
            queue("test_service", address="a@example.com", language="sv", dedupe_key="k", context={}, now=NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        cause()

    assert db.session.scalars(select(Message)).all() == []


def test_cancel_stops_only_what_matches_and_waits(plan: Plan) -> None:
    waiting, sent, other = plan(1), plan(2), plan(3, kind="test_internal")
    _end(sent, MessageState.SENT)

    with writing():
        count = cancel(NOW, reason="avbokad", kind="test_service")

    assert count == 1
    assert (waiting.state, sent.state, other.state) == (MessageState.CANCELLED, MessageState.SENT, MessageState.PENDING)
    assert _history(waiting)[-1] == (MessageState.CANCELLED, "avbokad")


def test_cancel_by_prefix_takes_percent_and_underscore_literally(kinds: dict[str, Kind]) -> None:
    with writing():
        for key in ("remind_1:a", "remindx1:a", "remind_1:b"):
            queue("test_service", address="a@example.com", language="sv", dedupe_key=key, context={}, now=NOW)
    with writing():
        count = cancel(NOW, reason="flyttad", dedupe_prefix="remind_1:")

    assert count == 2
    left = db.session.scalars(select(Message.dedupe_key).where(Message.state == MessageState.PENDING)).all()
    assert left == ["remindx1:a"]


def test_cancel_asks_which(app: Flask) -> None:
    with pytest.raises(ValueError, match="which"), writing():
        cancel(NOW, reason="allt")


@pytest.mark.parametrize("state", [MessageState.FAILED, MessageState.UNCERTAIN, MessageState.DEAD])
def test_retry_puts_an_unsent_mail_back(plan: Plan, state: MessageState) -> None:
    message = plan()
    with writing() as session:
        stored = session.get_one(Message, message.id)
        stored.state, stored.attempts, stored.unknown_outcomes, stored.last_error = state, 4, 2, "550 no"
    later = NOW + timedelta(days=5)

    with writing():
        retry(message, Maj(), later)

    assert message.state == MessageState.PENDING
    assert (message.attempts, message.unknown_outcomes, message.last_error) == (0, 0, None)
    assert (message.due_at, message.expires_at) == (later, later + timedelta(days=3))
    assert _history(message)[-1] == (MessageState.PENDING, "Maj Ek")


@pytest.mark.parametrize(
    "state", [MessageState.SENT, MessageState.PENDING, MessageState.SENDING, MessageState.CANCELLED]
)
def test_retry_refuses_what_waits_or_is_settled(plan: Plan, state: MessageState) -> None:
    message = plan()
    _end(message, state)

    with pytest.raises(RuleBroken), writing():
        retry(message, Maj(), NOW)

    assert message.state == state


def test_retry_lifts_the_stop_that_a_refusal_put_but_no_other(plan: Plan) -> None:
    message = plan()
    _end(message, MessageState.FAILED)
    with writing():
        stop_undeliverable("ANNA@example.com", NOW)
        stop_marketing(suppression_key("anna@example.com"), NOW)
        stop_undeliverable("bo@example.com", NOW)

    with writing():
        retry(message, Maj(), NOW)

    stops = {
        (name, scope)
        for name in ("anna", "bo")
        for scope in SuppressionScope
        if is_stopped(f"{name}@example.com", scope)
    }
    assert stops == {("anna", "marketing"), ("bo", "all")}


def test_give_up_closes_a_failed_mail(plan: Plan) -> None:
    message = plan()
    _end(message, MessageState.FAILED)

    with writing():
        give_up(message, Maj(), NOW)

    assert message.state == MessageState.CANCELLED


def test_give_up_refuses_a_mail_that_is_sent(plan: Plan) -> None:
    message = plan()
    _end(message, MessageState.SENT)

    with pytest.raises(RuleBroken), writing():
        give_up(message, Maj(), NOW)
