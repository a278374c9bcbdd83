import re
from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.models import User
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.trials.model_queries import every_model
from app.trials.models import TrialState
from app.trials.unit_import import MOST_LINES, Outcome, import_units, plan_import
from app.trials.unit_queries import every_unit
from app.trials.units import UnitChange
from tests.conftest import NOW
from tests.leads.page import read
from tests.plans.cast import make_lead
from tests.signed_in import SignedIn
from tests.trials.cast import add_model, add_trial, add_unit

LIST = "Serienummer;Modell;Värde;Inköpt;Anteckning\nBM-1;bm hem;12 500;2026-03-01;Repa\nBM-2;BM Hem;;;"
PAGE = "/trials/units/import"


@pytest.fixture
def models(app: Flask) -> None:
    with writing():
        add_model()
        add_model("stall", name="BM Stall")


def problems(text: str) -> dict[int, list[str]]:
    return {line.row.number: [str(words) for words in line.problems.values()] for line in plan_import(text).lines}


def outcomes(text: str) -> list[Outcome]:
    return [line.outcome for line in plan_import(text).lines]


def import_now(text: str, actor: User) -> None:
    with writing():
        import_units(plan_import(text), actor, NOW)


def stored() -> list[tuple[str, str, int | None, date | None, str]]:
    db.session.expire_all()
    return [(unit.serial, unit.model.name, unit.value_ore, unit.acquired_on, unit.note) for unit in every_unit()]


def seen_of(page: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found is not None
    return found[1]


@pytest.mark.usefixtures("models")
def test_a_list_becomes_units(owner: User) -> None:
    import_now(LIST, owner)

    assert stored() == [
        ("BM-1", "BM Hem", 1_250_000, date(2026, 3, 1), "Repa"),
        ("BM-2", "BM Hem", None, None, ""),
    ]


@pytest.mark.usefixtures("models")
def test_the_same_list_again_changes_nothing(owner: User) -> None:
    import_now(LIST, owner)

    assert outcomes(LIST) == outcomes(LIST.replace("BM-1", "bm - 1")) == [Outcome.SAME, Outcome.SAME]
    before = stored()
    import_now(LIST, owner)
    assert stored() == before
    assert db.session.scalar(sa.select(sa.func.count(UnitChange.id))) == 2


@pytest.mark.usefixtures("models")
def test_a_known_unit_is_changed_by_what_is_said_and_keeps_the_rest(owner: User) -> None:
    import_now(LIST, owner)
    news = "serial,value,note\nbm-1,9000,\nBM-2,,"

    assert outcomes(news) == [Outcome.CHANGED, Outcome.SAME]
    import_now(news, owner)

    assert stored()[0] == ("BM-1", "BM Hem", 900_000, date(2026, 3, 1), "Repa")


@pytest.mark.usefixtures("models")
def test_what_is_wrong_is_said_of_its_line(owner: User) -> None:
    long_note = f"BM-6;BM Hem;21 000 000;;{'x' * 301}"
    text = f"BM-1;BM Hem;mycket;i fjol\nBM/2;BM Hem\nbm - 1;BM Hem\nBM-4\nBM-5;BM Katt\n{long_note}\n;BM Hem"

    assert problems(text) == {
        1: ["Skriv ett belopp i kronor, till exempel 12 500 eller 49,50.", "Skriv ett datum, till exempel 2026-07-13."],
        2: ["Skriv bokstäver, siffror, bindestreck och punkter, till exempel BM-104."],
        3: ["Serienumret står redan på rad 1."],
        4: ["Skriv modellens namn. Det finns: BM Hem, BM Stall."],
        5: ["Skriv modellens namn. Det finns: BM Hem, BM Stall."],
        6: ["Skriv högst 20 000 000 kronor.", "Skriv högst 300 tecken."],
        7: ["Skriv serienumret, som det står på enheten."],
    }
    with pytest.raises(RuleBroken, match="Rätta raderna som är fel"):
        import_now(text, owner)
    assert stored() == []


def test_where_there_is_one_model_it_need_not_be_named(app: Flask, owner: User) -> None:
    with writing():
        add_model()

    import_now("BM-1\nBM-2", owner)

    assert [unit.model.name for unit in every_unit()] == ["BM Hem", "BM Hem"]


@pytest.mark.usefixtures("models")
def test_a_unit_that_is_lent_keeps_its_model(owner: User) -> None:
    with writing():
        add_trial(make_lead(), add_unit(every_model()[0], "BM-1"), TrialState.OUT)

    assert problems("BM-1;BM Stall") == {
        1: ["Enheten är utlånad eller reserverad. Byt modell när ingen har den eller ska ha den."]
    }
    assert outcomes("BM-1;BM Hem;9 000") == [Outcome.CHANGED]


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Listan är tom. Skriv en enhet på varje rad."),
        ("Serienummer;Modell", "Listan är tom. Skriv en enhet på varje rad."),
        ('BM-1;"BM Hem', "Ett citattecken på rad 1 saknar sitt par."),
        ("BM-1\n" * (MOST_LINES + 1), "Listan har fler än 1000 rader. Dela upp den."),
    ],
)
def test_what_is_no_list_is_refused(text: str, words: str) -> None:
    with pytest.raises(RuleBroken, match=words):
        plan_import(text)


@pytest.mark.usefixtures("models")
def test_a_long_list_asks_as_little_as_a_short_one(app: Flask, count_queries: Callable[[], int]) -> None:
    plan_import("BM-1;BM Hem")
    count_queries()
    plan_import("BM-1;BM Hem")
    for_one = count_queries()

    plan_import("\n".join(f"BM-{number};BM Hem" for number in range(MOST_LINES)))

    assert count_queries() == for_one


@pytest.mark.usefixtures("models")
def test_a_list_is_seen_before_it_is_imported(owner_client: SignedIn) -> None:
    seen = owner_client.post(PAGE, data={"text": LIST, "act": "preview"})
    assert "Nya: 2. Ändras: 0. Oförändrade: 0." in read(seen.text)
    assert stored() == []

    answer = owner_client.post(
        PAGE, data={"text": LIST, "act": "import", "seen": seen_of(seen.text)}, follow_redirects=True
    )

    assert "Listan är inläst. Nya: 2, ändrade: 0." in answer.text
    assert [unit[0] for unit in stored()] == ["BM-1", "BM-2"]


@pytest.mark.usefixtures("models")
def test_a_list_that_was_changed_since_it_was_seen_is_shown_again(owner_client: SignedIn) -> None:
    seen = seen_of(owner_client.post(PAGE, data={"text": LIST, "act": "preview"}).text)

    answer = owner_client.post(PAGE, data={"text": f"{LIST}\nBM-3;BM Stall", "act": "import", "seen": seen})

    assert "Nya: 3. Ändras: 0. Oförändrade: 0." in read(answer.text)
    assert seen_of(answer.text) != seen
    assert stored() == []


@pytest.mark.usefixtures("models")
def test_a_list_with_errors_comes_back_as_it_was_typed(owner_client: SignedIn) -> None:
    text = "BM-1;BM Katt;12 500\nBM-2;BM Hem"

    answer = owner_client.post(PAGE, data={"text": text, "act": "preview"})

    assert answer.status_code == 422
    assert '<a href="#line-1">Rad 1: Skriv modellens namn. Det finns: BM Hem, BM Stall.</a>' in answer.text
    assert 'value="import"' not in answer.text
    assert text in answer.text


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_a_file_is_read_into_the_list(owner_client: SignedIn, encoding: str) -> None:
    data = "Serienummer;Värde\r\nBM-1;12 500\r\n".replace("Serienummer", "Serienummer;Modell").replace(
        "BM-1", "BM-1;BM Hem"
    )

    answer = owner_client.post(
        PAGE, data={"text": "", "act": "preview", "file": (BytesIO(data.encode(encoding)), "a.csv")}
    )

    assert "Nya: 1. Ändras: 0. Oförändrade: 0." in read(answer.text)
    assert "BM-1;BM Hem;12 500" in answer.text


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04 a workbook", "Filen är ett dokument, inte text."),
        (b"", "Filen är tom."),
        (b"BM-1\n" * 40_000, "Listan är för lång. Dela upp den."),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_words(owner_client: SignedIn, content: bytes, words: str) -> None:
    answer = owner_client.post(PAGE, data={"act": "preview", "file": (BytesIO(content), "a.csv")})

    assert answer.status_code == 422
    assert words in answer.text


@pytest.mark.usefixtures("models")
def test_a_list_of_what_is_there_already_leaves_nothing_to_import(owner_client: SignedIn, owner: User) -> None:
    import_now(LIST, owner)

    page = owner_client.post(PAGE, data={"text": LIST, "act": "preview"}).text

    assert "Allt i listan finns redan, precis så här." in read(page)
    assert 'value="import"' not in page
