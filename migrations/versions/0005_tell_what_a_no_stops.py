"""Tell what a no stops: every mail, as until now, or what offers something."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SCOPE = sa.Enum("all", "marketing", name="suppression_scope", native_enum=False, create_constraint=True, length=24)


def upgrade() -> None:
    with op.batch_alter_table("suppression") as batch_op:
        batch_op.add_column(sa.Column("scope", SCOPE, nullable=False, server_default="all"))
        batch_op.drop_constraint("pk_suppression", type_="primary")
        batch_op.create_primary_key("pk_suppression", ["address_hash", "scope"])
    with op.batch_alter_table("suppression") as batch_op:
        batch_op.alter_column("scope", server_default=None)


def downgrade() -> None:
    # A no to marketing becomes a no to everything: there is no smaller one.
    op.execute(
        "DELETE FROM suppression WHERE scope = 'marketing' AND address_hash IN"
        " (SELECT address_hash FROM suppression WHERE scope = 'all')"
    )
    with op.batch_alter_table("suppression") as batch_op:
        batch_op.drop_constraint("pk_suppression", type_="primary")
        batch_op.create_primary_key("pk_suppression", ["address_hash"])
        batch_op.drop_constraint("suppression_scope", type_="check")
        batch_op.drop_column("scope")
