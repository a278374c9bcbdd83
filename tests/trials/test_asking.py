import pytest
from flask import Flask

from app.accounts.models import User
from app.consultations.kinds import Audience
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.leads.models import EventKind, Lead
from app.leads.services import move_to_stage
from app.leads.stages import Stage
from app.trials.asking import ask_for, judge
from app.trials.asking_queries import answers_of
from app.trials.models import Trial, TrialState
from app.trials.queries import changes_of
from app.trials.suitability import Answer
from tests.conftest import NOW
from tests.consultations.cast import events_of
from tests.leads.cast import add_contact, add_lead
from tests.trials.asked import add_question
from tests.trials.cast import add_model, add_trial


@pytest.fixture
def lead(app: Flask) -> Lead:
    """Siv's."""
    with writing():
        return add_lead(add_contact(email="siv@example.se"))


def test_we_write_down_that_somebody_wants_to_try(owner: User, lead: Lead) -> None:
    question = add_question()

    with writing():
        model = add_model(deposit_ore=200_000)
        answers = [(question, Answer.UNSURE)]
        trial = ask_for(lead, model, owner, NOW, audience=Audience.PERSON, answers=answers, wishes="I mars")

    assert (trial.state, trial.lead, trial.owner_id, trial.deposit_ore) == (
        TrialState.REQUESTED,
        lead,
        owner.id,
        200_000,
    )
    assert (trial.borrower_name, trial.email, trial.phone) == ("Siv Lund", "siv@example.se", "070-174 06 21")
    assert [(answer.question, answer.verdict) for answer in answers_of(trial.id)] == [("Har du en pacemaker?", "ask")]
    assert events_of(lead) == [EventKind.TRIAL_REQUESTED]
    assert not lead.is_adrift


def test_to_ask_for_somebody_whose_lead_is_closed_is_refused(owner: User, lead: Lead) -> None:
    with writing():
        move_to_stage(lead, Stage.WON, owner, NOW)

    with pytest.raises(RuleBroken, match="Affären är avslutad"), writing():
        ask_for(lead, add_model(), owner, NOW, audience=Audience.PERSON)
    assert db.session.query(Trial).count() == 0


def test_what_suits_can_be_reserved_and_what_does_not_has_come_to_its_end(owner: User, lead: Lead) -> None:
    with writing():
        one, other = (add_trial(lead, state=TrialState.REQUESTED) for _ in range(2))
        judge(one, True, owner, NOW)
        judge(other, False, owner, NOW, "Väntar på läkaren")

    assert (one.state, one.settled_at) == (TrialState.SUITABLE, None)
    assert (other.state, other.settled_at) == (TrialState.DECLINED, NOW)
    assert [(change.to_state, change.why, change.actor_id) for change in changes_of(other.id)] == [
        (TrialState.DECLINED, "Väntar på läkaren", owner.id)
    ]
    assert [change.to_state for change in changes_of(one.id)] == [TrialState.SUITABLE]


def test_what_is_judged_already_is_not_judged_again(owner: User, lead: Lead) -> None:
    with writing():
        trial = add_trial(lead, state=TrialState.OUT)

    with pytest.raises(RuleBroken, match="provperioden står som ”Utlånad”"), writing():
        judge(trial, True, owner, NOW)
