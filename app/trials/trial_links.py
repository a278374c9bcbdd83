"""The link of a trial that its borrower gets. It shows the trial; only a button there changes it."""

from datetime import datetime, timedelta

from app.core import links
from app.core.language import local_zone
from app.core.public_addresses import public_address
from app.core.wall_clock import start_of_day
from app.trials.models import Trial

PURPOSE = "trial"
LIVES_PAST_END = timedelta(days=90)
LIVES_WHILE_OUT = timedelta(days=730)
"""Past the last day, of a unit that is not back: whoever is reminded of it must be able to answer."""
LIVES_WITHOUT_DAYS = timedelta(days=180)
"""From the request, while no days are agreed."""


def trial_address(trial: Trial) -> str:
    """The full address of the trial's page, in the language of whoever borrows. Equal trials give equal ones."""
    return public_address("trials.borrowed", token=trial_token(trial), lang=trial.language)


def check_in_address(trial: Trial) -> str:
    """The full address of the page where whoever borrows says how it goes."""
    return public_address("trials.check_in", token=trial_token(trial), lang=trial.language)


def agreement_address(trial: Trial) -> str:
    """The full address of the page where they read the agreement and say yes."""
    return public_address("trials.agreement", token=trial_token(trial), lang=trial.language)


def returned_address(trial: Trial) -> str:
    """The full address of the page where they say that the unit is on its way back."""
    return public_address("trials.returned", token=trial_token(trial), lang=trial.language)


def trial_token(trial: Trial) -> str:
    """What opens the trial's page: until 90 days past its last day as that stands when the link is made.

    While the unit is with them, for two years.
    """
    return links.sign(PURPOSE, [trial.id], _lives_until(trial))


def read_trial(token: str, now: datetime) -> int:
    """The key of the trial that the token opens. Raises LinkBroken or LinkExpired."""
    (trial_id,) = links.read(PURPOSE, token, now)
    return int(trial_id)


def _lives_until(trial: Trial) -> datetime:
    if trial.ends_on is None:
        return trial.requested_at + LIVES_WITHOUT_DAYS
    past_end = LIVES_WHILE_OUT if trial.is_with_borrower else LIVES_PAST_END
    return start_of_day(trial.ends_on + timedelta(days=1) + past_end, local_zone())
