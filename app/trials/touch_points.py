"""The care around a loan: what is said or asked, and when."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Model, UtcDateTime, one_of
from app.core.privacy import NOT_PERSONAL
from app.trials.models import Trial


class TouchPointKind(StrEnum):
    """What is done on the day; `care.py` says when that is."""

    STARTED_WELL = "started_well"
    CHECK_IN_EARLY = "check_in_early"
    CHECK_IN_LATER = "check_in_later"
    ENDS_SOON = "ends_soon"
    DECISION = "decision"
    OVERDUE_TASK = "overdue_task"
    OVERDUE_MAIL = "overdue_mail"
    OVERDUE_AGAIN = "overdue_again"


ASKS_FOR_THE_UNIT = (TouchPointKind.OVERDUE_TASK, TouchPointKind.OVERDUE_MAIL, TouchPointKind.OVERDUE_AGAIN)
"""It waits while the unit is said to be on its way back, for that may never come."""


class TouchPointState(StrEnum):
    """Planned until it is done, or there is no use for it any more."""

    PLANNED = "planned"
    DONE = "done"
    SKIPPED = "skipped"


IS_PLANNED = text("state = 'planned'")


class TouchPoint(Model):
    """One thing that a loan is owed on a day. Moved with the days of its loan until it is done.

    Of each kind at most one is planned; a loan that is extended may be owed again what was done before its former end.
    """

    __tablename__ = "touch_point"
    __table_args__ = (
        CheckConstraint("(state = 'planned') = (settled_at IS NULL)", name="settled_has_a_moment"),
        Index(
            "ix_touch_point_planned_once",
            "trial_id",
            "kind",
            unique=True,
            sqlite_where=IS_PLANNED,
            postgresql_where=IS_PLANNED,
        ),
        Index("ix_touch_point_trial_id", "trial_id"),
        Index("ix_touch_point_due", "due_on", "id", sqlite_where=IS_PLANNED, postgresql_where=IS_PLANNED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id", ondelete="CASCADE"))
    kind: Mapped[TouchPointKind] = mapped_column(one_of(TouchPointKind))
    due_on: Mapped[date] = mapped_column(info=NOT_PERSONAL)
    """The local day."""
    state: Mapped[TouchPointState] = mapped_column(one_of(TouchPointState), default=TouchPointState.PLANNED)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    trial: Mapped[Trial] = relationship()
