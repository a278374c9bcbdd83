"""How long what somebody told during a trial is kept after it has ended; the owner's decision."""

from app.core.db import db
from app.trials.check_ins import TrialRules

LONGEST_KEPT_DAYS = 730
"""Two years: what the words of the consent promise, whatever the owner sets."""


def the_rules() -> TrialRules:
    """What the owner has decided for all trials; what the house begins with, until something is decided."""
    return db.session.get(TrialRules, 1) or TrialRules(id=1, ratings_kept_days=180, answers_kept_days=180)


def change_rules(ratings_kept_days: int, answers_kept_days: int) -> None:
    """Keep things for so many days from now on. What is older goes the next time that things are forgotten."""
    rules = the_rules()
    rules.ratings_kept_days, rules.answers_kept_days = ratings_kept_days, answers_kept_days
    db.session.add(rules)
