"""What a no means for leads, and that who says it and who works on them never wait for each other."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import User
from app.contacts.models import Consent
from app.core.db import db, writing
from app.leads.models import EventKind, Lead, LeadEvent
from app.leads.queries import lead_to_change
from app.leads.services import write_note
from app.mail.addresses import suppression_key
from app.mail.models import MessageClass, MessageState
from app.mail.unsubscribing import SaidNo, unsubscribe
from app.plans.models import PlanRun, StopReason
from app.plans.queries import run_to_change
from app.plans.services import advance, start, stop
from tests.conftest import NOW
from tests.contacts.consents import consented
from tests.leads.cast import add_contact, add_lead
from tests.plans.cast import mails_to, make_plan
from tests.together import while_we_write

LATER = NOW + timedelta(days=1)
ADDRESS = "siv@example.se"


def _lead(email: str = ADDRESS) -> Lead:
    with writing():
        lead = add_lead(add_contact(email=email))
    consented(lead.contact)
    return lead


def _is_yes(lead: Lead) -> bool:
    db.session.rollback()
    stands = select(Consent.id).where(Consent.contact_id == lead.contact_id, Consent.withdrawn_at.is_(None))
    return db.session.scalars(stands).first() is not None


def _told(lead: Lead) -> list[tuple[str | None, int | None]]:
    lines = select(LeadEvent).filter_by(lead_id=lead.id, kind=EventKind.CONSENT_WITHDRAWN)
    return [(line.text, line.actor_id) for line in db.session.scalars(lines)]


def _say_no(address: str | None = ADDRESS, lead_id: int | None = None) -> None:
    with writing():
        unsubscribe(SaidNo(suppression_key(ADDRESS), address, lead_id), LATER)


@pytest.mark.parametrize("is_known", [True, False], ids=["the address is known", "only its keyed hash is left"])
def test_a_no_reaches_who_shares_the_mailbox_whatever_the_case(app: Flask, is_known: bool) -> None:
    one, two, other = _lead(), _lead(), _lead("bo@example.se")

    _say_no(ADDRESS.upper() if is_known else None)

    assert [_is_yes(lead) for lead in (one, two, other)] == [False, False, True]
    assert [_told(lead) for lead in (one, two, other)] == [[("tips", None)], [("tips", None)], []]


def test_a_no_waits_for_whoever_works_on_the_lead_and_neither_is_lost(app: Flask, owner: User) -> None:
    lead = _lead()
    lead_id = lead.id

    with while_we_write(app, lambda: _say_no(lead_id=lead_id)) as let_the_no_begin:
        held = lead_to_change(lead_id)
        assert held is not None
        let_the_no_begin()
        write_note(held, "Ringer i morgon", owner, LATER)

    assert not _is_yes(lead)
    assert _told(lead) == [("tips", None)]


def test_a_no_and_a_plan_that_stops_never_wait_for_each_other(app: Flask, owner: User) -> None:
    lead = _lead()
    run_id, lead_id = _with_a_tip_that_waits(lead).id, lead.id

    with while_we_write(app, lambda: _say_no(lead_id=lead_id)) as let_the_no_begin:
        run = run_to_change(run_id)
        assert run is not None
        let_the_no_begin()
        stop(run, owner, LATER)

    assert not _is_yes(lead)
    assert db.session.get_one(PlanRun, run_id).stop_reason is StopReason.BY_HAND
    assert [message.state for message in mails_to(lead)] == [MessageState.CANCELLED]


def _with_a_tip_that_waits(lead: Lead) -> PlanRun:
    with writing():
        plan = make_plan(0, 4, message_class=MessageClass.MARKETING, sends_by_itself=True)
        run = start(plan, lead, None, NOW)
        advance(run, NOW)
    assert [message.state for message in mails_to(lead)] == [MessageState.PENDING]
    return run


def test_a_no_takes_the_leads_of_two_who_share_a_mailbox_in_one_order(app: Flask, owner: User) -> None:
    one, two = _lead(), _lead()
    with writing():
        third = add_lead(one.contact)
    in_order = [one.id, two.id, third.id]

    with while_we_write(app, _say_no) as let_the_no_begin:
        held = [lead_to_change(two.id)]
        let_the_no_begin()
        held.append(lead_to_change(third.id))
        for lead in held:
            write_note(lead or one, "Ringer i morgon", owner, LATER)

    assert in_order == sorted(in_order)
    assert [_is_yes(lead) for lead in (one, two)] == [False, False]
    assert [_told(lead) for lead in (one, two, third)] == [[("tips", None)]] * 3
