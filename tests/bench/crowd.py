"""A hundred thousand believable contacts with a lead each, written in bulk as the product would have stored them."""

import random
from collections.abc import Iterator
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
from app.core.words import sort_key
from app.enquiries.models import Enquiry, EnquiryState
from app.follow_ups.models import FollowUp, FollowUpKind
from app.leads.models import EventKind, Lead, LeadEvent
from app.leads.stages import Stage
from app.leads.tags import LeadTag

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

Row = dict[str, Any]


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
    people = (_person(number, chance, now, owner_id, article_ids) for number in range(1, how_many + 1))
    while batch := list(islice(people, 5000)):
        _store(batch)
    _count_on_from(how_many)


def _article(number: int, now: datetime) -> Article:
    return Article(
        slug=f"artikel-{number}",
        title=f"Att sova gott, del {number}",
        format=ArticleFormat.TEXT,
        body_html="<p>Text.</p>",
        created_at=now,
        updated_at=now,
    )


def _person(number: int, chance: random.Random, now: datetime, owner_id: int, articles: list[int]) -> dict[Any, Row]:
    """The rows of one person, by table; their keys are all the person's number."""
    name = f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}"
    email = f"{sort_key(name).replace(' ', '.').translate(_ASCII)}{number}@{chance.choice(VILLAGES)}.example.se"
    phone, e164 = _phone(chance)
    stage = chance.choices(list(STAGES), STAGES.values())[0]
    begun = now - timedelta(minutes=chance.randrange(60, 3 * 365 * 24 * 60))
    active = begun + (now - begun) * chance.random()
    due = now + timedelta(minutes=chance.randrange(-2000, 40_000)) if stage.is_open else None
    horse = chance.choice(HORSES) if chance.random() < 0.3 else None
    article = chance.choice(articles)
    return {
        Contact: {
            "id": number,
            "name": name,
            "name_key": sort_key(name),
            "email": email,
            "email_key": email,
            "phone": phone,
            "phone_e164": e164,
            "language": "en" if number % 40 == 7 else "sv",
            "created_at": begun,
            "active_at": active,
        },
        Subject: {
            "id": number,
            "contact_id": number,
            "kind": SubjectKind.HORSE if horse else SubjectKind.SELF,
            "name": horse,
        },
        ContactTag: {"contact_id": number, "tag_id": _tag(number)},
        Lead: {
            "id": number,
            "contact_id": number,
            "subject_id": number,
            "article_id": article,
            "owner_id": owner_id if chance.random() < 0.8 else None,
            "stage": stage,
            "stage_changed_at": active,
            "value_ore": number % 400 * 12_500 if number % 3 == 0 else None,
            "created_at": begun,
            "active_at": active,
            "next_step_at": due,
            "closed_at": None if stage.is_open else active,
        },
        LeadTag: {"lead_id": number, "tag_id": _tag(number)},
        Enquiry: {
            "id": number,
            "reference": f"LT-{number:06d}",
            "nonce": f"crowd-{number}",
            "state": EnquiryState.OPEN if number <= STILL_OPEN else EnquiryState.ANSWERED,
            "received_at": now - timedelta(minutes=number) if number <= STILL_OPEN else begun,
            "settled_at": None if number <= STILL_OPEN else active,
            "lead_id": number,
            "article_id": article,
            "name": name,
            "email": email,
            "phone": phone,
            "message": MESSAGE,
        },
        LeadEvent: {"id": number, "lead_id": number, "kind": EventKind.ENQUIRY, "at": begun, "about_id": number},
        FollowUp: {
            "id": number,
            "lead_id": number,
            "kind": FollowUpKind.CALL,
            "due_at": due,
            "owner_id": owner_id,
            "created_at": begun,
            "planned_at": begun,
        },
        ContactTerm: {"terms": terms_of(name, email, phone, e164, [horse] if horse else []), "contact_id": number},
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
    with writing() as session:
        for table, its_rows in rows.items():
            session.connection().execute(sa.insert(table.__table__), its_rows)


def _one_by_one(found: list[Row]) -> Iterator[Row]:
    return ({"term": term, "contact_id": row["contact_id"]} for row in found for term in row["terms"])


def _count_on_from(last: int) -> None:
    """The keys were given, not drawn: PostgreSQL must go on after them. Both databases learn what the tables hold."""
    with writing() as session:
        if db.engine.dialect.name == "postgresql":
            for table in (Contact, Subject, Lead, Enquiry, LeadEvent, FollowUp):
                session.execute(
                    sa.text(f"SELECT setval(pg_get_serial_sequence('{table.__tablename__}', 'id'), {last})")
                )
        session.execute(sa.text("ANALYZE"))
