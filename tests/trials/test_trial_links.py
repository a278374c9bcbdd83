from datetime import date, timedelta

import pytest
from flask import Flask

from app.core import links
from app.trials.models import Trial, TrialState
from app.trials.trial_links import read_trial, trial_address, trial_token
from tests.conftest import NOW

BEFORE_THE_END = NOW + timedelta(days=89)
AFTER_THE_END = NOW + timedelta(days=91)


def test_the_address_opens_the_trial_in_the_language_of_whoever_borrows(app: Flask) -> None:
    trial = Trial(id=7, language="en", requested_at=NOW)

    address = trial_address(trial)

    assert address == f"https://ledtrad.example.se/trial/{trial_token(trial)}?lang=en"
    assert read_trial(trial_token(trial), NOW) == 7


def test_a_link_lives_until_ninety_days_past_the_last_day(app: Flask) -> None:
    token = trial_token(Trial(id=7, requested_at=NOW, starts_on=date(2026, 11, 3), ends_on=date(2026, 11, 23)))

    assert read_trial(token, BEFORE_THE_END) == 7
    with pytest.raises(links.LinkExpired):
        read_trial(token, AFTER_THE_END)


def test_a_link_lives_on_while_the_unit_is_not_back(app: Flask) -> None:
    days = {"starts_on": date(2026, 11, 3), "ends_on": date(2026, 11, 23)}
    token = trial_token(Trial(id=7, requested_at=NOW, state=TrialState.DECISION, **days))

    assert read_trial(token, AFTER_THE_END) == 7
    assert read_trial(token, NOW + timedelta(days=730)) == 7
    with pytest.raises(links.LinkExpired):
        read_trial(token, NOW + timedelta(days=732))


def test_a_link_lives_for_half_a_year_while_no_days_are_agreed(app: Flask) -> None:
    token = trial_token(Trial(id=7, requested_at=NOW))

    assert read_trial(token, NOW + timedelta(days=179)) == 7
    with pytest.raises(links.LinkExpired):
        read_trial(token, NOW + timedelta(days=180))
