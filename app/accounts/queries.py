from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.models import OneTimeLink, Role, TaskReminder, User
from app.accounts.sessions import hash_token
from app.core.db import db


def has_users() -> bool:
    """Whether anybody has been let in yet."""
    return db.session.scalar(sa.select(sa.exists().select_from(User))) or False


def user_with(email_key: str) -> User | None:
    """The user with that address (as compared), whether or not they may sign in."""
    return db.session.scalar(sa.select(User).where(User.email_key == email_key))


def all_users() -> Sequence[User]:
    """Everybody, those who may sign in first."""
    return db.session.scalars(sa.select(User).order_by(User.is_active.desc(), User.name, User.id)).all()


def falls_to(
    user_id: int | sa.ColumnElement[int], owner_id: InstrumentedAttribute[int | None]
) -> sa.ColumnElement[bool]:
    """The condition that something is one user's to care for, or nobody's in particular."""
    return sa.or_(owner_id == user_id, owner_id.is_(None))


_ACTIVE = sa.select(User).where(User.is_active, User.role != Role.READER).order_by(User.name, User.id)


def active_users() -> Sequence[User]:
    """Those who may sign in and change something, by name: whom a lead can be handed to."""
    return db.session.scalars(_ACTIVE).all()


def has_colleagues() -> bool:
    """Whether more than one may sign in."""
    return (db.session.scalar(sa.select(sa.func.count()).where(User.is_active)) or 0) > 1


def users_who_want(*reminders: TaskReminder) -> Sequence[User]:
    """Those who may sign in and have chosen one of these ways to be reminded of tasks."""
    query = sa.select(User).where(User.is_active, User.task_reminder.in_(reminders))
    return db.session.scalars(query.order_by(User.id)).all()


def owners_to_change() -> Sequence[int]:
    """The keys of the owners who may sign in, locked until the write ends: of two changes at once one comes first."""
    query = sa.select(User.id).where(User.role == Role.OWNER, User.is_active).order_by(User.id)
    return db.session.scalars(query.with_for_update()).all()


def usable_link(token: str, now: datetime) -> OneTimeLink | None:
    """The link of a token, while it has been neither used nor outlived."""
    query = sa.select(OneTimeLink).where(OneTimeLink.token_hash == hash_token(token), OneTimeLink.used_at.is_(None))
    return db.session.scalar(query.where(OneTimeLink.expires_at > now))


def first_owner() -> User:
    """The owner who was let in first. NoResultFound where nobody is."""
    query = sa.select(User).where(User.role == Role.OWNER, User.is_active).order_by(User.id).limit(1)
    return db.session.scalars(query).one()
