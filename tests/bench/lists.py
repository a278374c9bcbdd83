"""How quickly lists and search answer at a hundred thousand contacts, beside a bare page of the same server."""

from datetime import timedelta
from urllib.parse import quote

import sqlalchemy as sa

from app.contacts.columns import ContactColumn
from app.contacts.listing import ContactSort
from app.contacts.models import Contact, DuplicateReason, PossibleDuplicate
from app.core.clock import now
from app.core.db import db, writing
from app.leads.columns import LeadColumn
from app.leads.listing import LeadSort
from tests.bench.crowd import add_crowd
from tests.bench.load import Client, Load, drive, get
from tests.bench.place import Place
from tests.bench.report import Figure, say, say_heading

AIM_MS = 50
FILTER_AIM_MS = 100
ROUNDS = 100

LEAD_FILTERS = (
    "stage=trial",
    "stage=open",
    "owner=0",
    "owner=me&stage=open&sort=name",
    "article=1",
    "tag=1",
    "tag=2&sort=name",
    "subject=horse",
    "subject=relative",
    "language=en",
    "language=en&sort=value",
    "has=no_phone",
    "has=no_email",
    "tips=yes",
    "tips=no",
    "enquiry=open",
    "consultation=ahead",
    "consultation=none",
    "trial=out",
    "trial=none&sort=next_step",
    "unit=out",
    "message=bounced",
    "step=late",
    "step=today",
    "step=none",
    "stale=silent&stale=unworked",
    "rests=month",
    "value_from=10000&value_to=10100",
    "created=7",
    "created_from=2024-06-01&created_to=2024-06-30",
    "active=over365&sort=name",
)
CONTACT_FILTERS = (
    "tag=1",
    "tag=2",
    "subject=horse",
    "language=en",
    "has=no_phone",
    "tips=yes",
    "leads=open",
    "leads=none",
)
"""Rare and common ones, alone and with an order that another index keeps."""


def measure(place: Place, contacts: int) -> None:
    """Fill a database, and time its lists over HTTP: one client, one request after another."""
    server, bare = place.server(), place.bare_server()
    server.prepare()
    with server.app.app_context():
        add_crowd(now() - timedelta(minutes=1), contacts)
        _doubt(contacts)
        email, name = _somebody()
    server.start()
    bare.start()
    cookie = server.cookie_of("maj@example.se")
    say_heading(f"Pages at {contacts} contacts, {place.database}; the limit is a bare page of 30 rows")
    limit = times(bare.port, "/letters", "")
    for what, path, aim_ms in _pages(email, name):
        load = times(server.port, path, cookie)
        is_met = load.percentile_ms(50) <= aim_ms if aim_ms else None
        say(Figure(what, in_ms(load), in_ms(limit), f"p50 {aim_ms} ms" if aim_ms else "", is_met))


def _doubt(contacts: int) -> None:
    """Ask of every tenth contact whether they are the next one; of half of them somebody has said no."""
    moment, reason = now(), DuplicateReason.SAME_NUMBER
    pairs = [
        {"contact_id": key, "other_id": key + 1, "reason": reason, "found_at": moment, "decided_at": decided_at}
        | {"are_same": None if decided_at is None else False}
        for key in range(1, contacts - 1, 10)
        for decided_at in [moment if key % 20 == 1 else None]
    ]
    with writing() as session:
        session.execute(sa.insert(PossibleDuplicate), pairs)


def _pages(email: str, name: str) -> list[tuple[str, str, int]]:
    """What is asked for, where, and in how many ms it should come; 0 where nobody has said."""
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
        ("leads, first page", "/leads/", AIM_MS),
        ("leads, every column", f"/leads/?cols={','.join(LeadColumn)}", AIM_MS),
        *((f"leads by {sort}", f"/leads/?sort={sort}", AIM_MS) for sort in LeadSort),
        *((f"leads by {sort}, reversed", f"/leads/?sort=-{sort}", AIM_MS) for sort in LeadSort),
        *((f"leads with {asked}", f"/leads/?{asked}", FILTER_AIM_MS) for asked in LEAD_FILTERS),
        *((f"search: {what}", f"/leads/?q={quote(words)}", AIM_MS) for what, words in searches.items()),
        ("contacts, first page", "/contacts/", AIM_MS),
        ("contacts, every column", f"/contacts/?cols={','.join(ContactColumn)}", AIM_MS),
        *((f"contacts by {sort}", f"/contacts/?sort={sort}", AIM_MS) for sort in ContactSort),
        *((f"contacts with {asked}", f"/contacts/?{asked}", FILTER_AIM_MS) for asked in CONTACT_FILTERS),
        ("possible duplicates", "/contacts/duplicates/", FILTER_AIM_MS),
        ("whom to merge with", "/contacts/1/merge", FILTER_AIM_MS),
        ("whom to merge with, by a name", f"/contacts/1/merge?q={quote(name)}", FILTER_AIM_MS),
        ("enquiries", "/enquiries/", 0),
        ("Today", "/today/", FILTER_AIM_MS),
        ("Today, one's own", "/today/?whose=mine", FILTER_AIM_MS),
        ("Today, asked for anew", "/today/rows?whose=all&heard=0", FILTER_AIM_MS),
        ("what every open page asks for", "/today/news?heard=0", AIM_MS),
    ]


def _somebody() -> tuple[str, str]:
    found = db.session.execute(sa.select(Contact.email, Contact.name).where(Contact.id == 4711 % _how_many() + 1)).one()
    return str(found.email), str(found.name)


def _how_many() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Contact)) or 1


def times(port: int, path: str, cookie: str, rounds: int = ROUNDS, more: str = "") -> Load:
    """How long a page takes, asked for again and again by one client. AssertionError where it is no page."""
    client = Client(port)
    request = get(path, cookie, more)
    status, _, body = client.send(request)
    client.close()
    if status != 200 or len(body) < 200:
        raise AssertionError(f"{path} gave {status}")
    drive(port, [request] * (rounds // 10), clients=1)
    load = drive(port, [request] * rounds, clients=1)
    load.expect(200)
    return load


def in_ms(load: Load) -> str:
    """The middle of it, and the slow end."""
    return f"p50 {load.percentile_ms(50):.1f} ms, p95 {load.percentile_ms(95):.1f} ms"
