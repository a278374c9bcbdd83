"""The pages of a working day on one crowd with its history behind it, by the clock and by the processor.

The crowd is made once for all of them, and kept for the next run where a folder is named (SQLite alone).
"""

import argparse
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from time import perf_counter, process_time
from urllib.parse import quote

import sqlalchemy as sa

from app.contacts.models import Contact
from app.core.clock import now
from app.core.db import db
from app.leads.models import Lead
from tests.bench import crowd, reports, search
from tests.bench.copies import add_copies
from tests.bench.cpu import Meter
from tests.bench.lists import in_ms
from tests.bench.load import Load, drive, get
from tests.bench.place import Place, WebServer
from tests.bench.report import Figure, say, say_heading
from tests.server import Server

HEAD = Figure("", "processor", "clock on the wall", "aim")
ROUNDS = 10
FEW_ROUNDS = 3
"""Of the reports, which take longest."""
AIM_MS = 100
REPORT_AIM_MS = 500
LEADS = ("", "stage=open", "language=en", "has=no_phone", "consultation=none", "tag=2&sort=name", "sort=stage")
CONTACTS = ("", "language=en", "leads=none", "has=no_phone", "tips=yes", "tag=2")
"""Each list as it is, and by what has been found to take longest."""


def measure(place: Place, wanted: argparse.Namespace) -> None:
    """Fill a database or take the one that is kept, and time each page: one client, one request after another."""
    kept = Path(wanted.keep) / f"sqlite-{wanted.contacts}" if wanted.keep and not place.postgres else None
    server, bare = place.server(WebServer, kept), place.bare_server()
    server.prepare()
    with server.app.app_context():
        took = _fill(wanted.contacts)
        pages = list(_pages(*_somebody()))
    server.start()
    bare.start()
    cookie = server.cookie_of("maj@example.se")
    say_heading(f"The dashboard at {wanted.contacts} contacts, {place.database}", HEAD)
    if took:
        say(Figure("to make them", took))
    cpu, load = _measured(bare, "/letters", "")
    say(Figure("the limit: a bare page of 30 rows", in_ms(cpu), in_ms(load)))
    for what, path, aim_ms in pages:
        cpu, load = _measured(server, path, cookie, ROUNDS if aim_ms == AIM_MS else FEW_ROUNDS)
        say(Figure(what, in_ms(cpu), in_ms(load), f"p50 {aim_ms} ms", cpu.percentile_ms(50) <= aim_ms))


def _measured(server: Server, path: str, cookie: str, rounds: int = ROUNDS) -> tuple[Load, Load]:
    """By the clock of the processor, and by that on the wall; the first answer is not counted."""
    request = [get(path, cookie)]
    drive(server.port, request, clients=1).expect(200)
    meter, cpu, load = Meter(server), Load(), Load()
    for _ in range(rounds):
        before = meter.seconds()
        each = drive(server.port, request, clients=1)
        each.expect(200)
        load.each_seconds += each.each_seconds
        cpu.each_seconds.append(meter.seconds() - before)
    return cpu, load


def _fill(contacts: int) -> str:
    """How long it took to make them, in words; nothing where they were there."""
    if db.session.scalar(sa.select(sa.func.count()).select_from(Contact)) == contacts:
        return ""
    db.session.remove()
    begun, used = perf_counter(), process_time()
    drawn = min(contacts, crowd.HOW_MANY)
    crowd.add_crowd(now() - timedelta(minutes=1), drawn)
    reports.add_histories()
    if contacts > drawn:
        add_copies(drawn, contacts)
    search.add_trials(int(contacts * search.TRIALS_PER_CONTACT), now())
    return f"{perf_counter() - begun:.0f} s, {process_time() - used:.0f} s of the processor"


def _somebody() -> tuple[int, int, str]:
    """The keys of an open lead and of its contact, and what they are called."""
    query = sa.select(Lead.id, Contact.id, Contact.name).join(Lead.contact).where(Lead.closed_at.is_(None))
    return db.session.execute(query.order_by(Lead.id).offset(50).limit(1)).one()._tuple()


def _pages(lead_id: int, contact_id: int, name: str) -> Iterator[tuple[str, str, int]]:
    """What is asked for, where, and in how many ms of the processor it should come."""
    yield "Today", "/today/", AIM_MS
    yield "Today, one's own", "/today/?whose=mine", AIM_MS
    yield "the board", "/leads/board", AIM_MS
    yield "a lead", f"/leads/{lead_id}", AIM_MS
    yield "a contact", f"/contacts/{contact_id}", AIM_MS
    yield from ((f"leads {asked}", f"/leads/?{asked}", AIM_MS) for asked in LEADS)
    yield from ((f"contacts {asked}", f"/contacts/?{asked}", AIM_MS) for asked in CONTACTS)
    for words in (name, "070-174 06 21", "and lind", "finnsinte"):
        yield f"search: {words}", f"/search/rows?q={quote(words)}", AIM_MS
    for page in reports.PAGES:
        for period in ("year", "all"):
            path = f"/reports/{page}{'&' if '?' in page else '?'}period={period}"
            yield path, path, REPORT_AIM_MS
