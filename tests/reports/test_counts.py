"""What a report counts, and what it does not."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from app.accounts.models import User
from app.consultations.kinds import Audience
from app.consultations.models import ConsultationOutcome, ConsultationState
from app.core.db import db, writing
from app.enquiries.models import Enquiry, EnquiryState, EnquiryWay
from app.leads.services import move_to_stage
from app.leads.stages import Stage
from app.reports.from_articles import ArticleLine, enquiries_of, from_articles
from app.reports.of_trials import Outcome, of_trials
from app.reports.periods import Period, Span
from app.reports.scope import Scope
from app.trials.models import TrialState
from tests.conftest import NOW
from tests.consultations.cast import add_consultation, add_host, add_kind
from tests.enquiries.letters import add_article, recorded, sent
from tests.reports.cast import add_ended_trial, add_lead_from
from tests.trials.cast import TODAY, add_trial
from tests.trials.walks import a_lost_reason

DAY = timedelta(days=1)
THIS_WEEK = Scope(Period(Span.DATES, TODAY - 6 * DAY, TODAY))
BEFORE = NOW - 7 * DAY


def test_an_article_is_followed_from_the_enquiry_to_the_sale(app: Flask, owner: User) -> None:
    article = add_article(slug="traning", title="Träning och MS")
    letter = recorded(sent(article_id=article.id), NOW)
    with writing():
        assert letter.lead
        add_consultation(letter.lead, add_kind(add_host(owner)), NOW + DAY)
        add_trial(letter.lead, handed_over_at=NOW)
        add_ended_trial(letter.lead)

    report = from_articles(THIS_WEEK)

    assert report.lines == [ArticleLine("Träning och MS", 1, 1, trials=1, sales=1, sold_ore=1_490_000)]
    assert report.total == ArticleLine(None, 1, 1, trials=1, sales=1, sold_ore=1_490_000)


def test_what_came_from_no_article_is_a_line_of_its_own_and_the_last(app: Flask) -> None:
    article = add_article(title="Vila")
    recorded(sent(article_id=article.id), NOW)
    with writing():
        add_ended_trial()
        add_ended_trial()

    assert [(line.title, line.sales) for line in from_articles(THIS_WEEK).lines] == [("Vila", 0), (None, 2)]


def test_the_chart_has_the_articles_that_were_asked_from_the_most_asked_first(app: Flask) -> None:
    articles = [add_article(slug=title, title=title) for title in ("Vila", "Sömn", "Ro")]
    for number, article in enumerate((articles[0], articles[1], articles[1])):
        recorded(sent(name=f"A {number}", email=f"a{number}@example.com", article_id=article.id), NOW)
    recorded(sent(name="Bo Ek", email="bo@example.com"), NOW)
    with writing():
        add_ended_trial(add_lead_from(articles[2]))

    assert enquiries_of(from_articles(THIS_WEEK)) == [("Sömn", 2), ("Vila", 1)]


def test_the_article_of_the_first_enquiry_counts(app: Flask) -> None:
    first, second = add_article(slug="a", title="Första"), add_article(slug="b", title="Andra")
    recorded(sent(article_id=first.id), BEFORE)
    recorded(sent("En fråga till", article_id=second.id), NOW)

    assert [(line.title, line.enquiries) for line in from_articles(THIS_WEEK).lines] == [("Första", 1)]


def test_enquiries_in_quarantine_of_another_time_and_replies_do_not_count(app: Flask) -> None:
    letters = [recorded(sent(name=f"A {n}", email=f"a{n}@example.com"), NOW) for n in range(4)]
    changes: list[dict[str, Any]] = [
        {},
        {"state": EnquiryState.QUARANTINED},
        {"way": EnquiryWay.REPLY},
        {"received_at": BEFORE},
    ]
    with writing():
        for letter, changed in zip(letters, changes, strict=True):
            for name, value in changed.items():
                setattr(db.session.get_one(Enquiry, letter.id), name, value)

    assert from_articles(THIS_WEEK).total.enquiries == 1


@pytest.mark.parametrize(
    ("state", "counted"),
    [
        (ConsultationState.REQUESTED, 0),
        (ConsultationState.BOOKED, 1),
        (ConsultationState.HELD, 1),
        (ConsultationState.NO_SHOW, 1),
        (ConsultationState.CANCELLED, 0),
    ],
)
def test_talks_that_were_agreed_count(app: Flask, owner: User, state: ConsultationState, counted: int) -> None:
    with writing():
        kind = add_kind(add_host(owner))
        outcome = ConsultationOutcome.THINKS if state is ConsultationState.HELD else None
        add_consultation(add_lead_from(), kind, NOW + DAY, state=state, outcome=outcome)
        add_consultation(add_lead_from(), kind, NOW + DAY, state=state, outcome=outcome, created_at=BEFORE)

    assert from_articles(THIS_WEEK).total.talks == counted


def test_trials_count_from_the_day_they_began_and_only_those_that_did(app: Flask) -> None:
    with writing():
        add_trial(add_lead_from(), handed_over_at=NOW)
        add_trial(add_lead_from(), handed_over_at=NOW, starts_on=TODAY - 7 * DAY)
        add_trial(add_lead_from(), state=TrialState.AGREED)
        add_trial(add_lead_from(), state=TrialState.CANCELLED)

    assert from_articles(THIS_WEEK).total.trials == 1


def test_a_sale_is_counted_once_on_the_day_it_was_made(app: Flask, owner: User) -> None:
    with writing():
        tried, talked, lost = add_lead_from(), add_lead_from(), add_lead_from()
        add_ended_trial(tried)
        add_ended_trial(sold_on=TODAY - 7 * DAY)
        add_ended_trial(state=TrialState.NOT_BOUGHT)
        move_to_stage(tried, Stage.WON, owner, NOW)
        move_to_stage(talked, Stage.WON, owner, NOW)
        move_to_stage(lost, Stage.LOST, owner, NOW, lost_reason=a_lost_reason())
        move_to_stage(add_lead_from(), Stage.WON, owner, BEFORE)

    total = from_articles(THIS_WEEK).total
    assert (total.sales, total.sold_ore) == (2, 1_490_000)


def test_the_sale_to_an_erased_person_stays(app: Flask) -> None:
    with writing():
        add_ended_trial().lead = None

    assert from_articles(THIS_WEEK).total.sales == 1


def test_the_days_of_a_period_are_local(app: Flask) -> None:
    midnight = NOW.replace(hour=23, minute=0)
    with writing():
        for settled_at in (midnight - DAY - timedelta(seconds=1), midnight - DAY, midnight):
            add_ended_trial(settled_at=settled_at)

    assert of_trials(Scope(Period(Span.DATES, TODAY, TODAY)), TODAY).all == Outcome("", 1, 1)


def test_trials_that_ended_are_told_apart(app: Flask) -> None:
    article = add_article(title="Vila")
    with writing():
        add_ended_trial(add_lead_from(article), ends_on=TODAY + 40 * DAY)
        not_bought = {"state": TrialState.NOT_BOUGHT, "lost_reason_id": a_lost_reason().id}
        add_ended_trial(add_lead_from(article), ends_on=TODAY + 3 * DAY, **not_bought)
        add_ended_trial(state=TrialState.LOST, audience=Audience.HORSE)
        add_ended_trial(state=TrialState.CANCELLED, handed_over_at=None)
        add_ended_trial(settled_at=BEFORE)

    report = of_trials(THIS_WEEK, TODAY)

    assert (report.all, report.usual_days) == (Outcome("", 3, 1), 15)
    assert report.by_audience == [Outcome("Människor", 2, 1), Outcome("Hästar", 1, 0)]
    assert report.by_article == [Outcome("Vila", 2, 1), Outcome("Ingen artikel", 1, 0)]
    assert report.reasons == [(a_lost_reason().name_sv, 1)]


def test_what_is_out_is_told_as_it_stands_now(app: Flask) -> None:
    over = {"starts_on": TODAY - 9 * DAY, "ends_on": TODAY - DAY}
    with writing():
        add_trial(add_lead_from())
        add_trial(add_lead_from(), state=TrialState.DECISION, ends_on=TODAY)
        add_trial(add_lead_from(), state=TrialState.RETURNING, **over)
        add_trial(add_lead_from(), state=TrialState.AGREED)
        add_trial(add_lead_from(), state=TrialState.CHECKED, **over)

    report = of_trials(Scope(Period(Span.DATES, date(2020, 1, 1), date(2020, 1, 2))), TODAY)

    assert (report.out, report.overdue, report.all.ended) == (3, 1, 0)
