"""Tell fresh mails from suspects: of what is pending, the line of what is due holds what nobody has claimed before."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_line(sa.text("state = 'pending' AND claims = 0"))


def downgrade() -> None:
    _make_line(sa.text("state = 'pending'"))


def _make_line(condition: sa.TextClause) -> None:
    op.drop_index("ix_message_due", "message")
    op.create_index(
        "ix_message_due",
        "message",
        ["priority", "due_at", "id"],
        sqlite_where=condition,
        postgresql_where=condition,
    )
