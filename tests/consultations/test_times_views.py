from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.models import User
from app.consultations.hosts import OpeningHours
from app.consultations.kinds import Audience, Place, TravelBand
from app.consultations.models import Hold, OccupiedCell
from app.consultations.weeks import start_in_words
from app.core.clock import now
from app.core.db import db, writing
from app.core.filters import weekday
from tests.consultations.cast import add_kind
from tests.consultations.visits import bookable, buttons, chosen, starts_of
from tests.enquiries.letters import add_article, errors, field_values, words


def test_what_can_be_booked_is_told_with_length_place_and_for_whom(client: FlaskClient, owner: User) -> None:
    bookable(owner, about_sv="I lugn och ro.")
    with writing():
        add_kind(slug="stall", name_sv="Stallbesök", place=Place.VISIT, audience=Audience.HORSE, position=1)
        add_kind(slug="hemligt", name_sv="Hemligt", is_published=False)

    page = words(client.get("/book"))

    assert "Samtal på telefon 30 minuter · På telefon, vi ringer dig · För människor och hästar I lugn och ro." in page
    assert "Stallbesök 30 minuter · I ditt stall · För hästar" in page
    assert "Hemligt" not in page


def test_the_list_of_articles_leads_to_booking_once_something_can_be_booked(client: FlaskClient, owner: User) -> None:
    assert "/book" not in client.get("/articles/").text

    bookable(owner)

    assert 'href="/book">Boka ett samtal</a>' in client.get("/articles/", headers={"Accept-Language": "sv"}).text


def test_the_only_kind_opens_at_once_and_carries_the_article(client: FlaskClient, owner: User) -> None:
    bookable(owner)

    assert client.get("/book?article=sova-battre").location == "/book/samtal?article=sova-battre"


def test_nothing_to_book_leads_to_a_letter(client: FlaskClient) -> None:
    response = client.get("/book")

    assert "Just nu går det inte att välja en tid här." in words(response)
    assert 'href="/contact?wish=book"' in response.text


def test_what_is_not_published_any_more_says_so_and_what_never_was_is_no_page(client: FlaskClient, owner: User) -> None:
    bookable(owner, is_published=False)

    response = client.get("/book/samtal")

    assert response.status_code == 410
    assert "Samtal på telefon går inte att boka just nu." in words(response)
    assert client.get("/book/finns-inte").status_code == 404


def test_the_first_week_with_free_times_shows_them_as_buttons_and_later_ones_by_a_link(
    client: FlaskClient, owner: User
) -> None:
    kind = bookable(owner)
    starts = starts_of(kind)

    first = client.get("/book/samtal")
    later = client.get(_link(first, "Senare tider"))

    shown = {**buttons(first), **buttons(later)}
    assert list(shown) == [start_in_words(start) for start in starts[: len(shown)]]
    assert set(buttons(first)).isdisjoint(buttons(later))
    assert all(label.endswith(", 30 minuter") for label in shown.values())
    assert f"{weekday(starts[0])} kl. " in next(iter(shown.values()))
    assert "Set-Cookie" not in first.headers
    assert "Tidigare tider, vecka" in words(later)


def test_showing_times_holds_none(client: FlaskClient, owner: User) -> None:
    bookable(owner)

    client.get("/book/samtal")

    assert db.session.scalar(sa.select(sa.func.count()).select_from(Hold)) == 0


def test_a_host_without_hours_has_no_times_and_the_page_leads_to_a_letter(client: FlaskClient, owner: User) -> None:
    bookable(owner)
    with writing() as session:
        session.execute(sa.delete(OpeningHours))

    response = client.get("/book/samtal")

    assert "Just nu finns det inga lediga tider." in words(response)
    assert 'href="/contact?wish=book"' in response.text


def test_an_empty_week_leads_to_one_with_times(client: FlaskClient, owner: User) -> None:
    bookable(owner)

    page = words(client.get("/book/samtal?week=2019-W01"))

    assert "Den här veckan är fullbokad." in page
    assert "Senare tider, vecka" in page


@pytest.mark.parametrize(
    "query", ["week=x", "since=9999-12-31T23:59Z", "week=0001-W01", "zone=Mars/Base", "token=x", "week=%00"]
)
def test_an_address_with_nonsense_shows_the_times_all_the_same(client: FlaskClient, owner: User, query: str) -> None:
    bookable(owner)

    response = client.get(f"/book/samtal?{query}")

    assert response.status_code == 200
    assert "Mars" not in words(response)


@pytest.mark.parametrize("zone", ["", "America/New_York"])
def test_a_fine_grid_stays_under_fifty_kilobytes_and_every_time_can_be_reached(
    client: FlaskClient, owner: User, zone: str
) -> None:
    kind = bookable(owner, length_minutes=5, step_minutes=5)
    with writing() as session:
        session.execute(sa.update(OpeningHours).values(opens_minute=0, closes_minute=24 * 60))
    monday = (now() + timedelta(days=14 - now().weekday())).date()
    address, found = f"/book/samtal?week={monday}&zone={zone}", dict[str, str]()
    style = (Path(client.application.static_folder or "") / "public.css").stat().st_size

    while address:
        page = client.get(address)
        assert len(page.data) + style < 50_000
        found |= {value: label for value, label in buttons(page).items() if value not in found}
        address = _link(page, "till måndag") if "till måndag" in page.text else ""

    day = [
        start for start in starts_of(kind) if start.astimezone(ZoneInfo(zone or "Europe/Stockholm")).date() == monday
    ]
    assert {start_in_words(start) for start in day} < set(found)


def _link(page: TestResponse, words_of_it: str) -> str:
    """Where the first link with these words leads."""
    before = page.text.partition(words_of_it)[0]
    return before.rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")


def test_a_visitor_elsewhere_sees_their_own_clock_beside_ours(client: FlaskClient, owner: User) -> None:
    bookable(owner)

    response = client.get("/book/samtal?zone=America/New_York")

    assert "svensk tid" in words(response)
    label = next(iter(buttons(response).values()))
    assert label.endswith(" svensk tid) i New York, 30 minuter")


def test_who_meets_us_in_person_is_shown_our_clock_alone(client: FlaskClient, owner: User) -> None:
    bookable(owner, place=Place.OURS)

    assert "New York" not in client.get("/book/samtal?zone=America/New_York").text


def test_a_visit_asks_first_where_to(client: FlaskClient, owner: User) -> None:
    kind = bookable(owner, place=Place.VISIT)
    with writing() as session:
        session.add(TravelBand(postcode_from="75000", postcode_until="75999", travel_minutes=30, weekdays="0123456"))

    asked, near, far, wrong = (
        client.get(f"/book/{kind.slug}{query}") for query in ("", "?postcode=753 20", "?postcode=98101", "?postcode=x")
    )

    assert "Postnumret dit vi ska komma" in words(asked)
    assert [len(buttons(page)) > 0 for page in (asked, near, far, wrong)] == [False, True, False, False]
    for refused in (far, wrong):
        assert errors(refused) == ["Dit kommer vi inte på egen hand än. Är det rätt postnummer, fem siffror?"]
        assert 'href="/contact?wish=book"' in refused.text
    assert field_values(far)["postcode"] == "98101"


def test_a_button_holds_the_time_and_leads_to_the_form_with_everything_carried(
    client: FlaskClient, owner: User
) -> None:
    kind = bookable(owner)
    add_article()
    start = starts_of(kind)[0]

    response = chosen(client, kind, start, article="sova-battre", zone="America/New_York")

    assert response.status_code == 303
    assert response.location.startswith("/book/samtal/details?")
    assert "article=sova-battre" in response.location
    assert "zone=America/New_York" in response.location
    hold = db.session.scalars(sa.select(Hold)).one()
    assert (hold.starts_at, hold.kind_id) == (start, kind.id)
    assert timedelta(minutes=9) < hold.expires_at - now() <= timedelta(minutes=10)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OccupiedCell)) == 6


def test_who_goes_back_and_chooses_another_time_lets_the_first_one_go(client: FlaskClient, owner: User) -> None:
    kind = bookable(owner)
    first, second = starts_of(kind)[:2]
    details = client.get(chosen(client, kind, first).location)
    back = client.get(_link(details, "Välj en annan tid"))

    client.post("/book/samtal", data={"token": field_values(back)["token"], "start": start_in_words(second)})

    db.session.rollback()
    assert db.session.scalars(sa.select(Hold.starts_at)).all() == [second]


def test_a_time_that_was_just_taken_is_answered_with_the_three_nearest(client: FlaskClient, owner: User) -> None:
    kind = bookable(owner)
    starts = starts_of(kind)
    whole_day = starts[0].date() + timedelta(days=1)
    taken = next(number for number, start in enumerate(starts) if start.date() == whole_day) + 3
    chosen(client, kind, starts[taken])

    response = chosen(client, kind, starts[taken])

    assert response.status_code == 409
    assert "Någon annan hann boka den tiden." in words(response)
    offered = response.text.partition('id="errors"')[2].partition("</div>")[0]
    before, earlier, same, later, after = (start_in_words(start) in offered for start in starts[taken - 2 : taken + 3])
    assert (earlier, same, later) == (True, False, True)
    assert before is not after


def test_a_fourth_hold_from_one_network_is_refused_in_words(client: FlaskClient, owner: User) -> None:
    kind = bookable(owner)

    answers = [chosen(client, kind, start) for start in starts_of(kind)[:4]]

    assert [answer.status_code for answer in answers] == [303, 303, 303, 409]
    assert "Försök igen om tio minuter." in words(answers[-1])


@pytest.mark.parametrize("start", ["", "nonsense", "2026-03-24", "0001-01-01T00:00Z"])
def test_no_time_is_no_hold(client: FlaskClient, owner: User, start: str) -> None:
    bookable(owner)

    response = client.post("/book/samtal", data={"start": start})

    assert response.status_code == 422
    assert "Välj en av tiderna." in words(response)


def test_a_page_that_was_open_for_days_still_holds_a_time(client: FlaskClient, owner: User) -> None:
    kind = bookable(owner)

    response = chosen(client, kind, starts_of(kind)[0], age=timedelta(days=3))

    assert response.status_code == 303
    assert "Tiden hålls för dig till kl." in words(client.get(response.location))


def test_the_languages_go_along(client: FlaskClient, owner: User) -> None:
    bookable(owner)

    page = words(client.get("/book/samtal?lang=en"))

    assert "Talk on the phone 30 minutes · By phone, we call you · For people and horses" in page
    assert "The times are Swedish time. Are you in another time zone?" in page
