"""know who spoke last."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FIND = """
    UPDATE lead SET
        heard_at = COALESCE(
            (SELECT MAX(at) FROM lead_event
             WHERE lead_event.lead_id = lead.id AND (kind = 'enquiry' OR outcome = 'answered')),
            created_at),
        reached_out_at =
            (SELECT MAX(at) FROM lead_event
             WHERE lead_event.lead_id = lead.id AND kind IN ('answer', 'call'))
"""


def upgrade() -> None:
    # not in a batch: a batch makes the table anew, and to drop the old one would delete all that hangs on its leads
    op.add_column("lead", sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("lead", sa.Column("reached_out_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(FIND)


def downgrade() -> None:
    op.drop_column("lead", "reached_out_at")
    op.drop_column("lead", "heard_at")
