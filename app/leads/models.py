from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.articles.models import Article
from app.contacts.models import Contact, Subject
from app.core.crypto import EncryptedText
from app.core.db import Model, UtcDateTime, one_of
from app.core.privacy import HEALTH, NOT_PERSONAL
from app.leads.stages import WALK, RequiredFact, Stage

IS_FIRST = text("is_first")


class LostReason(Model):
    """Why a lead can be lost; a list that the owner keeps."""

    __tablename__ = "lost_reason"

    id: Mapped[int] = mapped_column(primary_key=True)
    name_sv: Mapped[str] = mapped_column(String(80), info=NOT_PERSONAL)
    name_en: Mapped[str] = mapped_column(String(80), info=NOT_PERSONAL)
    is_active: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)


class LeadStage(Model):
    """A stage as the owner has named it. Its meaning is one of the fixed ones, so that what is automatic keeps working.

    Each meaning has one stage that is its first, which cannot be removed; the owner may add others to it.
    """

    __tablename__ = "lead_stage"
    __table_args__ = (
        CheckConstraint("expected_days > 0", name="expected_days_are_days"),
        Index("uq_lead_stage_first", "meaning", unique=True, sqlite_where=IS_FIRST, postgresql_where=IS_FIRST),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meaning: Mapped[Stage] = mapped_column(one_of(Stage))
    is_first: Mapped[bool] = mapped_column(default=False)
    """Whether it is where automatic moves to that meaning lead."""
    name_sv: Mapped[str] = mapped_column(String(40), info=NOT_PERSONAL)
    name_en: Mapped[str] = mapped_column(String(40), default="", info=NOT_PERSONAL)
    position: Mapped[int] = mapped_column(default=0)
    expected_days: Mapped[int | None]
    """How long a lead may stand here without a word from either side; empty where it may stand as long as it likes."""
    is_active: Mapped[bool] = mapped_column(default=True)
    """Whether leads can be moved here; one that was put away keeps those that it has."""


class StageFact(Model):
    """Something that must be known of a lead before it enters a stage."""

    __tablename__ = "stage_fact"

    stage_id: Mapped[int] = mapped_column(ForeignKey("lead_stage.id", ondelete="CASCADE"), primary_key=True)
    fact: Mapped[RequiredFact] = mapped_column(one_of(RequiredFact), primary_key=True)


IS_PLANNED = text("next_step_at IS NOT NULL")
IS_ADRIFT = text("next_step_at IS NULL AND rests_until_on IS NULL AND stage NOT IN ('won', 'lost')")
"""An open lead that nothing is owed to and that no day brings back. Literal words, so that both databases see that the
index answers it."""
IS_ON_BOARD = text("stage NOT IN ('won', 'lost')")
"""An open lead, literally for the same reason."""
IS_STEPLESS = text("next_step_at IS NULL AND stage NOT IN ('won', 'lost')")
"""A card without a date. Its index has the order right after the stage: PostgreSQL does not see that a column which
IS NULL leaves an order as it is."""
IS_VALUED = text("value_ore IS NOT NULL")
IS_RESTING = text("rests_until_on IS NOT NULL")
_WALKS = "stage NOT IN ('won', 'lost', 'resting')"
IS_SILENT = text(f"reached_out_at > heard_at AND reached_out_at >= stage_changed_at AND {_WALKS}")
"""On the walk, and it is their turn: we were the last to reach out."""
IS_UNWORKED = text(
    f"(reached_out_at IS NULL OR reached_out_at <= heard_at OR reached_out_at < stage_changed_at) AND {_WALKS}"
)
"""On the walk, and it is our turn: we have not reached out since we heard from them, or since it came to its stage."""


class Lead(Model):
    """One possible sale to one contact, with a stage and an owner."""

    __tablename__ = "lead"
    __table_args__ = (
        CheckConstraint("rests_until_on IS NULL OR stage = 'resting'", name="rests_while_resting"),
        CheckConstraint("value_ore >= 0", name="value_is_no_debt"),
        Index("ix_lead_active_at_id", "active_at", "id"),
        Index("ix_lead_stage_active_at_id", "stage", "active_at", "id"),
        Index("ix_lead_owner_id_active_at_id", "owner_id", "active_at", "id"),
        Index("ix_lead_article_id_active_at_id", "article_id", "active_at", "id"),
        Index("ix_lead_created_at_id", "created_at", "id"),
        Index("ix_lead_stage_changed_at_id", "stage_changed_at", "id"),
        Index("ix_lead_value_ore_id", "value_ore", "id", sqlite_where=IS_VALUED, postgresql_where=IS_VALUED),
        Index("ix_lead_next_step_at_id", "next_step_at", "id", sqlite_where=IS_PLANNED, postgresql_where=IS_PLANNED),
        Index("ix_lead_adrift", "active_at", "id", sqlite_where=IS_ADRIFT, postgresql_where=IS_ADRIFT),
        Index(
            "ix_lead_silent",
            "reached_out_at",
            "stage",
            "added_stage_id",
            "next_step_at",
            sqlite_where=IS_SILENT,
            postgresql_where=IS_SILENT,
        ),
        Index(
            "ix_lead_unworked",
            "heard_at",
            "stage_changed_at",
            "stage",
            "added_stage_id",
            "next_step_at",
            sqlite_where=IS_UNWORKED,
            postgresql_where=IS_UNWORKED,
        ),
        Index("ix_lead_resting", "rests_until_on", "id", sqlite_where=IS_RESTING, postgresql_where=IS_RESTING),
        Index(
            "ix_lead_board",
            "stage",
            "added_stage_id",
            "next_step_at",
            "id",
            "value_ore",
            sqlite_where=IS_ON_BOARD,
            postgresql_where=IS_ON_BOARD,
        ),
        Index(
            "ix_lead_stepless",
            "stage",
            "active_at",
            "id",
            "added_stage_id",
            sqlite_where=IS_STEPLESS,
            postgresql_where=IS_STEPLESS,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id", ondelete="CASCADE"), index=True)
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id", ondelete="SET NULL"))
    """The article that the first enquiry came from."""
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    stage: Mapped[Stage] = mapped_column(one_of(Stage), default=Stage.NEW)
    added_stage_id: Mapped[int | None] = mapped_column(ForeignKey("lead_stage.id"))
    """The stage that the owner has added, where it stands in one; else it stands in the first of its meaning."""
    stage_changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    value_ore: Mapped[int | None]
    """What the sale is worth, or may be: the price of what they are thinking of."""
    rests_until_on: Mapped[date | None] = mapped_column(info=NOT_PERSONAL)
    """The local day that a resting lead comes back by itself; one without a day is adrift."""
    lost_reason_id: Mapped[int | None] = mapped_column(ForeignKey("lost_reason.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    active_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """The last time anything was written on its timeline."""
    heard_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The last time they wrote, or spoke with us; what counts is in `directions.py`."""
    reached_out_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The last time we answered or called them, reached or not."""
    next_step_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the earliest thing we owe it is due; empty when nothing is planned. Kept by the rooms that plan."""
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    contact: Mapped[Contact] = relationship()
    subject: Mapped[Subject] = relationship()
    article: Mapped[Article | None] = relationship()
    owner: Mapped[User | None] = relationship()
    lost_reason: Mapped[LostReason | None] = relationship()

    @property
    def is_open(self) -> bool:
        return self.stage.is_open

    @property
    def is_walking(self) -> bool:
        """Whether it should always have a next step: neither closed nor resting."""
        return self.stage in WALK

    @property
    def is_adrift(self) -> bool:
        """Whether nothing brings it back to mind; `IS_ADRIFT` says the same to the database."""
        return self.is_open and self.next_step_at is None and self.rests_until_on is None


class EventKind(StrEnum):
    """What a line of the timeline tells."""

    ENQUIRY = "enquiry"
    ANSWER = "answer"
    NOTE = "note"
    CALL = "call"
    STAGE = "stage"
    RESTS = "rests"
    OWNER = "owner"
    FOLLOW_UP = "follow_up"
    MOVED = "moved"
    HANDED_ON = "handed_on"
    CLOSED = "closed"
    QUARANTINED = "quarantined"
    PLAN_STARTED = "plan_started"
    PLAN_SKIPPED = "plan_skipped"
    PLAN_LATE = "plan_late"
    PLAN_STOPPED = "plan_stopped"
    PLAN_FINISHED = "plan_finished"
    CONSULTATION_REQUESTED = "consultation_requested"
    CONSULTATION_BOOKED = "consultation_booked"
    CONSULTATION_MOVED = "consultation_moved"
    CONSULTATION_CANCELLED = "consultation_cancelled"
    CONSULTATION_HELD = "consultation_held"
    CONSULTATION_MISSED = "consultation_missed"
    TRIAL_REQUESTED = "trial_requested"
    TRIAL_RESERVED = "trial_reserved"
    TRIAL_AGREED = "trial_agreed"
    TRIAL_HANDED_OVER = "trial_handed_over"
    TRIAL_MOVED = "trial_moved"
    TRIAL_DECIDED = "trial_decided"
    TRIAL_RETURNING = "trial_returning"
    TRIAL_RECEIVED = "trial_received"
    TRIAL_CHECKED = "trial_checked"
    TRIAL_REMINDED = "trial_reminded"
    TRIAL_CARE_LATE = "trial_care_late"
    TRIAL_ENDED = "trial_ended"
    CHECK_IN = "check_in"
    VALUE = "value"
    MERGED = "merged"
    UNMERGED = "unmerged"
    SPLIT = "split"
    UNSPLIT = "unsplit"
    CONSENT_GIVEN = "consent_given"
    CONSENT_WITHDRAWN = "consent_withdrawn"


JOINING = (EventKind.MERGED, EventKind.UNMERGED, EventKind.SPLIT, EventKind.UNSPLIT)
"""Whose the lead is has changed; nothing was said or done with anybody."""
IS_JOINING = text("kind IN ('merged', 'unmerged', 'split', 'unsplit')")
"""A line that names another contact, literally so that both databases see that the index answers it."""


class CallOutcome(StrEnum):
    """How a call went."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    VOICEMAIL = "voicemail"


IS_A_MOVE = text("kind = 'stage'")
"""A line that tells of another stage, literally for the same reason as `IS_ADRIFT`."""
IS_SPOKEN = text("(kind = 'answer' OR kind = 'call' AND outcome = 'answered')")
"""A line that tells that we spoke to them: wrote an answer, or reached them by telephone."""


class LeadEvent(Model):
    """One line of a lead's timeline. Written once, never changed."""

    __tablename__ = "lead_event"
    __table_args__ = (
        Index("ix_lead_event_lead_id_at_id", "lead_id", "at", "id"),
        Index(
            "ix_lead_event_moves",
            "lead_id",
            "at",
            "id",
            "from_stage",
            "to_stage",
            "from_added_stage_id",
            "to_added_stage_id",
            "stood_seconds",
            "kind",
            sqlite_where=IS_A_MOVE,
            postgresql_where=IS_A_MOVE,
        ),
        Index(
            "ix_lead_event_spoken",
            "lead_id",
            "at",
            "kind",
            "outcome",
            sqlite_where=IS_SPOKEN,
            postgresql_where=IS_SPOKEN,
        ),
        Index("ix_lead_event_joining", "about_id", sqlite_where=IS_JOINING, postgresql_where=IS_JOINING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id", ondelete="CASCADE"))
    kind: Mapped[EventKind] = mapped_column(one_of(EventKind))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    """Who did it; empty for the visitor and the system."""
    about_id: Mapped[int | None]
    """What it tells of, by its key: an enquiry, an answer, a follow-up, a message, a run, a booking, a trial, a merge
    or a split."""
    outcome: Mapped[CallOutcome | None] = mapped_column(one_of(CallOutcome))
    from_stage: Mapped[Stage | None] = mapped_column(one_of(Stage, "from_stage"))
    to_stage: Mapped[Stage | None] = mapped_column(one_of(Stage, "to_stage"))
    from_added_stage_id: Mapped[int | None] = mapped_column(ForeignKey("lead_stage.id"))
    to_added_stage_id: Mapped[int | None] = mapped_column(ForeignKey("lead_stage.id"))
    """Which of the owner's added stages it left or came to; empty for the first of its meaning."""
    stood_seconds: Mapped[int | None]
    """Of a move, how long it stood where it left, so that the reports need not look for the move before it."""
    text: Mapped[str | None] = mapped_column(EncryptedText("lead_event.text"), info=HEALTH)
    """A note's words, a call's summary, why a stage changed; the reference of an enquiry closed or quarantined.

    Of a lead that rests and a step that was moved, the new day or moment in ISO 8601; of a step handed on, to whom;
    of a plan, what was skipped or found too late; of a consent, what it was for; of a value, the new one in öre; of a
    merge or a split, the name of the other contact.
    """

    lead: Mapped[Lead] = relationship()
    actor: Mapped[User | None] = relationship()

    @property
    def until(self) -> date | datetime:
        """The day or moment that a line of rest or of a move names."""
        written = self.text or ""
        return datetime.fromisoformat(written) if "T" in written else date.fromisoformat(written)

    @property
    def value_ore(self) -> int:
        """The value that a line of one names."""
        return int(self.text or 0)
