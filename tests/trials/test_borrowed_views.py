from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core import links
from app.core.clock import now
from app.core.db import writing
from app.trials.models import Trial, TrialState
from app.trials.trial_links import PURPOSE, trial_address, trial_token
from tests.enquiries.letters import words
from tests.leads.cast import add_contact, add_lead
from tests.trials.cast import WITHOUT_DAYS, add_trial

SOME_DAYS = {"starts_on": date(2031, 3, 25), "ends_on": date(2031, 4, 14)}


def lent(state: TrialState, **changes: Any) -> Trial:
    """Siv's trial, as a bare row."""
    days = {} if state in WITHOUT_DAYS else SOME_DAYS
    with writing():
        return add_trial(add_lead(add_contact(email="siv@example.se")), state=state, **days, **changes)


def path(trial: Trial) -> str:
    """Where its link leads, on our own host."""
    return trial_address(trial).removeprefix("https://ledtrad.example.se")


def test_the_page_says_how_it_stands_and_what_was_agreed(client: FlaskClient, app: Flask) -> None:
    address = {"street_address": "Ängsvägen 2", "postcode": "743 30", "city": "Storvreta"}

    response = client.get(path(lent(TrialState.RESERVED, **address)))

    page = words(response)
    assert response.status_code == 200
    assert "Din provperiod är reserverad" in page
    assert "Vad BM Hem När tisdag 25 mars till och med måndag 14 april Var Ängsvägen 2, 743 30 Storvreta" in page
    assert [response.headers[name] for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")] == [
        "no-store",
        "no-referrer",
        "noindex, nofollow",
    ]
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize(
    ("state", "name"),
    [
        (TrialState.REQUESTED, "Du vill prova hemma"),
        (TrialState.SUITABLE, "Du kan prova hemma"),
        (TrialState.RESERVED, "Din provperiod är reserverad"),
        (TrialState.AGREED, "Din provperiod är klar att börja"),
        (TrialState.OUT, "Din provperiod pågår"),
        (TrialState.DECISION, "Hur vill du göra nu?"),
        (TrialState.RETURNING, "Den är på väg tillbaka"),
        (TrialState.RECEIVED, "Vi har fått tillbaka den"),
        (TrialState.CHECKED, "Vi har fått tillbaka den"),
        (TrialState.BOUGHT, "Tack för ditt köp"),
        (TrialState.NOT_BOUGHT, "Tack för att du provade"),
        (TrialState.LOST, "Enheten saknas"),
        (TrialState.DECLINED, "Det blir ingen provperiod den här gången"),
        (TrialState.CANCELLED, "Provperioden är inställd"),
    ],
)
def test_the_page_has_words_for_each_state(client: FlaskClient, app: Flask, state: TrialState, name: str) -> None:
    assert f"<h1>{name}</h1>" in client.get(path(lent(state))).text


def test_days_that_came_to_nothing_are_not_shown(client: FlaskClient, app: Flask) -> None:
    assert "25 mars" not in words(client.get(path(lent(TrialState.CANCELLED))))


def test_the_link_speaks_the_language_of_whoever_borrows(client: FlaskClient, app: Flask) -> None:
    assert "Your trial is reserved" in words(client.get(path(lent(TrialState.RESERVED, language="en"))))


def test_a_link_that_is_over_or_broken_leads_to_us(client: FlaskClient, app: Flask) -> None:
    trial = lent(TrialState.RESERVED)
    over = links.sign(PURPOSE, [trial.id], now() - timedelta(seconds=1))

    answers = [client.get(f"/trial/{token}") for token in (over, "broken")]

    assert [answer.status_code for answer in answers] == [410, 404]
    for answer in answers:
        assert "Länken gäller inte" in words(answer)
        assert "070-174 06 10" in words(answer)
        assert "siv" not in answer.text.lower()


def test_a_link_to_what_is_gone_opens_nothing(client: FlaskClient, app: Flask) -> None:
    trial = lent(TrialState.REQUESTED)
    token = trial_token(trial)
    with writing() as session:
        session.delete(session.merge(trial))

    assert client.get(f"/trial/{token}").status_code == 404
