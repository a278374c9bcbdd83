import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from app.accounts.models import LinkPurpose, OneTimeLink, Role, Theme, User, UserSession
from app.accounts.queries import has_users, owners_to_change, user_with
from app.accounts.sessions import end_sessions, hash_token
from app.core.db import db
from app.core.errors import RuleBroken
from app.core.mail_addresses import address_key, normalised

OWNER_LINK_LASTS = timedelta(minutes=30)
INVITATION_LASTS = timedelta(days=7)


def add_user(
    email: str, name: str, role: Role, now: datetime, *, language: str = "sv", password_hash: str | None = None
) -> User:
    """Let somebody sign in, once they have a password. Refuses an address that is none, or is taken."""
    address = normalised(email)
    key = address_key(address)
    if address is None or key is None:
        raise RuleBroken(_("Det där är ingen e-postadress. Skriv den som namn@exempel.se."))
    if user_with(key) is not None:
        raise RuleBroken(_("Det finns redan en användare med den e-postadressen."))
    user = User(
        email=address,
        email_key=key,
        name=name,
        role=role,
        language=language,
        password_hash=password_hash,
        created_at=now,
    )
    db.session.add(user)
    db.session.flush()
    return user


def create_link(purpose: LinkPurpose, user: User | None, now: datetime, valid_for: timedelta) -> str:
    """A link that works once; its token, which is stored nowhere. Earlier ones of the same kind stop working."""
    earlier = sa.update(OneTimeLink).where(OneTimeLink.purpose == purpose, OneTimeLink.used_at.is_(None))
    whose = OneTimeLink.user_id.is_(None) if user is None else OneTimeLink.user_id == user.id
    db.session.execute(earlier.where(whose).values(used_at=now))
    token = secrets.token_urlsafe(32)
    db.session.add(
        OneTimeLink(
            token_hash=hash_token(token), purpose=purpose, user_id=user.id if user else None, expires_at=now + valid_for
        )
    )
    return token


def create_owner_link(now: datetime) -> str:
    """The link by which the first owner is made. Refused as soon as there is a user."""
    if has_users():
        raise RuleBroken(_("Det finns redan en användare. Be en ägare om en inbjudan."))
    return create_link(LinkPurpose.CREATE_OWNER, None, now, OWNER_LINK_LASTS)


def invite(user: User, now: datetime) -> str:
    """A link by which the user chooses a password, the first one or a new one."""
    if not user.is_active:
        raise RuleBroken(_("%(name)s är avstängd. Släpp in personen igen först.", name=user.name))
    return create_link(LinkPurpose.CHOOSE_PASSWORD, user, now, INVITATION_LASTS)


def use_link(token: str, purpose: LinkPurpose, now: datetime) -> User | None:
    """Use up a link, and give back the user it is for. Of two calls at once, one is refused."""
    used = sa.update(OneTimeLink).where(OneTimeLink.token_hash == hash_token(token), OneTimeLink.purpose == purpose)
    used = used.where(OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > now)
    row = db.session.execute(used.values(used_at=now).returning(OneTimeLink.user_id)).one_or_none()
    if row is None:
        raise RuleBroken(_("Länken har använts eller slutat gälla. Be om en ny."))
    return db.session.get(User, row.user_id) if row.user_id else None


def create_owner(token: str, email: str, name: str, password_hash: str, now: datetime, language: str) -> User:
    """The first user, by the link that the server printed when it started."""
    use_link(token, LinkPurpose.CREATE_OWNER, now)
    if has_users():
        raise RuleBroken(_("Det finns redan en användare. Be en ägare om en inbjudan."))
    return add_user(email, name, Role.OWNER, now, language=language, password_hash=password_hash)


def choose_password(token: str, password_hash: str, now: datetime) -> User:
    """Set the password of the user whom the link was made for. Whoever was signed in as them is signed out."""
    user = _active(use_link(token, LinkPurpose.CHOOSE_PASSWORD, now))
    set_password(user, password_hash)
    return user


def follow_sign_in_link(token: str, now: datetime) -> User:
    """The user whom the link lets in."""
    return _active(use_link(token, LinkPurpose.SIGN_IN, now))


def _active(user: User | None) -> User:
    if user is None or not user.is_active:
        raise RuleBroken(_("Kontot är avstängt. Be en ägare släppa in dig igen."))
    return user


def set_password(user: User, password_hash: str, *, keep_token: str = "") -> None:
    """A new password; every session ends but the one with the token `keep_token`."""
    user.password_hash = password_hash
    end_sessions(user, but=keep_token)


def change_role(user: User, role: Role) -> None:
    """What somebody may do from now on. The last owner stays one."""
    if user.is_owner and role is not Role.OWNER:
        _refuse_last_owner(user)
    user.role = role


def shut_out(user: User, actor: User) -> None:
    """Let somebody sign in no more, from now on and everywhere; what they did stays. Links they hold stop working."""
    if user.id == actor.id:
        raise RuleBroken(_("Du kan inte stänga av dig själv. Be en annan ägare."))
    _refuse_last_owner(user)
    user.is_active = False
    end_sessions(user)
    db.session.execute(sa.delete(OneTimeLink).where(OneTimeLink.user_id == user.id))


def let_in_again(user: User) -> None:
    """Undo `shut_out`: the password is what it was."""
    user.is_active = True


def _refuse_last_owner(user: User) -> None:
    if user.is_owner and user.is_active and list(owners_to_change()) == [user.id]:
        raise RuleBroken(_("Minst en ägare behövs. Gör någon annan till ägare först."))


def describe_user(user: User, facts: Mapping[str, Any]) -> None:
    """What users say of themselves: name, language, theme. The rest stays."""
    for name, value in facts.items():
        setattr(user, name, value)


def choose_notices(user: User, wishes: Mapping[str, Any], now: datetime) -> None:
    """What the user is told of by mail, and when not. Counts from now: nothing of before is told after the fact."""
    describe_user(user, wishes)
    user.notices_chosen_at = now


def choose_looks(user: User, *, theme: Theme | None = None, language: str | None = None) -> None:
    """How the dashboard looks and which language it speaks to the user; None leaves it as it is."""
    user.theme = theme or user.theme
    user.language = language or user.language


def forget_old(now: datetime) -> int:
    """Remove sessions and links that have ended; how many. Nobody could use them any more."""
    sessions = sa.delete(UserSession).where(UserSession.expires_at <= now).returning(UserSession.id)
    is_over = sa.or_(OneTimeLink.expires_at <= now, OneTimeLink.used_at.is_not(None))
    links = sa.delete(OneTimeLink).where(is_over).returning(OneTimeLink.id)
    return len(db.session.scalars(sessions).all()) + len(db.session.scalars(links).all())
