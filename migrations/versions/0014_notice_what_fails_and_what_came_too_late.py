"""notice what fails and what came too late."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

IS_MISSED = sa.text("state = 'expired' AND seen_at IS NULL")


def upgrade() -> None:
    op.add_column("job_run", sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("job_run", sa.Column("every_seconds", sa.Integer(), nullable=True))
    op.add_column("message", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE message SET seen_at = expires_at WHERE state = 'expired'")  # of before anybody was told
    op.create_index("ix_message_missed", "message", ["id"], sqlite_where=IS_MISSED, postgresql_where=IS_MISSED)


def downgrade() -> None:
    op.drop_index("ix_message_missed", table_name="message")
    op.drop_column("message", "seen_at")
    op.drop_column("job_run", "every_seconds")
    op.drop_column("job_run", "failing_since")
