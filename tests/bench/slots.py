"""How quickly free times are found: the engine alone, as hosts fill more and more days, and with the database."""

import random
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.accounts.models import Role, User
from app.consultations.availability import free_times
from app.consultations.hosts import Host, OpeningHours
from app.consultations.kinds import ConsultationKind, Place
from app.consultations.models import Consultation, ConsultationState
from app.consultations.slots import Busy, Terms, free_starts
from app.consultations.spans import Span, moment_at, number_of
from app.consultations.windows import HostHours, WeeklyHours, open_windows
from app.core.clock import now
from app.core.db import db, writing
from tests.bench.place import Place as BenchPlace
from tests.bench.report import Figure, say, say_heading
from tests.leads.cast import add_contact, add_lead

HOSTS, DAYS, BOOKINGS = 5, 60, 300
AIM_MS = 50
AIM_GROWTH = 1.3
"""So much longer than so many times as long may it take, for so many times as much."""
ROUNDS = 15
SEED = 2026
FIRST = date(2026, 3, 2)
STOCKHOLM = ZoneInfo("Europe/Stockholm")
EIGHT, SIX = 8 * 60, 18 * 60
HOURS = HostHours([WeeklyHours(weekday, EIGHT, SIX) for weekday in range(7)], {})
TERMS = Terms(
    duration_minutes=45,
    step_minutes=15,
    buffer_before_minutes=10,
    buffer_after_minutes=10,
    most_per_day=8,
    most_per_week=40,
    zone=STOCKHOLM,
)


def measure(place: BenchPlace) -> None:
    """Alone at three sizes, then from rows."""
    say_heading(f"Free times of {HOSTS} hosts, {DAYS} days, {BOOKINGS} bookings each, {place.database}")
    alone = _measure_alone(1)
    for times in (4, 16):
        _measure_alone(times, alone)
    _measure_with_database(place)


def _measure_alone(times: int, before: float = 0.0) -> float:
    days = DAYS * times
    bookings = [_bookings(FIRST, days, BOOKINGS * times, host) for host in range(HOSTS)]
    took = _milliseconds(lambda: [_found(days, busy) for busy in bookings], time.process_time)
    starts = [start for busy in bookings for start in _found(days, busy)]
    moments = [moment for busy in bookings for span in busy for moment in span[:2]]
    limit = _milliseconds(
        lambda: [moment_at(number) for number in sorted(map(number_of, [*moments, *starts]))], time.process_time
    )
    if before:
        growth = took / before
        aim, is_met = f"{times} times, at most {AIM_GROWTH:.0%}", growth <= times * AIM_GROWTH
        value = f"{took:.1f} ms, {growth:.1f} times"
    else:
        aim, is_met, value = f"{AIM_MS} ms", took <= AIM_MS, f"{took:.1f} ms, {len(starts)} starts"
    say(
        Figure(
            f"the engine, {days} days, {BOOKINGS * times} bookings",
            value,
            f"{limit:.1f} ms to convert and sort",
            aim,
            is_met,
        )
    )
    return took


def _found(days: int, busy: list[Busy]) -> list[datetime]:
    windows: list[Span] = open_windows(HOURS, FIRST, FIRST + timedelta(days=days - 1), STOCKHOLM)
    return free_starts(windows, busy, TERMS, [span.starts_at for span in busy])


def _bookings(first: date, days: int, count: int, host: int) -> list[Busy]:
    """As many half hours as are asked for, in no order, none of them twice."""
    opens = datetime(first.year, first.month, first.day, 7, 0, tzinfo=UTC)
    chance = random.Random(f"{SEED}-{host}")
    hours = chance.sample(range(days * 10), count)
    starts = (opens + timedelta(days=number // 10, hours=number % 10) for number in hours)
    return [Busy(start, start + timedelta(minutes=30), 5, 5) for start in starts]


def _milliseconds(work: Callable[[], object], clock: Callable[[], float]) -> float:
    """The quickest of several: whatever else the machine does only adds to it."""
    took = []
    for _ in range(ROUNDS):
        begun = clock()
        work()
        took.append((clock() - begun) * 1000)
    return min(took)


def _measure_with_database(place: BenchPlace) -> None:
    server = place.server()
    server.prepare()
    with server.app.app_context():
        at = now()
        kind = _fill(at)
        first = at.astimezone(STOCKHOLM).date()
        took = _milliseconds(lambda: free_times(kind, first, first + timedelta(days=DAYS), at), time.perf_counter)
        rows = sa.text("SELECT host_id, kind_id, starts_at, ends_at FROM consultation")
        limit = _milliseconds(lambda: db.session.execute(rows).all(), time.perf_counter)
        db.session.remove()
    say(
        Figure(
            "with the database", f"{took:.1f} ms", f"{limit:.1f} ms to read the rows", f"{AIM_MS} ms", took <= AIM_MS
        )
    )


def _fill(at: datetime) -> ConsultationKind:
    with writing() as session:
        hosts = [_host(number, at) for number in range(HOSTS)]
        session.add_all(hosts)
        kind = ConsultationKind(
            slug="bench",
            name_sv="Samtal",
            name_en="Talk",
            place=Place.PHONE,
            length_minutes=TERMS.duration_minutes,
            step_minutes=TERMS.step_minutes,
            buffer_after_minutes=TERMS.buffer_after_minutes,
            most_per_day=TERMS.most_per_day,
            most_per_week=TERMS.most_per_week,
            horizon_days=DAYS,
            hosts=hosts,
        )
        session.add(kind)
        lead = add_lead(add_contact())
        session.flush()
        hours = [
            {"host_id": host.id, "weekday": weekday, "opens_minute": EIGHT, "closes_minute": SIX}
            for host in hosts
            for weekday in range(7)
        ]
        session.execute(sa.insert(OpeningHours), hours)
        session.execute(sa.insert(Consultation), [row for host in hosts for row in _rows(host, kind, lead.id, at)])
    return kind


def _host(number: int, at: datetime) -> Host:
    email = f"host{number}@example.se"
    return Host(user=User(email=email, email_key=email, name=f"Host {number}", role=Role.STAFF, created_at=at))


def _rows(host: Host, kind: ConsultationKind, lead_id: int, at: datetime) -> list[dict[str, object]]:
    return [
        {
            "uid": f"{host.id}-{number}@example.se",
            "kind_id": kind.id,
            "host_id": host.id,
            "lead_id": lead_id,
            "state": ConsultationState.BOOKED,
            "starts_at": span.starts_at,
            "ends_at": span.ends_at,
            "wall_clock": f"{span.starts_at.astimezone(STOCKHOLM):%Y-%m-%dT%H:%M}",
            "zone": STOCKHOLM.key,
            "place": kind.place,
            "created_at": at,
        }
        for number, span in enumerate(_bookings(at.date(), DAYS, BOOKINGS, host.id))
    ]
