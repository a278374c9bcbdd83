"""Leads and trials that the tests of reports share; stored with the write."""

from datetime import timedelta
from typing import Any

from app.articles.models import Article
from app.leads.models import Lead
from app.trials.models import Trial, TrialState
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead
from tests.trials.cast import TODAY, add_trial

TWO_WEEKS = timedelta(days=13)


def add_lead_from(article: Article | None = None) -> Lead:
    """A lead of Siv's that came from an article, or from none."""
    lead = add_lead(add_contact())
    lead.article_id = article.id if article else None
    return lead


def add_ended_trial(lead: Lead | None = None, state: TrialState = TrialState.BOUGHT, **changes: Any) -> Trial:
    """A trial of two weeks that ended today, with a purchase where nothing else is said."""
    bought = {"sold_on": TODAY, "price_ore": 1_490_000} if state is TrialState.BOUGHT else {}
    facts = {
        "starts_on": TODAY - TWO_WEEKS,
        "ends_on": TODAY,
        "handed_over_at": NOW - TWO_WEEKS,
        "settled_at": NOW,
        **bought,
        **changes,
    }
    return add_trial(lead or add_lead_from(), state=state, **facts)
