from datetime import timedelta

import pytest
from flask import Flask

from app.accounts.models import User
from app.consultations import import_views, jobs
from app.consultations.hosts import Host, ImportedCalendar
from app.consultations.imports import calendars_of
from app.core.clock import now
from app.core.db import db, writing
from app.core.fetching import Outside
from tests.consultations.cast import add_host
from tests.https_server import https_site
from tests.signed_in import SignedIn

FILE = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\nEND:VCALENDAR\r\n"


@pytest.fixture
def host(app: Flask, owner: User) -> Host:
    with writing():
        return add_host(owner)


@pytest.fixture
def page(host: Host) -> str:
    return f"/consultations/hours/{host.id}/calendars"


def _add(host: Host, **facts: object) -> ImportedCalendar:
    with writing():
        calendar = ImportedCalendar(
            host_id=host.id, name="Jobbet", address="https://127.0.0.1/hemlig.ics", **{"tried_at": now(), **facts}
        )
        db.session.add(calendar)
    return calendar


def test_the_page_says_what_to_do_first(owner_client: SignedIn, page: str) -> None:
    text = owner_client.get(page).text

    assert "Lägg till en kalender" in text
    assert "Skapa en privat adress" in text


def test_each_calendar_tells_how_old_its_copy_is(owner_client: SignedIn, host: Host, page: str) -> None:
    _add(host, fetched_at=now() - timedelta(minutes=4))

    text = owner_client.get(page).text

    assert "för 4 minuter sedan" in text
    assert "För gammal" not in text
    assert "hemlig" not in text


@pytest.mark.parametrize(
    ("hours", "failure", "words"),
    [
        (1, "no_answer", ["Senast gick det inte", "Servern svarar inte", "Tiderna från förra läsningen gäller"]),
        (7, "refused", ["För gammal", "lämnar inte ut kalendern", "Tiderna från förra läsningen gäller"]),
        (1, "partly", ["Delvis läst", "Några händelser gick inte att läsa"]),
    ],
)
def test_a_failure_says_what_counts_and_what_to_do(
    owner_client: SignedIn, host: Host, page: str, hours: int, failure: str, words: list[str]
) -> None:
    _add(host, fetched_at=now() - timedelta(hours=hours), failure=failure)

    text = owner_client.get(page).text

    assert [word for word in words if word not in text] == []


def test_an_address_that_cannot_be_read_is_refused_and_what_was_typed_is_kept(
    owner_client: SignedIn, host: Host, page: str
) -> None:
    answer = owner_client.post(f"{page}/add", data={"name": "Jobbet", "address": "webcal://127.0.0.1/a.ics"})

    assert answer.status_code == 422
    assert "slutet nätverk" in answer.text
    assert 'value="webcal://127.0.0.1/a.ics"' in answer.text
    assert 'value="Jobbet"' in answer.text
    assert calendars_of(host) == []


def test_a_calendar_is_added_read_and_removed(
    owner_client: SignedIn, host: Host, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with https_site() as site:
        site.say(FILE)
        _lead_to(site.outside(), monkeypatch)

        added = owner_client.post(f"{page}/add", data={"name": "Jobbet", "address": site.address()})
        (calendar,) = calendars_of(host)
        read = owner_client.post(f"{page}/{calendar.id}/read")
        site.say(b"", status=500)
        failed = owner_client.post(f"{page}/{calendar.id}/read", follow_redirects=True)
        removed = owner_client.post(f"{page}/{calendar.id}/remove")

    assert [(answer.status_code, answer.headers["Location"]) for answer in (added, read, removed)] == [(303, page)] * 3
    assert len(site.asked) == 3
    assert "Kalendern gick inte att läsa som den ska." in failed.text
    assert calendars_of(host) == []


def _lead_to(outside: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the pages and the job take for the world."""
    look, read = import_views.imports.look, jobs.import_calendar
    monkeypatch.setattr(import_views.imports, "look", lambda *asked: look(*asked, outside))
    monkeypatch.setattr(import_views, "import_calendar", lambda *asked: read(*asked, outside))


def test_a_new_feed_is_shown_once(owner_client: SignedIn, host: Host, page: str) -> None:
    moved = owner_client.post(f"/consultations/hours/{host.id}/feed")

    first, second = owner_client.get(page).text, owner_client.get(page).text
    assert moved.headers["Location"] == f"{page}#feed"
    assert "/calendar/" in first
    assert "/calendar/" not in second
    assert "Byt adress" in second


def test_a_feed_is_named_and_switched_off(owner_client: SignedIn, host: Host, page: str) -> None:
    feed = f"/consultations/hours/{host.id}/feed"
    owner_client.post(feed)

    owner_client.post(f"{feed}/names", data={"shows_names": "yes"})
    named = owner_client.get(page).text
    owner_client.post(f"{feed}/names", data={"shows_names": "no"})
    unnamed = owner_client.get(page).text
    owner_client.post(f"{feed}/off")
    off = owner_client.get(page).text

    assert ("Visa bara att tiden är upptagen" in named, "Visa förnamn" in unnamed) == (True, True)
    assert "Skapa en privat adress" in off


def test_staff_see_their_own_calendars_and_nobody_elses(
    app: Flask, host: Host, staff: User, staff_client: SignedIn, owner_client: SignedIn, page: str
) -> None:
    with writing():
        own = add_host(staff)
    calendar = _add(host)
    of_staff = f"/consultations/hours/{own.id}/calendars"

    assert staff_client.get(of_staff).status_code == owner_client.get(of_staff).status_code == 200
    assert staff_client.get(page).status_code == 403
    assert staff_client.post(f"/consultations/hours/{host.id}/feed").status_code == 403
    assert staff_client.post(f"{of_staff}/{calendar.id}/remove").status_code == 404
    assert calendars_of(host) == [calendar]
