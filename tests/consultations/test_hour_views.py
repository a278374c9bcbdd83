import re
from collections.abc import Callable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from app.accounts.models import User
from app.consultations.hosts import Host
from app.consultations.hour_queries import host_of, overrides_from, weekly_rows
from app.consultations.hours import Stretch, stretches
from app.core.clock import now
from app.core.db import db, writing
from tests.consultations.cast import add_consultation, add_host, add_kind, add_override
from tests.leads.page import read, typed
from tests.plans.cast import make_lead
from tests.signed_in import SignedIn

HOURS = "/consultations/hours/"
DAY = timedelta(days=1)


def local_day() -> date:
    return now().astimezone(ZoneInfo("Europe/Stockholm")).date()


def next_monday() -> date:
    today = local_day()
    return today + (7 - today.weekday()) * DAY


def range_fields(number: int, weekday: int, opens: str = "09:00", closes: str = "12:00", **more: str) -> dict[str, str]:
    fields = {"weekday": str(weekday), "opens": opens, "closes": closes, "valid_from": "", "valid_until": "", **more}
    return {f"ranges-{number}-{name}": value for name, value in fields.items()}


def week_of(host: Host) -> list[tuple[int, int, int]]:
    return [(row.weekday, row.opens_minute, row.closes_minute) for row in weekly_rows(host.id)]


def differing(host: Host) -> list[Stretch]:
    return stretches(overrides_from(host.id, local_day()))


@pytest.fixture
def host(app: Flask, owner: User) -> Host:
    with writing():
        return add_host(owner)


def test_a_user_becomes_a_host_by_a_button(staff_client: SignedIn, staff: User) -> None:
    assert "Bli värd" in staff_client.get(HOURS).text

    page = staff_client.post(f"{HOURS}become-host", follow_redirects=True).text

    assert host_of(staff.id) is not None
    assert "Nu är du värd." in page
    assert page.count('weekday-none">Stängt') == 7


def test_the_week_is_saved_with_nights_and_seasons(owner_client: SignedIn, host: Host) -> None:
    season = {"valid_from": "2027-06-01", "valid_until": "2027-08-31"}
    fields = {
        **range_fields(0, 0),
        **range_fields(1, 0, "13:00", "16:00"),
        **range_fields(2, 4, "22:00", "02:00"),
        **range_fields(3, 5, "00:00", "00:00", **season),
    }

    answer = owner_client.post(f"{HOURS}{host.id}/week", data=fields)

    assert (answer.status_code, answer.headers["Location"]) == (303, HOURS)
    assert week_of(host) == [(0, 540, 720), (0, 780, 960), (4, 1320, 1560), (5, 0, 1440)]
    assert weekly_rows(host.id)[3].valid_until_on == date(2027, 8, 31)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"opens": ""}, "Skriv ett klockslag, till exempel 17.00."),
        ({"closes": "kväll"}, "Skriv ett klockslag, till exempel 17.00."),
        ({"opens": "09:02"}, "Skriv ett klockslag på jämna fem minuter, till exempel 09.05."),
        ({"opens": "09:00", "closes": "09:00"}, "Tiden slutar när den börjar. Skriv en annan sluttid."),
        ({"valid_from": "sommar"}, "Skriv ett datum, till exempel 2026-07-13."),
        ({"valid_from": "2027-06-02", "valid_until": "2027-06-01"}, "Den sista dagen är före den första."),
    ],
)
def test_a_week_that_makes_no_sense_comes_back_as_it_was_typed(
    owner_client: SignedIn, host: Host, wrong: dict[str, str], words: str
) -> None:
    before = week_of(host)
    fields = {**range_fields(0, 2, "07:15", "08:00"), **range_fields(1, 3, **wrong)}

    answer = owner_client.post(f"{HOURS}{host.id}/week", data=fields)

    assert answer.status_code == 422
    assert re.search(rf'<a href="#range-2">Rad 2: {words}', answer.text)
    assert typed(answer.text, "ranges-0-opens") == "07:15"
    assert week_of(host) == before


@pytest.mark.parametrize(
    ("act", "opens"),
    [
        ("add-2", ["07:00", "08:00", "09:00"]),
        ("remove-0", ["08:00"]),
        ("copy-1", ["07:00"] * 5 + ["08:00"]),
        ("copy-5", ["07:00", "08:00"]),
        ("remove-9", ["07:00", "08:00"]),
        ("add-7", ["07:00", "08:00"]),
        ("remove-²", ["07:00", "08:00"]),
    ],
)
def test_the_week_is_rearranged_without_script_and_saved_by_its_button_alone(
    owner_client: SignedIn, host: Host, act: str, opens: list[str]
) -> None:
    before = week_of(host)
    fields = {**range_fields(0, 1, "07:00"), **range_fields(1, 6, "08:00")}

    page = owner_client.post(f"{HOURS}{host.id}/week", data={**fields, "act": act}).text

    assert sorted(re.findall(r'id="ranges-\d+-opens"[^>]*value="([^"]+)"', page)) == sorted(opens)
    assert week_of(host) == before


def test_days_off_are_saved_and_undone(owner_client: SignedIn, host: Host) -> None:
    first = next_monday()
    fields = {"first_on": f"{first}", "last_on": f"{first + 4 * DAY}", "how": "closed"}

    page = owner_client.post(f"{HOURS}{host.id}/days", data=fields, follow_redirects=True).text
    undo = re.search(r'action="([^"]*as-usual\?[^"]*)"', page)

    assert differing(host) == [Stretch(first, first + 4 * DAY, ())]
    assert undo is not None
    owner_client.post(undo[1].replace("&amp;", "&"))
    assert differing(host) == []


def test_a_day_has_other_hours_in_two_parts(owner_client: SignedIn, host: Host) -> None:
    day = next_monday()
    clocks = {"opens": "10:00", "closes": "11:00", "opens_again": "22:00", "closes_again": "01:00"}

    page = owner_client.post(
        f"{HOURS}{host.id}/days", data={"first_on": f"{day}", "how": "open", **clocks}, follow_redirects=True
    ).text

    assert differing(host) == [Stretch(day, day, ((600, 660), (1320, 1500)))]
    assert "10.00–11.00, 22.00–01.00" in read(page)


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"first_on": ""}, "first_on", "Välj en dag."),
        ({"last_on": "2020-01-01"}, "last_on", "Den sista dagen är före den första."),
        ({"how": "open"}, "closes", "Skriv när du öppnar och när du stänger."),
        ({"how": "open", "opens": "09:02", "closes": "12:00"}, "opens", "Skriv ett klockslag på jämna fem minuter"),
        (
            {"how": "open", "opens": "09:00", "closes": "10:00", "opens_again": "11:00"},
            "closes_again",
            "Skriv när du öppnar och när du stänger igen, eller lämna båda tomma.",
        ),
        ({"first_on": "2020-01-01"}, "first_on", "Den dagen har redan varit."),
    ],
)
def test_days_that_make_no_sense_say_so_beside_the_field(
    owner_client: SignedIn, host: Host, wrong: dict[str, str], field: str, words: str
) -> None:
    answer = owner_client.post(
        f"{HOURS}{host.id}/days", data={"first_on": f"{next_monday()}", "how": "closed", **wrong}
    )

    error = re.search(rf'id="{field}-error">(.*?)</p>', answer.text, re.DOTALL)
    assert answer.status_code in (409, 422)
    assert error is not None
    assert words in error[1]
    assert differing(host) == []


def test_a_host_says_which_days_are_closed_and_where_video_is(owner_client: SignedIn, host: Host) -> None:
    about = f"{HOURS}{host.id}/about"

    wrong = owner_client.post(about, data={"video_address": "javascript:alert(1)"})
    saved = owner_client.post(about, data={"is_closed_on_eves": "y", "video_address": "https://video.example.se/maj"})

    assert wrong.status_code == 422
    assert f'action="{about}"' in wrong.text, "where an address names a part of the page, what is wrong gets no focus"
    assert saved.headers["Location"] == f"{HOURS}#about"
    assert "Skriv hela adressen, med https:// först." in wrong.text
    found = db.session.get_one(Host, host.id, populate_existing=True)
    assert (found.is_active, found.is_closed_on_holidays, found.is_closed_on_eves) == (False, False, True)
    assert found.video_address == "https://video.example.se/maj"


def test_a_summer_is_shown_with_its_bookings_and_closed_by_a_button(owner_client: SignedIn, host: Host) -> None:
    first = next_monday() + 14 * DAY
    week = first.isocalendar().week
    with writing():
        kind = add_kind(host)
        add_consultation(make_lead(), kind, now() + (first + 2 * DAY - local_day()))
    summer = f"{HOURS}{host.id}/close/summer?first_week={week}&last_week={week}"

    page = owner_client.get(summer).text
    days = re.findall(r'name="days" value="([^"]+)"', page)
    assert differing(host) == []
    owner_client.post(summer, data={"days": days})

    assert "En bokning ligger på de dagarna." in page
    assert len(days) == 7
    assert differing(host) == [Stretch(first, first + 6 * DAY, ())]


def test_an_eve_that_is_unticked_stays_open(owner_client: SignedIn, host: Host) -> None:
    eves = f"{HOURS}{host.id}/close/eves"
    days = re.findall(r'name="days" value="([^"]+)" checked', owner_client.get(eves).text)

    owner_client.post(eves, data={"days": days[1:]})

    assert len(days) > 1
    assert [f"{each.first_on}" for each in differing(host)] == days[1:]
    assert owner_client.post(eves, data={}).status_code == 409
    assert owner_client.get(f"{HOURS}{host.id}/close/easter").status_code == 404


def test_a_day_shows_its_half_hours_and_why_one_is_not_seen(owner_client: SignedIn, host: Host) -> None:
    day = next_monday() + 7 * DAY
    with writing():
        add_kind(host)
        add_override(host, day, 9 * 60, 10 * 60)

    page = owner_client.get(f"{HOURS}?on={day}").text
    why = owner_client.get(f"{HOURS}?on={day}&at=10:00").text

    assert re.findall(r'half-hour-free">([0-9.]+)', page) == ["09.00", "09.30"]
    assert f"on={day}&amp;at=10:00#day" in page
    assert "Kl. 10.00: 30 minuter från då ryms inte i dagens tider: 09.00–10.00." in read(why)


@pytest.mark.parametrize("asked", ["on=igår", "on=2020-01-01", "at=25:00", "kind=finnsinte", "on=2026-11-30&at=x"])
def test_a_broken_question_shows_the_page_as_it_is(owner_client: SignedIn, host: Host, asked: str) -> None:
    with writing():
        add_kind(host)

    assert owner_client.get(f"{HOURS}?{asked}").status_code == 200


def test_staff_change_their_own_hours_alone(staff_client: SignedIn, staff: User, host: Host) -> None:
    with writing():
        own = add_host(staff)
    changes = ("week", "days", "days/as-usual", "about", "close/bridges")

    assert staff_client.post(f"{HOURS}{own.id}/week", data=range_fields(0, 0)).status_code == 303
    assert staff_client.get(f"{HOURS}{host.id}").status_code == 403
    assert {
        staff_client.post(f"{HOURS}{host.id}/{change}", data=range_fields(0, 0)).status_code for change in changes
    } == {403}
    assert len(week_of(host)) == 5


def test_an_owner_sees_and_changes_everybodys(owner_client: SignedIn, host: Host, staff: User) -> None:
    with writing():
        other = add_host(staff)

    page = owner_client.get(HOURS).text
    answer = owner_client.post(f"{HOURS}{other.id}/week", data=range_fields(0, 0))

    assert f'href="{HOURS}{other.id}"' in page
    assert "Tider för Sixten Alm" in owner_client.get(f"{HOURS}{other.id}").text
    assert answer.headers["Location"] == f"{HOURS}{other.id}"
    assert week_of(other) == [(0, 540, 720)]


def test_the_page_asks_as_little_for_a_full_week_and_many_bookings(
    owner_client: SignedIn, host: Host, count_queries: Callable[[], int]
) -> None:
    def asked() -> int:
        count_queries()
        owner_client.get(HOURS)
        return count_queries()

    with writing():
        kind = add_kind(host)
        add_consultation(make_lead(), kind, now() + 3 * DAY)
        add_override(host, next_monday())
    asked()
    for_one = asked()
    with writing():
        for number in range(12):
            add_consultation(make_lead(f"Bo {number}", f"bo{number}@example.se"), kind, now() + (5 + number) * DAY)
            add_override(host, next_monday() + number * 2 * DAY)
    asked()

    assert asked() == for_one
