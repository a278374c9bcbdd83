"""What the borrower agrees to, in which words, and how they said yes."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Model, UtcDateTime, one_of
from app.core.privacy import CONSENT_PROOF, LOAN, NOT_PERSONAL
from app.trials.models import Trial


class AgreementText(Model):
    """One version of the owner's agreement. Saved once, never changed: a new wording is a new version."""

    __tablename__ = "agreement_text"

    id: Mapped[int] = mapped_column(primary_key=True)
    """The number of the version."""
    text_sv: Mapped[str] = mapped_column(Text, info=NOT_PERSONAL)
    text_en: Mapped[str] = mapped_column(Text, info=NOT_PERSONAL)
    """Plain text; an empty line parts paragraphs."""
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AgreedBy(StrEnum):
    """How somebody said yes."""

    LINK = "link"
    PAPER = "paper"


class Agreement(Model):
    """The borrower's yes to one version of the agreement, for one loan."""

    __tablename__ = "agreement"

    id: Mapped[int] = mapped_column(primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id", ondelete="CASCADE"), unique=True)
    text_id: Mapped[int] = mapped_column(ForeignKey("agreement_text.id"))
    language: Mapped[str] = mapped_column(String(2), info=CONSENT_PROOF)
    agreed_by: Mapped[AgreedBy] = mapped_column(one_of(AgreedBy))
    name: Mapped[str] = mapped_column(String(120), info=LOAN)
    """As the borrower wrote it."""
    agreed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    trial: Mapped[Trial] = relationship()
    text: Mapped[AgreementText] = relationship()
