"""Plans, their steps, who walks them, and the letters that wait; what happens to them on the timeline."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KINDS_BEFORE = (
    *("enquiry", "answer", "note", "call", "stage", "rests", "owner", "follow_up", "moved", "handed_on"),
    *("closed", "quarantined"),
)
KINDS_OF_PLANS = ("plan_started", "plan_skipped", "plan_late", "plan_stopped", "plan_finished")


def upgrade() -> None:
    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=True),
        sa.Column("name_sv", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column(
            "message_class",
            sa.Enum(
                "service",
                "marketing",
                "internal",
                name="message_class",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("trigger", sa.String(length=40), nullable=True),
        sa.Column("trigger_days", sa.Integer(), nullable=False),
        sa.Column("switched_on_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sends_by_itself", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("message_class <> 'internal'", name=op.f("ck_plan_is_for_a_contact")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("key", name=op.f("uq_plan_key")),
    )
    op.create_table(
        "plan_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user_account.id"], name=op.f("fk_plan_version_made_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_version_plan_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_version")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_plan_version_plan_id_number")),
    )
    op.create_table(
        "plan_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("wait", sa.Integer(), nullable=False),
        sa.Column(
            "wait_unit",
            sa.Enum("days", "working_days", name="wait_unit", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("clock", sa.Time(), nullable=False),
        sa.Column(
            "action",
            sa.Enum("letter", "task", name="step_action", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("template_id", sa.Integer(), nullable=True),
        sa.Column("late_days", sa.Integer(), nullable=False),
        sa.Column(
            "task_kind",
            sa.Enum(
                "answer",
                "call",
                "mail",
                "visit",
                "other",
                name="task_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("task_title_sv", sa.String(length=120), nullable=True),
        sa.Column("task_title_en", sa.String(length=120), nullable=True),
        sa.Column("task_owner_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(action = 'letter') = (template_id IS NOT NULL)", name=op.f("ck_plan_step_letter_has_a_template")
        ),
        sa.CheckConstraint("(action = 'task') = (task_kind IS NOT NULL)", name=op.f("ck_plan_step_task_has_a_kind")),
        sa.CheckConstraint("wait >= 0", name=op.f("ck_plan_step_wait_is_no_debt")),
        sa.ForeignKeyConstraint(
            ["task_owner_id"], ["user_account.id"], name=op.f("fk_plan_step_task_owner_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["template_id"], ["mail_template.id"], name=op.f("fk_plan_step_template_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["plan_version.id"], name=op.f("fk_plan_step_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_step")),
        sa.UniqueConstraint("version_id", "position", name=op.f("uq_plan_step_version_id_position")),
    )
    op.create_table(
        "plan_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column(
            "message_class",
            sa.Enum(
                "service",
                "marketing",
                "internal",
                name="message_class",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "running", "finished", "stopped", name="run_state", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("waits_from", sa.Date(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "stop_reason",
            sa.Enum(
                "replied",
                "booked",
                "stage_changed",
                "closed",
                "unsubscribed",
                "consent_withdrawn",
                "no_address",
                "by_hand",
                name="stop_reason",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.CheckConstraint("(state = 'running') = (ended_at IS NULL)", name=op.f("ck_plan_run_end_has_a_moment")),
        sa.CheckConstraint(
            "(state = 'stopped') = (stop_reason IS NOT NULL)", name=op.f("ck_plan_run_stop_has_a_reason")
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_plan_run_lead_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_run_plan_id")),
        sa.ForeignKeyConstraint(
            ["started_by_id"], ["user_account.id"], name=op.f("fk_plan_run_started_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["version_id"], ["plan_version.id"], name=op.f("fk_plan_run_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_run")),
    )
    op.create_index(
        "ix_plan_run_due",
        "plan_run",
        ["next_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'running' AND next_at IS NOT NULL"),
        postgresql_where=sa.text("state = 'running' AND next_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_plan_run_lead_id"), "plan_run", ["lead_id"], unique=False)
    op.create_index("ix_plan_run_plan_id_started_at", "plan_run", ["plan_id", "started_at"], unique=False)
    op.create_index(
        "uq_plan_run_one_of_a_class",
        "plan_run",
        ["lead_id", "message_class"],
        unique=True,
        sqlite_where=sa.text("state = 'running'"),
        postgresql_where=sa.text("state = 'running'"),
    )

    op.create_table(
        "plan_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("template_version_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "approved",
                "skipped",
                "withdrawn",
                name="draft_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("latest_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'waiting') = (decided_at IS NULL)", name=op.f("ck_plan_draft_decision_has_a_moment")
        ),
        sa.CheckConstraint("(subject IS NULL) = (body IS NULL)", name=op.f("ck_plan_draft_edited_whole")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_plan_draft_decided_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_plan_draft_message_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["plan_run.id"], name=op.f("fk_plan_draft_run_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["template_version_id"], ["mail_template_version.id"], name=op.f("fk_plan_draft_template_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_draft")),
        sa.UniqueConstraint("run_id", "position", name=op.f("uq_plan_draft_run_id_position")),
    )
    op.create_index(
        "ix_plan_draft_waiting",
        "plan_draft",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )

    _allow_kinds((*KINDS_BEFORE, *KINDS_OF_PLANS))


def downgrade() -> None:
    lines = sa.table("lead_event", sa.column("kind"))
    op.execute(lines.delete().where(lines.c.kind.in_(KINDS_OF_PLANS)))
    _allow_kinds(KINDS_BEFORE)
    for table in ("plan_draft", "plan_run", "plan_step", "plan_version", "plan"):
        op.drop_table(table)


def _allow_kinds(kinds: tuple[str, ...]) -> None:
    with op.batch_alter_table("lead_event") as batch:
        batch.drop_constraint(op.f("ck_lead_event_event_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_lead_event_event_kind"), sa.column("kind").in_(kinds))
