from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.crypto import EncryptedText
from app.core.db import Model, UtcDateTime, one_of
from app.core.privacy import HEALTH, NOT_PERSONAL
from app.follow_ups.models import FollowUpKind
from app.leads.models import Lead
from app.mail.models import MessageClass
from app.plans.waits import Wait, WaitUnit


class Plan(Model):
    """What is sent or done for a lead, step by step, until they answer. Its steps stand in its newest version."""

    __tablename__ = "plan"
    __table_args__ = (CheckConstraint("message_class <> 'internal'", name="is_for_a_contact"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str | None] = mapped_column(String(40), unique=True, info=NOT_PERSONAL)
    """Which of ours it is; empty for one that the owner made."""
    name_sv: Mapped[str] = mapped_column(String(80), info=NOT_PERSONAL)
    name_en: Mapped[str] = mapped_column(String(80), info=NOT_PERSONAL)
    message_class: Mapped[MessageClass] = mapped_column(one_of(MessageClass))
    """What its letters are by law. Never changed, since runs under way are of the same class."""
    trigger: Mapped[str | None] = mapped_column(String(40), info=NOT_PERSONAL)
    """What starts it by itself (`plans/triggers.py`); empty when only people do."""
    trigger_days: Mapped[int] = mapped_column(default=0)
    """How many days after that."""
    switched_on_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when leads may start it; empty while it is off."""
    sends_by_itself: Mapped[bool] = mapped_column(default=False)
    """Whether its letters leave without being approved."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def is_on(self) -> bool:
        return self.switched_on_at is not None


class PlanVersion(Model):
    """The steps of a plan as they were at one time. Never changed, so that runs under way keep theirs."""

    __tablename__ = "plan_version"
    __table_args__ = (UniqueConstraint("plan_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    number: Mapped[int]
    """Counts from 1; the greatest is the newest."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))

    plan: Mapped[Plan] = relationship()
    steps: Mapped[list["PlanStep"]] = relationship(order_by="PlanStep.position", lazy="selectin")


class StepAction(StrEnum):
    """What a step does."""

    LETTER = "letter"
    TASK = "task"


class PlanStep(Model):
    """One step of a version: a wait, and then a letter or a task."""

    __tablename__ = "plan_step"
    __table_args__ = (
        UniqueConstraint("version_id", "position"),
        CheckConstraint("wait >= 0", name="wait_is_no_debt"),
        CheckConstraint("(action = 'letter') = (template_id IS NOT NULL)", name="letter_has_a_template"),
        CheckConstraint("(action = 'task') = (task_kind IS NOT NULL)", name="task_has_a_kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("plan_version.id", ondelete="CASCADE"))
    position: Mapped[int]
    """Counts from 1."""
    wait: Mapped[int]
    """How long after the step before it, or the start."""
    wait_unit: Mapped[WaitUnit] = mapped_column(one_of(WaitUnit))
    clock: Mapped[time] = mapped_column(info=NOT_PERSONAL)
    """The local time of day that a letter leaves at. A task is due any time that day."""
    action: Mapped[StepAction] = mapped_column(one_of(StepAction))
    template_id: Mapped[int | None] = mapped_column(ForeignKey("mail_template.id"))
    late_days: Mapped[int] = mapped_column(default=3)
    """A letter later than this is not sent by itself: somebody decides."""
    task_kind: Mapped[FollowUpKind | None] = mapped_column(one_of(FollowUpKind, "task_kind"))
    task_title_sv: Mapped[str | None] = mapped_column(String(120), info=NOT_PERSONAL)
    task_title_en: Mapped[str | None] = mapped_column(String(120), info=NOT_PERSONAL)
    """What the task is called for who reads that language; empty when its kind says it all."""
    task_owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    """Whose task it becomes; empty for the lead's owner."""

    @property
    def waits(self) -> Wait:
        return Wait(self.wait, self.wait_unit, self.clock)


class RunState(StrEnum):
    """Running until its last step is done, or stopped with a reason."""

    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"


class StopReason(StrEnum):
    """Why a run was stopped."""

    REPLIED = "replied"
    BOOKED = "booked"
    LENT = "lent"
    STAGE_CHANGED = "stage_changed"
    CLOSED = "closed"
    UNSUBSCRIBED = "unsubscribed"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    NO_ADDRESS = "no_address"
    BY_HAND = "by_hand"


IS_RUNNING = text("state = 'running'")
WAITS_FOR_TIME = text("state = 'running' AND next_at IS NOT NULL")


class PlanRun(Model):
    """One lead's walk through a plan."""

    __tablename__ = "plan_run"
    __table_args__ = (
        CheckConstraint("(state = 'running') = (ended_at IS NULL)", name="end_has_a_moment"),
        CheckConstraint("(state = 'stopped') = (stop_reason IS NOT NULL)", name="stop_has_a_reason"),
        Index(
            "uq_plan_run_one_of_a_class",
            *("lead_id", "message_class"),
            unique=True,
            sqlite_where=IS_RUNNING,
            postgresql_where=IS_RUNNING,
        ),
        Index("ix_plan_run_due", "next_at", "id", sqlite_where=WAITS_FOR_TIME, postgresql_where=WAITS_FOR_TIME),
        Index("ix_plan_run_plan_id_started_at", "plan_id", "started_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("plan_version.id"))
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id", ondelete="CASCADE"), index=True)
    message_class: Mapped[MessageClass] = mapped_column(one_of(MessageClass))
    """That of its plan: one lead has at most one run of each class under way."""
    state: Mapped[RunState] = mapped_column(one_of(RunState), default=RunState.RUNNING)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    """Who started it; empty when an event did."""
    position: Mapped[int] = mapped_column(default=1)
    """The step that comes next or, when all are done, one more than there are."""
    waits_from: Mapped[date] = mapped_column(info=NOT_PERSONAL)
    """The local day that the wait for it counts from."""
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it is made ready; empty while a draft waits for somebody."""
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stop_reason: Mapped[StopReason | None] = mapped_column(one_of(StopReason))

    plan: Mapped[Plan] = relationship()
    version: Mapped[PlanVersion] = relationship()
    lead: Mapped[Lead] = relationship()

    @property
    def is_running(self) -> bool:
        return self.state is RunState.RUNNING


class DraftState(StrEnum):
    """Waiting until somebody approves or skips it, or the run is stopped."""

    WAITING = "waiting"
    APPROVED = "approved"
    SKIPPED = "skipped"
    WITHDRAWN = "withdrawn"


IS_WAITING = text("state = 'waiting'")


class PlanDraft(Model):
    """A letter of a run, before and after it is approved. One for each step, so that none is written twice."""

    __tablename__ = "plan_draft"
    __table_args__ = (
        UniqueConstraint("run_id", "position"),
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decision_has_a_moment"),
        CheckConstraint("(subject IS NULL) = (body IS NULL)", name="edited_whole"),
        Index("ix_plan_draft_waiting", "due_at", "id", sqlite_where=IS_WAITING, postgresql_where=IS_WAITING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("plan_run.id", ondelete="CASCADE"))
    position: Mapped[int]
    template_version_id: Mapped[int] = mapped_column(ForeignKey("mail_template_version.id"))
    language: Mapped[str] = mapped_column(String(2), info=NOT_PERSONAL)
    subject: Mapped[str | None] = mapped_column(EncryptedText("plan_draft.subject"), info=HEALTH)
    """In the words of whoever edited it, placeholders included; empty while the template's words stand."""
    body: Mapped[str | None] = mapped_column(EncryptedText("plan_draft.body"), info=HEALTH)
    state: Mapped[DraftState] = mapped_column(one_of(DraftState), default=DraftState.WAITING)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it should leave."""
    latest_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """Until when it may leave without being asked for."""
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    """Who approved or skipped it; empty when the plan sends by itself."""
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id", ondelete="SET NULL"))

    run: Mapped[PlanRun] = relationship()

    @property
    def is_late(self) -> bool:
        """Whether it was made later than its step allows, and therefore waits for somebody."""
        return self.made_at > self.latest_at
