"""A consultation that is still to be held is its lead's next step, as a follow-up is."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from app.accounts.models import User
from app.consultations.kinds import ConsultationKind
from app.consultations.models import ConsultationState
from app.core.clock import now
from app.core.db import writing
from app.core.filters import moment_words
from app.core.language import local_zone
from app.follow_ups.appointments import next_appointment
from app.follow_ups.dues import urgency
from app.follow_ups.models import FollowUpKind, FollowUpState
from app.follow_ups.queries import next_steps, open_of, without_next_step_count
from app.follow_ups.services import NextStepMissing, complete, find_next_step, forget_suggested, keep_on, plan, reopen
from app.leads.services import move_to_stage
from app.leads.stages import Stage
from app.leads.stale import Staleness, stale_counts
from tests.conftest import NOW
from tests.consultations.cast import add_consultation
from tests.leads.cast import add_contact, add_lead
from tests.signed_in import SignedIn

SOON, TOMORROW, LATE = (NOW + timedelta(hours=hours) for hours in (1, 24, 48))


def test_the_next_step_is_the_earlier_of_a_consultation_and_a_follow_up(app: Flask, kind: ConsultationKind) -> None:
    with writing():
        first, other, third = (add_lead(add_contact()) for _ in range(3))
        for lead in (first, other):
            add_consultation(lead, kind, TOMORROW)
        for lead in (other, third):
            plan(lead, FollowUpKind.CALL, SOON, NOW)
        plan(first, FollowUpKind.CALL, LATE, NOW)
        for lead in (first, other, third):
            find_next_step(lead)

    assert {lead_id: step.due_at for lead_id, step in next_steps([first.id, other.id, third.id]).items()} == {
        first.id: TOMORROW,
        other.id: SOON,
        third.id: SOON,
    }
    assert [lead.next_step_at for lead in (first, other, third)] == [TOMORROW, SOON, SOON]
    assert next_appointment(third.id) is None


@pytest.mark.parametrize("state", [state for state in ConsultationState if state not in ("requested", "booked")])
def test_a_settled_consultation_is_no_next_step(app: Flask, kind: ConsultationKind, state: ConsultationState) -> None:
    with writing():
        lead = add_lead(add_contact())
        add_consultation(lead, kind, TOMORROW, state=state, outcome="thinks" if state == "held" else None)
        find_next_step(lead)

    assert (lead.next_step_at, next_appointment(lead.id), without_next_step_count()) == (None, None, 1)


def test_the_last_step_before_a_consultation_asks_nothing(app: Flask, owner: User, kind: ConsultationKind) -> None:
    with writing():
        lead = add_lead(add_contact())
        step = plan(lead, FollowUpKind.CALL, SOON, NOW)
        booked = add_consultation(lead, kind, TOMORROW)
        complete(step, owner, SOON)

    assert (step.state, lead.next_step_at, without_next_step_count()) == (FollowUpState.DONE, TOMORROW, 0)

    with writing():
        reopen(step)
        booked.settled_at, booked.state = SOON, ConsultationState.CANCELLED
        find_next_step(lead)
    with pytest.raises(NextStepMissing), writing():
        complete(step, owner, SOON)

    assert lead.next_step_at == SOON


def test_nothing_is_suggested_where_a_consultation_lies_ahead(app: Flask, owner: User, kind: ConsultationKind) -> None:
    with writing():
        lead = add_lead(add_contact())
        add_consultation(lead, kind, TOMORROW)
        find_next_step(lead)
        move_to_stage(lead, Stage.CONSULTATION, owner, NOW)

        assert keep_on(lead, NOW) is None

    assert list(open_of(lead.id)) == []


def test_what_was_only_suggested_gives_way_to_a_consultation(app: Flask, kind: ConsultationKind) -> None:
    with writing():
        lead = add_lead(add_contact())
        keep_on(lead, NOW)
        add_consultation(lead, kind, TOMORROW)
        forgotten = forget_suggested(lead)
        find_next_step(lead)

    assert (forgotten, list(open_of(lead.id)), lead.next_step_at) == (1, [], TOMORROW)


def test_a_consultation_ahead_stops_the_clock_of_standing_still(app: Flask, kind: ConsultationKind) -> None:
    moment = NOW + timedelta(days=3)
    with writing():
        lead = add_lead(add_contact())
        plan(lead, FollowUpKind.CALL, SOON, NOW)
        before = stale_counts(moment)[Staleness.UNWORKED]
        for step in open_of(lead.id):
            step.state, step.done_at = FollowUpState.DONE, NOW
        add_consultation(lead, kind, NOW + timedelta(days=4))
        find_next_step(lead)

    assert (before, stale_counts(moment)[Staleness.UNWORKED]) == (1, 0)


def test_the_list_of_leads_names_the_consultation_and_then_asks_how_it_went(
    owner_client: SignedIn, kind: ConsultationKind
) -> None:
    ahead, under_way, over = (now() + timedelta(minutes=minutes) for minutes in (24 * 60, -10, -31))
    with writing():
        for name, starts_at in (("Ahead", ahead), ("Under way", under_way), ("Over", over)):
            lead = add_lead(add_contact(name))
            add_consultation(lead, kind, starts_at)
            find_next_step(lead)

    page = owner_client.get("/leads/?sort=name").get_data(as_text=True)

    shown = re.findall(
        r'<span class="step-words">(.*?)</span>\s*<span class="chip chip-(\w+)">.*?</svg>(.*?)</span>', page
    )
    assert shown == [
        ("Konsultation", "rest", moment_words(ahead)),
        ("Hur gick konsultationen?", "late", moment_words(over)),
        ("Konsultation", urgency(under_way + timedelta(minutes=30), now(), local_zone()), moment_words(under_way)),
    ]


def test_the_list_of_leads_asks_no_more_for_many_consultations(
    owner_client: SignedIn, kind: ConsultationKind, count_queries: Callable[[], int]
) -> None:
    def ask() -> int:
        count_queries()
        owner_client.get("/leads/")
        return count_queries()

    def book(count: int) -> None:
        with writing():
            for _ in range(count):
                add_consultation(add_lead(add_contact()), kind, TOMORROW)

    book(1)
    for_one = ask()
    book(29)

    assert ask() == for_one
