import pytest

from app.accounts.models import User
from app.core.clock import now
from app.core.db import db, writing
from app.core.language import local_day
from app.leads.stages import Stage
from app.trials.models import Decision, Trial, TrialState
from app.trials.queries import changes_of
from app.trials.units import DeviceUnit, UnitState
from tests.leads.page import read, typed
from tests.signed_in import SignedIn
from tests.trials.cast import add_unit
from tests.trials.walks import a_lost_reason, walk_to


def trial_at(state: TrialState) -> Trial:
    """Siv's trial, begun today."""
    with writing():
        return walk_to(state, starts_on=local_day(now()), now=now())


def url(trial: Trial, action: str = "") -> str:
    return f"/trials/{trial.id}{action}"


def test_it_is_noted_that_a_unit_is_on_its_way_and_that_it_never_came(owner_client: SignedIn, owner: User) -> None:
    trial = trial_at(TrialState.OUT)

    there = owner_client.post(url(trial, "/note-returned"))
    state_then = trial.state
    back = owner_client.post(url(trial, "/never-came?back=today"))

    assert (there.location, back.location) == (url(trial), "/today/")
    assert state_then is TrialState.RETURNING
    db.session.refresh(trial)
    assert trial.state is TrialState.DECISION
    assert [change.actor_id for change in changes_of(trial.id)[-2:]] == [owner.id, owner.id]


def test_a_unit_that_needs_service_is_not_lent(owner_client: SignedIn) -> None:
    trial = trial_at(TrialState.RECEIVED)

    refused = owner_client.post(url(trial, "/check"), data={"needs_service": "y"})
    answer = owner_client.post(url(trial, "/check"), data={"needs_service": "y", "why": "Nytt batteri"})

    assert refused.status_code == 422
    assert "Skriv vad som ska göras med enheten." in read(refused.text)
    assert 'name="needs_service" type="checkbox" value="y"' in refused.text
    assert answer.status_code == 303
    db.session.refresh(trial)
    assert trial.unit
    assert (trial.state, trial.unit.state) == (TrialState.CHECKED, UnitState.SERVICE)


def test_what_they_have_said_is_kept_and_changes_what_comes_next(owner_client: SignedIn) -> None:
    trial = trial_at(TrialState.DECISION)
    asked = read(owner_client.get(url(trial)).text, "next-step")

    refused = owner_client.post(url(trial, "/decide"))
    answer = owner_client.post(url(trial, "/decide"), data={"decision": "buys_this"})

    assert "Provperioden slutar" in asked
    assert refused.status_code == 422
    assert "Välj vad det blir." in read(refused.text)
    assert answer.status_code == 303
    db.session.refresh(trial)
    assert trial.decision is Decision.BUYS_THIS
    assert "Gör klart köpet" in read(owner_client.get(url(trial)).text, "next-step")


def test_the_unit_that_was_tried_is_bought(owner_client: SignedIn) -> None:
    trial = trial_at(TrialState.DECISION)
    today = local_day(now())
    with writing():
        trial.model.price_ore = 1_490_000
        trial.price_ore = 0

    shown = owner_client.get(url(trial, "/buy-this")).text
    answer = owner_client.post(
        url(trial, "/buy-this"), data={"sold_on": today.isoformat(), "price": "14 500", "commission_note": "5 %"}
    )

    assert (typed(shown, "price") or "").replace("\xa0", " ") == "14 900"
    assert typed(shown, "sold_on") == today.isoformat()
    assert answer.status_code == 303
    db.session.refresh(trial)
    assert trial.unit
    assert trial.lead
    assert (trial.state, trial.price_ore, trial.sold_on) == (TrialState.BOUGHT, 1_450_000, today)
    assert (trial.commission_note, trial.unit.state, trial.lead.stage) == ("5 %", UnitState.SOLD, Stage.WON)


@pytest.mark.parametrize(
    ("filled", "words"),
    [
        ({"price": "14 500"}, "Välj vilken dag."),
        ({"sold_on": "2026-11-23"}, "Skriv vad den såldes för."),
        ({"sold_on": "2026-11-23", "price": "en slant"}, "Skriv ett belopp i kronor"),
        ({"sold_on": "2099-01-01", "price": "14 500"}, "Dagen har inte varit än."),
    ],
)
def test_a_sale_that_lacks_something_says_what(owner_client: SignedIn, filled: dict[str, str], words: str) -> None:
    trial = trial_at(TrialState.DECISION)

    refused = owner_client.post(url(trial, "/buy-this"), data={**filled, "commission_note": "Kvar"})

    assert refused.status_code == 422
    assert words in read(refused.text)
    assert 'value="Kvar"' in refused.text
    db.session.refresh(trial)
    assert (trial.state, trial.commission_note) == (TrialState.DECISION, None)


def test_a_new_unit_is_bought_by_its_number_or_without(owner_client: SignedIn) -> None:
    trial = trial_at(TrialState.CHECKED)
    with writing():
        new: DeviceUnit = add_unit(trial.model, "BM-200")
    filled = {"sold_on": local_day(now()).isoformat(), "price": "14900"}

    refused = owner_client.post(url(trial, "/buy-new"), data={**filled, "new_serial": "BM-999"})
    broken = owner_client.post(url(trial, "/buy-new"), data={**filled, "new_serial": "BM\x00200"})
    answer = owner_client.post(url(trial, "/buy-new"), data={**filled, "new_serial": " bm-200"})

    assert refused.status_code == 422
    assert "Det finns ingen enhet med det numret." in read(refused.text)
    assert "Här finns tecken som inte kan sparas." in read(broken.text)
    assert answer.status_code == 303
    db.session.refresh(trial)
    assert trial.unit
    assert (trial.state, trial.new_unit_id) == (TrialState.BOUGHT, new.id)
    assert (trial.unit.state, new.state) == (UnitState.FREE, UnitState.SOLD)


def test_a_no_asks_for_the_reason(owner_client: SignedIn) -> None:
    trial, reason = trial_at(TrialState.CHECKED), a_lost_reason()

    refused = owner_client.post(url(trial, "/not-buy"))
    answer = owner_client.post(url(trial, "/not-buy"), data={"lost_reason": reason.id})

    assert refused.status_code == 422
    assert "Välj en anledning." in read(refused.text)
    assert answer.status_code == 303
    db.session.refresh(trial)
    assert trial.lead
    assert (trial.state, trial.lost_reason_id) == (TrialState.NOT_BOUGHT, reason.id)
    assert (trial.lead.stage, trial.lead.lost_reason_id) == (Stage.LOST, reason.id)
    assert reason.name_sv in read(owner_client.get(url(trial)).text, "next-step")


def test_a_unit_is_lost_with_what_happened(owner_client: SignedIn) -> None:
    trial = trial_at(TrialState.OUT)

    refused = owner_client.post(url(trial, "/lose"), data={"why": " "})
    answer = owner_client.post(url(trial, "/lose"), data={"why": "Försvann i flytten"})

    assert refused.status_code == 422
    assert "Skriv vad som har hänt." in read(refused.text)
    assert answer.status_code == 303
    db.session.refresh(trial)
    assert trial.unit
    assert (trial.state, trial.unit.state) == (TrialState.LOST, UnitState.LOST)
    assert "Försvann i flytten" in read(owner_client.get(url(trial)).text, "changes-title")


@pytest.mark.parametrize(
    ("action", "state", "end"),
    [
        ("/cancel", TrialState.RESERVED, TrialState.CANCELLED),
        ("/decline", TrialState.SUITABLE, TrialState.DECLINED),
    ],
)
def test_it_comes_to_nothing_and_nobody_has_to_say_why(
    owner_client: SignedIn, action: str, state: TrialState, end: TrialState
) -> None:
    trial = trial_at(state)

    asked = owner_client.get(url(trial, action))
    answer = owner_client.post(url(trial, action), data={"why": ""})

    assert (asked.status_code, answer.status_code) == (200, 303)
    db.session.refresh(trial)
    assert trial.state is end


def test_a_unit_in_somebodys_home_cannot_be_called_off(owner_client: SignedIn) -> None:
    trial = trial_at(TrialState.OUT)

    assert owner_client.get(url(trial, "/cancel")).status_code == 409
    assert owner_client.post(url(trial, "/cancel")).status_code == 409
    db.session.refresh(trial)
    assert trial.state is TrialState.OUT
