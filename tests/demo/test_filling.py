"""How an empty instance is filled with the demo: whole or not at all, the same each time, and on any day."""

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from app.contacts.models import Contact
from app.demo import story
from app.enquiries.deadlines import answer_due_at
from app.enquiries.models import Answer, Enquiry, EnquiryState
from app.follow_ups.queries import without_next_step
from app.leads.models import EventKind, LeadEvent
from app.mail.models import Message
from app.plans.queries import waiting_drafts
from tests.conftest import NOW, _empty
from tests.demo.test_story import ADRIFT, every


def test_a_filling_that_fails_leaves_nothing_behind(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(story, "settle_past_mail", fail)

    with sqlite_app.app_context():
        _empty()
        with pytest.raises(OSError, match="disk is full"):
            story.fill(NOW)

        assert not story.is_filled()
        assert every(Contact.id) == []


def test_the_same_moment_gives_the_same_demo(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        tales = []
        for _ in range(2):
            _empty()
            story.fill(NOW)
            tales.append(_tale())

    assert tales[0] == tales[1]


def _tale() -> list[tuple[Any, ...]]:
    """All but what is drawn anew each time: the references that visitors quote."""
    events = [
        (event.at, event.kind, None if event.kind is EventKind.CLOSED else event.text, event.lead.contact.name)
        for event in every(LeadEvent)
    ]
    enquiries = [(enquiry.received_at, enquiry.message, enquiry.referrer_host) for enquiry in every(Enquiry)]
    messages = [(message.due_at, message.kind, message.sent_at) for message in every(Message)]
    return [*events, *enquiries, *messages, *((answer.opened_at,) for answer in every(Answer))]


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 6, 20, 22, 30, tzinfo=UTC),  # midsummer's day, past midnight in Stockholm
        datetime(2026, 10, 28, 15, 58, tzinfo=UTC),  # two minutes before an answer is late
        datetime(2026, 11, 23, 0, 35, tzinfo=UTC),  # the night to a Monday
    ],
    ids=str,
)
def test_it_can_be_shown_on_any_day(sqlite_app: Flask, now: datetime) -> None:
    with sqlite_app.app_context():
        _empty()
        story.fill(now)
        waiting = [enquiry.received_at for enquiry in every(Enquiry) if enquiry.state is EnquiryState.OPEN]

        assert len(every(Contact.id)) == 133
        assert max(every(LeadEvent.at)) <= now
        assert {lead.contact.name for lead in without_next_step()} == ADRIFT
        assert all(answer_due_at(received) > now for received in waiting)
        assert waiting_drafts(limit=1)
