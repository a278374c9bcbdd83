import re

import pytest
from flask import Flask

from app.accounts.models import User
from app.consultations.kinds import Audience
from app.contacts.models import SubjectKind
from app.contacts.services import find_or_add_contact, person
from app.core.db import db, writing
from app.leads.models import Lead
from app.leads.stages import Stage
from app.trials.asking_forms import field_name
from app.trials.asking_queries import answers_of
from app.trials.models import TrialState
from app.trials.queries import trials_of
from app.trials.suitability import Answer, Verdict
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead
from tests.leads.page import read, rows, typed
from tests.signed_in import SignedIn
from tests.trials.asked import add_question
from tests.trials.cast import add_model


@pytest.fixture
def lead(app: Flask) -> Lead:
    with writing():
        return add_lead(add_contact(email="siv@example.se"))


def url(lead: Lead) -> str:
    return f"/leads/{lead.id}/trials/add"


def models_shown(page: str) -> list[str]:
    return re.findall(r'name="model" value="\d+" (?:checked)?><span>([^<]+)<', page)


def test_somebody_is_found_and_led_on_to_the_form(owner_client: SignedIn, lead: Lead) -> None:
    with writing():
        pia = add_lead(find_or_add_contact(person("Pia Hed", None, "070-174 06 23"), NOW))
        add_lead(add_contact("Bo Ek", "070-174 06 22")).stage = Stage.WON

    found, all_open = (owner_client.get(f"/trials/add{asked}").text for asked in ("?q=Pia", ""))

    assert rows(found) == ["Pia Hed"]
    assert url(pia) in found
    assert sorted(rows(all_open)) == ["Pia Hed", "Siv Lund"]


def test_only_models_for_whom_it_is_about_can_be_chosen(owner_client: SignedIn, lead: Lead) -> None:
    with writing():
        horse = add_lead(add_contact("Åsa Ström"), SubjectKind.HORSE, "Blixten")
        add_model("hem", name="BM Hem", audience=Audience.PERSON, is_offered=False)
        add_model("stall", name="BM Stall", audience=Audience.HORSE)
        add_model("bada", name="BM Båda", audience=Audience.BOTH)

    assert models_shown(owner_client.get(url(lead)).text) == ["BM Hem", "BM Båda"]
    assert models_shown(owner_client.get(url(horse)).text) == ["BM Stall", "BM Båda"]


def test_a_trial_is_added_with_the_answers_that_were_given(owner_client: SignedIn, owner: User, lead: Lead) -> None:
    with writing():
        model = add_model()
    asked, unasked = add_question("Har du en pacemaker?"), add_question("Är du gravid?")
    filled = {"model": model.id, field_name(asked): "no", "wishes": "Ringde i dag"}

    answer = owner_client.post(url(lead), data=filled)

    (trial,) = trials_of([lead.id])
    assert (answer.status_code, answer.location) == (303, f"/trials/{trial.id}")
    assert (trial.state, trial.model_id, trial.wishes) == (TrialState.REQUESTED, model.id, "Ringde i dag")
    assert (trial.borrower_name, trial.email, trial.owner_id) == ("Siv Lund", "siv@example.se", owner.id)
    kept = [(one.question, one.answer, one.verdict) for one in answers_of(trial.id)]
    assert kept == [("Har du en pacemaker?", Answer.NO, Verdict.FINE)]
    assert unasked.words_sv not in read(owner_client.get(f"/trials/{trial.id}").text)


def test_the_model_has_to_be_chosen_and_what_was_typed_stays(owner_client: SignedIn, lead: Lead) -> None:
    with writing():
        add_model("hem")
        add_model("resa", name="BM Resa")
    asked = add_question()

    refused = owner_client.post(url(lead), data={field_name(asked): "unsure", "wishes": "Ringde i dag"})

    assert refused.status_code == 422
    assert "Välj en modell." in read(refused.text, "model")
    assert typed(refused.text, "wishes") == "Ringde i dag"
    assert 'value="unsure" checked' in refused.text
    assert trials_of([lead.id]) == []


@pytest.mark.parametrize("answer", ["perhaps", "\x00"])
def test_an_answer_that_is_none_is_refused(owner_client: SignedIn, lead: Lead, answer: str) -> None:
    with writing():
        model = add_model()
    asked = add_question()

    refused = owner_client.post(url(lead), data={"model": model.id, field_name(asked): answer})

    assert refused.status_code == 422
    assert trials_of([lead.id]) == []


def test_a_closed_lead_tries_nothing(owner_client: SignedIn, lead: Lead) -> None:
    with writing():
        model = add_model()
        lead.stage = Stage.LOST

    refused = owner_client.post(url(lead), data={"model": model.id})

    assert refused.status_code == 422
    assert "Affären är avslutad." in read(refused.text)


def test_without_a_model_the_owner_is_led_to_add_one(
    owner_client: SignedIn, staff_client: SignedIn, lead: Lead
) -> None:
    assert "Lägg till en modell" in owner_client.get(url(lead)).text
    assert "Be en ägare lägga till en." in staff_client.get(url(lead)).text


def test_a_lead_that_is_not_there(owner_client: SignedIn) -> None:
    assert owner_client.get("/leads/77/trials/add").status_code == 404
    assert owner_client.post("/leads/77/trials/add").status_code == 404
    assert db.session.query(Lead).count() == 0
