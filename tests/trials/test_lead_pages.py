"""What the page of a lead tells of its trials, and Today."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask

from app.accounts.models import User
from app.core.clock import now
from app.core.db import writing
from app.core.filters import day
from app.core.language import local_day
from app.follow_ups.models import FollowUpKind
from app.follow_ups.services import find_next_step, plan
from app.home.day import ROWS
from app.leads.models import EventKind, Lead
from app.leads.own_stages import first_stage
from app.leads.services import tell
from app.leads.stages import Stage
from app.trials.ending import cancel, decide
from app.trials.lending import change_days
from app.trials.models import Decision, Trial, TrialState
from app.trials.units import DeviceUnit
from tests.home.test_today import groups
from tests.leads.cast import add_contact, add_lead
from tests.leads.page import read
from tests.signed_in import SignedIn
from tests.trials.cast import add_model, add_trial, add_unit
from tests.trials.walks import a_lost_reason, walk_to

A_DAY = timedelta(days=1)


@pytest.fixture
def today(app: Flask) -> date:
    return local_day(now())


@pytest.fixture
def lead(app: Flask) -> Lead:
    """Siv, who is to try."""
    with writing():
        return add_lead(add_contact(email="siv@example.se"))


@pytest.fixture
def unit(app: Flask) -> DeviceUnit:
    with writing():
        return add_unit(add_model())


def trial_at(state: TrialState, lead: Lead, unit: DeviceUnit, actor: User | None = None) -> Trial:
    """A trial that walked there, begun today."""
    with writing():
        return walk_to(state, lead=lead, unit=unit, starts_on=local_day(now()), actor=actor, now=now())


def page_of(client: SignedIn, lead: Lead, part: str) -> str:
    return read(client.get(f"/leads/{lead.id}").text, part)


def test_the_card_offers_a_trial_and_then_shows_it(
    owner_client: SignedIn, lead: Lead, unit: DeviceUnit, today: date
) -> None:
    before = page_of(owner_client, lead, "trials")
    trial = trial_at(TrialState.RESERVED, lead, unit)
    after = owner_client.get(f"/leads/{lead.id}").text

    assert before.startswith("Provperiod\nIngen provperiod än.\nNy provperiod")
    assert f"/trials/{trial.id}" in after
    words = read(after, "trials")
    assert words.startswith("Provperiod\nBM Hem · BM-104")
    assert f"{day(today)} – {day(today + A_DAY * 20)}" in words
    assert "Ny provperiod" not in words


def test_the_timeline_tells_what_happened(
    owner_client: SignedIn, owner: User, lead: Lead, unit: DeviceUnit, today: date
) -> None:
    trial = trial_at(TrialState.OUT, lead, unit, owner)
    with writing():
        change_days(trial, today, today + A_DAY * 30, owner, now(), "Vill känna mer")
        decide(trial, Decision.RETURNS, owner, now())
        tell(lead, EventKind.CHECK_IN, now(), about_id=trial.id)
        tell(lead, EventKind.TRIAL_REMINDED, now(), actor=owner, about_id=trial.id)

    words = page_of(owner_client, lead, "timeline")

    for line in (
        "Maj Ek reserverade BM-104",
        "Maj Ek lämnade ut BM-104",
        f"Maj Ek förlängde till {day(today + A_DAY * 30)} – Vill känna mer",
        "Maj Ek noterade vad det blir",
        "Siv Lund gjorde en avstämning",
        "Maj Ek skickade en påminnelse om provperioden",
    ):
        assert line in words


def test_the_trial_is_the_next_step_unless_something_else_comes_first(
    owner_client: SignedIn, lead: Lead, unit: DeviceUnit
) -> None:
    trial = trial_at(TrialState.OUT, lead, unit)
    alone = page_of(owner_client, lead, "next-step")
    with writing():
        plan(lead, FollowUpKind.CALL, now() + timedelta(hours=1), now(), title="Hör hur det går")
    beside = page_of(owner_client, lead, "next-step")

    assert alone.startswith(f"Nästa steg\nProvperioden slutar\n{day(trial.ends_on)}")
    assert "Visa provperioden" in alone
    assert beside.startswith("Nästa steg\nHör hur det går")


def test_a_trial_that_is_due_is_done_from_the_leads_page(owner_client: SignedIn, lead: Lead, unit: DeviceUnit) -> None:
    starts_on = local_day(now()) - A_DAY * 22
    with writing():
        trial = add_trial(lead, unit, TrialState.DECISION, starts_on=starts_on, ends_on=starts_on + A_DAY * 20)
        find_next_step(lead)

    page = owner_client.get(f"/leads/{lead.id}").text

    assert "2 dagar försenad" in read(page, "next-step")
    assert f'class="btn btn-primary" href="/trials/{trial.id}/decide"' in page


def test_what_stands_in_the_way_of_closing_is_said_before(
    owner_client: SignedIn, owner: User, lead: Lead, unit: DeviceUnit
) -> None:
    trial = trial_at(TrialState.OUT, lead, unit)

    before = page_of(owner_client, lead, "stage")
    refused = owner_client.post(f"/leads/{lead.id}/move", data={"to": first_stage(Stage.WON).id})
    with writing():
        decide(trial, Decision.RETURNS, owner, now())
    after = page_of(owner_client, lead, "stage")
    lost = {"to": first_stage(Stage.LOST).id, "lost_reason": a_lost_reason().id}
    closed = owner_client.post(f"/leads/{lead.id}/move", data=lost)

    assert "BM-104 är hos Siv Lund. Affären kan avslutas eller vila när någon har sagt" in before
    assert "Säg först vad som händer med den" in read(refused.text)
    assert "BM-104 är hos Siv Lund tills den är tillbaka eller köpt" in after
    assert (refused.status_code, closed.status_code, lead.stage) == (422, 303, Stage.LOST)


def test_a_trial_that_has_not_begun_is_called_off_with_its_lead(
    owner_client: SignedIn, lead: Lead, unit: DeviceUnit
) -> None:
    trial_at(TrialState.RESERVED, lead, unit)

    assert "vilar ställs provperioden in." in page_of(owner_client, lead, "stage")


def test_a_lead_without_a_trial_is_asked_for_no_units(
    owner_client: SignedIn, lead: Lead, unit: DeviceUnit, count_queries: Callable[[], int]
) -> None:
    def ask() -> int:
        count_queries()
        owner_client.get(f"/leads/{lead.id}")
        return count_queries()

    with writing():
        cancel(walk_to(TrialState.RESERVED, lead=lead, unit=unit, now=now()), None, now())
    ask()  # the first look is written down
    for_one = ask()
    with writing():
        for _ in range(10):
            cancel(walk_to(TrialState.RESERVED, lead=lead, unit=unit, now=now()), None, now())

    assert ask() == for_one


def rows_of_trials(page: str) -> list[tuple[str, str, str]]:
    """The name, what is to be done, and the button of each row of Today's group."""
    return [
        (re.sub(r"<[^>]+>", "", name), why.strip(), button)
        for name, why, button in re.findall(
            r'<li class="row-line" id="trial-\d+">.*?class="row-link"[^>]*>(.*?)</a>.*?</svg>([^<·]+)·.*?class="btn" '
            r'href="[^"]+"><svg.*?</svg>([^<]+)<',
            page,
            re.DOTALL,
        )
    ]


def at_home(name: str, state: TrialState, starts_in: int = 0, days: int = 21, **changes: object) -> Trial:
    starts_on = local_day(now()) + A_DAY * starts_in
    dates = {"starts_on": starts_on, "ends_on": starts_on + A_DAY * (days - 1)} if starts_in is not None else {}
    return add_trial(add_lead(add_contact(name)), state=state, **{**dates, **changes})


def test_today_shows_what_trials_wait_for(owner_client: SignedIn) -> None:
    with writing():
        at_home("Siv Ber", TrialState.REQUESTED, requested_at=now(), starts_on=None, ends_on=None)
        at_home("Pia Sen", TrialState.AGREED, starts_in=-1)
        at_home("Bo Senare", TrialState.AGREED, starts_in=1)
        at_home("Ulf Slut", TrialState.OUT, starts_in=-20)
        at_home("Ola Ute", TrialState.OUT, starts_in=-19)
        at_home("Eva Åter", TrialState.RECEIVED, starts_in=-30, received_at=now())
        at_home("Ann Klar", TrialState.NOT_BOUGHT, starts_in=-60, settled_at=now())

    page = owner_client.get("/today/").text

    assert rows_of_trials(page) == [
        ("Siv Ber", "Bedöm om provperioden passar", "Bedöm"),
        ("Eva Åter", "Kontrollera enheten", "Kontrollera"),
        ("Pia Sen", "Är enheten utlämnad?", "Lämna ut enheten"),
        ("Ulf Slut", "Provperioden slutar", "Säg vad det blir"),
    ]
    assert "<title>(4) Idag" in page
    assert groups(page)["Provperioder"][0] == "3"
    assert groups(page)["Beslut"] == ("1", ["Ulf Slut"])
    assert re.search(r'id="menu-trials" class="count "\s*>4<', page)


def test_today_asks_no_more_for_many_trials(owner_client: SignedIn, count_queries: Callable[[], int]) -> None:
    def ask() -> int:
        count_queries()
        owner_client.get("/today/")
        return count_queries()

    with writing():
        at_home("Siv Lund", TrialState.DECISION, starts_in=-40)
    for_one = ask()
    with writing():
        for number in range(31):
            at_home(f"Bo Ek {number}", TrialState.DECISION, starts_in=-40)

    assert ask() == for_one
    page = owner_client.get("/today/").text
    assert len(rows_of_trials(page)) == ROWS
    assert "Visa alla 32" in page
