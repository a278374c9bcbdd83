"""How the lines of a thread are read."""

from datetime import time

import pytest

from app.demo import script
from app.demo.script import Beat, NextStep, Thread, Verb
from app.follow_ups.models import FollowUpKind


def thread_named(name: str) -> Thread:
    return next(thread for thread in script.threads() if thread.name == name)


@pytest.mark.parametrize(
    ("line", "beat"),
    [
        ("called: Trevligt samtal.", Beat(Verb.CALLED, "Trevligt samtal.", 2)),
        ("no answer +4: Ringde: ingen.", Beat(Verb.NO_ANSWER, "Ringde: ingen.", 4)),
        ("lost +10 (För dyrt): Inte nu.", Beat(Verb.LOST, "Inte nu.", 10, "För dyrt")),
    ],
)
def test_a_beat_is_read(line: str, beat: Beat) -> None:
    assert script._beat(line, is_after_theirs=False) == beat


def test_what_follows_a_letter_comes_at_once() -> None:
    assert script._beat("called: Ringde direkt.", is_after_theirs=True).days == 0


@pytest.mark.parametrize(
    ("line", "step"),
    [
        ("call today: Ring", NextStep(FollowUpKind.CALL, 0, None, "Ring")),
        ("visit +4 10:30: Besök", NextStep(FollowUpKind.VISIT, 4, time(10, 30), "Besök")),
        ("mail -2: Skriv", NextStep(FollowUpKind.MAIL, -2, None, "Skriv")),
    ],
)
def test_a_next_step_is_read(line: str, step: NextStep) -> None:
    assert script._next_step(line) == step


@pytest.mark.parametrize("line", ["called Trevligt", "sang: La la", "called +x: Hej", "called:"])
def test_a_line_that_cannot_be_read_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"cannot read this line|not a valid Verb"):
        script._beat(line, is_after_theirs=False)


def test_a_reply_that_only_its_outcome_tells_of_is_thanked_for() -> None:
    verbs = [beat.verb for beat in thread_named("Viveca Lagerstedt").beats]

    assert verbs[:5] == [Verb.WRITES, Verb.ANSWER, Verb.REPLY, Verb.ANSWER, Verb.CONSULTATION]


def test_nobody_shares_a_number_by_accident() -> None:
    numbers: dict[str, set[str]] = {}
    for thread in script.threads():
        if thread.phone:
            numbers.setdefault("".join(filter(str.isdigit, thread.phone))[-9:], set()).add(thread.name)

    assert [names for names in numbers.values() if len(names) > 1] == [{"Thomas Engdahl", "Lotta Friberg"}]
