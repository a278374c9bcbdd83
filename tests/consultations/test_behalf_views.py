import re
from datetime import datetime, time, timedelta

import pytest
import sqlalchemy as sa

from app.accounts.models import User
from app.consultations.hosts import Host, ImportedBusy, ImportedCalendar
from app.consultations.kinds import ConsultationKind, Place, TravelBand
from app.consultations.models import Consultation
from app.contacts.services import find_or_add_contact
from app.core.clock import now
from app.core.db import db, writing
from app.core.language import local_zone
from app.core.wall_clock import moment_of
from app.core.workdays import is_eve, is_public_holiday
from app.leads.models import Lead
from app.leads.stages import Stage
from tests.conftest import NOW
from tests.consultations.cast import BO, SIV, add_consultation, add_host, add_kind
from tests.leads.cast import add_contact, add_lead
from tests.leads.page import read, rows, typed
from tests.signed_in import SignedIn


@pytest.fixture
def at_ten() -> datetime:
    """Ten o'clock on an ordinary working day of a coming week."""
    zone = local_zone()
    day = now().astimezone(zone).date() + timedelta(days=3)
    while day.weekday() > 3 or is_public_holiday(day) or is_eve(day):
        day += timedelta(days=1)
    return moment_of(day, time(10, 0), zone)


def add_url(lead: Lead, at: datetime, **more: object) -> str:
    asked = "".join(f"&{name}={value}" for name, value in more.items())
    return f"/leads/{lead.id}/consultations/add?on={at.astimezone(local_zone()).date()}{asked}"


def own_time(at: datetime) -> dict[str, str]:
    """Filled in by hand."""
    local = at.astimezone(local_zone())
    return {"start": "other", "day": f"{local:%Y-%m-%d}", "clock": f"{local:%H:%M}"}


def bookings() -> list[tuple[int, datetime, bool]]:
    query = sa.select(Consultation.lead_id, Consultation.starts_at, Consultation.is_outside_hours)
    return [tuple(row) for row in db.session.execute(query.order_by(Consultation.id))]


def test_a_free_hour_is_booked(owner_client: SignedIn, kind: ConsultationKind, lead: Lead, at_ten: datetime) -> None:
    page = owner_client.get(add_url(lead, at_ten)).text
    answer = owner_client.post(
        add_url(lead, at_ten), data={"start": at_ten.isoformat(), "phone": "070-174 06 29", "wishes": "Pris"}
    )

    assert f'name="start" value="{at_ten.isoformat()}"' in page
    assert typed(page, "phone") == "070-174 06 21"
    [booked] = db.session.scalars(sa.select(Consultation))
    assert answer.location == f"/consultations/{booked.id}"
    assert (booked.lead_id, booked.starts_at, booked.phone, booked.wishes) == (lead.id, at_ten, "070-174 06 29", "Pris")
    assert lead.stage is Stage.CONSULTATION


def test_what_is_taken_is_not_shown_as_free(
    owner_client: SignedIn, kind: ConsultationKind, lead: Lead, at_ten: datetime
) -> None:
    with writing():
        add_consultation(add_lead(add_contact("Bo Ek")), kind, at_ten)

    assert f'value="{at_ten.isoformat()}"' not in owner_client.get(add_url(lead, at_ten)).text


def test_outside_hours_is_said_first_and_booked_on_the_second_yes(
    owner_client: SignedIn, kind: ConsultationKind, lead: Lead, at_ten: datetime
) -> None:
    evening = at_ten + timedelta(hours=10)
    filled = {**own_time(evening), "wishes": "Pris"}

    asked = owner_client.post(add_url(lead, at_ten), data=filled)
    before = bookings()
    agreed = owner_client.post(add_url(lead, at_ten), data={**filled, "agreed": evening.isoformat()})

    assert asked.status_code == 422
    assert "Det är utanför öppna tider." in read(asked.text, "conflicts")
    assert f'value="{evening.isoformat()}"' in asked.text
    assert typed(asked.text, "wishes") == "Pris"
    assert (before, agreed.status_code, bookings()) == ([], 303, [(lead.id, evening, True)])


def test_a_yes_to_one_hour_is_none_to_another(
    owner_client: SignedIn, kind: ConsultationKind, lead: Lead, at_ten: datetime
) -> None:
    evening, later = at_ten + timedelta(hours=10), at_ten + timedelta(hours=11)

    page = owner_client.post(add_url(lead, at_ten), data={**own_time(later), "agreed": evening.isoformat()})

    assert (page.status_code, bookings()) == (422, [])


def test_nothing_is_booked_over_another_and_the_refusal_names_it(
    owner_client: SignedIn, kind: ConsultationKind, lead: Lead, at_ten: datetime
) -> None:
    other = add_lead_of("Bo Ek", kind, at_ten)
    filled = {**own_time(at_ten + timedelta(minutes=15)), "wishes": "Pris"}

    page = owner_client.post(add_url(lead, at_ten), data={**filled, "agreed": filled["start"]})

    assert page.status_code == 409
    assert "Krockar med Bo Ek 10.00–10.30." in read(page.text)
    assert typed(page.text, "wishes") == "Pris"
    assert bookings() == [(other.id, at_ten, False)]


def add_lead_of(name: str, kind: ConsultationKind, at: datetime) -> Lead:
    """Somebody with a booking."""
    with writing():
        lead = add_lead(add_contact(name))
        add_consultation(lead, kind, at)
    return lead


@pytest.mark.parametrize(
    ("filled", "words"),
    [
        ({}, "Välj en tid."),
        ({"start": "nonsense"}, "Välj en tid."),
        ({"start": "2026-11-24T09:00:00"}, "Välj en tid."),
        ({"start": "9999-12-31T23:00:00+00:00"}, "Välj en tid."),
        ({"start": "other"}, "Fyll i vilken dag."),
        ({"start": "other", "day": "0001-01-01", "clock": "09:00"}, "Fyll i vilken dag."),
        ({"start": "other", "day": "2026-11-24"}, "Fyll i ett klockslag."),
    ],
)
def test_an_hour_that_is_none(
    owner_client: SignedIn, kind: ConsultationKind, lead: Lead, filled: dict[str, str], words: str
) -> None:
    page = owner_client.post(f"/leads/{lead.id}/consultations/add", data={**filled, "wishes": "Pris"})

    assert page.status_code == 422
    assert words in read(page.text, "start")
    assert typed(page.text, "wishes") == "Pris"


def test_what_has_been_is_refused(owner_client: SignedIn, kind: ConsultationKind, lead: Lead) -> None:
    yesterday = now().replace(second=0, microsecond=0) - timedelta(days=1)
    filled = {**own_time(yesterday), "agreed": yesterday.isoformat()}

    page = owner_client.post(f"/leads/{lead.id}/consultations/add", data=filled)

    assert page.status_code == 409
    assert "redan varit" in read(page.text)


def test_a_visit_keeps_its_address_and_the_way_there(
    owner_client: SignedIn, kind: ConsultationKind, lead: Lead, at_ten: datetime
) -> None:
    with writing():
        visit = add_kind(*kind.hosts, slug="besok", place=Place.VISIT, length_minutes=60)
        db.session.add(TravelBand(postcode_from="74000", postcode_until="74999", travel_minutes=30))
    url = add_url(lead, at_ten, kind=visit.id, postcode="740 10")

    owner_client.post(url, data={"start": at_ten.isoformat(), "street_address": "Stallvägen 3", "city": "Almunge"})

    [booked] = db.session.scalars(sa.select(Consultation))
    place = (booked.street_address, booked.postcode, booked.city, booked.travel_minutes)
    assert place == ("Stallvägen 3", "740 10", "Almunge", 30)


def test_a_postcode_of_unknown_way_is_said_to_count_none(
    owner_client: SignedIn, kind: ConsultationKind, lead: Lead, at_ten: datetime
) -> None:
    with writing():
        visit = add_kind(*kind.hosts, slug="besok", place=Place.VISIT, length_minutes=60)
        db.session.add(TravelBand(postcode_from="74000", postcode_until="74999", travel_minutes=30))

    known, unknown, none = (
        read(owner_client.get(add_url(lead, at_ten, kind=visit.id, postcode=postcode)).text)
        for postcode in ("740 10", "999 99", "")
    )

    sentence = "Postnumret finns inte bland era restider, så ingen restid räknas."
    assert sentence in unknown
    assert sentence not in known + none


def test_the_way_to_a_visit_is_forgotten_with_the_visit(
    owner_client: SignedIn, kind: ConsultationKind, lead: Lead, at_ten: datetime
) -> None:
    with writing():
        db.session.add(TravelBand(postcode_from="74000", postcode_until="74999", travel_minutes=30))

    owner_client.post(add_url(lead, at_ten, kind=kind.id, postcode="740 10"), data={"start": at_ten.isoformat()})

    [booked] = db.session.scalars(sa.select(Consultation))
    assert (booked.postcode, booked.travel_minutes) == (None, 0)


def test_booking_for_somebody_locks_the_hosts_before_the_lead_as_visitors_do(
    owner_client: SignedIn, kind: ConsultationKind, lead: Lead, at_ten: datetime
) -> None:
    url = add_url(lead, at_ten)
    locked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        locked.extend(re.findall(r"FROM (\w+)[^;]*FOR (?:NO KEY )?UPDATE", statement))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        answer = owner_client.post(url, data={"start": at_ten.isoformat()})
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)

    is_queueing = db.engine.dialect.name == "sqlite"  # where all who write take turns, and no row is locked
    assert (answer.status_code, locked[:3]) == (303, [] if is_queueing else ["host", "device_unit", "lead"])


def test_nobody_books_for_a_closed_lead_or_a_kind_that_nobody_holds(
    owner_client: SignedIn, kind: ConsultationKind, lead: Lead, host: Host
) -> None:
    with writing():
        host.is_active = False
    unheld = read(owner_client.get(f"/leads/{lead.id}/consultations/add").text)
    with writing():
        host.is_active, lead.stage = True, Stage.WON
    closed = read(owner_client.get(f"/leads/{lead.id}/consultations/add").text)

    assert "Det finns ingen konsultationstyp som någon håller." in unheld
    assert "Affären är avslutad." in closed


def test_a_booking_is_moved_to_a_free_hour_or_after_a_yes_to_any(
    owner_client: SignedIn, booked: Consultation, at_ten: datetime
) -> None:
    with writing():
        booked.starts_at, booked.ends_at = at_ten, at_ten + timedelta(minutes=30)
    url, evening = f"/consultations/{booked.id}/move", at_ten + timedelta(hours=9)

    page = owner_client.get(url).text
    moved = owner_client.post(url, data=own_time(at_ten + timedelta(minutes=30)))
    asked = owner_client.post(url, data=own_time(evening))
    agreed = owner_client.post(url, data={**own_time(evening), "agreed": evening.isoformat()})

    assert "Siv Lund, nu" in read(page)
    assert moved.location == f"/consultations/{booked.id}"
    assert "Det är utanför öppna tider." in read(asked.text, "conflicts")
    assert (agreed.status_code, booked.starts_at, booked.sequence) == (303, evening, 2)


def test_who_takes_over_is_said_before_a_booking_is_moved(
    owner_client: SignedIn, booked: Consultation, kind: ConsultationKind, host: Host, staff: User
) -> None:
    with writing():
        kind.hosts.append(add_host(staff))
    kept = read(owner_client.get(f"/consultations/{booked.id}/move").text)
    with writing():
        host.is_active = False
    taken_over = read(owner_client.get(f"/consultations/{booked.id}/move").text)

    sentence = f"{staff.name} tar över från {host.user.name}."
    assert sentence not in kept
    assert sentence in taken_over


def test_what_nobody_holds_any_more_is_not_moved_and_says_so(
    owner_client: SignedIn, booked: Consultation, host: Host
) -> None:
    with writing():
        host.is_active = False

    answer = owner_client.get(f"/consultations/{booked.id}/move")

    assert answer.status_code == 409
    assert "Ingen håller sådana konsultationer just nu." in answer.text


def test_the_lead_is_found_by_name(owner_client: SignedIn, kind: ConsultationKind) -> None:
    with writing():
        bo, siv = (add_lead(find_or_add_contact(booker.who, NOW)) for booker in (BO, SIV))
        bo.active_at += timedelta(days=1)

    found = owner_client.get("/consultations/add?q=Siv").text

    assert rows(owner_client.get("/consultations/add").text) == ["Bo Ek", "Siv Lund"]
    assert rows(found) == ["Siv Lund"]
    assert f'href="/leads/{siv.id}/consultations/add"' in found


def test_all_that_stands_against_an_hour_is_said(
    owner_client: SignedIn, kind: ConsultationKind, lead: Lead, host: Host, at_ten: datetime
) -> None:
    evening = at_ten + timedelta(hours=10)
    with writing():
        calendar = ImportedCalendar(host=host, name="Privat", address="https://example.com/a.ics")
        db.session.add(calendar)
        db.session.flush()
        db.session.add(ImportedBusy(calendar_id=calendar.id, starts_at=evening, ends_at=evening + timedelta(hours=1)))
        kind.horizon_days = 1

    words = read(owner_client.post(add_url(lead, at_ten), data=own_time(evening)).text, "conflicts")

    assert words.split("\n")[1:4] == [
        "Det är utanför öppna tider.",
        "Det är längre fram än besökare kan boka.",
        "Tiden är upptagen på annat håll, 20.00–21.00.",
    ]
