"""know when a step was planned."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("follow_up") as table:
        table.add_column(sa.Column("planned_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE follow_up SET planned_at = created_at")
    with op.batch_alter_table("follow_up") as table:
        table.alter_column("planned_at", existing_type=sa.DateTime(timezone=True), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("follow_up") as table:
        table.drop_column("planned_at")
