"""know which leads stand still."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

WALKS = "stage NOT IN ('won', 'lost', 'resting')"
IS_SILENT = sa.text(f"reached_out_at > heard_at AND reached_out_at >= stage_changed_at AND {WALKS}")
IS_UNWORKED = sa.text(
    f"(reached_out_at IS NULL OR reached_out_at <= heard_at OR reached_out_at < stage_changed_at) AND {WALKS}"
)


def upgrade() -> None:
    op.create_index(
        "ix_lead_silent",
        "lead",
        ["reached_out_at", "stage", "next_step_at"],
        sqlite_where=IS_SILENT,
        postgresql_where=IS_SILENT,
    )
    op.create_index(
        "ix_lead_unworked",
        "lead",
        ["heard_at", "stage_changed_at", "stage", "next_step_at"],
        sqlite_where=IS_UNWORKED,
        postgresql_where=IS_UNWORKED,
    )


def downgrade() -> None:
    op.drop_index("ix_lead_unworked", "lead")
    op.drop_index("ix_lead_silent", "lead")
