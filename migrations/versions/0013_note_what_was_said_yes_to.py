"""Note what was said yes to, where a consent was given by word of mouth."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("consent", sa.Column("said", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("consent", "said")
