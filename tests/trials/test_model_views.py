import re
from collections.abc import Callable

import pytest

from app.accounts.models import User
from app.consultations.kinds import Audience
from app.core.db import db, writing
from app.trials.first_models import ensure_models
from app.trials.model_queries import every_model
from app.trials.units import DeviceModel
from tests.leads.page import read, typed
from tests.plans.cast import make_lead
from tests.signed_in import SignedIn
from tests.trials.cast import add_model, add_trial, add_unit


def model_fields(**more: str) -> dict[str, str]:
    fields = {
        "name": "BM Stall",
        "audience": "horse",
        "about_sv": "För hästen.",
        "about_en": "For the horse.",
        "usual_days": "28",
        "pause_days": "2",
        "value_ore": "12 500",
        "price_ore": "18900,50",
        "deposit_ore": "",
    }
    return {**fields, **more}


def accessory_fields(number: int, name_sv: str, name_en: str = "Cable") -> dict[str, str]:
    return {f"accessories-{number}-name_sv": name_sv, f"accessories-{number}-name_en": name_en}


def test_a_model_is_saved_as_it_was_written_and_hidden(owner_client: SignedIn) -> None:
    accessories = {**accessory_fields(0, "Laddare", "Charger"), **accessory_fields(1, "Kabel")}

    answer = owner_client.post("/trials/models/add", data={**model_fields(), **accessories}, follow_redirects=True)

    (model,) = every_model()
    assert "Besökare ser den när du erbjuder den." in answer.text
    assert (model.slug, model.name, model.audience, model.usual_days, model.pause_days) == (
        "bm-stall",
        "BM Stall",
        Audience.HORSE,
        28,
        2,
    )
    assert (model.value_ore, model.price_ore, model.deposit_ore) == (1_250_000, 1_890_050, 0)
    assert [(row.position, row.name_sv, row.name_en) for row in model.accessories] == [
        (0, "Laddare", "Charger"),
        (1, "Kabel", "Cable"),
    ]
    assert not model.is_offered


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Ge modellen ett namn."),
        ("usual_days", "0", "Skriv ett tal från 1 till 365."),
        ("pause_days", "", "Skriv ett tal."),
        ("price_ore", "mycket", "Skriv ett belopp i kronor, till exempel 12 500 eller 49,50."),
        ("deposit_ore", "30 000 000", "Skriv högst 20 000 000 kronor."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_all_else_is_kept(
    owner_client: SignedIn, field: str, value: str, words: str
) -> None:
    wrong = {**model_fields(about_sv="Långt och genomtänkt."), **accessory_fields(0, "Laddare"), field: value}

    answer = owner_client.post("/trials/models/add", data=wrong)

    error = re.search(rf'id="{field}-error">(.*?)</p>', answer.text, re.DOTALL)
    assert answer.status_code == 422
    assert error is not None
    assert words in error[1]
    assert typed(answer.text, field) == value
    assert typed(answer.text, "about_sv") == "Långt och genomtänkt."
    assert typed(answer.text, "accessories-0-name_sv") == "Laddare"
    assert every_model() == []


def test_an_accessory_without_words_is_pointed_at_by_its_row(owner_client: SignedIn) -> None:
    answer = owner_client.post("/trials/models/add", data={**model_fields(), **accessory_fields(0, "")})

    assert answer.status_code == 422
    assert '<a href="#accessory-1">Tillbehör 1: Skriv vad det är, eller ta bort raden.</a>' in answer.text


def test_the_same_accessory_twice_is_refused_in_words(owner_client: SignedIn) -> None:
    twice = {**accessory_fields(0, "Kabel"), **accessory_fields(1, "Kabel")}

    answer = owner_client.post("/trials/models/add", data={**model_fields(), **twice})

    assert answer.status_code == 409
    assert "Kabel står två gånger bland tillbehören. Skriv hur många det är." in answer.text
    assert typed(answer.text, "name") == "BM Stall"
    assert every_model() == []


@pytest.mark.parametrize(
    ("act", "names"), [("add", ["ett", "två", ""]), ("remove-0", ["två"]), ("up-1", ["två", "ett"])]
)
def test_accessories_are_rearranged_without_script(owner_client: SignedIn, act: str, names: list[str]) -> None:
    fields = {**model_fields(name="Halvskriven"), **accessory_fields(0, "ett"), **accessory_fields(1, "två")}

    page = owner_client.post("/trials/models/add", data={**fields, "act": act}).text

    assert [typed(page, f"accessories-{number}-name_sv") for number in range(len(names))] == names
    assert typed(page, "name") == "Halvskriven"
    assert every_model() == []


def test_an_accessory_that_keeps_its_name_stays_the_same_one(owner_client: SignedIn) -> None:
    with writing():
        ensure_models()
    model = every_model()[0]
    keys = {row.name_sv: row.id for row in model.accessories}
    changed = {**accessory_fields(0, "Kabel", "Lead"), **accessory_fields(1, "Laddare", "Charger")}

    owner_client.post(f"/trials/models/{model.id}", data={**model_fields(), **changed})

    db.session.expire_all()
    assert [(row.id, row.name_en) for row in model.accessories] == [
        (keys["Kabel"], "Lead"),
        (keys["Laddare"], "Charger"),
    ]


def test_the_editor_shows_the_model_and_its_address_stays(owner_client: SignedIn) -> None:
    with writing():
        model = add_model(price_ore=1_250_000)
    url = f"/trials/models/{model.id}"

    page = owner_client.get(url).text
    owner_client.post(url, data=model_fields())

    assert (typed(page, "name"), typed(page, "price_ore"), typed(page, "deposit_ore")) == ("BM Hem", "12\xa0500", "")
    db.session.expire_all()
    assert (model.name, model.slug) == ("BM Stall", "bm")


def test_a_model_is_offered_when_there_is_something_to_lend(owner_client: SignedIn) -> None:
    with writing():
        model = add_model(is_offered=False)
    offer = f"/trials/models/{model.id}/offer"

    refused = owner_client.post(offer, follow_redirects=True)
    with writing():
        add_unit(db.session.get_one(DeviceModel, model.id))
    owner_client.post(offer)

    assert "Det finns ingen enhet att låna ut än. Lägg till en, så går modellen att erbjuda." in refused.text
    assert db.session.get_one(DeviceModel, model.id, populate_existing=True).is_offered
    owner_client.post(f"/trials/models/{model.id}/withhold")
    assert not db.session.get_one(DeviceModel, model.id, populate_existing=True).is_offered


def test_only_a_model_that_nothing_refers_to_is_removed(owner_client: SignedIn) -> None:
    with writing():
        used, unused = add_model(), add_model("bm-2")
        add_trial(make_lead(), add_unit(used))

    page = owner_client.get("/trials/models").text
    refused = owner_client.post(f"/trials/models/{used.id}/remove", follow_redirects=True)
    owner_client.post(f"/trials/models/{unused.id}/remove")

    assert f"/trials/models/{unused.id}/remove" in page
    assert f"/trials/models/{used.id}/remove" not in page
    assert "Modellen har enheter eller provperioder som hänvisar till den." in refused.text
    assert [model.slug for model in every_model()] == ["bm"]


def test_the_list_says_the_terms_of_each_model(owner_client: SignedIn) -> None:
    with writing():
        ensure_models()
        model = add_model(price_ore=1_890_000, deposit_ore=100_000, value_ore=1_250_050, pause_days=0)
        add_unit(model)
        add_unit(model, "BM-105")

    page = read(owner_client.get("/trials/models").text)

    assert "2 enheter · 21 dagar · för människor och hästar" in page
    assert "Vilar inte mellan två lån. Pris 18 900 kr. Deposition 1 000 kr. Värde 12 500,50 kr." in page
    assert "Till den hör: laddare, kabel, bälte, bruksanvisning, väska." in page
    assert page.count("Ingen enhet än") == 2


def test_an_instance_begins_with_two_models_that_nobody_is_offered(owner_client: SignedIn) -> None:
    with writing():
        ensure_models()
        ensure_models()

    assert [(model.name, model.audience, model.is_offered) for model in every_model()] == [
        ("För människor", Audience.PERSON, False),
        ("För hästar", Audience.HORSE, False),
    ]


def test_staff_see_the_models_and_change_none(staff_client: SignedIn) -> None:
    with writing():
        model = add_model()

    page = staff_client.get("/trials/models").text

    assert "BM Hem" in page
    for change in (f"{model.id}", f"{model.id}/offer", f"{model.id}/withhold", f"{model.id}/remove", "add"):
        assert f"/trials/models/{change}" not in page
        assert staff_client.post(f"/trials/models/{change}").status_code == 403


def test_the_list_asks_as_little_for_twelve_models_as_for_one(
    owner_client: SignedIn, owner: User, count_queries: Callable[[], int]
) -> None:
    with writing():
        add_unit(add_model())
    owner_client.get("/trials/models")
    count_queries()
    owner_client.get("/trials/models")
    for_one = count_queries()
    with writing():
        for number in range(11):
            add_unit(add_model(f"bm-{number}"), f"BM-{number}")
    owner_client.get("/trials/models")
    count_queries()

    owner_client.get("/trials/models")

    assert count_queries() == for_one
