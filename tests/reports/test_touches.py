"""Which article a thing is owed to, seen from the first touch and from the last."""

from datetime import timedelta

from flask import Flask

from app.accounts.models import User
from app.core.db import writing
from app.leads.models import Lead
from app.leads.services import move_to_stage
from app.leads.stages import Stage
from app.reports.from_articles import ArticleLine, from_articles
from app.reports.periods import Period, Span
from app.reports.scope import Scope
from app.reports.touches import Touch
from tests.conftest import NOW
from tests.consultations.cast import add_consultation, add_host, add_kind
from tests.enquiries.letters import add_article, recorded, sent
from tests.reports.cast import add_ended_trial

ALL = Scope(Period(Span.ALL))
AN_HOUR = timedelta(hours=1)


def _lead_from_three_letters() -> Lead:
    """From one article, then from another, then from none; all before noon."""
    first, second = add_article(slug="vila", title="Vila"), add_article(slug="ro", title="Ro")
    lead = recorded(sent(article_id=first.id), NOW).lead
    recorded(sent("En fråga till", article_id=second.id), NOW + AN_HOUR)
    recorded(sent("Och en till"), NOW + 2 * AN_HOUR)
    assert lead
    return lead


def test_the_last_article_before_each_thing_has_it_or_the_first_all(app: Flask, owner: User) -> None:
    lead = _lead_from_three_letters()
    with writing():
        kind = add_kind(add_host(owner))
        add_consultation(lead, kind, NOW + 50 * AN_HOUR, created_at=NOW + AN_HOUR / 2)
        add_ended_trial(lead, handed_over_at=NOW + 3 * AN_HOUR, settled_at=NOW + 4 * AN_HOUR)

    by_touch = {touch: from_articles(ALL, touch).lines for touch in Touch}

    assert by_touch == {
        Touch.FIRST: [ArticleLine("Vila", 3, 1, 1, 1, 1_490_000)],
        Touch.LAST: [
            ArticleLine("Ro", 1, 0, 1, 1, 1_490_000),
            ArticleLine("Vila", 1, 1, 0, 0, 0),
            ArticleLine(None, 1, 0, 0, 0, 0),
        ],
    }


def test_what_was_won_without_a_trial_is_worth_what_the_lead_says(app: Flask, owner: User) -> None:
    lead = _lead_from_three_letters()
    with writing():
        lead.value_ore = 990_000
        move_to_stage(lead, Stage.WON, owner, NOW + 90 * AN_HOUR)

    assert [(line.title, line.sales, line.sold_ore) for line in from_articles(ALL, Touch.LAST).lines] == [
        ("Ro", 1, 990_000),
        ("Vila", 0, 0),
        (None, 0, 0),
    ]


def test_what_another_sells_is_not_mine(app: Flask, owner: User, staff: User) -> None:
    lead = _lead_from_three_letters()
    with writing():
        lead.owner_id = staff.id
        add_ended_trial(lead)
        add_ended_trial().lead = None

    sold = [from_articles(Scope(Period(Span.ALL), who)).total.sales for who in (None, owner.id, staff.id)]

    assert sold == [2, 0, 1]
