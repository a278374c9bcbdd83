from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.crypto import EncryptedText
from app.core.db import Model, UtcDateTime, one_of
from app.core.privacy import HEALTH, NOT_PERSONAL


class ListOf(StrEnum):
    """What a list is a list of."""

    LEADS = "leads"
    CONTACTS = "contacts"


class SavedView(Model):
    """What was asked of a list, by a name: filters, order and columns. The maker's own, or shared with all."""

    __tablename__ = "saved_view"
    __table_args__ = (Index("ix_saved_view_list_of_user_id", "list_of", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    list_of: Mapped[ListOf] = mapped_column(one_of(ListOf))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    """Who made it; a shared one outlives them."""
    is_shared: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str] = mapped_column(EncryptedText("saved_view.name"), info=HEALTH)
    asked: Mapped[str] = mapped_column(EncryptedText("saved_view.asked"), info=HEALTH)
    """The query of the list's address, which may hold a name that was searched for."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    """Since when nobody sees it, for as long as that can be taken back."""

    user: Mapped[User | None] = relationship()


class ListColumns(Model):
    """Which columns of a list a user wants to see, in which order, where the address names none."""

    __tablename__ = "list_columns"
    __table_args__ = (UniqueConstraint("user_id", "list_of"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    list_of: Mapped[ListOf] = mapped_column(one_of(ListOf))
    columns: Mapped[str] = mapped_column(String(300), info=NOT_PERSONAL)
    """Their words, separated by commas."""


class BulkKind(StrEnum):
    """What can be done to many at once; all but an erasure can be taken back."""

    OWNER = "owner"
    STAGE = "stage"
    TAG = "tag"
    UNTAG = "untag"
    PLAN = "plan"
    NEXT_STEP = "next_step"
    ERASE = "erase"


class BulkState(StrEnum):
    """How far a change to many has come. While it is under way, its rows are carried out some at a time."""

    CHOSEN = "chosen"
    RUNNING = "running"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"


UNDER_WAY = (BulkState.RUNNING, BulkState.UNDOING)


class BulkChange(Model):
    """One change to many at once: chosen, looked at beforehand, carried out row by row, perhaps taken back."""

    __tablename__ = "bulk_change"
    __table_args__ = (CheckConstraint("rows_changed >= 0", name="rows_are_counted"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    list_of: Mapped[ListOf] = mapped_column(one_of(ListOf))
    kind: Mapped[BulkKind] = mapped_column(one_of(BulkKind))
    state: Mapped[BulkState] = mapped_column(one_of(BulkState), default=BulkState.CHOSEN)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    came_from: Mapped[str | None] = mapped_column(EncryptedText("bulk_change.came_from"), info=HEALTH)
    """The address of the list as it was asked, where one comes back to; empty once it can be taken back no more."""
    choice: Mapped[str | None] = mapped_column(EncryptedText("bulk_change.choice"), info=HEALTH)
    """In JSON what becomes of the rows (which owner, which stage and why); empty before it is said, and afterwards."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When its last row was carried out; from then on it can be taken back for a while."""
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    rows_changed: Mapped[int] = mapped_column(default=0)

    actor: Mapped[User | None] = relationship(foreign_keys=actor_id)

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY


class RowState(StrEnum):
    """What became of one row: changed, or left as it was; then restored, or kept since somebody has changed it."""

    WAITING = "waiting"
    CHANGED = "changed"
    LEFT = "left"
    RESTORED = "restored"
    KEPT = "kept"


class BulkChangeRow(Model):
    """One of the many: what has become of it, and how it was before for as long as that can be taken back."""

    __tablename__ = "bulk_change_row"

    change_id: Mapped[int] = mapped_column(ForeignKey("bulk_change.id", ondelete="CASCADE"), primary_key=True)
    row_id: Mapped[int] = mapped_column(primary_key=True)
    """The key of the lead or the contact."""
    state: Mapped[RowState] = mapped_column(one_of(RowState), default=RowState.WAITING)
    before: Mapped[str | None] = mapped_column(EncryptedText("bulk_change_row.before"), info=HEALTH)
    """In JSON what undoing needs to know."""
    why: Mapped[str | None] = mapped_column(EncryptedText("bulk_change_row.why"), info=HEALTH)
    """Why it was left or kept as it is, in the language of whoever asked."""
