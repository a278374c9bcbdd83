"""Whether a trial suits somebody: the owner's own questions, and what was answered."""

from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.consultations.kinds import Audience
from app.core.crypto import EncryptedText
from app.core.db import Model, one_of
from app.core.privacy import NOT_PERSONAL, SUITABILITY


class Answer(StrEnum):
    """What can be answered to a question."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class Verdict(StrEnum):
    """What an answer means: nothing stands against it, we talk about it first, or it is not for them."""

    FINE = "fine"
    ASK = "ask"
    STOP = "stop"


class SuitabilityQuestion(Model):
    """A question that the owner asks before somebody tries a device. To be unsure always means to ask."""

    __tablename__ = "suitability_question"

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
    audience: Mapped[Audience] = mapped_column(one_of(Audience))
    words_sv: Mapped[str] = mapped_column(String(200), info=NOT_PERSONAL)
    words_en: Mapped[str] = mapped_column(String(200), info=NOT_PERSONAL)
    on_yes: Mapped[Verdict] = mapped_column(one_of(Verdict, "on_yes"))
    on_no: Mapped[Verdict] = mapped_column(one_of(Verdict, "on_no"))
    is_active: Mapped[bool] = mapped_column(default=True)

    def verdict(self, answer: Answer) -> Verdict:
        """What that answer means."""
        return {Answer.YES: self.on_yes, Answer.NO: self.on_no, Answer.UNSURE: Verdict.ASK}[answer]


class SuitabilityAnswer(Model):
    """What was answered to a question, and what that meant then. Deleted some time after the trial."""

    __tablename__ = "suitability_answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id", ondelete="CASCADE"), index=True)
    question: Mapped[str] = mapped_column(EncryptedText("suitability_answer.question"), info=SUITABILITY)
    """In the words and the language it was asked in."""
    answer: Mapped[str] = mapped_column(EncryptedText("suitability_answer.answer"), info=SUITABILITY)
    """One of `Answer`."""
    verdict: Mapped[str] = mapped_column(EncryptedText("suitability_answer.verdict"), info=SUITABILITY)
    """One of `Verdict`."""
