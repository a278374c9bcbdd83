"""What one box finds: people, whom their matters are about, leads, enquiries, trials, units and articles.

Columns, not objects, and a number of statements that does not grow with what is found.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.articles.models import Article
from app.contacts.models import Contact, Subject
from app.contacts.search import matching, wanted_words
from app.core.db import at_most, db
from app.core.forms import clean_text, is_storable
from app.core.mail_addresses import address_key
from app.core.phones import to_e164
from app.core.words import fold, sort_key, words
from app.enquiries.models import Enquiry
from app.enquiries.services import REFERENCE_LETTERS
from app.leads.models import Lead
from app.leads.stages import CLOSED
from app.trials.models import IS_OPEN, Trial
from app.trials.units import DeviceModel, DeviceUnit, serial_key

LONGEST = 100
"""Letters of a question; nobody remembers more, and each word costs time."""
SHORTEST = 2
"""A single letter finds everybody, and so nobody."""
CANDIDATES = 30
"""So many people, the latest active, are looked at before the best of them are shown."""

Row = Any
_REFERENCE = re.compile(rf"lt[\s-]*([{REFERENCE_LETTERS}]{{6}})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Findings:
    """What a text found, the best of each first."""

    text: str
    enquiries: Sequence[Row] = ()
    """The one whose reference number the text is."""
    units: Sequence[Row] = ()
    contacts: Sequence[Row] = ()
    subjects: Sequence[Row] = ()
    """Relatives and horses that are called so, each with the name of their contact."""
    leads: Sequence[Row] = ()
    trials: Sequence[Row] = ()
    articles: Sequence[Row] = ()
    horses: dict[int, list[str]] = field(default_factory=dict)
    """The names of whom a contact's matters are about, by the contact's key."""

    @property
    def count(self) -> int:
        found = (self.enquiries, self.units, self.contacts, self.subjects, self.leads, self.trials, self.articles)
        return sum(map(len, found))


def asked_text(typed: str) -> str:
    """The text as it is looked for: cleaned and cut; empty where nothing can be found by it."""
    text = (clean_text(typed) or "")[:LONGEST]
    return text if len(text) >= SHORTEST and is_storable(text) else ""


def look_up(typed: str, most: int) -> Findings:
    """Everything that the text finds, at most so many of each kind."""
    text = asked_text(typed)
    if not text:
        return Findings(text)
    people = _people(text)
    subjects = _subjects([row.id for row in people])
    called_so = [row for row in subjects if _begins(words(row.name), wanted_words(text))]
    leads = _leads([row.id for row in people])
    units = _units(text)
    return Findings(
        text,
        enquiries=_enquiries(text),
        units=units[:most],
        contacts=_known_themselves(people, called_so, text)[:most],
        subjects=called_so[:most],
        leads=_nearest(leads, called_so)[:most],
        trials=_trials([row.id for row in leads], [row.id for row in units], most),
        articles=_articles(text)[:most],
        horses=_names(subjects),
    )


def callable_people(text: str, most: int) -> list[Row]:
    """The people with a number whom the text finds, the best first."""
    asked = asked_text(text)
    return [row for row in _people(asked) if row.phone][:most] if asked else []


_Person = sa.Select[int, str, str | None, str | None, str | None, datetime]
_PERSON: _Person = sa.select(
    Contact.id, Contact.name, Contact.phone, Contact.phone_e164, Contact.email, Contact.active_at
)
_LATEST = (Contact.active_at.desc(), Contact.id.desc())


def _people(text: str) -> list[Row]:
    """Who is called just so, or has just that address or number; then who is found by the beginnings of all words."""
    whole = _PERSON.where(
        sa.or_(
            Contact.name_key == sort_key(text),
            Contact.email_key == (address_key(text) or ""),
            Contact.phone_e164 == (to_e164(text) or ""),
        )
    )
    begun = matching(text, Contact.id)
    found = [*_latest(whole), *_latest(_PERSON.where(sa.false() if begun is None else begun))]
    wanted = set(wanted_words(text))
    by_key = {row.id: row for row in found}
    return sorted(by_key.values(), key=lambda row: -len(wanted.intersection(words(row.name))))


def _latest(query: _Person) -> Sequence[Row]:
    return db.session.execute(query.order_by(*_LATEST).limit(at_most(CANDIDATES))).all()


def _subjects(contact_ids: Sequence[int]) -> Sequence[Row]:
    query = (
        sa.select(Subject.id, Subject.kind, Subject.name, Subject.contact_id, Contact.name.label("contact_name"))
        .join(Subject.contact)
        .where(Subject.contact_id.in_(contact_ids), Subject.name.is_not(None))
        .order_by(Subject.id)
    )
    return _in_the_order_of(contact_ids, db.session.execute(query).all())


def _leads(contact_ids: Sequence[int]) -> Sequence[Row]:
    """Theirs, in the order of the people; each one's open leads before the closed, the latest active first."""
    query = (
        sa.select(
            *(Lead.id, Lead.contact_id, Lead.subject_id, Lead.stage, Lead.added_stage_id, Lead.active_at),
            Contact.name,
            Subject.kind.label("subject_kind"),
            Subject.name.label("subject_name"),
            Article.title.label("article_title"),
        )
        .join(Lead.contact)
        .join(Lead.subject)
        .outerjoin(Lead.article)
        .where(Lead.contact_id.in_(contact_ids))
        .order_by(Lead.stage.in_(CLOSED), Lead.active_at.desc(), Lead.id.desc())
    )
    return _in_the_order_of(contact_ids, db.session.execute(query).all())


def _in_the_order_of(contact_ids: Sequence[int], rows: Iterable[Row]) -> list[Row]:
    place = {contact_id: number for number, contact_id in enumerate(contact_ids)}
    return sorted(rows, key=lambda row: place[row.contact_id])


def _nearest(leads: Sequence[Row], subjects: Sequence[Row]) -> list[Row]:
    """The leads with those about the subjects that were asked for first."""
    asked_for = {row.id for row in subjects}
    return sorted(leads, key=lambda row: row.subject_id not in asked_for)


def _known_themselves(people: Sequence[Row], subjects: Sequence[Row], text: str) -> list[Row]:
    """Without those who are found by nothing but the name of their horse or relative, who stand there."""
    through_others = {row.contact_id for row in subjects}
    wanted = wanted_words(text)
    return [
        row
        for row in people
        if row.id not in through_others or _begins([*words(row.name), *words(row.email or "")], wanted)
    ]


def _begins(own_words: Sequence[str], wanted: Iterable[str]) -> bool:
    """Whether one of the wanted words is the beginning of one of their own."""
    return any(own.startswith(word) for word in wanted for own in own_words)


def _names(subjects: Iterable[Row]) -> dict[int, list[str]]:
    names: dict[int, list[str]] = {}
    for row in subjects:
        names.setdefault(row.contact_id, []).append(row.name)
    return names


def _enquiries(text: str) -> Sequence[Row]:
    """The enquiry with that reference number, however its letters and dash were typed."""
    written = _REFERENCE.fullmatch(text)
    if written is None:
        return ()
    columns = (Enquiry.id, Enquiry.reference, Enquiry.name, Enquiry.state, Enquiry.received_at, Enquiry.lead_id)
    query = sa.select(*columns, Article.title.label("article_title")).outerjoin(Enquiry.article)
    return db.session.execute(query.where(Enquiry.reference == f"LT-{written[1].upper()}")).all()


def _units(text: str) -> Sequence[Row]:
    """The units whose serial number begins so, dashes or not; the whole number before longer ones."""
    key = serial_key(text).replace("-", "")
    number = sa.func.replace(DeviceUnit.serial_key, "-", "")
    query = (
        sa.select(DeviceUnit.id, DeviceUnit.serial, DeviceUnit.state, DeviceModel.name.label("model_name"))
        .join(DeviceUnit.model)
        .where(number.startswith(key, autoescape=True) if key else sa.false())
        .order_by(sa.func.length(DeviceUnit.serial_key), DeviceUnit.serial_key)
    )
    return db.session.execute(query.limit(at_most(CANDIDATES))).all()


def _trials(lead_ids: Sequence[int], unit_ids: Sequence[int], most: int) -> Sequence[Row]:
    """Trials of those leads and of those units, open ones first."""
    query = (
        sa.select(
            *(Trial.id, Trial.state, Trial.audience, Trial.starts_on, Trial.ends_on, Trial.borrower_name),
            Contact.name,
            DeviceModel.name.label("model_name"),
            DeviceUnit.serial,
        )
        .outerjoin(Trial.lead)
        .outerjoin(Lead.contact)
        .join(Trial.model)
        .outerjoin(DeviceUnit, DeviceUnit.id == Trial.unit_id)
        .where(sa.or_(Trial.lead_id.in_(lead_ids), Trial.unit_id.in_(unit_ids)))
        .order_by(sa.case((IS_OPEN, 0), else_=1), Trial.id.desc())
    )
    return db.session.execute(query.limit(most)).all()


def _articles(text: str) -> list[Row]:
    """The articles whose title has every word of the text, or its beginning. Titles are few, and folded here."""
    wanted = words(text)
    query = sa.select(Article.id, Article.title, Article.is_published, Article.published_on)
    latest = query.order_by(Article.published_on.desc().nulls_last(), Article.id.desc())
    return [row for row in db.session.execute(latest) if wanted and _has_all(fold(row.title), wanted)]


def _has_all(title: str, wanted: Iterable[str]) -> bool:
    return all(re.search(rf"\b{re.escape(word)}", title) for word in wanted)
