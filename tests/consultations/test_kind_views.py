import re
from collections.abc import Callable
from datetime import time

import pytest
from flask import Flask

from app.accounts.models import User
from app.consultations import offering
from app.consultations.kind_queries import every_kind, travel_bands
from app.consultations.kinds import ConsultationKind, NoticeUnit, Place
from app.consultations.offering import Band
from app.core.db import db, writing
from tests.conftest import NOW
from tests.consultations.cast import add_consultation, add_host, add_kind
from tests.leads.page import read, typed
from tests.plans.cast import make_lead
from tests.signed_in import SignedIn


def kind_fields(**more: str) -> dict[str, str]:
    fields = {
        "name_sv": "Samtal på telefon",
        "name_en": "Talk by phone",
        "about_sv": "Vi ringer.",
        "about_en": "We call.",
        "place": "phone",
        "audience": "horse",
        "length_minutes": "45",
        "step_minutes": "15",
        "buffer_before_minutes": "5",
        "buffer_after_minutes": "10",
        "notice": "2",
        "notice_unit": "days",
        "horizon_days": "30",
        "most_per_day": "3",
        "most_per_week": "",
        "confirming": "asks",
        "reminds_at": "18:00",
        "reminds_minutes_before": "0",
        "change_until_minutes": "1440",
    }
    return {**fields, **more}


def question_fields(number: int, words: str, **more: str) -> dict[str, str]:
    return {f"questions-{number}-{name}": value for name, value in {"words": words, "words_en": "Hm?", **more}.items()}


def band_fields(number: int, first: str, last: str, minutes: str = "30") -> dict[str, str | list[str]]:
    fields = {"postcode_from": first, "postcode_until": last, "travel_minutes": minutes, "weekdays": ["0", "2"]}
    return {f"bands-{number}-{name}": value for name, value in fields.items()}


def test_a_kind_is_saved_as_it_was_written_and_hidden(owner_client: SignedIn, owner: User, staff: User) -> None:
    questions = {**question_fields(0, "Hur hittar vi?", is_required="y"), **question_fields(1, "Vad mer?")}

    answer = owner_client.post(
        "/consultations/kinds/add", data={**kind_fields(hosts=str(staff.id)), **questions}, follow_redirects=True
    )

    (kind,) = every_kind()
    assert "Den är dold tills du visar den." in answer.text
    assert (kind.slug, kind.name_en, kind.place, kind.length_minutes, kind.step_minutes) == (
        "samtal-pa-telefon",
        "Talk by phone",
        Place.PHONE,
        45,
        15,
    )
    assert (kind.notice, kind.notice_unit, kind.horizon_days) == (2, NoticeUnit.DAYS, 30)
    assert (kind.most_per_day, kind.most_per_week, kind.needs_confirming) == (3, None, True)
    assert (kind.reminds_at, kind.reminds_minutes_before, kind.change_until_minutes) == (time(18), None, 1440)
    assert [host.user_id for host in kind.hosts] == [staff.id]
    assert [(row.words_sv, row.is_required) for row in kind.questions] == [
        ("Hur hittar vi?", True),
        ("Vad mer?", False),
    ]
    assert not kind.is_published


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name_sv", "", "Ge konsultationstypen ett namn."),
        ("name_en", "", "Skriv namnet på engelska också: sidan finns på båda språken."),
        ("length_minutes", "32", "Skriv jämna femtal, till exempel 30 eller 45."),
        ("length_minutes", "0", "Skriv ett tal från 5 till 480."),
        ("step_minutes", "", "Skriv hur många minuter."),
        ("buffer_after_minutes", "-5", "Skriv ett tal från 0 till 240."),
        ("notice", "", "Skriv ett tal."),
        ("horizon_days", "0", "Skriv ett tal från 1 till 365."),
        ("most_per_day", "0", "Skriv ett tal från 1 till 50."),
        ("reminds_at", "21:00", "Välj en tid från 08.00 och före 21.00, så väcker påminnelsen ingen."),
        ("reminds_at", "07:55", "Välj en tid från 08.00 och före 21.00, så väcker påminnelsen ingen."),
        ("reminds_at", "kväll", "Skriv ett klockslag, till exempel 17.00."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_all_else_is_kept(
    owner_client: SignedIn, field: str, value: str, words: str
) -> None:
    wrong = {**kind_fields(about_sv="Långt och genomtänkt."), **question_fields(0, "Hur hittar vi?"), field: value}

    answer = owner_client.post("/consultations/kinds/add", data=wrong)

    error = re.search(rf'id="{field}-error">(.*?)</p>', answer.text, re.DOTALL)
    assert answer.status_code == 422
    assert error is not None
    assert words in error[1]
    assert f'<a href="#{field}">' in answer.text
    assert typed(answer.text, "about_sv") == "Långt och genomtänkt."
    assert typed(answer.text, "questions-0-words") == "Hur hittar vi?"
    assert every_kind() == []


def test_a_question_without_words_is_pointed_at_by_its_row(owner_client: SignedIn) -> None:
    answer = owner_client.post("/consultations/kinds/add", data={**kind_fields(), **question_fields(0, "")})

    assert answer.status_code == 422
    assert '<a href="#question-1">Fråga 1: Skriv frågan, eller ta bort raden.</a>' in answer.text


@pytest.mark.parametrize(
    ("act", "questions"), [("add", ["ett", "två", ""]), ("remove-0", ["två"]), ("up-1", ["två", "ett"])]
)
def test_questions_are_rearranged_without_script(owner_client: SignedIn, act: str, questions: list[str]) -> None:
    fields = {**kind_fields(name_sv="Halvskriven"), **question_fields(0, "ett"), **question_fields(1, "två")}

    page = owner_client.post("/consultations/kinds/add", data={**fields, "act": act}).text

    assert [typed(page, f"questions-{number}-words") for number in range(len(questions))] == questions
    assert typed(page, "name_sv") == "Halvskriven"
    assert every_kind() == []


def test_the_editor_shows_the_kind_and_what_is_booked_stays(owner_client: SignedIn, owner: User) -> None:
    with writing():
        kind = add_kind(add_host(owner), reminds_minutes_before=45, change_until_minutes=90)
        booking = add_consultation(make_lead(), kind, starts_at=NOW.replace(year=2099))
        ends_at = booking.ends_at
    url = f"/consultations/kinds/{kind.id}"

    page = owner_client.get(url).text
    owner_client.post(url, data=kind_fields(hosts=str(owner.id), length_minutes="60"))

    assert "En bokning ligger framåt. Den gäller som den är avtalad, vad du än ändrar här." in page
    assert re.search(r'<option selected value="45">45 minuter före', page)
    assert re.search(r'<option selected value="90">till 90 minuter före', page)
    db.session.expire_all()
    assert (kind.length_minutes, booking.ends_at) == (60, ends_at)


def test_a_kind_that_is_shown_cannot_lose_its_last_host(owner_client: SignedIn, owner: User) -> None:
    with writing():
        kind = add_kind(add_host(owner))

    answer = owner_client.post(f"/consultations/kinds/{kind.id}", data=kind_fields(name_sv="Nytt namn"))

    assert answer.status_code == 409
    assert "Välj minst en värd, så går den att boka." in answer.text
    assert typed(answer.text, "name_sv") == "Nytt namn"


def test_the_list_says_who_holds_what_and_gives_the_link_of_what_is_shown(owner_client: SignedIn, owner: User) -> None:
    with writing():
        kind = add_kind(add_host(owner), needs_confirming=True)
        add_consultation(make_lead(), kind, starts_at=NOW.replace(year=2099))
        offering.add_kind(offering.KindFacts("Dolt", "Hidden", Place.VIDEO, 30, 30))

    page = owner_client.get("/consultations/kinds/").text

    terms = "Hålls av Maj Ek. Bokas senast 12 timmar och tidigast 60 dagar före."
    assert f"{terms} Väntar på värdens ja. En bokning framåt." in read(page)
    assert "Ingen håller den än." in read(page)
    assert typed(page, f"address-{kind.id}") == "https://ledtrad.example.se/book/samtal"
    assert page.count("Kopiera länken") == page.count("Visa för besökare") == 1


def test_an_owner_shows_and_hides_a_kind(owner_client: SignedIn, owner: User) -> None:
    with writing():
        kind = add_kind(add_host(owner), is_published=False)

    owner_client.post(f"/consultations/kinds/{kind.id}/publish")
    assert db.session.get_one(ConsultationKind, kind.id, populate_existing=True).is_published
    owner_client.post(f"/consultations/kinds/{kind.id}/hide")
    assert not db.session.get_one(ConsultationKind, kind.id, populate_existing=True).is_published


def test_removing_is_offered_for_what_was_never_booked(owner_client: SignedIn, owner: User) -> None:
    with writing():
        booked = add_kind(add_host(owner))
        add_consultation(make_lead(), booked)
        unused = offering.add_kind(offering.KindFacts("Dolt", "Hidden", Place.VIDEO, 30, 30))

    page = owner_client.get("/consultations/kinds/").text
    owner_client.post(f"/consultations/kinds/{unused.id}/remove")

    assert f"/consultations/kinds/{unused.id}/remove" in page
    assert f"/consultations/kinds/{booked.id}/remove" not in page
    assert [kind.slug for kind in every_kind()] == ["samtal"]


def test_staff_see_the_kinds_and_change_none(app: Flask, staff_client: SignedIn, owner: User) -> None:
    with writing():
        kind = add_kind(add_host(owner))

    page = staff_client.get("/consultations/kinds/").text

    assert "Samtal på telefon" in page
    for change in (f"kinds/{kind.id}", f"kinds/{kind.id}/hide", "kinds/add", "travel"):
        assert f"/consultations/{change}" not in page
        assert staff_client.post(f"/consultations/{change}").status_code == 403


def test_the_list_asks_as_little_for_twelve_kinds_as_for_one(
    owner_client: SignedIn, owner: User, staff: User, count_queries: Callable[[], int]
) -> None:
    with writing():
        hosts = [add_host(owner), add_host(staff)]
        add_kind(*hosts)
    owner_client.get("/consultations/kinds/")
    count_queries()
    owner_client.get("/consultations/kinds/")
    for_one = count_queries()
    with writing():
        for number in range(11):
            add_kind(*hosts, slug=f"samtal-{number}")
    owner_client.get("/consultations/kinds/")
    count_queries()

    owner_client.get("/consultations/kinds/")

    assert count_queries() == for_one


def test_travel_is_edited_as_one_table(owner_client: SignedIn) -> None:
    with writing():
        offering.change_travel([Band("20000", "29999", 60)])

    page = owner_client.get("/consultations/travel").text
    answer = owner_client.post(
        "/consultations/travel", data={**band_fields(0, "114 55", "11999"), **band_fields(1, "30000", "30000")}
    )

    assert (typed(page, "bands-0-postcode_from"), answer.status_code) == ("20000", 303)
    assert [(row.postcode_from, row.weekdays) for row in travel_bands()] == [("11455", "02"), ("30000", "02")]


@pytest.mark.parametrize(
    ("first", "last", "minutes", "words"),
    [
        ("1145", "11999", "30", "Skriv fem siffror, till exempel 123 45."),
        ("١٢٣٤٥", "11999", "30", "Skriv fem siffror, till exempel 123 45."),
        ("11999", "11455", "30", "Det sista postnumret är lägre än det första. Byt plats på dem."),
        ("11455", "11999", "7", "Skriv jämna femtal, till exempel 30 eller 45."),
    ],
)
def test_a_wrong_row_of_travel_comes_back_as_it_was_typed(
    owner_client: SignedIn, first: str, last: str, minutes: str, words: str
) -> None:
    answer = owner_client.post("/consultations/travel", data=band_fields(0, first, last, minutes))

    assert answer.status_code == 422
    assert f'<a href="#band-1">Rad 1: {words}' in answer.text
    assert typed(answer.text, "bands-0-travel_minutes") == minutes
    assert travel_bands() == []


def test_bands_that_overlap_are_refused_in_words(owner_client: SignedIn) -> None:
    bands = {**band_fields(0, "11000", "11999"), **band_fields(1, "11900", "12999")}

    answer = owner_client.post("/consultations/travel", data=bands)

    assert answer.status_code == 409
    assert "Postnummer 119 00 finns i två rader: 110 00–119 99 och 119 00–129 99." in read(answer.text)
    assert typed(answer.text, "bands-1-postcode_until") == "12999"


def test_a_row_of_travel_is_added_for_every_day_and_taken_away(owner_client: SignedIn) -> None:
    page = owner_client.post("/consultations/travel", data={**band_fields(0, "x", "y"), "act": "add"}).text
    after = owner_client.post("/consultations/travel", data={**band_fields(0, "x", "y"), "act": "remove-0"}).text

    assert typed(page, "bands-0-postcode_from") == "x"
    assert len(re.findall(r'<input checked[^>]*name="bands-1-weekdays"', page)) == 7
    assert "Inga restider än." in read(after)
