"""The words that mails are made from: written anew by the owner, each version kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager

from app.core.db import db
from app.mail.first_templates import FIRST_TEMPLATES
from app.mail.models import MailTemplate, MailTemplateVersion
from app.mail.services import queue
from app.mail.wording import Words

_IN_USE_FIRST = (MailTemplate.is_active.desc(), MailTemplate.name_sv, MailTemplate.id)


@dataclass(frozen=True, slots=True)
class Wording:
    """What a template is called and says in both languages; English may be empty as a whole."""

    name_sv: str
    name_en: str
    swedish: Words
    english: Words


def every_template() -> Sequence[MailTemplate]:
    """All templates, those in use first, by name."""
    return db.session.scalars(sa.select(MailTemplate).order_by(*_IN_USE_FIRST)).all()


def templates_with_words() -> list[MailTemplateVersion]:
    """The current version of every template, with its template, in the order of `every_template`."""
    later = aliased(MailTemplateVersion)
    is_current = ~sa.exists().where(
        later.template_id == MailTemplateVersion.template_id, later.number > MailTemplateVersion.number
    )
    query = sa.select(MailTemplateVersion).join(MailTemplateVersion.template).where(is_current)
    with_template = contains_eager(MailTemplateVersion.template)
    return list(db.session.scalars(query.options(with_template).order_by(*_IN_USE_FIRST)))


def template_by_key(key: str) -> MailTemplate | None:
    """The house's own template of that key."""
    return db.session.scalar(sa.select(MailTemplate).where(MailTemplate.key == key))


def versions_of(template_id: int) -> Sequence[MailTemplateVersion]:
    """Every version of a template, the current one first."""
    query = sa.select(MailTemplateVersion).where(MailTemplateVersion.template_id == template_id)
    return db.session.scalars(query.order_by(MailTemplateVersion.number.desc())).all()


def current_version(template_id: int) -> MailTemplateVersion:
    """The words that count now. NoResultFound for a template that is not there."""
    query = sa.select(MailTemplateVersion).where(MailTemplateVersion.template_id == template_id)
    return db.session.scalars(query.order_by(MailTemplateVersion.number.desc()).limit(1)).one()


def add_template(wording: Wording, made_by_id: int | None, now: datetime, key: str | None = None) -> MailTemplate:
    """A new template with its first version."""
    template = MailTemplate(key=key, name_sv=wording.name_sv, name_en=wording.name_en)
    db.session.add(template)
    db.session.flush()
    _add_version(template, wording.swedish, wording.english, made_by_id, now, number=1)
    return template


def rewrite(template: MailTemplate, wording: Wording, made_by_id: int | None, now: datetime) -> None:
    """Give a template other words, as a new version. The same words as before make none."""
    template.name_sv, template.name_en = wording.name_sv, wording.name_en
    current = current_version(template.id)
    if (wording.swedish, wording.english) != _both(current):
        _add_version(template, wording.swedish, wording.english, made_by_id, now, current.number + 1)


def switch(template: MailTemplate, *, is_active: bool) -> None:
    """Offer a template, or no longer. What has been planned with it is sent all the same."""
    template.is_active = is_active


def send_test(version: MailTemplateVersion, language: str, address: str, now: datetime) -> None:
    """Mail a version to ourselves, with examples in the place of what is filled in. Each call sends one."""
    key = f"template_test:{version.id}:{language}:{now.timestamp()}"
    context: dict[str, int | str] = {"version": version.id}
    queue("template_test", address=address, language=language, dedupe_key=key, context=context, now=now)


def use_again(version: MailTemplateVersion, made_by_id: int | None, now: datetime) -> None:
    """Make an earlier version's words the newest. The current one stays as it is."""
    current = current_version(version.template_id)
    if _both(version) != _both(current):
        _add_version(version.template, *_both(version), made_by_id, now, current.number + 1)


def ensure_templates(now: datetime) -> None:
    """Put in the house's own templates that the instance has never had. Those it has are the owner's: left alone."""
    known = set(db.session.scalars(sa.select(MailTemplate.key).where(MailTemplate.key.is_not(None))))
    for first in FIRST_TEMPLATES:
        if first.key not in known:
            add_template(Wording(first.name_sv, first.name_en, first.swedish, first.english), None, now, first.key)


def _both(version: MailTemplateVersion) -> tuple[Words, Words]:
    return Words(version.subject_sv, version.body_sv), Words(version.subject_en, version.body_en)


def _add_version(
    template: MailTemplate, swedish: Words, english: Words, made_by_id: int | None, now: datetime, number: int
) -> None:
    db.session.add(
        MailTemplateVersion(
            template=template,
            number=number,
            subject_sv=swedish.subject,
            body_sv=swedish.body,
            subject_en=english.subject,
            body_en=english.body,
            made_at=now,
            made_by_id=made_by_id,
        )
    )
    db.session.flush()
