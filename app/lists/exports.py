"""What a list is exported as: columns to choose among, and the rows a thousand at a time, so that no memory fills."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.articles.models import Article
from app.contacts.models import Contact, Subject
from app.contacts.queries import subjects_of
from app.contacts.tags import Tag, tags_of_contacts
from app.core.db import db
from app.core.filters import phone
from app.core.labels import label
from app.core.language import local_day
from app.core.spreadsheets import Cell, Row
from app.follow_ups.models import FollowUp
from app.follow_ups.queries import Step, next_steps
from app.leads.models import Lead
from app.leads.own_stages import stage_name
from app.leads.tags import tags_of_leads
from app.lists.models import ListOf

AT_A_TIME = 1000
MOST_EXPORTED = 100_000
"""How many rows one file takes."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row, with what else is known of it."""

    row: Any
    tags: Sequence[Tag] = ()
    step: Step | None = None
    subjects: Sequence[Subject] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """One thing that is told of each row; what may tell of somebody's health is told where it is asked for alone."""

    label: Any
    value: Callable[[Line], Cell]
    is_health: bool = False


def _own_words(line: Line) -> str | None:
    return line.step.title if isinstance(line.step, FollowUp) else None


def _step_day(line: Line) -> date | None:
    """What is owed any time on a day is late when the day has ended, so that moment is of the day after."""
    if isinstance(line.step, FollowUp) and line.step.due_on:
        return line.step.due_on
    return local_day(line.step.due_at) if line.step else None


def _phone(line: Line) -> str:
    """Digits alone a spreadsheet would count with, and drop the zero that they begin with."""
    return phone(line.row.phone_e164 or line.row.phone)


def _tags(line: Line) -> str:
    return ", ".join(tag.name for tag in line.tags)


def _about(line: Line) -> str:
    return line.row.subject_name or label(line.row.subject_kind)


_PERSON = {
    "name": Column(_l("Namn"), lambda line: line.row.name),
    "email": Column(_l("E-post"), lambda line: line.row.email),
    "phone": Column(_l("Telefon"), _phone),
}
_DAYS = {
    "created": Column(_l("Tillkom"), lambda line: local_day(line.row.created_at)),
    "active": Column(_l("Senast aktiv"), lambda line: local_day(line.row.active_at)),
}
_TAGS = {"tags": Column(_l("Taggar"), _tags, is_health=True)}

COLUMNS: dict[ListOf, dict[str, Column]] = {
    ListOf.LEADS: {
        **_PERSON,
        "about": Column(_l("Gäller"), _about),
        "stage": Column(_l("Steg"), lambda line: stage_name(line.row)),
        "owner": Column(_l("Ansvarig"), lambda line: line.row.owner_name),
        "value": Column(_l("Värde i kronor"), lambda line: line.row.value_ore and line.row.value_ore / 100),
        "next_step": Column(_l("Nästa steg, dag"), _step_day),
        **_DAYS,
        "article": Column(_l("Artikel"), lambda line: line.row.article_title, is_health=True),
        **_TAGS,
        "step_words": Column(_l("Nästa steg med egna ord"), _own_words, is_health=True),
    },
    ListOf.CONTACTS: {
        **_PERSON,
        "about": Column(_l("Gäller"), lambda line: ", ".join(one.name for one in line.subjects if one.name)),
        **_DAYS,
        **_TAGS,
    },
}
"""What can be told of the rows of each list, by the names that forms call them, in the order they stand in the file."""

_LEADS = (
    sa.select(
        *(Lead.id, Lead.stage, Lead.added_stage_id, Lead.value_ore, Lead.created_at, Lead.active_at),
        *(Contact.name, Contact.email, Contact.phone, Contact.phone_e164),
        *(Subject.kind.label("subject_kind"), Subject.name.label("subject_name")),
        *(Article.title.label("article_title"), User.name.label("owner_name")),
    )
    .join(Lead.contact)
    .join(Lead.subject)
    .outerjoin(Lead.article)
    .outerjoin(Lead.owner)
)
_CONTACTS = sa.select(Contact)


def table_of(list_of: ListOf, row_ids: Collection[int], names: Collection[str]) -> Iterator[Row]:
    """The head, and then each row that is there, in the order of their keys."""
    columns = [column for name, column in COLUMNS[list_of].items() if name in names]
    yield [str(column.label) for column in columns]
    ids = sorted(row_ids)
    for start in range(0, len(ids), AT_A_TIME):
        for line in _lines(list_of, ids[start : start + AT_A_TIME], names):
            yield [column.value(line) for column in columns]
        db.session.expunge_all()  # the session would hold on to what it has read


def _lines(list_of: ListOf, row_ids: list[int], names: Collection[str]) -> Iterator[Line]:
    """Some rows with what the columns tell of them, each thing asked for once."""
    if list_of is ListOf.LEADS:
        tags = tags_of_leads(row_ids) if "tags" in names else {}
        steps = next_steps(row_ids) if {"next_step", "step_words"} & set(names) else {}
        for row in db.session.execute(_LEADS.where(Lead.id.in_(row_ids)).order_by(Lead.id)):
            yield Line(row, tags.get(row.id, ()), steps.get(row.id))
        return
    tags = tags_of_contacts(row_ids) if "tags" in names else {}
    subjects = subjects_of(row_ids) if "about" in names else {}
    for contact in db.session.scalars(_CONTACTS.where(Contact.id.in_(row_ids)).order_by(Contact.id)):
        yield Line(contact, tags.get(contact.id, ()), subjects=subjects.get(contact.id, ()))
