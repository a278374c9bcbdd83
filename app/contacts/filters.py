"""What can be asked of the list of contacts, besides words. Rooms above this one register more in the factory."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_babel import lazy_gettext as _l

from app.contacts.models import Consent, ConsentPurpose, Contact, ReachBy, Subject, SubjectKind
from app.contacts.tags import ContactTag, every_tag
from app.core import conditions
from app.core.conditions import Condition, Values
from app.core.labels import label
from app.core.language import LANGUAGES
from app.core.periods import NOT_FOR, WITHIN, Moment, on_moment

ContactCondition = Condition
LIST = "contacts"
THE_CONTACT = _l("Kontakten")
TIMES = _l("När")
CAME = (_l("Kontakt sedan"), _l("Kontakt tidigast"), _l("Kontakt senast"))

WAYS = {
    "phone": (_l("Har telefon"), Contact.phone.is_not(None)),
    "no_phone": (_l("Saknar telefon"), Contact.phone.is_(None)),
    "email": (_l("Har e-post"), Contact.email.is_not(None)),
    "no_email": (_l("Saknar e-post"), Contact.email.is_(None)),
}
TIPS = {"yes": _l("Har sagt ja"), "no": _l("Har inte sagt ja"), "withdrawn": _l("Har tagit tillbaka sitt ja")}


def when_active(moment: Moment) -> tuple[Condition, ...]:
    """When something last happened, or for how long nothing has; of leads, too."""
    labels = (_l("Aktiv"), _l("Aktiv tidigast"), _l("Aktiv senast"))
    return on_moment(moment, "active", labels, TIMES, {**WITHIN, **NOT_FOR})


def register(app: Flask, *more: ContactCondition) -> None:
    """Let contacts be asked for by what a room knows of them. A name is registered once."""
    conditions.register(app, LIST, *more)


def words_of_each(kind: type[StrEnum]) -> Callable[[], Mapping[str, Any]]:
    """The words of an enum as choices."""
    return lambda: {word.value: label(word) for word in kind}


def tag_choices() -> Mapping[str, Any]:
    """Every tag, by its key."""
    return {str(tag.id): tag.name for tag in every_tag()}


def _with_tag(values: Values, _now: datetime) -> sa.Select[int]:
    return sa.select(ContactTag.contact_id).where(ContactTag.tag_id.in_([int(value) for value in values]))


def _about(values: Values, _now: datetime) -> sa.Select[int]:
    kinds = [SubjectKind(value) for value in values]
    return sa.select(Subject.contact_id).where(Subject.kind.in_(kinds))


def _speaks(values: Values, _now: datetime) -> sa.Select[int]:
    return sa.select(Contact.id).where(Contact.language.in_(values))


def _wants(values: Values, _now: datetime) -> sa.Select[int]:
    return sa.select(Contact.id).where(Contact.reach_by.in_([ReachBy(value) for value in values]))


def _has(values: Values, _now: datetime) -> sa.Select[int]:
    return sa.select(Contact.id).where(sa.or_(*(WAYS[value][1] for value in values)))


def _on_tips(values: Values, _now: datetime) -> sa.Select[int]:
    said = sa.select(Consent.contact_id).where(Consent.purpose == ConsentPurpose.TIPS)
    stands = said.where(Consent.withdrawn_at.is_(None))
    found = {
        "yes": Contact.id.in_(stands),
        "no": Contact.id.not_in(said),
        "withdrawn": sa.and_(Contact.id.in_(said), Contact.id.not_in(stands)),
    }
    return sa.select(Contact.id).where(sa.or_(*(found[value] for value in values)))


ABOUT_CONTACT = (
    Condition("language", _l("Språk"), lambda: LANGUAGES, _speaks, THE_CONTACT),
    Condition("reach_by", _l("Vill helst nås på"), words_of_each(ReachBy), _wants, THE_CONTACT),
    Condition("has", _l("Går att nå på"), lambda: {key: words for key, (words, _) in WAYS.items()}, _has, THE_CONTACT),
    Condition("tips", _l("Tips med e-post"), lambda: TIPS, _on_tips, THE_CONTACT),
)
"""What leads can be asked of their contact, too."""

CONDITIONS = (
    Condition("tag", _l("Tagg"), tag_choices, _with_tag, THE_CONTACT),
    Condition("subject", _l("Gäller"), words_of_each(SubjectKind), _about, THE_CONTACT),
    *ABOUT_CONTACT,
    *on_moment(Contact.created_at, "created", CAME, TIMES, WITHIN),
    *when_active(Contact.active_at),
)
