from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.crypto import EncryptedText
from app.core.db import Model, UtcDateTime, one_of
from app.core.privacy import HEALTH, NOT_PERSONAL
from app.leads.models import Lead


class FollowUpKind(StrEnum):
    """What is to be done."""

    ANSWER = "answer"
    CALL = "call"
    MAIL = "mail"
    VISIT = "visit"
    OTHER = "other"


REACHES_OUT = (FollowUpKind.CALL, FollowUpKind.MAIL, FollowUpKind.VISIT)
"""To have done one of these is to have reached out to them."""


class FollowUpState(StrEnum):
    """Open until it is done, or skipped with a reason."""

    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"


IS_OPEN = text("state = 'open'")


class FollowUp(Model):
    """What we owe a lead next: a task for a person. A lead's next step is the earliest, or an appointment."""

    __tablename__ = "follow_up"
    __table_args__ = (
        CheckConstraint("(state = 'open') = (done_at IS NULL)", name="done_has_a_moment"),
        Index("ix_follow_up_due", "due_at", "id", sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
        Index(
            "ix_follow_up_lead_id_due_at_id", "lead_id", "due_at", "id", sqlite_where=IS_OPEN, postgresql_where=IS_OPEN
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id", ondelete="CASCADE"), index=True)
    kind: Mapped[FollowUpKind] = mapped_column(one_of(FollowUpKind))
    title: Mapped[str | None] = mapped_column(EncryptedText("follow_up.title"), info=HEALTH)
    """The reseller's own words; empty when the kind says it all."""
    due_on: Mapped[date | None] = mapped_column(info=NOT_PERSONAL)
    """Set when a whole day is meant: that day, whatever the zone."""
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it becomes late; the local end of `due_on` for a whole day."""
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    state: Mapped[FollowUpState] = mapped_column(one_of(FollowUpState), default=FollowUpState.OPEN)
    is_suggested: Mapped[bool] = mapped_column(default=False)
    """Planned by itself, so that the lead is not adrift; it gives way to the first step that somebody plans."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    planned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it was last decided when it is due: nobody is reminded of a moment that had passed by then."""
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    reason: Mapped[str | None] = mapped_column(EncryptedText("follow_up.reason"), info=HEALTH)
    """Why it was skipped."""

    lead: Mapped[Lead] = relationship()
    owner: Mapped[User | None] = relationship(foreign_keys=owner_id)
