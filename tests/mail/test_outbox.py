import threading
from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from app.core.db import db, writing
from app.mail.kinds import Kind
from app.mail.models import Message, MessageClass, MessageEvent, MessageState
from app.mail.outbox import (
    Claimed,
    Move,
    acquit,
    after_failed_text,
    claim,
    give_back,
    pass_point_of_no_return,
    settle,
    take_back,
)
from app.mail.services import cancel
from app.mail.suppressions import stop_undeliverable
from tests.conftest import NOW
from tests.mail.conftest import compose

Plan = Callable[..., Message]
LEASE = timedelta(minutes=2)
NEEDED = timedelta(seconds=30)
WORDS = "Subject: Hej\n\nText"


def _claim(most: int = 10, at: timedelta = timedelta()) -> list[Claimed]:
    with writing():
        return claim(NOW + at, most, LEASE)


def _pass(claimed: Claimed, at: timedelta = timedelta()) -> bool:
    with writing():
        return pass_point_of_no_return(claimed, WORDS, NOW + at, NEEDED)


def _settle(claimed: Claimed, move: Move) -> bool:
    with writing():
        return settle(claimed, move, NOW)


def _take_back(at: timedelta, **options: bool) -> int:
    with writing():
        return take_back(NOW + at, **options)


def _last_event(message: Message) -> tuple[str, str | None]:
    event = db.session.scalars(
        select(MessageEvent).filter_by(message_id=message.id).order_by(MessageEvent.id.desc()).limit(1)
    ).one()
    return str(event.state), event.reason


def test_claim_takes_what_is_due_most_urgent_first(plan: Plan) -> None:
    late = plan(1, due_at=NOW - timedelta(minutes=2))
    later = plan(2, due_at=NOW - timedelta(minutes=1))
    plan(3, due_at=NOW + timedelta(seconds=1))
    with writing() as session:
        session.get_one(Message, later.id).priority = 1

    taken = _claim()

    assert [claimed.id for claimed in taken] == [later.id, late.id]
    assert (late.state, late.claims, late.lease_until) == (MessageState.CLAIMED, 1, NOW + LEASE)
    assert _last_event(late) == ("claimed", None)


def test_claim_takes_no_more_than_asked_and_nothing_twice(plan: Plan) -> None:
    messages = [plan(number) for number in range(5)]

    first, second, third = _claim(3), _claim(3), _claim(3)

    assert [len(first), len(second), len(third)] == [3, 2, 0]
    assert {claimed.id for claimed in first + second} == {message.id for message in messages}


def test_eight_claimers_share_without_doubles(app: Flask, plan: Plan) -> None:
    wanted = {plan(number).id for number in range(200)}
    taken: list[int] = []
    start = threading.Barrier(8)

    def work() -> None:
        start.wait()
        while True:
            with app.app_context():
                batch = _claim(7)
            if not batch:
                return
            taken.extend(claimed.id for claimed in batch)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert len(taken) == 200
    assert set(taken) == wanted


def test_messages_that_outlived_their_sender_are_claimed_first_and_each_alone(plan: Plan) -> None:
    suspects = [plan(1), plan(2)]
    for _ in suspects:
        _claim(most=1)
    _take_back(LEASE)
    innocents = [plan(3), plan(4)]

    batches = [_claim(at=LEASE) for _ in range(4)]

    taken = [[claimed.id for claimed in batch] for batch in batches]
    assert taken == [[suspects[0].id], [suspects[1].id], [message.id for message in innocents], []]


def test_an_acquitted_message_is_a_suspect_no_more(plan: Plan) -> None:
    message = plan()
    _claim()
    _take_back(LEASE)
    [again] = _claim(at=LEASE)
    before = message.claims

    with writing():
        acquit(again)

    assert (before, message.claims) == (2, 0)


def test_the_point_of_no_return_is_passed_by_whoever_holds_the_lease(plan: Plan) -> None:
    message = plan()
    [claimed] = _claim()

    assert _pass(claimed)
    assert message.state == MessageState.SENDING
    assert _last_event(message) == ("sending", None)


def test_it_is_passed_only_once(plan: Plan) -> None:
    plan()
    [claimed] = _claim()

    assert [_pass(claimed), _pass(claimed)] == [True, False]


def test_a_lease_too_short_puts_the_message_back_in_line(plan: Plan) -> None:
    message = plan()
    [claimed] = _claim()

    assert not _pass(claimed, at=LEASE - NEEDED + timedelta(seconds=1))
    assert (message.state, message.claims, message.lease_token) == (MessageState.PENDING, 0, None)
    assert _last_event(message) == ("pending", "lease_too_short")


def test_a_cancelled_message_does_not_pass_and_stays_cancelled(plan: Plan) -> None:
    message = plan()
    [claimed] = _claim()
    with writing():
        cancel(NOW, reason="avbokad", kind="test_service")

    assert not _pass(claimed)
    assert (message.state, _last_event(message)) == (MessageState.CANCELLED, ("cancelled", "avbokad"))


def test_a_guard_that_says_no_cancels_with_its_reason(plan: Plan, kinds: dict[str, Kind]) -> None:
    message = plan()
    [claimed] = _claim()
    kinds["test_service"] = Kind("test_service", MessageClass.SERVICE, compose, lambda _message: "besvarad redan")

    assert not _pass(claimed)
    assert (message.state, _last_event(message)) == (MessageState.CANCELLED, ("cancelled", "besvarad redan"))


def test_a_suppressed_address_gets_nothing_whatever_its_case(plan: Plan) -> None:
    message = plan(address="Anna@example.com")
    [claimed] = _claim()
    with writing():
        stop_undeliverable("anna@EXAMPLE.com", NOW)

    assert not _pass(claimed)
    assert message.state == MessageState.SUPPRESSED


def test_a_message_past_its_use_is_not_sent(plan: Plan) -> None:
    message = plan(due_at=NOW - timedelta(days=4))
    [claimed] = _claim()

    assert not _pass(claimed)
    assert message.state == MessageState.EXPIRED


def test_a_late_sender_changes_nothing(plan: Plan) -> None:
    message = plan()
    [late] = _claim()
    _take_back(LEASE)
    [current] = _claim(at=LEASE)

    assert not _pass(late, at=LEASE)
    assert not _settle(late, Move(MessageState.SENT))
    with writing():
        give_back([late], "not_begun", NOW)
    assert (message.state, message.lease_token) == (MessageState.CLAIMED, current.token)
    assert _settle(current, Move(MessageState.SENT))
    assert message.state == MessageState.SENT


def test_a_live_lease_is_not_taken_back(plan: Plan) -> None:
    message = plan()
    _claim()

    assert _take_back(LEASE - timedelta(seconds=1)) == 0
    assert message.state == MessageState.CLAIMED


def test_the_only_worker_takes_back_everything(plan: Plan) -> None:
    message = plan()
    _claim()

    assert _take_back(timedelta(), is_only_worker=True) == 1
    assert (message.state, message.claims) == (MessageState.PENDING, 1)


def test_only_the_message_that_was_in_hand_is_suspected_of_its_senders_death(plan: Plan) -> None:
    messages = [plan(number) for number in range(3)]
    batch = _claim(most=3)

    _take_back(LEASE)

    assert [claimed.id for claimed in batch] == [message.id for message in messages]
    assert [(message.state, message.claims) for message in messages] == [
        (MessageState.PENDING, 1),
        (MessageState.PENDING, 0),
        (MessageState.PENDING, 0),
    ]


def test_a_message_that_five_senders_did_not_survive_is_dead(plan: Plan) -> None:
    message = plan()
    at, waits = timedelta(), []
    for _ in range(5):
        [claimed] = _claim(at=at)
        _take_back(at + LEASE)
        waits.append((message.due_at - NOW - at - LEASE).total_seconds() / 60)
        at = max(message.due_at - NOW, at + LEASE)

    assert waits[1:4] == [1, 5, 15]
    assert claimed.message.claims == 5
    assert message.state == MessageState.DEAD
    assert _last_event(message) == ("dead", "poison")
    assert _claim(at=at + LEASE) == []


def test_an_unknown_outcome_is_sent_once_more_and_then_waits_for_a_person(plan: Plan) -> None:
    message = plan()
    [claimed] = _claim()
    _pass(claimed)
    _take_back(LEASE)
    first = (message.state, message.unknown_outcomes, message.attempts, message.due_at > NOW + LEASE)
    hour = timedelta(hours=1)
    [claimed] = _claim(at=hour)
    _pass(claimed, at=hour)
    _take_back(hour + LEASE)

    assert first == (MessageState.PENDING, 1, 1, True)
    assert (message.state, message.unknown_outcomes) == (MessageState.UNCERTAIN, 2)


def test_marketing_with_an_unknown_outcome_is_never_sent_again(plan: Plan) -> None:
    message = plan(kind="test_marketing")
    [claimed] = _claim()
    _pass(claimed)
    _take_back(LEASE)

    assert message.state == MessageState.UNCERTAIN


def test_giving_back_counts_nothing(plan: Plan) -> None:
    message = plan()
    [claimed] = _claim()
    with writing():
        give_back([claimed], "not_begun", NOW)

    assert (message.state, message.claims, message.attempts, message.due_at) == (MessageState.PENDING, 0, 0, NOW)
    assert len(_claim()) == 1


def test_a_text_that_cannot_be_made_is_tried_three_times(plan: Plan) -> None:
    message = plan()
    states = []
    for number in range(3):
        at = timedelta(minutes=2 * number)
        [claimed] = _claim(at=at)
        with writing():
            settle(claimed, after_failed_text(claimed, "KeyError", NOW + at), NOW + at)
        states.append(str(message.state))

    assert states == ["pending", "pending", "dead"]
    assert message.last_error == "KeyError"
