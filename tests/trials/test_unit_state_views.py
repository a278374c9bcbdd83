from app.core.db import db, writing
from app.trials.queries import unit_called
from app.trials.units import UnitState
from tests.leads.cast import add_contact, add_lead
from tests.leads.page import read
from tests.signed_in import SignedIn
from tests.trials.cast import add_model, add_trial, add_unit


def state_of(serial: str = "BM-104") -> UnitState:
    db.session.expire_all()
    unit = unit_called(serial)
    assert unit is not None
    return unit.state


def test_a_unit_goes_to_service_and_comes_back(owner_client: SignedIn) -> None:
    with writing():
        add_unit(add_model())

    sent = owner_client.post("/trials/units/BM-104/service", data={"why": "Nytt batteri"}, follow_redirects=True)
    assert state_of() is UnitState.SERVICE
    assert "På service sedan i dag." in read(sent.text)
    assert "Nytt batteri" in read(sent.text)

    back = owner_client.post("/trials/units/BM-104/back", follow_redirects=True)
    assert state_of() is UnitState.FREE
    assert "Ledig, hemma hos oss." in read(back.text)
    assert "På service – Nytt batteri (Maj Ek)" in read(back.text)


def test_service_asks_what_is_to_be_done(owner_client: SignedIn) -> None:
    with writing():
        add_unit(add_model())

    answer = owner_client.post("/trials/units/BM-104/service", data={"why": " "})

    assert answer.status_code == 422
    assert "Skriv vad som ska göras, så vet alla varför den är borta." in read(answer.text)
    assert '<details class="fold" open>' in answer.text
    assert state_of() is UnitState.FREE


def test_a_lost_unit_is_found_and_checked(owner_client: SignedIn) -> None:
    with writing():
        add_unit(add_model(), state=UnitState.LOST)

    found = owner_client.post("/trials/units/BM-104/found", follow_redirects=True)
    assert state_of() is UnitState.BACK_UNCHECKED
    assert "Tillbaka hos oss, men inte kontrollerad." in read(found.text)

    owner_client.post("/trials/units/BM-104/checked")
    assert state_of() is UnitState.FREE


def test_what_cannot_be_said_of_a_unit_is_not_offered_and_refused(owner_client: SignedIn) -> None:
    with writing():
        add_trial(add_lead(add_contact()), add_unit(add_model(), state=UnitState.OUT))

    page = owner_client.get("/trials/units/BM-104").text
    refused = owner_client.post("/trials/units/BM-104/service", data={"why": "Batteri"}, follow_redirects=True)

    for move in ("service", "back", "found", "checked"):
        assert f"/trials/units/BM-104/{move}" not in page
    assert "Det går inte nu, för BM-104 står som" in refused.text
    assert state_of() is UnitState.OUT
