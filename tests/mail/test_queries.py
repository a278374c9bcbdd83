from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from app.core.db import writing
from app.mail.models import Message, MessageEvent, MessageState
from app.mail.queries import Shelf, last_reasons, messages_page, shelf_counts
from tests.conftest import NOW

Plan = Callable[..., Message]
STATES = [state for state in MessageState if state is not MessageState.PENDING]


@pytest.fixture
def messages(plan: Plan) -> Sequence[Message]:
    """One that is due, two planned for later, and one in each other state."""
    due, later, soon = plan(0), plan(1, due_at=NOW + timedelta(days=2)), plan(2, due_at=NOW + timedelta(days=1))
    others = [plan(number, kind="test_internal") for number in range(3, 3 + len(STATES))]
    with writing() as session:
        for message, state in zip(others, STATES, strict=True):
            session.get_one(Message, message.id).state = state
    return [due, later, soon, *others]


def _on(shelf: Shelf, kind: str | None = None) -> list[str]:
    return [f"{row.Message.state}" for row in messages_page(shelf, kind, NOW, None).rows]


def test_every_message_is_on_one_shelf(messages: Sequence[Message]) -> None:
    shelves = {shelf: _on(shelf) for shelf in Shelf if shelf is not Shelf.ALL}

    assert shelves == {
        Shelf.PLANNED: ["pending", "pending"],
        Shelf.UNDER_WAY: ["sending", "claimed", "pending"],
        Shelf.SENT: ["sent"],
        Shelf.NEEDS_PERSON: ["dead", "uncertain", "failed"],
        Shelf.MISSED: ["expired"],
        Shelf.STOPPED: ["cancelled", "suppressed"],
    }
    assert len(_on(Shelf.ALL)) == len(messages)
    assert shelf_counts(NOW) == {Shelf.PLANNED: 2, Shelf.UNDER_WAY: 3, Shelf.NEEDS_PERSON: 3}


def test_what_is_planned_stands_soonest_first(messages: Sequence[Message]) -> None:
    rows = messages_page(Shelf.PLANNED, None, NOW, None).rows

    assert [row.Message.id for row in rows] == [messages[2].id, messages[1].id]


def test_a_kind_is_looked_at_by_itself(messages: Sequence[Message]) -> None:
    assert _on(Shelf.UNDER_WAY, "test_service") == ["pending"]
    assert _on(Shelf.UNDER_WAY, "test_internal") == ["sending", "claimed"]


def test_the_last_reason_tells_why(plan: Plan) -> None:
    explained, silent = plan(1), plan(2)
    with writing() as session:
        for reason in ("temporary", "too_late"):
            session.add(MessageEvent(message_id=explained.id, at=NOW, state=MessageState.EXPIRED, reason=reason))
            session.flush()

    assert last_reasons([explained, silent]) == {explained.id: "too_late"}
