"""What borrowers do on the page of their trial: they say yes to the agreement, and that the unit is on its way back."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.clock import now
from app.core.db import db, writing
from app.core.language import local_day
from app.trials.agreeing import agree, agreement_of
from app.trials.agreement_texts import write_text
from app.trials.agreements import Agreement, AgreementText
from app.trials.models import Trial, TrialState
from app.trials.queries import changes_of
from app.trials.trial_links import trial_token
from app.trials.units import ModelAccessory
from tests.conftest import NOW
from tests.enquiries.letters import field_values, words
from tests.trials.asked import send
from tests.trials.cast import add_model, add_unit
from tests.trials.walks import walk_to


@pytest.fixture
def text(app: Flask) -> AgreementText:
    """The agreement as it is read now."""
    with writing():
        return write_text("1. Ta väl hand om den.\n\n2. Lämna tillbaka den.", "Take good care of it.", NOW)


def trial_in(state: TrialState) -> Trial:
    """Siv's, of a unit worth something, walked there today."""
    with writing():
        cable = ModelAccessory(position=0, name_sv="Laddkabel", name_en="Charger")
        model = add_model(value_ore=3_990_000, accessories=[cable])
        trial = walk_to(state, unit=add_unit(model), starts_on=local_day(now()), now=now())
        trial.deposit_ore = 200_000
    return trial


def path(trial: Trial, page: str = "") -> str:
    return f"/trial/{trial_token(trial)}{page}"


def state_of(trial: Trial) -> TrialState:
    db.session.rollback()
    return db.session.get_one(Trial, trial.id, populate_existing=True).state


def test_the_agreement_is_read_with_what_it_is_about_and_nothing_is_ticked(
    client: FlaskClient, text: AgreementText
) -> None:
    trial = trial_in(TrialState.RESERVED)

    page = words(client.get(path(trial)))
    response = client.get(path(trial, "/agreement"))

    assert "Läs och godkänn avtalet" in page
    read = words(response)
    for expected in ("BM Hem (BM-104)", "Värde 39 900 kr Deposition 2 000 kr", "Det här hör till Laddkabel"):
        assert expected in read
    assert "<p>1. Ta väl hand om den.</p>" in response.text
    assert "checked" not in response.text
    assert field_values(response)["name"] == ""
    assert response.headers["Cache-Control"] == "no-store"
    assert state_of(trial) is TrialState.RESERVED


def test_a_yes_is_kept_once_with_its_words_name_and_moment(client: FlaskClient, text: AgreementText) -> None:
    trial = trial_in(TrialState.RESERVED)
    address = path(trial, "/agreement")
    yes = {**field_values(client.get(address)), "name": "Siv Lund", "agrees": "y"}

    answers = [send(client, address, yes) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [303, 303, 303]
    assert "Tack! Avtalet är godkänt." in words(client.get(answers[0].location))
    [agreement] = db.session.query(Agreement)
    assert (agreement.trial_id, agreement.text_id, agreement.name, agreement.language) == (
        trial.id,
        text.id,
        "Siv Lund",
        "sv",
    )
    assert state_of(trial) is TrialState.AGREED


def test_what_was_said_yes_to_is_read_later_in_the_words_it_had(client: FlaskClient, text: AgreementText) -> None:
    trial = trial_in(TrialState.RESERVED)
    with writing():
        agree(trial, text, "Siv Lund", now(), language="en")
    with writing():
        write_text("Andra ord.", "Other words.", now())

    page = words(client.get(path(trial, "/agreement")))

    assert "Godkänt av Siv Lund" in page
    assert "Take good care of it." in page
    assert "Andra ord." not in page
    assert "Godkänn avtalet" not in page


def test_a_yes_without_name_or_tick_goes_back(client: FlaskClient, text: AgreementText) -> None:
    trial = trial_in(TrialState.RESERVED)
    address = path(trial, "/agreement")
    sent = field_values(client.get(address))

    unnamed = send(client, address, {**sent, "name": " ", "agrees": "y"})
    unticked = send(client, address, {**sent, "name": "Siv Lund"})

    assert (unnamed.status_code, unticked.status_code) == (422, 422)
    assert "Skriv ditt namn." in words(unnamed)
    assert "Kryssa i rutan när du har läst avtalet och godkänner det." in words(unticked)
    assert field_values(unticked)["name"] == "Siv Lund"
    assert agreement_of(trial.id) is None


def test_words_that_are_replaced_while_they_are_read_are_read_again_with_the_name_kept(
    client: FlaskClient, text: AgreementText
) -> None:
    trial = trial_in(TrialState.RESERVED)
    address = path(trial, "/agreement")
    yes = {**field_values(client.get(address)), "name": "Siv Lund", "agrees": "y"}
    with writing():
        newer = write_text("Ta mycket väl hand om den.", "Take very good care of it.", now())

    response = send(client, address, yes)
    again = send(client, address, {**field_values(response), "agrees": "y"})

    assert response.status_code == 409
    assert "Avtalet har ändrats medan du läste." in words(response)
    assert "Ta mycket väl hand om den." in words(response)
    assert "checked" not in response.text
    assert field_values(response)["name"] == "Siv Lund"
    assert again.status_code == 303
    assert [agreement.text_id for agreement in db.session.query(Agreement)] == [newer.id]


@pytest.mark.parametrize("state", [TrialState.REQUESTED, TrialState.SUITABLE, TrialState.CANCELLED])
def test_there_is_no_agreement_to_read_before_something_is_reserved(
    client: FlaskClient, text: AgreementText, state: TrialState
) -> None:
    trial = trial_in(state)

    for answer in (client.get(path(trial, "/agreement")), send(client, path(trial, "/agreement"), {"agrees": "y"})):
        assert (answer.status_code, answer.location) == (303, path(trial))
    assert "Läs och godkänn avtalet" not in words(client.get(path(trial)))


# On its way back


@pytest.mark.parametrize("state", [TrialState.OUT, TrialState.DECISION])
def test_a_link_shows_and_a_button_says_that_it_has_been_sent_back(
    client: FlaskClient, app: Flask, state: TrialState
) -> None:
    trial = trial_in(state)
    address = path(trial, "/returned")

    assert "Jag har skickat tillbaka den" in words(client.get(path(trial)))
    shown = words(client.get(address))
    assert "Det här ska med Laddkabel" in shown
    assert state_of(trial) is state
    answers = [send(client, address, {}) for _ in range(2)]

    assert [(answer.status_code, answer.location) for answer in answers] == [(303, path(trial))] * 2
    assert "Den är på väg tillbaka" in words(client.get(path(trial)))
    assert state_of(trial) is TrialState.RETURNING
    assert [change.to_state for change in changes_of(trial.id)].count(TrialState.RETURNING) == 1


@pytest.mark.parametrize("state", [TrialState.RESERVED, TrialState.RECEIVED, TrialState.BOUGHT])
def test_what_is_not_with_them_cannot_be_sent_back(client: FlaskClient, app: Flask, state: TrialState) -> None:
    trial = trial_in(state)

    assert "Jag har skickat tillbaka den" not in words(client.get(path(trial)))
    assert send(client, path(trial, "/returned"), {}).location == path(trial)
    assert state_of(trial) is state


def test_who_keeps_it_too_long_is_told_so(client: FlaskClient, app: Flask) -> None:
    trial = trial_in(TrialState.OUT)
    with writing():
        late = db.session.get_one(Trial, trial.id)
        late.starts_on, late.ends_on = (local_day(now()) - timedelta(days=days) for days in (20, 1))

    assert "Skicka tillbaka den nu, eller hör av dig så att vi vet hur det går." in words(client.get(path(late)))
    assert "Sista dagen var" not in words(client.get(path(trial_in_time())))


def trial_in_time() -> Trial:
    with writing():
        model = add_model("bm-2")
        return walk_to(TrialState.OUT, unit=add_unit(model, "BM-200"), starts_on=local_day(now()), now=now())


@pytest.mark.parametrize("page", ["", "/agreement", "/returned"])
def test_links_that_are_broken_lead_to_us_on_every_page(client: FlaskClient, app: Flask, page: str) -> None:
    answer = client.get(f"/trial/broken{page}")

    assert answer.status_code == 404
    assert "Länken gäller inte" in words(answer)
