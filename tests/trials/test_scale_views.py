from app.consultations.kinds import Audience
from app.core.db import db, writing
from app.trials.check_ins import AnonymousRating
from app.trials.keeping import the_rules
from app.trials.scale_queries import every_scale
from app.trials.scales import change_scales
from tests.leads.page import read, typed
from tests.signed_in import SignedIn
from tests.trials.test_scales import GAIT, MOOD, SLEEP

KEPT = {"ratings_kept_days": "90", "answers_kept_days": "30"}


def scale_fields(number: int, **changes: str) -> dict[str, str]:
    row = {
        "name_sv": "Sömn",
        "name_en": "Sleep",
        "low_sv": "Dåligt",
        "low_en": "Badly",
        "high_sv": "Gott",
        "high_en": "Well",
        "audience": "person",
        "is_active": "y",
    }
    return {f"scales-{number}-{name}": value for name, value in {**row, **changes}.items() if value}


def test_scales_and_how_long_they_are_kept_are_saved_as_written(owner_client: SignedIn) -> None:
    with writing():
        change_scales([SLEEP])
    [sleep] = every_scale()
    rows = {**scale_fields(0, audience="horse", is_active=""), **scale_fields(1, id=str(sleep.id), name_sv="Nattro")}

    answer = owner_client.post("/trials/scales", data={**rows, **KEPT}, follow_redirects=True)

    assert "Skalorna är sparade." in answer.text
    db.session.expire_all()
    first, second = every_scale()
    assert (first.audience, first.is_active, first.low_en, first.high_sv) == (Audience.HORSE, False, "Badly", "Gott")
    assert (second.id, second.name_sv, second.is_active) == (sleep.id, "Nattro", True)
    assert (the_rules().ratings_kept_days, the_rules().answers_kept_days) == (90, 30)
    assert typed(answer.text, "scales-1-name_sv") == "Nattro"


def test_what_is_wrong_is_said_and_all_else_is_kept(owner_client: SignedIn) -> None:
    wrong = {**scale_fields(0, name_sv="", low_sv="Vaken"), "ratings_kept_days": "731", "answers_kept_days": "0"}

    answer = owner_client.post("/trials/scales", data=wrong)

    assert answer.status_code == 422
    assert "Skala 1: Ge skalan ett namn, eller ta bort den." in read(answer.text)
    assert answer.text.count("Skriv ett tal från 1 till 730.") >= 2
    assert typed(answer.text, "scales-0-low_sv") == "Vaken"
    assert every_scale() == []


def test_a_sixth_scale_is_refused_with_everything_kept(owner_client: SignedIn) -> None:
    six = {name: value for number in range(6) for name, value in scale_fields(number).items()}

    answer = owner_client.post("/trials/scales", data={**six, **KEPT})

    assert answer.status_code == 409
    assert "Fråga en människa om högst fem saker" in read(answer.text)
    assert typed(answer.text, "scales-5-name_sv") == "Sömn"
    assert every_scale() == []


def test_plain_buttons_add_move_and_take_away_rows_and_save_nothing(owner_client: SignedIn) -> None:
    two = {**scale_fields(0), **scale_fields(1, name_sv="Ork"), **KEPT}

    added = owner_client.post("/trials/scales", data={**two, "act": "add"})
    moved = owner_client.post("/trials/scales", data={**two, "act": "up-1"})
    removed = owner_client.post("/trials/scales", data={**two, "act": "remove-0"})

    assert 'id="scale-3"' in added.text
    assert [typed(moved.text, f"scales-{row}-name_sv") for row in (0, 1)] == ["Ork", "Sömn"]
    assert typed(removed.text, "scales-0-name_sv") == "Ork"
    assert 'id="scale-2"' not in removed.text
    assert every_scale() == []


def test_a_scale_with_ratings_offers_no_way_to_take_it_away(owner_client: SignedIn) -> None:
    with writing():
        change_scales([SLEEP, GAIT])
        db.session.add(AnonymousRating(scale_id=every_scale()[0].id, weeks_in=0, value=4))

    page = owner_client.get("/trials/scales")

    assert 'value="remove-0"' not in page.text
    assert 'value="remove-1"' in page.text
    assert page.text.count("Skalan har skattningar och kan inte tas bort.") == 1


def test_the_page_advises_three_to_five(owner_client: SignedIn) -> None:
    with writing():
        change_scales([SLEEP, SLEEP, MOOD, GAIT])

    page = read(owner_client.get("/trials/scales").text)

    assert "Färre än 3 skalor frågas nu om en häst." in page
    assert "om en människa. Tre till fem" not in page


def test_only_an_owner_changes_scales(staff_client: SignedIn) -> None:
    assert staff_client.get("/trials/scales").status_code == 403
    assert staff_client.post("/trials/scales", data={**scale_fields(0), **KEPT}).status_code == 403
    assert every_scale() == []
