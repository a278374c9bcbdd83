from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.articles.models import Article
from app.consultations.kinds import Audience
from app.core.crypto import EncryptedText
from app.core.db import Model, UtcDateTime, one_of
from app.core.privacy import HEALTH, IDENTITY, LOAN, NOT_PERSONAL, SECRET
from app.leads.models import Lead, LostReason
from app.trials.units import DeviceModel, DeviceUnit


class TrialState(StrEnum):
    """Where a loan stands, in the order that it walks; the last five are ends. `moves.py` says what leads where."""

    REQUESTED = "requested"
    SUITABLE = "suitable"
    RESERVED = "reserved"
    AGREED = "agreed"
    OUT = "out"
    DECISION = "decision"
    RETURNING = "returning"
    RECEIVED = "received"
    CHECKED = "checked"
    BOUGHT = "bought"
    NOT_BOUGHT = "not_bought"
    LOST = "lost"
    DECLINED = "declined"
    CANCELLED = "cancelled"


BEFORE_OUT = (TrialState.REQUESTED, TrialState.SUITABLE, TrialState.RESERVED, TrialState.AGREED)
WITH_BORROWER = (TrialState.OUT, TrialState.DECISION, TrialState.RETURNING)
"""The unit is not with us."""
ENDS = (TrialState.BOUGHT, TrialState.NOT_BOUGHT, TrialState.LOST, TrialState.DECLINED, TrialState.CANCELLED)

IS_OPEN = text("settled_at IS NULL")
IS_WITH_BORROWER = text("state IN ('out', 'decision', 'returning')")
"""Literal words, so that both databases see that the index answers it."""


class Decision(StrEnum):
    """What the borrower has said will become of it, before the unit is back."""

    BUYS_THIS = "buys_this"
    BUYS_NEW = "buys_new"
    RETURNS = "returns"


class Trial(Model):
    """A loan of one unit, tied to its lead. It outlives an erased lead, so that the unit is found again."""

    __tablename__ = "trial"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="starts_before_it_ends"),
        CheckConstraint("(starts_on IS NULL) = (ends_on IS NULL)", name="has_both_ends"),
        CheckConstraint(
            "state IN ('requested', 'suitable', 'declined', 'cancelled')"
            " OR (unit_id IS NOT NULL AND starts_on IS NOT NULL)",
            name="lends_a_unit_for_some_days",
        ),
        CheckConstraint(
            "(state IN ('bought', 'not_bought', 'lost', 'declined', 'cancelled')) = (settled_at IS NOT NULL)",
            name="settled_has_a_moment",
        ),
        CheckConstraint("price_ore >= 0 AND deposit_ore >= 0", name="amounts_are_no_debts"),
        Index("ix_trial_lead_id", "lead_id"),
        Index("ix_trial_unit_id_starts_on", "unit_id", "starts_on"),
        Index("ix_trial_open", "ends_on", "id", sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
        Index(
            "ix_trial_one_borrower",
            "unit_id",
            unique=True,
            sqlite_where=IS_WITH_BORROWER,
            postgresql_where=IS_WITH_BORROWER,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    nonce: Mapped[str | None] = mapped_column(String(32), unique=True, info=SECRET)
    """The number of the form it was asked for with: the same form again is the same trial. Empty when made by us."""
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("lead.id", ondelete="SET NULL"))
    """Empty once the person has been erased."""
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id", ondelete="SET NULL"))
    """The article that it was asked for from, else the one that the lead came from."""
    audience: Mapped[Audience] = mapped_column(one_of(Audience))
    """Whether a person or a horse tries it."""
    model_id: Mapped[int] = mapped_column(ForeignKey("device_model.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("device_unit.id"))
    """Kept for it from the reservation; which one goes out is said at the hand-over."""
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    """Who of us cares for it."""
    state: Mapped[TrialState] = mapped_column(one_of(TrialState))
    version: Mapped[int] = mapped_column(default=0)
    """One more each time its days change, so that mails of old days are not sent."""
    starts_on: Mapped[date | None] = mapped_column(info=NOT_PERSONAL)
    ends_on: Mapped[date | None] = mapped_column(info=NOT_PERSONAL)
    """The first and the last day with the borrower, both counted; local days."""
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    handed_over_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision: Mapped[Decision | None] = mapped_column(one_of(Decision))
    """What becomes of the unit, as soon as it has been said."""
    lost_reason_id: Mapped[int | None] = mapped_column(ForeignKey("lost_reason.id"))
    """Why it was not bought."""
    new_unit_id: Mapped[int | None] = mapped_column(ForeignKey("device_unit.id"))
    """The unit sold in its place, where we have its number."""
    is_suspect: Mapped[bool] = mapped_column(default=False)
    """Whether the request looked like spam; nothing is mailed of it until somebody here says yes."""
    wishes: Mapped[str | None] = mapped_column(EncryptedText("trial.wishes"), info=HEALTH)
    """What the visitor wrote when asking."""

    borrower_name: Mapped[str] = mapped_column(String(120), info=LOAN)
    email: Mapped[str | None] = mapped_column(String(254), info=LOAN)
    phone: Mapped[str | None] = mapped_column(String(40), info=LOAN)
    street_address: Mapped[str | None] = mapped_column(String(200), info=LOAN)
    postcode: Mapped[str | None] = mapped_column(String(12), info=LOAN)
    city: Mapped[str | None] = mapped_column(String(80), info=LOAN)
    """Where the unit is."""
    language: Mapped[str] = mapped_column(String(2), default="sv", info=NOT_PERSONAL)

    deposit_ore: Mapped[int] = mapped_column(default=0)
    deposit_in_on: Mapped[date | None] = mapped_column(info=NOT_PERSONAL)
    deposit_out_on: Mapped[date | None] = mapped_column(info=NOT_PERSONAL)
    """When it was paid to us, and paid back."""
    price_ore: Mapped[int] = mapped_column(default=0)
    """As agreed."""
    sold_on: Mapped[date | None] = mapped_column(info=NOT_PERSONAL)
    commission_note: Mapped[str | None] = mapped_column(EncryptedText("trial.commission_note"), info=IDENTITY)

    lead: Mapped[Lead | None] = relationship()
    article: Mapped[Article | None] = relationship()
    model: Mapped[DeviceModel] = relationship()
    unit: Mapped[DeviceUnit | None] = relationship(foreign_keys=unit_id)
    new_unit: Mapped[DeviceUnit | None] = relationship(foreign_keys=new_unit_id)
    owner: Mapped[User | None] = relationship()
    lost_reason: Mapped[LostReason | None] = relationship()

    @property
    def is_open(self) -> bool:
        """Whether something is still to happen; `IS_OPEN` says the same to the database."""
        return self.settled_at is None

    @property
    def is_with_borrower(self) -> bool:
        """Whether the unit is not with us; `IS_WITH_BORROWER` says the same to the database."""
        return self.state in WITH_BORROWER


class UnitDay(Model):
    """A day on which a unit is taken, the pause after a loan included.

    The primary key is what keeps two loans apart, whoever writes first.
    """

    __tablename__ = "unit_day"

    unit_id: Mapped[int] = mapped_column(ForeignKey("device_unit.id", ondelete="CASCADE"), primary_key=True)
    day_on: Mapped[date] = mapped_column(primary_key=True, info=NOT_PERSONAL)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id", ondelete="CASCADE"), index=True)


class TrialChange(Model):
    """One change of a loan: who, when, from what, to what. Written once."""

    __tablename__ = "trial_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    """Who did it; empty for the borrower and for what happens by itself."""
    from_state: Mapped[TrialState | None] = mapped_column(one_of(TrialState, "from_state"))
    to_state: Mapped[TrialState] = mapped_column(one_of(TrialState, "to_state"))
    from_starts_on: Mapped[date | None] = mapped_column(info=NOT_PERSONAL)
    to_starts_on: Mapped[date | None] = mapped_column(info=NOT_PERSONAL)
    from_ends_on: Mapped[date | None] = mapped_column(info=NOT_PERSONAL)
    to_ends_on: Mapped[date | None] = mapped_column(info=NOT_PERSONAL)
    from_unit_id: Mapped[int | None] = mapped_column(ForeignKey("device_unit.id", ondelete="SET NULL"))
    to_unit_id: Mapped[int | None] = mapped_column(ForeignKey("device_unit.id", ondelete="SET NULL"))
    why: Mapped[str | None] = mapped_column(EncryptedText("trial_change.why"), info=HEALTH)

    actor: Mapped[User | None] = relationship()
