"""Why leads were lost, and from which stage, counted by hand."""

from datetime import timedelta

import pytest
from flask import Flask

from app.accounts.models import User
from app.core.db import writing
from app.leads.models import Lead, LostReason
from app.leads.queries import lost_reasons
from app.leads.services import move_to_stage, take_up
from app.leads.stages import Stage
from app.reports.lost import lost, lost_table
from app.reports.periods import Period, Span
from app.reports.scope import Scope
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead, add_stage
from tests.trials.cast import TODAY

A_DAY = timedelta(days=1)
THIS_WEEK = Scope(Period(Span.DATES, TODAY - 6 * A_DAY, TODAY))


def _lose(lead: Lead, reason: LostReason, days_ago: int, *walk: Stage) -> None:
    """By those stages, an hour for each, so many days ago."""
    at = NOW - days_ago * A_DAY
    for hours, stage in enumerate(walk):
        move_to_stage(lead, stage, None, at + hours * A_DAY / 24, rests_until_on=TODAY + 90 * A_DAY)
    move_to_stage(lead, Stage.LOST, None, at + A_DAY / 2, lost_reason=reason)


def _add_lost(owner: User) -> None:
    dear, unfit = lost_reasons()[:2]
    with writing():
        leads = [add_lead(add_contact(), now=NOW - 30 * A_DAY) for _ in range(6)]
        _lose(leads[0], dear, 3)
        _lose(leads[1], dear, 3, Stage.CONTACTED, Stage.TRIAL)
        _lose(leads[2], unfit, 2, Stage.CONTACTED, Stage.RESTING)
        _lose(leads[3], dear, 20)
        _lose(leads[4], dear, 3)
        take_up(leads[4], owner, NOW)
        _lose(leads[5], unfit, 5, Stage.CONTACTED)
        take_up(leads[5], owner, NOW - 4 * A_DAY)
        _lose(leads[5], dear, 1, Stage.DECISION)
        leads[0].owner_id = owner.id


def test_those_lost_in_the_period_that_still_are_count_by_reason_and_stage(app: Flask, owner: User) -> None:
    _add_lost(owner)

    with app.test_request_context():
        report = lost(THIS_WEEK)

        assert report.reasons == [("För dyrt", 3), ("Inte rätt för besvären", 1)]
        assert report.stages == [("Ny", 1), ("Provperiod", 1), ("Beslut", 1), ("Vid sidan av", 1)]
        assert list(lost_table(report).in_file()) == [
            ["Anledning", "Antal", "Ny", "Kontaktad", "Konsultation", "Provperiod", "Beslut", "Vid sidan av"],
            ["För dyrt", 3, 1, 0, 0, 1, 1, 0],
            ["Inte rätt för besvären", 1, 0, 0, 0, 0, 0, 1],
            ["Totalt", 4, 1, 0, 0, 1, 1, 1],
        ]


@pytest.mark.usefixtures("lists_put_back")
def test_a_move_among_the_stages_of_the_lost_does_not_hide_where_they_came_from(app: Flask, owner: User) -> None:
    regretted = add_stage(Stage.LOST)
    dear = lost_reasons()[0]
    with writing():
        lead = add_lead(add_contact(), now=NOW - 30 * A_DAY)
        _lose(lead, dear, 3, Stage.CONTACTED, Stage.TRIAL)
        move_to_stage(lead, Stage.LOST, owner, NOW, lost_reason=dear, own=regretted)

    with app.test_request_context():
        assert lost(THIS_WEEK).stages == [("Provperiod", 1)]


def test_the_leads_of_one_owner_can_be_counted_alone(app: Flask, owner: User, staff: User) -> None:
    _add_lost(owner)

    with app.test_request_context():
        found = [lost(Scope(THIS_WEEK.period, who.id)).count for who in (owner, staff)]

    assert found == [1, 0]
