from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import User
from app.consultations.feeds import feed_of, host_of_feed, new_feed, revoke_feed, show_names
from app.consultations.hosts import Host
from app.consultations.kinds import ConsultationKind, Place
from app.consultations.models import Consultation, ConsultationState
from app.core.db import db, writing
from app.leads.models import Lead
from tests.calendars import Part, read_calendar
from tests.conftest import NOW
from tests.consultations.cast import TOMORROW_AT_NINE, add_consultation, add_host, add_kind
from tests.leads.cast import add_contact, add_lead


@pytest.fixture
def host(app: Flask, owner: User) -> Host:
    with writing():
        return add_host(owner)


@pytest.fixture
def kind(host: Host) -> ConsultationKind:
    with writing():
        return add_kind(host, name_sv="Samtal om MS", place=Place.PHONE)


@pytest.fixture
def lead(app: Flask) -> Lead:
    with writing():
        return add_lead(add_contact("Anna Berg"))


@pytest.fixture
def booking(lead: Lead, kind: ConsultationKind) -> Consultation:
    with writing():
        return add_consultation(
            lead,
            kind,
            uid="4f1c8a@stilla.example.se",
            wishes="Jag sover dåligt",
            street_address="Hemvägen 1",
        )


def _events(host: Host, *, days_from_now: int = 0) -> list[Part]:
    return read_calendar(feed_of(host, NOW + timedelta(days=days_from_now))).parts


def test_a_feed_says_busy_and_no_more(host: Host, booking: Consultation) -> None:
    calendar = read_calendar(feed_of(host, NOW))

    assert calendar.values() == {
        "PRODID": "-//Ledtrad//Ledtrad//SV",
        "VERSION": "2.0",
        "CALSCALE": "GREGORIAN",
        "METHOD": "PUBLISH",
        "X-WR-CALNAME": "Bokningar hos Stilla & Stark",
        "X-PUBLISHED-TTL": "PT15M",
    }
    (event,) = calendar.parts
    assert event.values() == {
        "UID": "4f1c8a@stilla.example.se",
        "SEQUENCE": "0",
        "DTSTAMP": "20261123T090000Z",
        "DTSTART": "20261124T080000Z",
        "DTEND": "20261124T083000Z",
        "STATUS": "CONFIRMED",
        "CLASS": "PRIVATE",
        "TRANSP": "OPAQUE",
        "SUMMARY": "Upptaget",
    }


def test_a_first_name_is_told_where_the_host_wants_it_and_nothing_else(host: Host, booking: Consultation) -> None:
    with writing():
        show_names(db.session.get_one(Host, host.id), is_shown=True)

    (event,) = _events(host)
    assert event.one("SUMMARY").text == "Samtal med Anna"
    content = feed_of(host, NOW).decode()
    assert not [word for word in ("Berg", "MS", "sover", "Hemvägen", "070") if word in content]


def test_the_way_there_and_back_is_busy_too(host: Host, kind: ConsultationKind, lead: Lead) -> None:
    with writing():
        add_consultation(lead, kind, travel_minutes=45)

    (event,) = _events(host)
    assert (event.one("DTSTART").value, event.one("DTEND").value) == ("20261124T071500Z", "20261124T091500Z")


@pytest.mark.parametrize(
    ("state", "standing"),
    [
        (ConsultationState.REQUESTED, ["TENTATIVE"]),
        (ConsultationState.BOOKED, ["CONFIRMED"]),
        (ConsultationState.NO_SHOW, ["CONFIRMED"]),
        (ConsultationState.CANCELLED, []),
        (ConsultationState.COULD_NOT_COME, []),
    ],
)
def test_what_is_called_off_takes_no_time(
    host: Host, kind: ConsultationKind, lead: Lead, state: ConsultationState, standing: list[str]
) -> None:
    with writing():
        add_consultation(lead, kind, state=state)

    assert [event.one("STATUS").value for event in _events(host)] == standing


def test_it_goes_a_month_back_and_to_the_last_booking(host: Host, kind: ConsultationKind, lead: Lead) -> None:
    with writing():
        add_consultation(lead, kind, TOMORROW_AT_NINE, uid="near")
        add_consultation(lead, kind, TOMORROW_AT_NINE + timedelta(days=300), uid="far")

    told = [[event.one("UID").value for event in _events(host, days_from_now=days)] for days in (30, 31)]
    assert told == [["near", "far"], ["far"]]


def test_other_hosts_are_not_in_it(host: Host, staff: User, lead: Lead) -> None:
    with writing():
        other = add_host(staff)
        add_consultation(lead, add_kind(other, slug="other"))

    assert _events(host) == []


def test_a_long_list_asks_the_database_once(
    host: Host, kind: ConsultationKind, lead: Lead, count_queries: Callable[[], int]
) -> None:
    assert callable(count_queries)
    with writing():
        for number in range(30):
            add_consultation(lead, kind, TOMORROW_AT_NINE + timedelta(hours=number))
    host = db.session.get_one(Host, host.id)
    count_queries()

    assert len(_events(host)) == 30
    assert count_queries() <= 2


def _new_path(host: Host) -> str:
    with writing():
        return f"/calendar/{new_feed(db.session.get_one(Host, host.id))}.ics"


def test_a_calendar_program_fetches_it_without_a_cookie(host: Host, booking: Consultation, client: FlaskClient) -> None:
    answer = client.get(_new_path(host))

    assert (answer.status_code, answer.content_type) == (200, "text/calendar; charset=utf-8")
    assert "Set-Cookie" not in answer.headers
    assert read_calendar(answer.data).parts[0].one("SUMMARY").text == "Upptaget"


def test_nobody_reads_the_feed_of_a_host_who_may_not_sign_in_any_more(
    host: Host, booking: Consultation, client: FlaskClient
) -> None:
    path = _new_path(host)
    before = client.get(path).status_code
    with writing():
        db.session.get_one(Host, host.id).user.is_active = False

    assert (before, client.get(path).status_code) == (200, 404)


def test_what_has_not_changed_is_not_sent_again(
    host: Host, booking: Consultation, kind: ConsultationKind, lead: Lead, client: FlaskClient
) -> None:
    path = _new_path(host)
    first = client.get(path)
    known = {"If-None-Match": first.headers["ETag"]}

    again = client.get(path, headers=known)
    with writing():
        add_consultation(lead, kind, TOMORROW_AT_NINE + timedelta(days=1))
    changed = client.get(path, headers=known)

    assert (again.status_code, again.data) == (304, b"")
    assert changed.status_code == 200


def test_it_speaks_the_hosts_language(host: Host, booking: Consultation, client: FlaskClient) -> None:
    with writing():
        db.session.get_one(User, host.user_id).language = "en"

    answer = client.get(_new_path(host), headers={"Accept-Language": "sv"})

    assert read_calendar(answer.data).parts[0].one("SUMMARY").text == "Busy"


def test_only_the_newest_address_leads_to_it_and_none_when_it_is_revoked(host: Host, client: FlaskClient) -> None:
    old, new = _new_path(host), _new_path(host)

    assert (client.get(old).status_code, client.get(new).status_code) == (404, 200)
    with writing():
        revoke_feed(db.session.get_one(Host, host.id))
    assert client.get(new).status_code == 404


def test_the_secret_of_an_address_is_not_stored(host: Host) -> None:
    with writing():
        token = new_feed(db.session.get_one(Host, host.id))

    assert host_of_feed(token) is not None
    assert token not in (host.feed_hash or "")
    assert host_of_feed(host.feed_hash or "") is None
