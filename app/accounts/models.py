from datetime import datetime, time
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Model, UtcDateTime, one_of
from app.core.privacy import ACCOUNT, KEYED_HASH, NOT_PERSONAL, SECRET


class Role(StrEnum):
    """An owner may change settings and users; staff do everything else; a reader looks and changes nothing."""

    OWNER = "owner"
    STAFF = "staff"
    READER = "reader"


class Theme(StrEnum):
    """How the dashboard looks; `system` follows the device."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class TaskReminder(StrEnum):
    """How a user is reminded of tasks: never, of the day's together, or of each so long before."""

    NONE = "none"
    MORNING = "morning"
    QUARTER = "quarter"
    HOUR = "hour"
    DAY = "day"


class User(Model):
    """Somebody who may sign in to the dashboard."""

    __tablename__ = "user_account"
    __table_args__ = (
        CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name="quiet_hours_have_both_ends"),
    )

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
    task_reminder: Mapped[TaskReminder] = mapped_column(one_of(TaskReminder), default=TaskReminder.HOUR)
    wants_digest: Mapped[bool] = mapped_column(default=True)
    wants_weekly_summary: Mapped[bool] = mapped_column(default=True)
    wants_heartbeat: Mapped[bool] = mapped_column(default=False)
    """Whether a week without anything to tell is told as well."""
    quiet_from: Mapped[time | None] = mapped_column(info=ACCOUNT)
    quiet_until: Mapped[time | None] = mapped_column(info=ACCOUNT)
    """Wall clock: between the two, notices wait until the second."""
    notices_chosen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the wishes above were last changed; empty while they are those of a new account."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    session_token = ""
    """The token of the browser that the request comes from; only where the user was loaded for one."""
    is_authenticated = True
    is_anonymous = False

    @property
    def is_owner(self) -> bool:
        return self.role is Role.OWNER

    @property
    def may_change(self) -> bool:
        """Whether they may change more than what is their own: password, looks, notices."""
        return self.role is not Role.READER

    @property
    def notices_since(self) -> datetime:
        """Nobody is told what was to be told before they asked for it."""
        return self.notices_chosen_at or self.created_at

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
