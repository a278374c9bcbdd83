from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Model, UtcDateTime, one_of
from app.core.privacy import ACCOUNT, KEYED_HASH, NOT_PERSONAL, SECRET


class Role(StrEnum):
    """An owner may change settings and users; staff do everything else."""

    OWNER = "owner"
    STAFF = "staff"


class Theme(StrEnum):
    """How the dashboard looks; `system` follows the device."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class User(Model):
    """Somebody who may sign in to the dashboard."""

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), info=ACCOUNT)
    email_key: Mapped[str] = mapped_column(String(254), unique=True, info=ACCOUNT)
    """The address as compared: normalised and case-folded."""
    name: Mapped[str] = mapped_column(String(120), info=ACCOUNT)
    password_hash: Mapped[str | None] = mapped_column(String(200), info=SECRET)
    """argon2id; empty until the invited person has chosen a password."""
    role: Mapped[Role] = mapped_column(one_of(Role))
    language: Mapped[str] = mapped_column(String(2), default="sv", info=NOT_PERSONAL)
    theme: Mapped[Theme] = mapped_column(one_of(Theme), default=Theme.SYSTEM)
    is_active: Mapped[bool] = mapped_column(default=True)
    wants_enquiry_notices: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    session_token = ""
    """The token of the browser that the request comes from; only where the user was loaded for one."""
    is_authenticated = True
    is_anonymous = False

    @property
    def is_owner(self) -> bool:
        return self.role is Role.OWNER

    def get_id(self) -> str:
        """What Flask-Login keeps in the browser: the session's token, which ends with the session."""
        return self.session_token


class UserSession(Model):
    """One signed-in browser. The token itself is only in the browser; signing out deletes the row."""

    __tablename__ = "user_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, info=SECRET)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    browser: Mapped[str] = mapped_column(String(120), default="", info=ACCOUNT)

    user: Mapped[User] = relationship(lazy="joined")


class LinkPurpose(StrEnum):
    """What a one-time link lets its holder do."""

    CREATE_OWNER = "create_owner"
    CHOOSE_PASSWORD = "choose_password"  # noqa: S105  (a purpose, not a password)
    SIGN_IN = "sign_in"


class OneTimeLink(Model):
    """A link that works once and not for long."""

    __tablename__ = "one_time_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, info=SECRET)
    purpose: Mapped[LinkPurpose] = mapped_column(one_of(LinkPurpose))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SignInAttempt(Model):
    """A failed sign-in, kept while it counts against the account and the network address."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index("ix_sign_in_attempt_account_hash_at", "account_hash", "at"),
        Index("ix_sign_in_attempt_address_hash_at", "address_hash", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_hash: Mapped[str] = mapped_column(String(32), info=KEYED_HASH)
    address_hash: Mapped[str] = mapped_column(String(32), info=KEYED_HASH)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
