"""A hundred thousand believable contacts with a lead each, written in bulk as the product would have stored them."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import sqlalchemy as sa

from app.accounts.models import Role, User
from app.articles.models import Article, ArticleFormat
from app.contacts.models import Contact, ContactTerm, Subject, SubjectKind
from app.contacts.search_terms import terms_of
from app.contacts.tags import ContactTag, find_or_add_tag
from app.core.db import db, writing
from app.core.rows import table_of
from app.core.words import sort_key
from app.enquiries.models import Enquiry, EnquiryState
from app.follow_ups.models import FollowUp, FollowUpKind
from app.leads.models import EventKind, Lead, LeadEvent
from app.leads.stages import Stage
from app.leads.tags import LeadTag
from tests.bench.bulk import Row, in_haste, store

HOW_MANY = 100_000
SEED = 2026
FIRST_NAMES = """
Anna Eva Maria Karin Sara Lena Kristina Emma Kerstin Marie Ingrid Sofia Birgitta Linnéa Johanna Elsa Åsa Siv
Märta Ebba Lars Mikael Anders Johan Erik Per Karl Peter Thomas Jan Daniel Fredrik Hans Sven Bengt Nils Göran
Olof Åke Sixten Aylin Yusuf Łucja Minh Farid Noor Jürgen Aino
""".split()  # noqa: SIM905  (fifty names read better as words)
LAST_NAMES = """
Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson Pettersson Jonsson
Lindberg Lindström Lindqvist Lindgren Berg Bergström Sandberg Forsberg Sjöberg Wallin Engström Eklund Lundgren
Björk Åberg Öberg Holm Dahl Nyström Hedlund Strand Ek Alm Rönn Gran Hägg Sälg Pil Yilmaz Haddad Nowak Nguyen
Müller Virtanen
""".split()  # noqa: SIM905  (fifty names read better as words)
VILLAGES = ("ekby", "alnäs", "sjövik", "bergsta", "lindö", "granhult", "åsby", "öja", "norrfors", "malmen")
HORSES = ("Blixten", "Stjärna", "Zorro", "Freja", "Saga", "Bruno", "Molly", "Tindra", "Silver", "Åska", "Krummelur")
MESSAGE = (
    "Hej! Jag läste er artikel i går kväll och känner igen mig i mycket av det som står där. Jag har haft besvär "
    "sedan i våras och undrar om det kan vara något för mig, hur lång tid det tar och om man kan prova hemma. "
    "Jag arbetar dagtid och hör gärna av er efter klockan fyra. Vänliga hälsningar"
)
STAGES = {
    Stage.NEW: 1,
    Stage.CONTACTED: 4,
    Stage.CONSULTATION: 2,
    Stage.TRIAL: 3,
    Stage.DECISION: 2,
    Stage.WON: 18,
    Stage.LOST: 40,
    Stage.RESTING: 30,
}
"""Of a hundred leads after some years, so many stand in each stage."""

STILL_OPEN = 60
"""So many of the latest enquiries nobody has answered yet."""

TABLES = (Contact, Subject, ContactTag, ContactTerm, Lead, LeadTag, Enquiry, LeadEvent, FollowUp)
"""All that hold a crowd, each after those that it points to."""


def add_crowd(now: datetime, how_many: int = HOW_MANY) -> None:
    """Fill an empty instance; the same people at every run."""
    with writing() as session:
        owner = User(email="maj@example.se", email_key="maj@example.se", name="Maj Ek", role=Role.OWNER, created_at=now)
        articles = [_article(number, now) for number in range(1, 9)]
        session.add_all([owner, *articles])
        find_or_add_tag("sällsynt")
        find_or_add_tag("vanlig")
        session.flush()
        owner_id, article_ids = owner.id, [article.id for article in articles]
    chance = random.Random(SEED)
    drawn = (_draw(number, chance, now, article_ids) for number in range(1, how_many + 1))
    people = (_person(one, now, owner_id) for one in drawn)
    with in_haste(*map(table_of, TABLES)):
        while batch := list(islice(people, 5000)):
            _store(batch)
    count_on()


def _article(number: int, now: datetime) -> Article:
    return Article(
        slug=f"artikel-{number}",
        title=f"Att sova gott, del {number}",
        format=ArticleFormat.TEXT,
        body_html="<p>Text.</p>",
        created_at=now,
        updated_at=now,
    )


@dataclass(frozen=True, slots=True)
class Drawn:
    """What chance has said of one person; their key, and that of all that is theirs, is the number."""

    number: int
    name: str
    email: str
    phone: str | None
    e164: str | None
    stage: Stage
    begun: datetime
    active: datetime
    due: datetime | None
    horse: str | None
    article_id: int
    is_owned: bool


def _draw(number: int, chance: random.Random, now: datetime, articles: list[int]) -> Drawn:
    """The order of the draws is what makes the crowd the same at every run."""
    name = f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}"
    email = f"{sort_key(name).replace(' ', '.').translate(_ASCII)}{number}@{chance.choice(VILLAGES)}.example.se"
    phone, e164 = _phone(chance)
    stage = chance.choices(list(STAGES), STAGES.values())[0]
    begun = now - timedelta(minutes=chance.randrange(60, 3 * 365 * 24 * 60))
    return Drawn(
        number=number,
        name=name,
        email=email,
        phone=phone,
        e164=e164,
        stage=stage,
        begun=begun,
        active=begun + (now - begun) * chance.random(),
        due=now + timedelta(minutes=chance.randrange(-2000, 40_000)) if stage.is_open else None,
        horse=chance.choice(HORSES) if chance.random() < 0.3 else None,
        article_id=chance.choice(articles),
        is_owned=chance.random() < 0.8,
    )


def _person(one: Drawn, now: datetime, owner_id: int) -> dict[Any, Row]:
    """The rows of one person, by table."""
    return {**_contact(one), **_lead(one, owner_id), **_happenings(one, now, owner_id)}


def _contact(one: Drawn) -> dict[Any, Row]:
    return {
        Contact: {
            "id": one.number,
            "name": one.name,
            "name_key": sort_key(one.name),
            "email": one.email,
            "email_key": one.email,
            "phone": one.phone,
            "phone_e164": one.e164,
            "language": "en" if one.number % 40 == 7 else "sv",
            "created_at": one.begun,
            "active_at": one.active,
        },
        Subject: {
            "id": one.number,
            "contact_id": one.number,
            "kind": SubjectKind.HORSE if one.horse else SubjectKind.SELF,
            "name": one.horse,
        },
        ContactTag: {"contact_id": one.number, "tag_id": _tag(one.number)},
        ContactTerm: {
            "terms": terms_of(one.name, one.email, one.phone, one.e164, [one.horse] if one.horse else []),
            "contact_id": one.number,
        },
    }


def _lead(one: Drawn, owner_id: int) -> dict[Any, Row]:
    return {
        Lead: {
            "id": one.number,
            "contact_id": one.number,
            "subject_id": one.number,
            "article_id": one.article_id,
            "owner_id": owner_id if one.is_owned else None,
            "stage": one.stage,
            "stage_changed_at": one.active,
            "value_ore": one.number % 400 * 12_500 if one.number % 3 == 0 else None,
            "created_at": one.begun,
            "active_at": one.active,
            "next_step_at": one.due,
            "closed_at": None if one.stage.is_open else one.active,
        },
        LeadTag: {"lead_id": one.number, "tag_id": _tag(one.number)},
    }


def _happenings(one: Drawn, now: datetime, owner_id: int) -> dict[Any, Row]:
    number, is_waiting = one.number, one.number <= STILL_OPEN
    return {
        Enquiry: {
            "id": number,
            "reference": f"LT-{number:06d}",
            "nonce": f"crowd-{number}",
            "state": EnquiryState.OPEN if is_waiting else EnquiryState.ANSWERED,
            "received_at": now - timedelta(minutes=number) if is_waiting else one.begun,
            "settled_at": None if is_waiting else one.active,
            "lead_id": number,
            "article_id": one.article_id,
            "name": one.name,
            "email": one.email,
            "phone": one.phone,
            "message": MESSAGE,
        },
        LeadEvent: {"id": number, "lead_id": number, "kind": EventKind.ENQUIRY, "at": one.begun, "about_id": number},
        FollowUp: {
            "id": number,
            "lead_id": number,
            "kind": FollowUpKind.CALL,
            "due_at": one.due,
            "owner_id": owner_id,
            "created_at": one.begun,
            "planned_at": one.begun,
        },
    }


def _tag(number: int) -> int | None:
    """One in a thousand carries the first tag, one in ten the second."""
    return 1 if number % 1000 == 1 else 2 if number % 10 == 0 else None


_ASCII = str.maketrans({"{": "a", "|": "a", "}": "o"})


def _phone(chance: random.Random) -> tuple[str, str] | tuple[None, None]:
    """For one in twenty, one of the numbers that are kept free for fiction: more would share each than ever do."""
    last = chance.randrange(5, 100 * 20)
    if last >= 100:
        return None, None
    return f"070-174 06 {last:02d}", f"+467017406{last:02d}"


def _store(people: list[dict[Any, Row]]) -> None:
    rows: dict[Any, list[Row]] = {table: [person[table] for person in people] for table in people[0]}
    for carried in (ContactTag, LeadTag):
        rows[carried] = [row for row in rows[carried] if row["tag_id"] is not None]
    rows[FollowUp] = [row for row in rows[FollowUp] if row["due_at"] is not None]
    rows[ContactTerm] = list(_one_by_one(rows[ContactTerm]))
    with writing():
        for model in TABLES:
            store(table_of(model), rows[model])


def _one_by_one(found: list[Row]) -> Iterator[Row]:
    return ({"term": term, "contact_id": row["contact_id"]} for row in found for term in row["terms"])


def count_on() -> None:
    """The keys were given, not drawn: PostgreSQL must go on after them."""
    if db.engine.dialect.name != "postgresql":
        return
    with writing() as session:
        for table in (Contact, Subject, Lead, Enquiry, LeadEvent, FollowUp):
            name = table.__tablename__
            session.execute(sa.text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}"))
