"""How quickly lists and search answer at a hundred thousand contacts, beside a bare page of the same server."""

from datetime import timedelta
from urllib.parse import quote

import sqlalchemy as sa

from app.contacts.models import Contact
from app.core.clock import now
from app.core.db import db
from tests.bench.crowd import add_crowd
from tests.bench.load import Client, Load, drive, get
from tests.bench.place import Place
from tests.bench.report import Figure, say, say_heading

AIM_MS = 15
ROUNDS = 200


def measure(place: Place, contacts: int) -> None:
    """Fill a database, and time its lists over HTTP: one client, one request after another."""
    server, bare = place.server(), place.bare_server()
    server.prepare()
    with server.app.app_context():
        add_crowd(now() - timedelta(minutes=1), contacts)
        email, name = _somebody()
    server.start()
    bare.start()
    cookie = server.cookie_of("maj@example.se")
    say_heading(f"Pages at {contacts} contacts, {place.database}; the limit is a bare page of 30 rows")
    for what, path, has_aim in _pages(email, name):
        limit, load = times(bare.port, "/letters", ""), times(server.port, path, cookie)
        is_met = load.percentile_ms(50) <= AIM_MS if has_aim else None
        say(Figure(what, _ms(load), _ms(limit), f"p50 {AIM_MS} ms" if has_aim else "", is_met))


def _pages(email: str, name: str) -> list[tuple[str, str, bool]]:
    first, last = name.split()
    searches = {
        "a whole name": name,
        "a common first name": first,
        "two beginnings": f"{first[:3]} {last[:3]}",
        "two letters": first[:2],
        "an e-mail address": email,
        "a telephone number": "070-174 06 21",
        "a horse": "Krummelur",
        "nobody": "finnsinte",
    }
    return [
        ("leads, first page", "/leads/", True),
        ("leads in one stage", "/leads/?stage=trial", True),
        ("leads by name", "/leads/?sort=name", True),
        ("leads by next step", "/leads/?sort=next_step", True),
        *((f"search: {what}", f"/leads/?q={quote(words)}", True) for what, words in searches.items()),
        ("contacts", "/contacts/", False),
        ("enquiries", "/enquiries/", False),
        ("Today", "/today/", False),
    ]


def _somebody() -> tuple[str, str]:
    found = db.session.execute(sa.select(Contact.email, Contact.name).where(Contact.id == 4711 % _how_many() + 1)).one()
    return str(found.email), str(found.name)


def _how_many() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Contact)) or 1


def times(port: int, path: str, cookie: str) -> Load:
    """How long a page takes, asked for again and again by one client. AssertionError where it is no page."""
    client = Client(port)
    status, _, body = client.send(get(path, cookie))
    client.close()
    if status != 200 or len(body) < 200:
        raise AssertionError(f"{path} gave {status}")
    drive(port, [get(path, cookie)] * 20, clients=1)
    load = drive(port, [get(path, cookie)] * ROUNDS, clients=1)
    load.expect(200)
    return load


def _ms(load: Load) -> str:
    return f"p50 {load.percentile_ms(50):.1f} ms, p95 {load.percentile_ms(95):.1f} ms"
