"""The demo as a whole: that it is full, that it adds up, and that it would never surprise whoever shows it."""

import re
from collections import Counter
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.activity import Activity
from app.accounts.models import User
from app.articles.models import Article
from app.consultations.affected import affected
from app.consultations.models import (
    ChangeKind,
    Consultation,
    ConsultationChange,
    ConsultationOutcome,
    ConsultationState,
)
from app.contacts.merges import ContactMerge
from app.contacts.models import (
    BY_HAND,
    Consent,
    ConsentPurpose,
    Contact,
    DuplicateReason,
    PossibleDuplicate,
    SubjectKind,
)
from app.core.db import db
from app.core.errors import RuleBroken
from app.demo import story
from app.demo.joining import SHARES_A_MAILBOX, WROTE_TWICE
from app.demo.log import LATELY, TO_READ
from app.demo.script import threads
from app.enquiries.deadlines import answer_due_at
from app.enquiries.jobs import remind_to_answer
from app.enquiries.models import Answer, Enquiry, EnquiryState
from app.enquiries.queries import enquiries_by_article
from app.enquiries.splits import EnquirySplit
from app.enquiries.unsplitting import refuse_undoing
from app.follow_ups.jobs import remind_of_tasks
from app.follow_ups.models import FollowUp, FollowUpState
from app.follow_ups.queries import open_of, without_next_step
from app.home.jobs import plan_digests
from app.leads.models import CallOutcome, EventKind, Lead, LeadEvent
from app.leads.stages import Stage
from app.leads.stale import stale_counts
from app.mail.models import Message, MessageEvent, MessageState, Suppression
from app.settings.queries import the_business
from app.trials.check_ins import CheckIn, CheckInKind
from app.trials.models import Trial, TrialChange, TrialState
from app.trials.touch_points import ASKS_FOR_THE_UNIT, TouchPoint, TouchPointKind, TouchPointState
from app.trials.units import DeviceUnit, UnitChange, UnitState
from tests.conftest import NOW

TAKEN_FOR_ANOTHER = "Ingrid Sund"
"""Who wrote from her grandmother's mailbox, which nobody has noticed yet."""
WOKEN = "Leif Åkesson"
DECIDES_TODAY = "Sören Wahlgren"
ADRIFT = {"Roine Falk", "Disa Almgren", "Olof Tjäder"}
"""Whom somebody here met, and forgot to plan anything for: what the page of today should catch."""


def every(column: Any) -> list[Any]:
    return list(db.session.scalars(sa.select(column)))


def test_there_are_133_contacts_with_leads_in_every_stage(told: Flask) -> None:
    stages = Counter(every(Lead.stage))

    assert len(every(Contact.id)) == 133
    assert set(stages) == set(Stage)
    assert min(stages.values()) >= 6


def test_the_threads_reach_eight_months_back(told: Flask) -> None:
    first = min(every(Lead.created_at))

    assert timedelta(days=240) <= NOW - first <= story.AGE


def test_every_article_has_brought_enquiries(told: Flask) -> None:
    assert len(every(Article.id)) >= 7
    assert set(enquiries_by_article()) == set(every(Article.id))


def test_every_article_was_published_before_its_first_enquiry(told: Flask) -> None:
    first = sa.select(Article.published_on, sa.func.min(Enquiry.received_at)).join(Article).group_by(Article.id)

    assert all(day is None or day < received.date() for day, received in db.session.execute(first))


def test_only_those_meant_to_be_are_without_a_next_step(told: Flask) -> None:
    assert {lead.contact.name for lead in without_next_step()} == ADRIFT


@pytest.mark.parametrize(
    "column",
    [
        User.created_at,
        Article.created_at,
        Contact.created_at,
        Contact.active_at,
        Consent.given_at,
        PossibleDuplicate.found_at,
        Lead.created_at,
        Lead.active_at,
        Lead.stage_changed_at,
        Lead.closed_at,
        LeadEvent.at,
        FollowUp.created_at,
        FollowUp.done_at,
        Enquiry.received_at,
        Enquiry.settled_at,
        Answer.written_at,
        Answer.opened_at,
        Message.created_at,
        Message.sent_at,
        MessageEvent.at,
        Suppression.at,
        Trial.requested_at,
        Trial.settled_at,
        TrialChange.at,
        UnitChange.at,
        CheckIn.answered_at,
        TouchPoint.settled_at,
    ],
    ids=str,
)
def test_nothing_has_happened_in_the_future(told: Flask, column: Any) -> None:
    moments = [moment for moment in every(column) if moment is not None]

    assert moments
    assert max(moments) <= NOW


def test_somebody_is_silent_and_somebody_has_been_let_be(told: Flask) -> None:
    assert all(count > 0 for count in stale_counts(NOW).values())


def test_steps_are_done_overdue_due_today_and_coming(told: Flask) -> None:
    due = [follow_up.due_at for follow_up in every(FollowUp) if follow_up.state is FollowUpState.OPEN]
    today = datetime(2026, 11, 23, tzinfo=UTC)

    assert sum(moment <= NOW for moment in due) >= 4
    assert sum(NOW < moment <= today + timedelta(hours=23) for moment in due) >= 4
    assert sum(moment > today + timedelta(days=1) for moment in due) >= 30
    assert sum(state is FollowUpState.DONE for state in every(FollowUp.state)) >= 300
    assert sum(state is FollowUpState.SKIPPED for state in every(FollowUp.state)) >= 10


def test_talks_have_come_to_every_end_and_some_are_ahead(told: Flask) -> None:
    talks = every(Consultation)
    ahead = [talk for talk in talks if talk.is_ahead]
    today = [talk for talk in ahead if talk.starts_at.date() == NOW.date()]

    assert {talk.state for talk in talks} == set(ConsultationState) - {ConsultationState.COULD_NOT_COME}
    assert {talk.outcome for talk in talks if talk.outcome} >= {
        ConsultationOutcome.TO_TRIAL,
        ConsultationOutcome.THINKS,
    }
    assert len(talks) >= 30
    assert (len(ahead), len(today)) == (13, 2)
    assert sum(talk.wants_earlier_at is not None for talk in ahead) == 1
    assert len(affected(NOW)) >= 1
    assert {change.kind for change in every(ConsultationChange)} >= {
        ChangeKind.MADE,
        ChangeKind.MOVED,
        ChangeKind.CANCELLED,
    }


def test_trials_stand_everywhere_and_their_units_with_them(told: Flask) -> None:
    trials, units = every(Trial), every(DeviceUnit)
    with_borrowers = [trial for trial in trials if trial.is_with_borrower]

    assert {trial.state for trial in trials} == set(TrialState)
    assert {unit.state for unit in units} == set(UnitState)
    assert {trial.article_id for trial in trials if trial.state is TrialState.BOUGHT} >= set(every(Article.id)[:5])
    assert sum(trial.is_suspect for trial in trials) == 1
    assert sum(trial.ends_on == NOW.date() for trial in with_borrowers) == 1
    assert sum(trial.ends_on < NOW.date() for trial in with_borrowers) >= 1
    assert {trial.lead.contact.name for trial in trials if trial.starts_on == NOW.date()} == {"Gun-Britt Sällström"}


def test_borrowers_tell_how_it_goes_and_somebody_wants_to_be_called(told: Flask) -> None:
    told_of = Counter(check_in.kind for check_in in every(CheckIn))

    assert min(told_of[kind] for kind in (CheckInKind.BASELINE, CheckInKind.EARLY, CheckInKind.LATER)) >= 20
    assert [check_in.trial.borrower_name for check_in in every(CheckIn) if check_in.wants_call] == ["Marianne Lööf"]
    assert {len(check_in.ratings) for check_in in every(CheckIn)} == {4}


def test_care_has_been_taken_of_every_loan_and_none_of_it_waits(told: Flask) -> None:
    points = every(TouchPoint)
    done = {point.kind for point in points if point.state is TouchPointState.DONE}

    assert done == set(TouchPointKind) - {TouchPointKind.OVERDUE_AGAIN}
    planned = [point for point in points if point.state is TouchPointState.PLANNED]
    late = [point for point in planned if point.due_on <= NOW.date()]
    assert len(late) < len(planned)
    assert {(point.kind in ASKS_FOR_THE_UNIT, point.trial.state) for point in late} <= {(True, TrialState.RETURNING)}


def test_a_few_enquiries_wait_and_the_first_of_them_must_be_answered_today(told: Flask) -> None:
    waiting = sorted(enquiry.received_at for enquiry in every(Enquiry) if enquiry.state is EnquiryState.OPEN)

    assert 3 <= len(waiting) <= 6
    assert all(answer_due_at(received) > NOW for received in waiting)
    assert answer_due_at(waiting[0]) == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    assert NOW - waiting[-1] < timedelta(hours=1)


def test_who_wrote_was_answered_in_time(told: Flask) -> None:
    late = [
        enquiry.name
        for enquiry in every(Enquiry)
        if enquiry.state is EnquiryState.ANSWERED and enquiry.settled_at > answer_due_at(enquiry.received_at)
    ]

    assert late == []


def test_spam_waits_in_quarantine_and_made_no_contact(told: Flask) -> None:
    suspect = [enquiry for enquiry in every(Enquiry) if enquiry.state is EnquiryState.QUARANTINED]

    assert len(suspect) == 6
    assert all(enquiry.lead_id is None and enquiry.spam_reasons for enquiry in suspect)
    assert not {enquiry.name for enquiry in suspect} & set(every(Contact.name))


def test_doubts_about_who_is_who_are_there(told: Flask) -> None:
    assert set(every(PossibleDuplicate.reason)) == {
        DuplicateReason.SHARED_ADDRESS,
        DuplicateReason.TWO_MATCHES,
        DuplicateReason.SAME_MAILBOX_NAME,
    }


def test_one_of_two_who_share_a_mailbox_has_been_told_apart_and_the_other_waits(told: Flask) -> None:
    (split,) = every(EnquirySplit)
    (mistaken,) = (enquiry for enquiry in every(Enquiry) if enquiry.name == TAKEN_FOR_ANOTHER)

    assert (split.origin.name, split.to.name, split.is_whole) == ("Monica Dahlin", SHARES_A_MAILBOX, False)
    assert mistaken.lead.contact.name == "Ingrid Falk"
    refuse_undoing(split)


def test_somebody_who_wrote_twice_is_one_contact_and_that_can_be_undone(told: Flask) -> None:
    (name,) = (name for name in every(Contact.name) if name.startswith("Carola Wrede"))
    (story,) = every(ContactMerge.story)

    assert name == "Carola Wrede Holm"
    assert "carola@stallet.example.com" in story


def test_people_relatives_horses_calls_and_consents_are_there(told: Flask) -> None:
    subjects = Counter(lead.subject.kind for lead in every(Lead))
    outcomes = Counter(outcome for outcome in every(LeadEvent.outcome) if outcome)
    tips = [purpose for purpose in every(Consent.purpose) if purpose is ConsentPurpose.TIPS]

    assert set(subjects) == set(SubjectKind)
    assert set(outcomes) == set(CallOutcome)
    assert len(tips) >= 15
    assert all(lead.lost_reason for lead in every(Lead) if lead.stage is Stage.LOST)
    assert len({lead.lost_reason.name_sv for lead in every(Lead) if lead.lost_reason}) >= 5


def test_somebody_said_yes_to_tips_by_word_of_mouth_and_somebody_no_by_the_link(told: Flask) -> None:
    consents = every(Consent)
    told_of = Counter(event.kind for event in every(LeadEvent) if event.text == "tips")

    by_hand = [consent for consent in consents if consent.said]
    assert {consent.source for consent in by_hand} == {BY_HAND}
    assert Counter(consent.purpose for consent in by_hand)[ConsentPurpose.TIPS] == 1
    assert [consent.purpose for consent in consents if consent.withdrawn_at] == [ConsentPurpose.TIPS]
    assert told_of == {EventKind.CONSENT_GIVEN: 1, EventKind.CONSENT_WITHDRAWN: 1}
    assert sorted(every(Suppression.scope)) == ["all", "marketing"]


def test_phones_and_addresses_belong_to_nobody(told: Flask) -> None:
    numbers = [number for number in every(Contact.phone_e164) if number]
    addresses = [*filter(None, every(Contact.email)), *every(User.email), *every(Message.address)]

    assert len(numbers) > 80
    assert all(re.fullmatch(r"\+46701740(60[5-9]|6[1-9]\d)", number) for number in numbers)
    assert f"+46{the_business().phone.replace('-', '').replace(' ', '')[1:]}" not in numbers
    assert all(re.search(r"[@.]example\.(se|com)$", address) for address in addresses)


def test_past_mail_has_left_and_only_reminders_of_the_future_wait(told: Flask) -> None:
    messages = every(Message)
    waiting = [message for message in messages if message.state is MessageState.PENDING]
    ended = Counter(message.state for message in messages if message.state is not MessageState.PENDING)

    assert {message.kind for message in waiting} == {
        "time_to_answer",
        "consultation_reminder_day",
        "consultation_reminder_hour",
    }
    assert all(message.due_at > NOW for message in waiting)
    assert ended.keys() == {MessageState.SENT, MessageState.CANCELLED, MessageState.SUPPRESSED}
    assert ended[MessageState.SENT] > 300
    assert all(message.sent_at >= message.due_at for message in messages if message.state is MessageState.SENT)


def test_each_message_tells_its_whole_life(told: Flask) -> None:
    lives: dict[int, list[MessageState]] = {}
    for event in db.session.scalars(sa.select(MessageEvent).order_by(MessageEvent.id)):
        lives.setdefault(event.message_id, []).append(event.state)
    sent = [message.id for message in every(Message) if message.state is MessageState.SENT]

    whole = [MessageState.PENDING, MessageState.CLAIMED, MessageState.SENDING, MessageState.SENT]
    assert all(lives[id_] == whole for id_ in sent)
    assert all(lives[message.id][-1] is message.state for message in every(Message))


def test_nobody_is_called_who_left_no_number(told: Flask) -> None:
    calls = sa.select(Contact.name).join(Lead).join(LeadEvent).where(LeadEvent.kind == EventKind.CALL)

    assert list(db.session.scalars(calls.where(Contact.phone.is_(None)))) == []


def test_no_text_is_used_up_by_repeating_it(told: Flask) -> None:
    letters = [enquiry.message for enquiry in every(Enquiry)]
    answers = Counter(every(Answer.text))

    assert len(set(letters)) == len(letters)
    assert sum(count == 1 for count in answers.values()) >= 90
    assert not any("{" in text for text in (*letters, *answers))


def test_a_second_filling_is_refused_and_changes_nothing(told: Flask) -> None:
    before = len(every(LeadEvent.id))

    with pytest.raises(RuleBroken, match="in use already"):
        story.fill(NOW)

    assert len(every(LeadEvent.id)) == before


def test_reminders_that_are_planned_are_not_planned_again(told: Flask) -> None:
    assert remind_to_answer(NOW + timedelta(days=7)) == 0
    assert (remind_of_tasks(NOW), plan_digests(NOW)) == (0, 0)


def test_the_last_mornings_have_had_their_digests(told: Flask) -> None:
    sent = [message for message in every(Message) if message.kind in ("digest", "weekly_summary")]

    assert Counter(message.kind for message in sent) == {"digest": 30, "weekly_summary": 5}
    assert {message.state for message in sent} == {MessageState.SENT}
    assert max(message.due_at for message in sent) == datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def test_our_own_work_is_done_in_working_hours(told: Flask) -> None:
    zone = story.local_zone()
    ours = [event.at.astimezone(zone) for event in every(LeadEvent) if event.actor_id]

    assert len(ours) > 500
    assert all(moment.weekday() < 5 and time(8) <= moment.time() <= time(17) for moment in ours)


def test_each_thread_is_told_to_its_end(told: Flask) -> None:
    ends = {(lead.contact.name, lead.subject.name or ""): lead.stage for lead in every(Lead)}
    staged = {
        (thread.name, thread.subject_name or ""): [beat.verb for beat in thread.beats if beat.verb in set(Stage)]
        for thread in threads()
        if thread.name not in (WROTE_TWICE[0], TAKEN_FOR_ANOTHER)  # who are called by another name by now
    }

    assert ends.keys() == staged.keys()
    assert {name for (name, whom), verbs in staged.items() if verbs and ends[name, whom] != verbs[-1]} == {
        WOKEN,
        DECIDES_TODAY,
    }


def test_who_has_rested_until_today_is_awake_with_a_task(told: Flask) -> None:
    [lead] = [lead for lead in every(Lead) if lead.contact.name == WOKEN]

    assert (lead.stage, lead.rests_until_on) == (Stage.CONTACTED, None)
    assert [step.title for step in open_of(lead.id)] == ["Hör av dig igen"]


def test_the_log_tells_of_both_and_of_nothing_that_no_page_does(told: Flask) -> None:
    log = every(Activity)

    assert {line.actor.name for line in log if line.actor} == {"Maj Ek", "Sixten Alm"}
    assert {line.what for line in log} <= set(told.view_functions)
    assert {line.is_reading for line in log} == {True, False}
    assert min(line.at for line in log) >= NOW - LATELY - TO_READ
    assert max(line.at for line in log) <= NOW
