"""How it goes, in the borrower's own numbers. Never a medical result."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.consultations.kinds import Audience
from app.core.crypto import EncryptedText
from app.core.db import Model, UtcDateTime, one_of
from app.core.privacy import NOT_PERSONAL, OWN_RATING
from app.trials.models import Trial


class Scale(Model):
    """Something that borrowers rate from 0 to 10: sleep, energy, stiffness. The owner chooses which."""

    __tablename__ = "scale"

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
    audience: Mapped[Audience] = mapped_column(one_of(Audience))
    name_sv: Mapped[str] = mapped_column(String(60), info=NOT_PERSONAL)
    name_en: Mapped[str] = mapped_column(String(60), info=NOT_PERSONAL)
    low_sv: Mapped[str] = mapped_column(String(60), info=NOT_PERSONAL)
    low_en: Mapped[str] = mapped_column(String(60), info=NOT_PERSONAL)
    """What 0 means."""
    high_sv: Mapped[str] = mapped_column(String(60), info=NOT_PERSONAL)
    high_en: Mapped[str] = mapped_column(String(60), info=NOT_PERSONAL)
    """What 10 means."""
    is_active: Mapped[bool] = mapped_column(default=True)


class CheckInKind(StrEnum):
    """Which of the check-ins of a loan it is; any further one is the borrower's own."""

    BASELINE = "baseline"
    EARLY = "early"
    LATER = "later"
    OWN = "own"


class CheckIn(Model):
    """One time that a borrower, or we with them at the hand-over, said how it goes. Deleted some time after it."""

    __tablename__ = "check_in"
    __table_args__ = (UniqueConstraint("trial_id", "day_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id", ondelete="CASCADE"))
    kind: Mapped[CheckInKind] = mapped_column(one_of(CheckInKind))
    day_on: Mapped[date] = mapped_column(info=NOT_PERSONAL)
    """The local day: one check-in a day, and the same form again changes that day's."""
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    words: Mapped[str | None] = mapped_column(EncryptedText("check_in.words"), info=OWN_RATING)
    """A free line."""
    wants_call: Mapped[bool] = mapped_column(default=False)

    trial: Mapped[Trial] = relationship()
    ratings: Mapped[list["Rating"]] = relationship(
        order_by="Rating.id", cascade="all, delete-orphan", passive_deletes=True
    )


class Rating(Model):
    """One number of a check-in."""

    __tablename__ = "rating"
    __table_args__ = (UniqueConstraint("check_in_id", "scale_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    check_in_id: Mapped[int] = mapped_column(ForeignKey("check_in.id", ondelete="CASCADE"))
    scale_id: Mapped[int] = mapped_column(ForeignKey("scale.id"))
    value: Mapped[str] = mapped_column(EncryptedText("rating.value"), info=OWN_RATING)
    """0 to 10."""

    scale: Mapped[Scale] = relationship()


class AnonymousRating(Model):
    """A number that nobody can be told from: its check-in is deleted, and it keeps no loan, day or unit."""

    __tablename__ = "anonymous_rating"
    __table_args__ = (CheckConstraint("value BETWEEN 0 AND 10", name="value_on_scale"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    scale_id: Mapped[int] = mapped_column(ForeignKey("scale.id"), index=True)
    weeks_in: Mapped[int]
    """In which week of the loan; the baseline is 0."""
    value: Mapped[int]


class TrialRules(Model):
    """What the owner has decided for all trials; one row."""

    __tablename__ = "trial_rules"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("ratings_kept_days > 0 AND answers_kept_days > 0", name="kept_for_some_days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ratings_kept_days: Mapped[int] = mapped_column(default=180)
    """After the loan has ended check-ins are deleted; their numbers stay, without identity."""
    answers_kept_days: Mapped[int] = mapped_column(default=180)
    """After the loan has ended what was answered about suitability, and photos, are deleted."""
