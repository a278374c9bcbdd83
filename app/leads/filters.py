"""What can be asked of the list of leads and of the board, besides words. Rooms above this one register more."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import aliased

from app.accounts.queries import all_users
from app.articles.queries import every as every_article
from app.contacts.filters import ABOUT_CONTACT, THE_CONTACT, TIMES, tag_choices, when_active, words_of_each
from app.contacts.models import Contact, Subject, SubjectKind
from app.core import conditions
from app.core.conditions import ME, NONE, Condition, Found, Values, Way, is_among, is_any_of
from app.core.labels import label, name_here
from app.core.language import local_day, local_zone
from app.core.periods import WITHIN, on_moment
from app.core.wall_clock import start_of_day
from app.leads.models import IS_ADRIFT, Lead, LeadStage
from app.leads.own_stages import every_stage, stage_called, stages_in_order, stands_in
from app.leads.stages import OPEN, Stage
from app.leads.stale import Staleness, is_stale
from app.leads.tags import LeadTag
from app.mail.models import NEEDS_PERSON, Message, MessageClass, MessageState

LeadCondition = Condition
LIST = "leads"
NOBODY = "0"
"""Stands for "no owner" and "no article" where one is chosen."""
THE_LEAD = _l("Affären")
NEXT = _l("Det som väntar")
CAME = (_l("Kom in"), _l("Kom in tidigast"), _l("Kom in senast"))

HAVE_LEADS = {
    "open": _l("Har en öppen"),
    "won": _l("Har en vunnen"),
    "lost": _l("Har en förlorad"),
    NONE: _l("Har ingen"),
}
STEPS = {
    "late": _l("Försenat"),
    "today": _l("I dag"),
    "week": _l("Inom sju dagar"),
    NONE: _l("Inget planerat"),
}
MESSAGES = {"bounced": _l("Det senaste kom inte fram")}
RESTS = {"week": _l("Vaknar inom sju dagar"), "month": _l("Vaknar inom 30 dagar"), "dated": _l("Vilar till en dag")}


def register(app: Flask, *more: LeadCondition) -> None:
    """Let leads be asked for by what a room knows of them. A name is registered once."""
    conditions.register(app, LIST, *more)


def stage_asked(own: LeadStage) -> str:
    """What asks for those in it: the word of the meaning where that has but one stage, so that `won` is any won."""
    is_alone = sum(known.meaning is own.meaning for known in every_stage()) == 1
    return own.meaning if is_alone else str(own.id)


def _stage_choices() -> Mapping[str, Any]:
    return {"open": _l("Alla öppna"), **{stage_asked(own): name_here(own) for own in stages_in_order()}}


def _more_stages() -> Mapping[str, Any]:
    """The meanings as such, and stages that were put away and may still have leads."""
    meanings = {meaning.value: label(meaning) for meaning in Stage}
    return {**meanings, **{str(own.id): name_here(own) for own in every_stage()}}


def _in_stage(values: Values, _now: datetime) -> Found:
    own = [stage_called(int(value)) for value in values if value.isdecimal()]
    meanings = [Stage(value) for value in values if value in list(Stage)]
    meanings += OPEN if "open" in values else ()
    return sa.or_(Lead.stage.in_(meanings), *(stands_in(stage) for stage in own if stage))


def _owner_choices() -> Mapping[str, Any]:
    return {ME: _l("Mina"), NOBODY: _l("Ingens"), **{str(user.id): user.name for user in all_users()}}


def _owned_by(values: Values, _now: datetime) -> Found:
    return sa.or_(*(Lead.owner_id == _key(value) for value in values))


def _article_choices() -> Mapping[str, Any]:
    return {**{str(article.id): article.title for article in every_article()}, NOBODY: _l("Ingen artikel")}


def _from_article(values: Values, _now: datetime) -> Found:
    return sa.or_(*(Lead.article_id == _key(value) for value in values))


def _key(value: str) -> int | None:
    return None if value == NOBODY else int(value)


def _with_tag(values: Values, _now: datetime) -> Found:
    return sa.select(LeadTag.lead_id).where(LeadTag.tag_id.in_([int(value) for value in values]))


def _next_step(values: Values, now: datetime) -> Found:
    today, week = (start_of_day(local_day(now) + timedelta(days=days), local_zone()) for days in (1, 7))
    found: dict[str, sa.ColumnElement[bool]] = {
        "late": Lead.next_step_at <= now,
        "today": sa.and_(Lead.next_step_at > now, Lead.next_step_at <= today),
        "week": sa.and_(Lead.next_step_at > now, Lead.next_step_at <= week),
        NONE: sa.and_(Lead.next_step_at.is_(None), IS_ADRIFT),
    }
    return sa.or_(*(found[value] for value in values))


def _stands_still(values: Values, now: datetime) -> Found:
    return sa.or_(*(is_stale(Staleness(value), now) for value in values))


def _rests(values: Values, now: datetime) -> Found:
    today = local_day(now)
    found: dict[str, sa.ColumnElement[bool]] = {
        "week": Lead.rests_until_on <= today + timedelta(days=7),
        "month": Lead.rests_until_on <= today + timedelta(days=30),
        "dated": Lead.rests_until_on.is_not(None),
    }
    return sa.or_(*(found[value] for value in values))


def _worth_from(values: Values, _now: datetime) -> Found:
    return Lead.value_ore >= int(values[0]) * 100


def _worth_to(values: Values, _now: datetime) -> Found:
    return Lead.value_ore <= int(values[0]) * 100


def _bounced(_values: Values, _now: datetime) -> Found:
    """Where the last mail to them that was tried was turned down by their server."""
    later = aliased(Message)
    got_through = sa.exists().where(
        later.lead_id == Message.lead_id,
        later.id > Message.id,
        later.state == MessageState.SENT,
        later.message_class != MessageClass.INTERNAL,
    )
    turned_down = sa.select(Message.lead_id).where(
        NEEDS_PERSON,
        Message.state == MessageState.FAILED,
        Message.message_class != MessageClass.INTERNAL,
        Message.lead_id.is_not(None),
    )
    return turned_down.where(~got_through)


def _about(values: Values, _now: datetime) -> Found:
    subjects = sa.select(Subject.id).where(Subject.kind.in_([SubjectKind(value) for value in values]))
    return is_among(Lead.subject_id, subjects)


def _of_contact(condition: Condition) -> LeadCondition:
    """The same asked of a lead's contact."""

    def found(values: Values, now: datetime) -> Found:
        contacts = condition.found(values, now)
        if isinstance(contacts, sa.ColumnElement):
            raise TypeError(f"{condition.name} must find the keys of contacts")
        return is_among(Lead.contact_id, contacts)

    return Condition(condition.name, condition.label, condition.choices, found, condition.group)


def _have_leads(values: Values, _now: datetime) -> Found:
    of_contacts = sa.select(Lead.contact_id)
    found = {
        "open": of_contacts.where(Lead.stage.in_(OPEN)),
        "won": of_contacts.where(Lead.stage == Stage.WON),
        "lost": of_contacts.where(Lead.stage == Stage.LOST),
    }
    return is_any_of(Contact.id, values, found, of_contacts)


ABOUT_CONTACTS = (Condition("leads", _l("Affärer"), lambda: HAVE_LEADS, _have_leads, THE_CONTACT),)
"""What contacts can be asked for by their leads."""

CONDITIONS = (
    Condition("stage", _l("Steg"), _stage_choices, _in_stage, THE_LEAD, also_read=_more_stages),
    Condition("owner", _l("Ansvarig"), _owner_choices, _owned_by, THE_LEAD),
    Condition("tag", _l("Tagg"), tag_choices, _with_tag, THE_LEAD),
    Condition("article", _l("Artikel"), _article_choices, _from_article, THE_LEAD),
    Condition("value_from", _l("Värde från, kronor"), dict, _worth_from, THE_LEAD, Way.KRONOR),
    Condition("value_to", _l("Värde till, kronor"), dict, _worth_to, THE_LEAD, Way.KRONOR),
    Condition("step", _l("Nästa steg"), lambda: STEPS, _next_step, NEXT),
    Condition("stale", _l("Har stannat upp"), words_of_each(Staleness), _stands_still, NEXT),
    Condition("rests", _l("Vila"), lambda: RESTS, _rests, NEXT),
    Condition("message", _l("Mejl"), lambda: MESSAGES, _bounced, NEXT),
    Condition("subject", _l("Gäller"), words_of_each(SubjectKind), _about, THE_CONTACT),
    *map(_of_contact, ABOUT_CONTACT),
    *on_moment(Lead.created_at, "created", CAME, TIMES, WITHIN),
    *when_active(Lead.active_at),
)
