"""How quickly the search box answers while somebody types, at a thousand contacts and at a hundred times as many."""

from datetime import datetime, timedelta
from urllib.parse import quote

import sqlalchemy as sa

from app.contacts.models import Contact
from app.core.clock import now
from app.core.db import db, writing
from app.trials.models import Trial, TrialState
from app.trials.units import Audience, DeviceModel, DeviceUnit, UnitState
from tests.bench.bulk import learn
from tests.bench.crowd import add_crowd
from tests.bench.lists import times
from tests.bench.place import Place
from tests.bench.report import Figure, say, say_heading

LIMIT_MS = 100
SMALLER = (1_000, 10_000)
UNITS = 200
TRIALS_PER_CONTACT = 0.02


def measure(place: Place, contacts: int) -> None:
    """Time the box over HTTP at each size up to `contacts`: one client, one question after another."""
    for how_many in (*(size for size in SMALLER if size < contacts), contacts):
        _measure_at(place, how_many)


def _measure_at(place: Place, contacts: int) -> None:
    server = place.server()
    server.prepare()
    with server.app.app_context():
        add_crowd(now() - timedelta(minutes=1), contacts)
        add_trials(int(contacts * TRIALS_PER_CONTACT), now())
        somebody = db.session.get_one(Contact, 4711 % contacts + 1)
        email, name = somebody.email or "", somebody.name
    server.start()
    cookie = server.cookie_of("maj@example.se")
    say_heading(f"The search box at {contacts} contacts, {place.database}; the limit is {LIMIT_MS} ms of server time")
    for what, words in _questions(email, name).items():
        load = times(server.port, f"/search/rows?q={quote(words)}", cookie)
        p50, p95 = load.percentile_ms(50), load.percentile_ms(95)
        say(Figure(what, f"p50 {p50:.1f} ms, p95 {p95:.1f} ms", "", f"p50 {LIMIT_MS} ms", p50 <= LIMIT_MS))


def _questions(email: str, name: str) -> dict[str, str]:
    first, last = name.split()
    return {
        "a whole name": name,
        "a common first name": first,
        "two beginnings": f"{first[:3]} {last[:3]}",
        "two letters": first[:2],
        "two letters of most": "an an",
        "an e-mail address": email,
        "its common end": "example",
        "a telephone number": "+46 70-174 06 21",
        "its beginning": "070",
        "a horse": "Krummelur",
        "a reference number": "lt-222222",
        "a serial number": "bm-10",
        "an article": "sova gott",
        "a command": "ring anna",
        "nobody": "finnsinte",
    }


def add_trials(how_many: int, now: datetime) -> None:
    """Units that have been lent so often, each time to another."""
    with writing() as session:
        model = DeviceModel(slug="bm", name="BM", audience=Audience.PERSON)
        session.add(model)
        session.flush()
        units = [
            DeviceUnit(model=model, serial=f"BM-{n}", serial_key=f"bm-{n}", state=UnitState.FREE, created_at=now)
            for n in range(UNITS)
        ]
        session.add_all(units)
        session.flush()
        rows = [
            {
                "lead_id": number + 1,
                "audience": Audience.PERSON,
                "model_id": model.id,
                "unit_id": units[number % UNITS].id,
                "state": TrialState.NOT_BOUGHT,
                "starts_on": now.date() - timedelta(days=30),
                "ends_on": now.date() - timedelta(days=10),
                "requested_at": now,
                "settled_at": now,
                "borrower_name": "Siv Lund",
            }
            for number in range(how_many)
        ]
        session.execute(sa.insert(Trial), rows)
    learn()
