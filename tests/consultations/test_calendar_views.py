import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from app.consultations.calendar import Taken, calendar_of
from app.consultations.hosts import Host, ImportedBusy, ImportedCalendar
from app.consultations.kinds import ConsultationKind
from app.consultations.models import ConsultationState, Hold
from app.core.clock import now
from app.core.db import db, writing
from app.core.language import local_zone
from tests.conftest import NOW
from tests.consultations.cast import FIVE, NINE, add_consultation, add_override
from tests.leads.cast import add_contact, add_lead
from tests.leads.page import read
from tests.signed_in import SignedIn

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
TEN, ELEVEN = NOW + timedelta(hours=24), NOW + timedelta(hours=25)
"""On the Tuesday after NOW, in Stockholm."""


def blocks(host: Host, on: date, at: datetime = NOW) -> tuple[list[tuple[int, int]], list[tuple[object, int, int]]]:
    """What a day shows: its open hours, and what takes time."""
    [day] = calendar_of([host], on, on, at).days
    taken = [(block.stretch.thing, block.starts, block.quarters) for block in day.taken]
    return [(block.starts, block.quarters) for block in day.open], taken


def test_a_day_has_its_open_hours_and_what_takes_them(host: Host, kind: ConsultationKind) -> None:
    with writing():
        booked = add_consultation(add_lead(add_contact()), kind, TEN)
        add_consultation(add_lead(add_contact()), kind, ELEVEN, state=ConsultationState.CANCELLED)
        calendar = ImportedCalendar(host=host, name="Privat", address="https://example.com/a.ics")
        db.session.add(calendar)
        db.session.flush()
        hour, half = timedelta(hours=1), timedelta(minutes=30)
        db.session.add(ImportedBusy(calendar_id=calendar.id, starts_at=ELEVEN, ends_at=ELEVEN + hour))
        for nonce, expires_at in (("a" * 32, NOW + timedelta(minutes=1)), ("b" * 32, NOW)):
            starts_at = ELEVEN + 2 * hour if nonce[0] == "a" else ELEVEN + 3 * hour
            hold = Hold(nonce=nonce, kind_id=kind.id, host_id=host.id, starts_at=starts_at, ends_at=starts_at + half)
            hold.expires_at = expires_at
            db.session.add(hold)

    assert blocks(host, TUESDAY) == (
        [(NINE // 15, (FIVE - NINE) // 15)],
        [(booked, 40, 2), (Taken.BUSY, 44, 4), (Taken.HELD, 52, 2)],
    )


def test_a_closed_day_has_no_open_hours(host: Host) -> None:
    with writing():
        add_override(host, TUESDAY)

    assert blocks(host, TUESDAY) == ([], [])
    assert blocks(host, date(2026, 11, 28)) == ([], [])


@pytest.mark.parametrize("changes_on", [date(2026, 3, 29), date(2026, 10, 25)])
def test_weeks_in_which_the_clocks_move_show_the_hours_of_the_wall(host: Host, changes_on: date) -> None:
    days = calendar_of([host], changes_on - timedelta(days=6), changes_on + timedelta(days=4), NOW).days

    open_days = [[(block.starts, block.quarters) for block in day.open] for day in days]
    assert open_days == [[(36, 32)]] * 5 + [[], []] + [[(36, 32)]] * 4


def test_the_week_names_who_is_booked_and_leads_to_them(
    owner_client: SignedIn, kind: ConsultationKind, host: Host
) -> None:
    with writing():
        booked = add_consultation(add_lead(add_contact("Siv Lund")), kind, TEN)

    page = owner_client.get("/calendar?view=week&on=2026-11-26").text

    assert "Vecka 48 23–29 nov" in read(page)
    assert re.search(
        rf'href="/consultations/{booked.id}"[^>]*title="10.00–10.30 Siv Lund, Samtal på telefon, Maj Ek"', page
    )
    assert re.search(r'id="day-2026-11-24">.*?Öppet 09.00–17.00.*?at-8 for-2 lane-0-of-1 state-booked', page, re.DOTALL)
    assert 'class="agenda-list' not in page


def test_the_list_has_the_bookings_by_day(owner_client: SignedIn, kind: ConsultationKind) -> None:
    with writing():
        for name, starts_at in (("Siv Lund", ELEVEN), ("Bo Ek", TEN), ("Ulf Alm", TEN + timedelta(days=7))):
            add_consultation(add_lead(add_contact(name)), kind, starts_at)

    words = read(owner_client.get("/calendar?view=list&on=2026-11-24").text, "list-2026-11-24")

    assert [line for line in words.split("\n") if re.match(r"Bo|Siv|Ulf", line)] == ["Bo Ek", "Siv Lund"]


def test_one_host_is_shown_alone(owner_client: SignedIn, kind: ConsultationKind, other_host: Host) -> None:
    with writing():
        add_consultation(add_lead(add_contact("Siv Lund")), kind, TEN)
        add_consultation(add_lead(add_contact("Bo Ek")), kind, TEN, host=other_host)

    pages = [
        owner_client.get(f"/calendar?view=day&on=2026-11-24{host}").text for host in ("", f"&host={other_host.id}")
    ]

    assert [("Siv Lund" in page, "Bo Ek" in page) for page in pages] == [(True, True), (False, True)]


@pytest.mark.parametrize("asked", ["on=nonsense", "on=0001-01-01", "on=9999-12-31", "view=year", "host=x", "host=99"])
def test_what_cannot_be_understood_is_this_week(owner_client: SignedIn, host: Host, asked: str) -> None:
    page = owner_client.get(f"/calendar?{asked}")

    today = now().astimezone(local_zone()).date()
    assert page.status_code == 200
    assert f'id="day-{today}"' in page.text


def test_nobody_who_holds_consultations_yet(owner_client: SignedIn) -> None:
    assert "Här visas bokade konsultationer" in read(owner_client.get("/calendar").text)


def test_the_calendar_asks_no_more_for_many_bookings(
    owner_client: SignedIn, kind: ConsultationKind, other_host: Host, count_queries: Callable[[], int]
) -> None:
    def ask() -> int:
        count_queries()
        owner_client.get("/calendar?on=2026-11-24")
        return count_queries()

    with writing():
        add_consultation(add_lead(add_contact()), kind, TEN)
    for_one = ask()
    with writing():
        for minutes in range(0, 29 * 5, 5):
            add_consultation(add_lead(add_contact()), kind, ELEVEN + timedelta(minutes=minutes), host=other_host)

    assert ask() == for_one
