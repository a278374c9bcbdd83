"""Limits of marketing: find what a mailbox has got, and tell on the timeline of a yes and a no."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

IS_MARKETING = sa.text("message_class = 'marketing'")
KINDS = (
    *("enquiry", "answer", "note", "call", "stage", "rests", "owner", "follow_up", "moved", "handed_on"),
    *("closed", "quarantined", "plan_started", "plan_skipped", "plan_late", "plan_stopped", "plan_finished"),
)
NEW_KINDS = ("consent_given", "consent_withdrawn")


def upgrade() -> None:
    op.create_index(
        "ix_message_marketing", "message", ["address"], sqlite_where=IS_MARKETING, postgresql_where=IS_MARKETING
    )
    _allow_kinds(*KINDS, *NEW_KINDS)


def downgrade() -> None:
    op.execute(sa.delete(sa.table("lead_event", sa.column("kind"))).where(sa.column("kind").in_(NEW_KINDS)))
    _allow_kinds(*KINDS)
    op.drop_index("ix_message_marketing", "message")


def _allow_kinds(*kinds: str) -> None:
    with op.batch_alter_table("lead_event") as batch_op:
        batch_op.drop_constraint(op.f("ck_lead_event_event_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_lead_event_event_kind"), sa.column("kind").in_(kinds))
