import re
from datetime import date, timedelta

import pytest
from flask import Flask

from app.core.clock import now
from app.core.db import db, writing
from app.core.language import local_day
from app.trials.models import Trial, TrialState
from app.trials.queries import changes_of
from app.trials.units import DeviceUnit
from tests.leads.cast import add_contact, add_lead
from tests.leads.page import read, typed
from tests.signed_in import SignedIn
from tests.trials.cast import add_model, add_unit
from tests.trials.walks import days_taken, walk_to

A_DAY = timedelta(days=1)


@pytest.fixture
def today(app: Flask) -> date:
    return local_day(now())


@pytest.fixture
def units(app: Flask) -> list[DeviceUnit]:
    """Two of one model."""
    with writing():
        model = add_model()
        return [add_unit(model, serial) for serial in ("BM-104", "BM-107")]


def trial_at(state: TrialState, unit: DeviceUnit, name: str = "Siv Lund", **facts: object) -> Trial:
    """A trial that walked there, begun today."""
    with writing():
        lead = add_lead(add_contact(name))
        return walk_to(state, lead=lead, unit=unit, **{"starts_on": local_day(now()), "now": now(), **facts})


def days(first_on: date, last_on: date, **more: object) -> dict[str, object]:
    return {"starts_on": first_on.isoformat(), "ends_on": last_on.isoformat(), **more}


def offered(page: str) -> list[str]:
    """The units that can be chosen."""
    return re.findall(r'name="unit" value="[1-9]\d*" (?:checked)?><span>([^<]+)<', page)


def test_the_form_suggests_the_next_days_and_shows_what_is_free_then(
    owner_client: SignedIn, units: list[DeviceUnit]
) -> None:
    trial_at(TrialState.RESERVED, units[0], "Bo Ek")
    trial = trial_at(TrialState.SUITABLE, units[0])

    page = owner_client.get(f"/trials/{trial.id}/reserve").text

    first_on, last_on = (date.fromisoformat(typed(page, field) or "") for field in ("starts_on", "ends_on"))
    assert first_on > local_day(now())
    assert last_on - first_on == A_DAY * 20
    assert offered(page) == ["BM-107"]


def test_other_days_show_other_units_and_change_nothing(
    owner_client: SignedIn, units: list[DeviceUnit], today: date
) -> None:
    trial_at(TrialState.RESERVED, units[0], "Bo Ek")
    trial = trial_at(TrialState.SUITABLE, units[0])
    later = days(today + A_DAY * 60, today + A_DAY * 70, look="1")

    page = owner_client.post(f"/trials/{trial.id}/reserve", data=later)

    assert page.status_code == 200
    assert offered(page.text) == ["BM-107", "BM-104"]
    assert typed(page.text, "starts_on") == (today + A_DAY * 60).isoformat()
    db.session.refresh(trial)
    assert trial.state is TrialState.SUITABLE


def test_a_unit_is_reserved(owner_client: SignedIn, units: list[DeviceUnit], today: date) -> None:
    trial = trial_at(TrialState.SUITABLE, units[0])
    filled = days(today + A_DAY, today + A_DAY * 7, unit=units[1].id)

    answer = owner_client.post(f"/trials/{trial.id}/reserve", data=filled)

    assert (answer.status_code, answer.location) == (303, f"/trials/{trial.id}")
    db.session.refresh(trial)
    assert (trial.state, trial.unit_id) == (TrialState.RESERVED, units[1].id)
    assert days_taken(trial) == [today + A_DAY * number for number in range(1, 9)]


def test_without_a_choice_it_is_the_unit_that_has_rested_longest(
    owner_client: SignedIn, units: list[DeviceUnit], today: date
) -> None:
    trial = trial_at(TrialState.SUITABLE, units[0])

    owner_client.post(f"/trials/{trial.id}/reserve", data=days(today + A_DAY, today + A_DAY * 7))

    db.session.refresh(trial)
    assert (trial.state, trial.unit_id) == (TrialState.RESERVED, units[0].id)


@pytest.mark.parametrize(
    ("state", "action"),
    [(TrialState.SUITABLE, "reserve"), (TrialState.RESERVED, "unit"), (TrialState.AGREED, "hand-over")],
)
def test_a_number_that_no_unit_can_have_goes_back(
    owner_client: SignedIn, units: list[DeviceUnit], today: date, state: TrialState, action: str
) -> None:
    trial = trial_at(state, units[0])
    days = {"starts_on": today.isoformat(), "ends_on": today.isoformat(), "day_on": today.isoformat()}

    answer = owner_client.post(f"/trials/{trial.id}/{action}", data={**days, "unit": "9" * 30})

    assert answer.status_code == 422
    db.session.refresh(trial)
    assert trial.state is state


def test_a_unit_that_somebody_else_has_says_which_are_free(
    owner_client: SignedIn, units: list[DeviceUnit], today: date
) -> None:
    trial_at(TrialState.RESERVED, units[0], "Bo Ek")
    trial = trial_at(TrialState.SUITABLE, units[0])

    refused = owner_client.post(
        f"/trials/{trial.id}/reserve", data=days(today + A_DAY, today + A_DAY * 7, unit=units[0].id)
    )

    assert refused.status_code == 409
    assert "Lediga: BM-107." in read(refused.text, "unit")
    assert offered(refused.text) == ["BM-107"]
    assert typed(refused.text, "ends_on") == (today + A_DAY * 7).isoformat()
    db.session.refresh(trial)
    assert trial.state is TrialState.SUITABLE


@pytest.mark.parametrize(
    ("filled", "words"),
    [
        ({"starts_on": "2026-12-24", "ends_on": "2026-12-01"}, "Sista dagen är före den första."),
        ({"starts_on": "", "ends_on": "2026-12-01"}, "Välj vilken dag."),
        ({"starts_on": "0001-01-01", "ends_on": "9999-12-31"}, "Det där året kan inte stämma."),
        ({"starts_on": "om en stund", "ends_on": "2026-12-01"}, "Skriv ett datum"),
    ],
)
def test_days_that_cannot_be_are_refused_beside_their_field(
    owner_client: SignedIn, units: list[DeviceUnit], filled: dict[str, str], words: str
) -> None:
    trial = trial_at(TrialState.SUITABLE, units[0])

    refused = owner_client.post(f"/trials/{trial.id}/reserve", data=filled)

    assert refused.status_code == 422
    assert words in read(refused.text)


def test_days_are_changed(owner_client: SignedIn, units: list[DeviceUnit], today: date) -> None:
    trial = trial_at(TrialState.RESERVED, units[0])
    shown = owner_client.get(f"/trials/{trial.id}/days").text

    answer = owner_client.post(
        f"/trials/{trial.id}/days", data=days(today + A_DAY * 2, today + A_DAY * 9, why="Bortrest")
    )

    assert typed(shown, "starts_on") == today.isoformat()
    assert answer.status_code == 303
    db.session.refresh(trial)
    assert (trial.starts_on, trial.ends_on) == (today + A_DAY * 2, today + A_DAY * 9)
    assert changes_of(trial.id)[-1].why == "Bortrest"


def test_a_trial_that_is_out_is_made_longer_with_a_reason(
    owner_client: SignedIn, units: list[DeviceUnit], today: date
) -> None:
    trial = trial_at(TrialState.OUT, units[0])
    suggested = typed(owner_client.get(f"/trials/{trial.id}/extend").text, "ends_on")
    later = today + A_DAY * 30

    refused = owner_client.post(f"/trials/{trial.id}/extend", data={"ends_on": later.isoformat()})
    answer = owner_client.post(
        f"/trials/{trial.id}/extend", data={"ends_on": later.isoformat(), "why": "Vill känna mer"}
    )

    assert suggested == (today + A_DAY * 27).isoformat()
    assert refused.status_code == 422
    assert "Skriv varför provperioden förlängs." in read(refused.text)
    assert typed(refused.text, "ends_on") == later.isoformat()
    assert answer.status_code == 303
    db.session.refresh(trial)
    assert (trial.state, trial.ends_on) == (TrialState.OUT, later)


def test_what_somebody_else_has_cannot_be_kept_longer(
    owner_client: SignedIn, units: list[DeviceUnit], today: date
) -> None:
    trial = trial_at(TrialState.OUT, units[0])
    trial_at(TrialState.RESERVED, units[0], "Bo Ek", starts_on=today + A_DAY * 25)
    filled = {"ends_on": (today + A_DAY * 30).isoformat(), "why": "Vill känna mer"}

    refused = owner_client.post(f"/trials/{trial.id}/extend", data=filled)

    assert refused.status_code == 409
    assert "BM-104 är upptagen" in read(refused.text)
    assert 'value="Vill känna mer"' in refused.text


def test_another_unit_takes_over_the_days(owner_client: SignedIn, units: list[DeviceUnit]) -> None:
    trial = trial_at(TrialState.RESERVED, units[0])
    taken = days_taken(trial)

    choices = offered(owner_client.get(f"/trials/{trial.id}/unit").text)
    refused = owner_client.post(f"/trials/{trial.id}/unit")
    answer = owner_client.post(f"/trials/{trial.id}/unit", data={"unit": units[1].id})

    assert choices == ["BM-107"]
    assert (refused.status_code, answer.status_code) == (422, 303)
    assert "Välj en enhet." in read(refused.text)
    db.session.refresh(trial)
    assert (trial.unit_id, days_taken(trial)) == (units[1].id, taken)


@pytest.mark.parametrize("action", ["reserve", "extend", "unit"])
def test_what_cannot_be_done_now_says_so(owner_client: SignedIn, units: list[DeviceUnit], action: str) -> None:
    trial = trial_at(TrialState.BOUGHT, units[0])

    refused = owner_client.get(f"/trials/{trial.id}/{action}")

    assert refused.status_code == 409
    assert "Det går inte nu, för provperioden står som ”Köpt”." in refused.text
