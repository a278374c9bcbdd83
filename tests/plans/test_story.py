"""Forty days of one lead, by the real jobs and a real mail server: asked, answered, silent, nudged, heard again."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from flask import Flask

from app.accounts.models import User
from app.core.db import db, writing
from app.enquiries.models import EnquiryState
from app.enquiries.private_pages import private_address, private_page, read_key
from app.enquiries.queries import enquiries_of
from app.enquiries.services import answer, record_reply
from app.follow_ups.models import FollowUpKind
from app.follow_ups.queries import open_of
from app.leads.models import EventKind, Lead
from app.leads.queries import lead_to_change
from app.mail.delivery import Sender
from app.mail.smtp import Smtp
from app.mail.templates import ensure_templates
from app.plans.drafts import approve
from app.plans.editing import Facts, change_plan, ensure_plans, switch_on
from app.plans.jobs import advance_plans, start_plans
from app.plans.models import DraftState, PlanDraft, RunState, StopReason
from app.plans.queries import draft_to_change, plans, runs_of_lead, waiting_drafts
from app.plans.waits import WaitUnit
from tests.conftest import NOW
from tests.enquiries.letters import recorded, sent
from tests.mail.post_office import PostOffice, open_office
from tests.plans.cast import drafts_in, letter, task, told_of_plans

TICK = timedelta(hours=3)


class Days:
    """Time as it passes: at each tick the scheduler's jobs run, and what is due leaves by the mail server."""

    def __init__(self, app: Flask, office: PostOffice) -> None:
        self.now = NOW
        self.office = office
        self._sender = Sender(app, Smtp(office.server()), clock=lambda: self.now)

    def pass_until(self, moment: datetime) -> None:
        while self.now < moment:
            self.now = min(self.now + TICK, moment)
            start_plans(self.now)
            advance_plans(self.now)
            self._sender.send_due()
            db.session.rollback()

    def got(self, address: str) -> list[str]:
        """The subjects of what arrived there, in order."""
        mails = (content for to, content in self.office.taken if to == address)
        return [str(message_from_bytes(mail, policy=default)["Subject"]) for mail in mails]


@pytest.fixture
def days(app: Flask) -> Iterator[Days]:
    with open_office() as office:
        yield Days(app, office)


def local(day: int, hour: int, month: int = 11) -> datetime:
    """A moment of that winter, by the clock on the wall in Stockholm."""
    return datetime(2026, month, day, hour - 1, 0, tzinfo=UTC)


def switch_on_a_nudge(owner: User) -> None:
    """The house's own plan, with a second nudge before the call."""
    with writing():
        ensure_templates(NOW)
        ensure_plans(NOW)
        plan = next(plan for plan in plans() if plan.key == "nudge_after_silence")
        nudges = [letter(days, "nudge_after_silence", WaitUnit.WORKING_DAYS) for days in (0, 10)]
        facts = Facts(plan.name_sv, plan.name_en, plan.trigger, plan.trigger_days)
        change_plan(plan, facts, [*nudges, task(10, "Ring Siv")], owner, NOW)
        switch_on(plan, NOW)


def reply_of(lead: Lead, words: str, now: datetime) -> None:
    """Siv writes on her own page, which the nudge led her to."""
    token = private_address(lead.id, "siv@example.se", "sv", now).partition("/p/")[2].partition("?")[0]
    page = private_page(read_key(token, now))
    assert page is not None
    record_reply(page, words, "0" * 32, "sv", now)


def waiting() -> PlanDraft:
    (draft,) = waiting_drafts(10)
    return draft


def test_a_lead_walks_a_plan_for_forty_days(days: Days, owner: User) -> None:
    switch_on_a_nudge(owner)

    # Monday: Siv asks. After lunch Maj answers, and both mails arrive.
    lead = recorded(sent("Hur länge får man låna?"), at=days.now).lead
    assert lead is not None
    days.pass_until(local(23, 13))
    with writing():
        answer(lead_to_change(lead.id) or lead, "Tre veckor.", owner, days.now)
    days.pass_until(local(27, 12))
    assert days.got("siv@example.se") == [
        "Tack, vi har fått din förfrågan " + days.got("siv@example.se")[0][-11:],
        "Du har fått svar av oss",
    ]
    assert list(waiting_drafts(10)) == []

    # Friday, four days of silence later, a nudge is drafted. Nothing leaves over the weekend: nobody has approved it.
    days.pass_until(local(30, 9))
    (run,) = runs_of_lead(lead.id)
    assert (run.started_by_id, waiting().run, waiting().due_at) == (None, run, local(27, 9))
    assert len(days.got("siv@example.se")) == 2

    # On Monday morning Maj reads it and says yes. It arrives once.
    with writing():
        approve(draft_to_change(waiting().id) or waiting(), owner, days.now)
    days.pass_until(local(11, 12, month=12))
    assert days.got("siv@example.se")[2:] == ["Fick du svar på allt?"]

    # Ten working days later the second nudge waits. Before anybody looks at it, Siv writes.
    days.pass_until(local(14, 12, month=12))
    assert waiting().position == 2
    with writing():
        reply_of(lead_to_change(lead.id) or lead, "Förlåt att jag dröjde! Jag vill gärna prova.", days.now)

    # The plan stops in the same moment: no letter, no call of its own, but an answer is owed.
    db.session.expire_all()
    assert (run.state, run.stop_reason, run.ended_at) == (RunState.STOPPED, StopReason.REPLIED, days.now)
    assert [draft.state for draft in drafts_in(run)] == [DraftState.APPROVED, DraftState.WITHDRAWN]
    assert [step.kind for step in open_of(lead.id)] == [FollowUpKind.ANSWER]
    assert told_of_plans(lead) == [EventKind.PLAN_STARTED, EventKind.PLAN_STOPPED]

    # And nothing more comes of it, however many days pass.
    days.pass_until(NOW + timedelta(days=40))
    assert days.got("siv@example.se")[2:] == ["Fick du svar på allt?"]
    assert len(runs_of_lead(lead.id)) == 1
    assert [enquiry.state for enquiry in enquiries_of(lead.id)] == [EnquiryState.ANSWERED, EnquiryState.OPEN]
