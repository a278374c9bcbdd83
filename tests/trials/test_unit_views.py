import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from app.accounts.models import User
from app.core.clock import now
from app.core.db import db, writing
from app.core.language import local_day
from app.trials.borrowers import forget_if_erased
from app.trials.model_queries import every_model
from app.trials.models import Trial, TrialState
from app.trials.queries import unit_called
from app.trials.unit_services import UnitFacts, change_unit_facts
from app.trials.unit_states import send_to_service
from app.trials.units import DeviceUnit, UnitState
from tests.leads.cast import add_contact, add_lead
from tests.leads.page import read, rows, typed
from tests.signed_in import SignedIn
from tests.trials.cast import add_model, add_trial, add_unit
from tests.trials.walks import walk_to

IN_A_WEEK, IN_TWO_WEEKS = timedelta(days=7), timedelta(days=14)
HOME = {"street_address": "Lugna gatan 4", "postcode": "123 45", "city": "Lund"}


def unit_fields(**more: str) -> dict[str, str]:
    fields = {"serial": "BM-104", "model": "", "value_ore": "12 500", "acquired_on": "2026-03-01", "note": "Repa"}
    return {**fields, **more}


def lend(unit: DeviceUnit, name: str, starts_on: date, state: TrialState = TrialState.OUT, **changes: object) -> Trial:
    """The unit is with somebody, or kept for them, for two weeks."""
    days = {"starts_on": starts_on, "ends_on": starts_on + IN_TWO_WEEKS}
    unit.state = UnitState.OUT if state is TrialState.OUT else unit.state
    return add_trial(add_lead(add_contact(name)), unit, state, **{**days, **changes})


def test_a_unit_is_added_as_it_was_written(owner_client: SignedIn) -> None:
    with writing():
        model = add_model()

    answer = owner_client.post("/trials/units/add", data=unit_fields(model=str(model.id)), follow_redirects=True)

    unit = unit_called("bm-104")
    assert unit is not None
    assert (unit.serial, unit.model_id, unit.value_ore, unit.acquired_on, unit.note) == (
        "BM-104",
        model.id,
        1_250_000,
        date(2026, 3, 1),
        "Repa",
    )
    assert "Ledig, hemma hos oss." in read(answer.text)
    assert "12 500 kr" in read(answer.text)
    assert "Tillagd (Maj Ek)" in read(answer.text)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("serial", "", "Skriv serienumret, som det står på enheten."),
        ("serial", "BM/104", "Skriv bokstäver, siffror, bindestreck och punkter, till exempel BM-104."),
        ("serial", "import", "Skriv bokstäver, siffror, bindestreck och punkter, till exempel BM-104."),
        ("serial", " bm - 103", "Det finns redan en enhet med serienumret bm - 103."),
        ("value_ore", "mycket", "Skriv ett belopp i kronor, till exempel 12 500 eller 49,50."),
        ("acquired_on", "i fjol", "Skriv ett datum, till exempel 2026-07-13."),
    ],
)
def test_what_is_wrong_with_a_unit_is_said_beside_its_field(
    owner_client: SignedIn, field: str, value: str, words: str
) -> None:
    with writing():
        add_unit(add_model(), "BM-103")
    fields = unit_fields(model=str(every_model()[0].id), note="Lång anteckning")

    answer = owner_client.post("/trials/units/add", data={**fields, field: value})

    error = re.search(rf'id="{field}-error">(.*?)</p>', answer.text, re.DOTALL)
    assert answer.status_code == 422
    assert error is not None
    assert words in error[1]
    assert typed(answer.text, "note") == "Lång anteckning"
    assert unit_called("BM-104") is None


def test_without_a_model_the_page_leads_to_one(owner_client: SignedIn) -> None:
    page = owner_client.get("/trials/units/add").text

    assert "ingen modell finns än" in read(page)
    assert "/trials/models/add" in page


def test_a_unit_is_changed_and_found_by_its_new_number(owner_client: SignedIn) -> None:
    with writing():
        unit = add_unit(add_model(), note="Repa")

    shown = owner_client.get("/trials/units/bm-104/edit").text
    answer = owner_client.post(
        "/trials/units/bm-104/edit", data=unit_fields(serial="BM-105", model=str(unit.model_id), note="")
    )

    assert (typed(shown, "serial"), typed(shown, "note")) == ("BM-104", "Repa")
    assert answer.location == "/trials/units/BM-105"
    assert "Nytt serienummer – BM-104 → BM-105 (Maj Ek)" in read(owner_client.get(answer.location).text)
    assert owner_client.get("/trials/units/BM-104").status_code == 404


def test_a_unit_is_shown_with_its_own_model_to_be_changed(owner_client: SignedIn) -> None:
    with writing():
        add_model("bm-2", name="BM Stall")
        unit = add_unit(add_model(), value_ore=1_250_000, acquired_on=date(2026, 3, 1))

    page = owner_client.get("/trials/units/BM-104/edit").text

    assert f'<option selected value="{unit.model_id}">BM Hem</option>' in page
    assert (typed(page, "value_ore"), typed(page, "acquired_on")) == ("12\N{NO-BREAK SPACE}500", "2026-03-01")


def test_another_model_is_refused_while_it_is_lent_and_all_else_is_kept(owner_client: SignedIn) -> None:
    with writing():
        lend(add_unit(add_model()), "Karin Ek", local_day(now()))
        other = add_model("bm-2", name="BM Stall")

    answer = owner_client.post("/trials/units/BM-104/edit", data=unit_fields(model=str(other.id), note="Ny repa"))

    assert answer.status_code == 422
    assert "Enheten är utlånad eller reserverad. Byt modell när ingen har den" in read(answer.text)
    assert typed(answer.text, "note") == "Ny repa"


def test_the_list_says_where_each_unit_is(owner_client: SignedIn) -> None:
    today = local_day(now())
    with writing():
        model = add_model()
        lend(add_unit(model, "BM-10"), "Karin Ek", today)
        late = lend(add_unit(model, "BM-9"), "Bo Alm", today - timedelta(days=30))
        kept = add_unit(model, "BM-11", state=UnitState.RESERVED)
        lend(kept, "Nils Dahl", today + timedelta(days=30), TrialState.RESERVED)
        lend(kept, "Siv Lund", today + IN_A_WEEK, TrialState.RESERVED)
        add_unit(model, "BM-12", state=UnitState.SOLD)
        assert late.ends_on

    page = owner_client.get("/trials/units").text

    assert rows(page) == ["BM-9", "BM-10", "BM-11"]
    assert "Kvar hos Bo Alm. Skulle ha kommit tillbaka" in read(page)
    assert "Utlånad till Karin Ek, till och med" in read(page)
    assert "Nästa: Siv Lund från" in read(page)
    assert "En såld enhet visas inte." in read(page)


def test_the_list_says_where_units_are_that_nobody_borrows(owner_client: SignedIn, owner: User) -> None:
    with writing():
        model = add_model()
        walk_to(TrialState.BOUGHT, unit=add_unit(model, "BM-1"), now=now(), starts_on=local_day(now()))
        walk_to(TrialState.LOST, unit=add_unit(model, "BM-2"), now=now(), starts_on=local_day(now()))
        send_to_service(add_unit(model, "BM-3"), "Nytt batteri", owner, now())
        add_unit(model, "BM-4")

    page, sold = (read(owner_client.get(f"/trials/units?{asked}").text) for asked in ("", "state=sold"))

    places = [page.index(words) for words in ("BM-2", "Senast hos Siv Lund.", "BM-3", "Nytt batteri", "BM-4")]
    assert places == sorted(places)
    assert page.index("BM-4") < page.index("Hemma hos oss.")
    assert "Hos Siv Lund." in sold


def test_the_list_is_narrowed_by_state_and_model_with_counts(owner_client: SignedIn) -> None:
    with writing():
        home, stable = add_model(), add_model("stall", name="BM Stall")
        add_unit(home, "BM-1")
        add_unit(home, "BM-2", state=UnitState.SERVICE)
        add_unit(stable, "BM-3", state=UnitState.SERVICE)
        add_unit(stable, "BM-4", state=UnitState.SOLD)

    in_service = owner_client.get("/trials/units?state=service").text
    of_stable = owner_client.get(f"/trials/units?model={stable.id}").text
    both = owner_client.get(f"/trials/units?state=free&model={stable.id}").text
    nonsense = owner_client.get("/trials/units?state=x&model=y").text

    assert rows(in_service) == ["BM-2", "BM-3"]
    assert "På service 2" in read(in_service)
    assert ("BM Hem 1" in read(in_service), "BM Hem 2" in read(of_stable)) == (True, True)
    assert rows(of_stable) == ["BM-3"]
    assert "På service 1" in read(of_stable)
    assert "Ingen enhet stämmer med det du valt." in read(both)
    assert rows(nonsense) == ["BM-1", "BM-2", "BM-3"]


def test_an_empty_list_says_what_will_be_there(owner_client: SignedIn) -> None:
    page = owner_client.get("/trials/units").text

    assert "Här står varje enhet ni lånar ut" in read(page)
    assert page.count("/trials/units/add") == 2


def test_the_list_asks_as_little_for_thirty_units_as_for_one(
    owner_client: SignedIn, owner: User, count_queries: Callable[[], int]
) -> None:
    today = local_day(now())
    with writing():
        model = add_model()
        lend(add_unit(model), "Karin Ek", today)
    owner_client.get("/trials/units")
    count_queries()
    owner_client.get("/trials/units")
    for_one = count_queries()
    with writing():
        for number in range(29):
            lend(add_unit(db.session.get_one(type(model), model.id), f"BM-{number}"), f"Nummer {number}", today)
    owner_client.get("/trials/units")
    count_queries()

    owner_client.get("/trials/units")

    assert count_queries() == for_one


def test_the_page_of_a_lent_unit_answers_where_it_is(owner_client: SignedIn) -> None:
    today = local_day(now())
    with writing():
        unit = add_unit(add_model())
        lend(unit, "Karin Ek", today, **HOME)
        lend(unit, "Bo Alm", today + timedelta(days=21), TrialState.AGREED)
        lend(unit, "Siv Lund", today - timedelta(days=60), TrialState.NOT_BOUGHT)

    page = owner_client.get("/trials/units/bm-104").text
    words = read(page)

    assert words.index("Utlånad till Karin Ek, till och med") < words.index("Nästa: Bo Alm från")
    assert "070-174 06 21" in words
    assert "Lugna gatan 4, 123 45 Lund" in words
    assert "https://www.openstreetmap.org/search?query=Lugna+gatan+4%2C+123+45+Lund" in page
    assert words.index("Ska ha den") < words.index("Bo Alm", words.index("Ska ha den")) < words.index("Har haft den")
    assert words.index("Har haft den") < words.rindex("Siv Lund")


def test_a_unit_is_not_late_on_its_last_day(owner_client: SignedIn) -> None:
    with writing():
        lend(add_unit(add_model()), "Karin Ek", local_day(now()) - IN_TWO_WEEKS)

    page = owner_client.get("/trials/units/BM-104").text

    assert "Utlånad till Karin Ek, till och med i dag." in read(page)
    assert "next-step-late" not in page


def test_a_new_serial_number_does_not_hide_why_a_unit_is_away(owner_client: SignedIn, owner: User) -> None:
    with writing():
        unit = add_unit(add_model(), "BM-3")
        send_to_service(unit, "Nytt batteri", owner, now())
        change_unit_facts(unit, UnitFacts("BM-104", unit.model), owner, now())

    page, listed = (read(owner_client.get(f"/trials/units{rest}").text) for rest in ("/BM-104", ""))

    assert "På service sedan i dag." in page
    assert "Nytt batteri" in page.partition("Vad som har hänt")[0]
    assert "Nytt batteri" in listed


def test_a_unit_that_should_have_been_back_is_said_to_be_late(owner_client: SignedIn) -> None:
    with writing():
        lend(add_unit(add_model()), "Karin Ek", local_day(now()) - timedelta(days=20))

    page = owner_client.get("/trials/units/BM-104").text

    assert "Kvar hos Karin Ek. Skulle ha kommit tillbaka" in read(page)
    assert "next-step-late" in page


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (TrialState.RESERVED, "Hemma hos oss. Reserverad för Siv Lund från"),
        (TrialState.RETURNING, "På väg tillbaka från Siv Lund."),
        (TrialState.RECEIVED, "Tillbaka hos oss, men inte kontrollerad."),
        (TrialState.CHECKED, "Ledig, hemma hos oss."),
        (TrialState.BOUGHT, "Såld till Siv Lund "),
        (TrialState.LOST, "Borta sedan "),
    ],
)
def test_the_page_follows_the_loan(owner_client: SignedIn, state: TrialState, words: str) -> None:
    with writing():
        walk_to(state, now=now(), starts_on=local_day(now()))

    page = read(owner_client.get("/trials/units/BM-104").text)

    assert words in page
    assert "Nästa:" not in page


def test_the_history_says_who_borrowed_it_and_who_of_us_did_what(owner_client: SignedIn, owner: User) -> None:
    with writing():
        walk_to(TrialState.OUT, now=now(), starts_on=local_day(now()), actor=owner)

    page = read(owner_client.get("/trials/units/BM-104").text, "history-title")

    assert re.findall(r"(Utlånad|Reserverad)(.*)", page) == [
        ("Utlånad", ": Siv Lund (Maj Ek)"),
        ("Reserverad", ": Siv Lund (Maj Ek)"),
    ]


def test_once_the_person_is_erased_the_page_still_says_where_the_unit_is(owner_client: SignedIn) -> None:
    with writing():
        trial = lend(add_unit(add_model()), "Karin Ek", local_day(now()), **HOME)
        trial.lead = None

    page = read(owner_client.get("/trials/units/BM-104").text)

    assert "Utlånad till Karin Ek, till och med" in page
    assert "Lugna gatan 4, 123 45 Lund" in page
    assert "Personens övriga uppgifter är raderade." in page


def test_of_a_loan_that_is_over_nothing_is_left_of_an_erased_person(owner_client: SignedIn) -> None:
    with writing():
        trial = walk_to(TrialState.BOUGHT, now=now(), starts_on=local_day(now()))
        trial.lead = None
        forget_if_erased(trial, now())

    page = read(owner_client.get("/trials/units/BM-104").text)

    assert "Såld i dag." in page
    assert "Raderad person" in page
    assert "Siv" not in page


def test_a_unit_that_does_not_exist_has_no_page(owner_client: SignedIn) -> None:
    assert owner_client.get("/trials/units/BM-999").status_code == 404
    assert owner_client.post("/trials/units/BM-999/back").status_code == 404


def test_a_stranger_with_the_code_on_a_unit_lands_at_sign_in(client: FlaskClient) -> None:
    with writing():
        lend(add_unit(add_model()), "Karin Ek", local_day(now()))

    answer = client.get("/trials/units/BM-104")

    assert (answer.status_code, answer.location) == (302, "/sign-in?next=/trials/units/BM-104")
    assert "Karin" not in answer.text
