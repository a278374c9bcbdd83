"""let leads rest until a day."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KINDS = ("enquiry", "answer", "note", "call", "stage", "owner", "follow_up", "closed", "quarantined")
NEW_KINDS = ("rests", "moved", "handed_on")
IS_RESTING = sa.text("rests_until_on IS NOT NULL")
WAS_ADRIFT = sa.text("next_step_at IS NULL AND stage NOT IN ('won', 'lost', 'resting')")
IS_ADRIFT = sa.text("next_step_at IS NULL AND rests_until_on IS NULL AND stage NOT IN ('won', 'lost')")


def upgrade() -> None:
    rests = sa.CheckConstraint("rests_until_on IS NULL OR stage = 'resting'", name=op.f("ck_lead_rests_while_resting"))
    op.add_column("lead", sa.Column("rests_until_on", sa.Date(), rests, nullable=True))
    op.create_index(
        "ix_lead_resting", "lead", ["rests_until_on", "id"], sqlite_where=IS_RESTING, postgresql_where=IS_RESTING
    )
    _index_adrift(IS_ADRIFT)
    with op.batch_alter_table("follow_up") as batch:
        batch.add_column(sa.Column("is_suggested", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("follow_up") as batch:
        batch.alter_column("is_suggested", server_default=None)
    _allow_kinds((*KINDS, *NEW_KINDS))


def _index_adrift(where: sa.TextClause) -> None:
    op.drop_index("ix_lead_adrift", "lead")
    op.create_index("ix_lead_adrift", "lead", ["active_at", "id"], sqlite_where=where, postgresql_where=where)


def _allow_kinds(kinds: tuple[str, ...]) -> None:
    with op.batch_alter_table("lead_event") as batch:
        batch.drop_constraint(op.f("ck_lead_event_event_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_lead_event_event_kind"), sa.column("kind").in_(kinds))


def downgrade() -> None:
    lines = sa.table("lead_event", sa.column("kind"))
    op.execute(lines.delete().where(lines.c.kind.in_(NEW_KINDS)))
    _allow_kinds(KINDS)
    with op.batch_alter_table("follow_up") as batch:
        batch.drop_column("is_suggested")
    _index_adrift(WAS_ADRIFT)
    op.drop_index("ix_lead_resting", "lead")
    op.drop_column("lead", "rests_until_on")
