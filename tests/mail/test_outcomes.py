from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mail.models import MessageClass
from app.mail.outcomes import Outcome, Step, channel_pause, may_be_sent_again, meaning, next_try_at
from tests.conftest import NOW

EXPIRES = NOW + timedelta(days=30)


@pytest.mark.parametrize(
    ("step", "code", "words", "expected"),
    [
        (Step.ENTRY, 421, "too busy", Outcome.CHANNEL),
        (Step.ENTRY, 451, "later", Outcome.CHANNEL),
        (Step.ENTRY, 535, "5.7.8 authentication failed", Outcome.CHANNEL),
        (Step.ENTRY, 554, "no service", Outcome.CHANNEL),
        (Step.SENDER, 553, "5.7.1 not your address", Outcome.CHANNEL),
        (Step.RECIPIENT, 421, "4.3.2 shutting down", Outcome.CHANNEL),
        (Step.VERDICT, 421, "shutting down", Outcome.CHANNEL),
        (Step.RECIPIENT, 450, "4.7.1 greylisted", Outcome.TEMPORARY),
        (Step.RECIPIENT, 452, "4.2.2 mailbox full", Outcome.TEMPORARY),
        (Step.VERDICT, 451, "4.3.0 try later", Outcome.TEMPORARY),
        (Step.RECIPIENT, 550, "5.1.1 no such user", Outcome.NO_SUCH_ADDRESS),
        (Step.RECIPIENT, 550, "no such user", Outcome.NO_SUCH_ADDRESS),
        (Step.RECIPIENT, 553, "mailbox name not allowed", Outcome.NO_SUCH_ADDRESS),
        (Step.RECIPIENT, 552, "5.2.2 mailbox full", Outcome.REFUSED),
        (Step.RECIPIENT, 550, "5.2.1 mailbox disabled", Outcome.REFUSED),
        (Step.RECIPIENT, 550, "5.7.1 relaying denied", Outcome.POLICY),
        (Step.RECIPIENT, 550, "5.1.8 bad sender domain", Outcome.POLICY),
        (Step.BODY, 554, "no valid recipients", Outcome.REFUSED),
        (Step.VERDICT, 554, "5.6.0 not liked", Outcome.REFUSED),
        (Step.VERDICT, 550, "5.7.1 looks like spam", Outcome.POLICY),
        (Step.VERDICT, 550, "5.1.1 no such user", Outcome.REFUSED),
        (Step.VERDICT, 299, "what?", Outcome.UNKNOWN),
        (Step.RECIPIENT, 299, "what?", Outcome.TEMPORARY),
    ],
)
def test_meaning_of_an_answer(step: Step, code: int, words: str, expected: Outcome) -> None:
    assert meaning(step, code, words) is expected


@given(st.sampled_from(list(Step)), st.integers(0, 999), st.text(max_size=40))
def test_every_answer_has_a_meaning_and_none_means_accepted(step: Step, code: int, words: str) -> None:
    assert meaning(step, code, words) not in (Outcome.ACCEPTED, Outcome.STOPPED)


@pytest.mark.parametrize(
    ("tries", "minutes"), [(1, 1), (2, 5), (3, 15), (4, 60), (5, 180), (6, 360), (7, 720), (8, 720), (20, 720)]
)
def test_tries_come_further_and_further_apart(tries: int, minutes: int) -> None:
    at = next_try_at(tries, NOW, NOW, EXPIRES)

    assert at is not None
    assert timedelta(minutes=0.8 * minutes) <= at - NOW <= timedelta(minutes=1.2 * minutes)


def test_tries_are_spread() -> None:
    assert len({next_try_at(3, NOW, NOW, EXPIRES) for _ in range(20)}) > 10


def test_no_try_comes_after_the_mail_has_lost_its_use() -> None:
    assert next_try_at(2, NOW, NOW, NOW + timedelta(minutes=3)) is None


def test_no_try_comes_after_three_days() -> None:
    assert next_try_at(7, NOW + timedelta(days=2, hours=20), NOW, EXPIRES) is None


def test_a_channel_rests_longer_and_longer_but_a_quarter_of_an_hour_at_most() -> None:
    rests = [channel_pause(streak).total_seconds() for streak in range(1, 12)]

    assert rests == [5, 15, 60, 120, 300, 600, 900, 900, 900, 900, 900]


@pytest.mark.parametrize(
    ("message_class", "unknown", "expected"),
    [
        ("service", 1, True),
        ("service", 2, False),
        ("internal", 1, True),
        ("internal", 2, False),
        ("marketing", 1, False),
    ],
)
def test_an_unknown_outcome_is_tried_again_once_and_marketing_never(
    message_class: str, unknown: int, expected: bool
) -> None:
    assert may_be_sent_again(MessageClass(message_class), unknown) is expected
