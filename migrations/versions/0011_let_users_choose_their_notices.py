"""let users choose their notices."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TASK_REMINDER = sa.Enum(
    "none",
    "morning",
    "quarter",
    "hour",
    "day",
    name="task_reminder",
    native_enum=False,
    create_constraint=True,
    length=24,
)


def upgrade() -> None:
    with op.batch_alter_table("user_account") as table:
        table.add_column(sa.Column("task_reminder", TASK_REMINDER, nullable=False, server_default="hour"))
        table.add_column(sa.Column("wants_digest", sa.Boolean(), nullable=False, server_default=sa.true()))
        table.add_column(sa.Column("wants_weekly_summary", sa.Boolean(), nullable=False, server_default=sa.true()))
        table.add_column(sa.Column("wants_heartbeat", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("quiet_from", sa.Time(), nullable=True))
        table.add_column(sa.Column("quiet_until", sa.Time(), nullable=True))
        table.add_column(sa.Column("notices_chosen_at", sa.DateTime(timezone=True), nullable=True))
        table.create_check_constraint(
            op.f("ck_user_account_quiet_hours_have_both_ends"), "(quiet_from IS NULL) = (quiet_until IS NULL)"
        )
    with op.batch_alter_table("user_account") as table:  # what those who are here already begin with; no default stays
        for name in ("task_reminder", "wants_digest", "wants_weekly_summary", "wants_heartbeat"):
            table.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("user_account") as table:
        table.drop_constraint(op.f("ck_user_account_quiet_hours_have_both_ends"), type_="check")
        table.drop_column("notices_chosen_at")
        table.drop_column("quiet_until")
        table.drop_column("quiet_from")
        table.drop_column("wants_heartbeat")
        table.drop_column("wants_weekly_summary")
        table.drop_column("wants_digest")
        table.drop_constraint(op.f("ck_user_account_task_reminder"), type_="check")
        table.drop_column("task_reminder")
