"""The dashboard as a daily tool: stages as data, tags, values, saved views, changes to many, merges."""

from contextlib import AbstractContextManager
from typing import Any

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

IS_FIRST = sa.text("is_first")
CAME_WITH = sa.text("came_with_id IS NOT NULL")
IS_VALUED = sa.text("value_ore IS NOT NULL")
IS_ON_BOARD = sa.text("stage NOT IN ('won', 'lost')")
IS_STEPLESS = sa.text("next_step_at IS NULL AND stage NOT IN ('won', 'lost')")
_WALKS = "stage NOT IN ('won', 'lost', 'resting')"
STANDS_STILL = {
    "ix_lead_silent": (
        ["reached_out_at"],
        sa.text(f"reached_out_at > heard_at AND reached_out_at >= stage_changed_at AND {_WALKS}"),
    ),
    "ix_lead_unworked": (
        ["heard_at", "stage_changed_at"],
        sa.text(
            f"(reached_out_at IS NULL OR reached_out_at <= heard_at OR reached_out_at < stage_changed_at) AND {_WALKS}"
        ),
    ),
}
ADDED_ENDS = ("from_added_stage_id", "to_added_stage_id")
IS_OPEN = sa.text("state = 'open'")
IS_A_MOVE = sa.text("kind = 'stage'")
IS_SPOKEN = sa.text("(kind = 'answer' OR kind = 'call' AND outcome = 'answered')")
IS_JOINING = sa.text("kind IN ('merged', 'unmerged', 'split', 'unsplit')")
IS_UNCOMPARED = sa.text("compared_at IS NULL")
IS_OPEN_PAIR = sa.text("(decided_at IS NULL OR are_same)")
ENQUIRIES_BY = {
    ("lead_id", ("lead_id",)): ("of_lead", ("received_at", "id", "way", "state")),
    ("received_at", ("received_at",)): ("came", ("way", "state", "lead_id", "article_id")),
}
STAGES = ("new", "contacted", "consultation", "trial", "decision", "won", "lost", "resting")
FACTS = ("value", "phone", "email", "owner", "next_step", "why")
LISTS = ("leads", "contacts")
BULK_KINDS = ("owner", "stage", "tag", "untag", "plan", "next_step", "erase")
BULK_STATES = ("chosen", "running", "done", "undoing", "undone")
ROW_STATES = ("waiting", "changed", "left", "restored", "kept")
KINDS_BEFORE = (
    *("enquiry", "answer", "note", "call", "stage", "rests", "owner", "follow_up", "moved", "handed_on"),
    *("closed", "quarantined", "plan_started", "plan_skipped", "plan_late", "plan_stopped", "plan_finished"),
    *("consultation_requested", "consultation_booked", "consultation_moved", "consultation_cancelled"),
    *("consultation_held", "consultation_missed", "consent_given", "consent_withdrawn"),
    *("trial_requested", "trial_reserved", "trial_agreed", "trial_handed_over", "trial_moved", "trial_decided"),
    *("trial_returning", "trial_received", "trial_checked", "trial_reminded", "trial_ended", "check_in"),
    "trial_care_late",
)
NEW_KINDS = ("value", "merged", "unmerged", "split", "unsplit")
REASONS_BEFORE = ("shared_address", "two_matches")
NEW_REASONS = ("same_number", "same_mailbox_name", "same_name_and_horse")
TABLES = (
    "sent_form",
    "lead_stage",
    "stage_fact",
    "tag",
    "contact_tag",
    "lead_tag",
    "contact_merge",
    "enquiry_split",
    "saved_view",
    "list_columns",
    "bulk_change",
    "bulk_change_row",
    "activity",
    "hand_over",
    "handed_thing",
)


def upgrade() -> None:
    op.create_table(
        "lead_stage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meaning", _one_of(STAGES, "stage"), nullable=False),
        sa.Column("is_first", sa.Boolean(), nullable=False),
        sa.Column("name_sv", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("expected_days", sa.Integer(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("expected_days > 0", name=op.f("ck_lead_stage_expected_days_are_days")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_stage")),
    )
    op.create_index(
        "uq_lead_stage_first", "lead_stage", ["meaning"], unique=True, sqlite_where=IS_FIRST, postgresql_where=IS_FIRST
    )
    op.create_table(
        "stage_fact",
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("fact", _one_of(FACTS, "required_fact"), nullable=False),
        _belongs_to("stage_fact", "stage_id", "lead_stage"),
        sa.PrimaryKeyConstraint("stage_id", "fact", name=op.f("pk_stage_fact")),
    )
    op.create_table(
        "tag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("name_hash", sa.String(length=32), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        _belongs_to("tag", "merged_into_id", "tag", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("name_hash", name=op.f("uq_tag_name_hash")),
    )
    op.create_index("ix_tag_removed_at", "tag", ["removed_at"])
    for carrier in ("contact", "lead"):
        op.create_table(
            f"{carrier}_tag",
            sa.Column(f"{carrier}_id", sa.Integer(), nullable=False),
            sa.Column("tag_id", sa.Integer(), nullable=False),
            sa.Column("came_with_id", sa.Integer(), nullable=True),
            _belongs_to(f"{carrier}_tag", f"{carrier}_id", carrier),
            _belongs_to(f"{carrier}_tag", "tag_id", "tag"),
            _belongs_to(f"{carrier}_tag", "came_with_id", "tag", "SET NULL"),
            sa.PrimaryKeyConstraint(f"{carrier}_id", "tag_id", name=op.f(f"pk_{carrier}_tag")),
        )
        op.create_index(f"ix_{carrier}_tag_tag_id", f"{carrier}_tag", ["tag_id"])
        op.create_index(
            f"ix_{carrier}_tag_came_with_id",
            f"{carrier}_tag",
            ["came_with_id"],
            sqlite_where=CAME_WITH,
            postgresql_where=CAME_WITH,
        )
    op.create_table(
        "contact_merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("gone_id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("story", sa.LargeBinary(), nullable=True),
        _belongs_to("contact_merge", "kept_id", "contact"),
        _belongs_to("contact_merge", "actor_id", "user_account", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_merge")),
    )
    op.create_index("ix_contact_merge_kept_id", "contact_merge", ["kept_id"])
    op.create_index("ix_contact_merge_gone_id", "contact_merge", ["gone_id"])
    op.create_index("ix_contact_merge_merged_at", "contact_merge", ["merged_at"])
    op.create_table(
        "enquiry_split",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enquiry_id", sa.Integer(), nullable=False),
        sa.Column("from_lead_id", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=True),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("split_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("story", sa.LargeBinary(), nullable=True),
        _belongs_to("enquiry_split", "enquiry_id", "enquiry"),
        _belongs_to("enquiry_split", "from_id", "contact"),
        _belongs_to("enquiry_split", "to_id", "contact", "SET NULL"),
        _belongs_to("enquiry_split", "actor_id", "user_account", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry_split")),
    )
    for column in ("enquiry_id", "from_lead_id", "from_id", "to_id", "split_at"):
        op.create_index(f"ix_enquiry_split_{column}", "enquiry_split", [column])
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_of", _one_of(LISTS, "list_of"), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("asked", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        _belongs_to("saved_view", "user_id", "user_account", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
    )
    op.create_index("ix_saved_view_removed_at", "saved_view", ["removed_at"])
    op.create_index("ix_saved_view_list_of_user_id", "saved_view", ["list_of", "user_id"])
    op.create_table(
        "list_columns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("list_of", _one_of(LISTS, "list_of"), nullable=False),
        sa.Column("columns", sa.String(length=300), nullable=False),
        _belongs_to("list_columns", "user_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_columns")),
        sa.UniqueConstraint("user_id", "list_of", name=op.f("uq_list_columns_user_id_list_of")),
    )
    op.create_table(
        "bulk_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_of", _one_of(LISTS, "list_of"), nullable=False),
        sa.Column("kind", _one_of(BULK_KINDS, "bulk_kind"), nullable=False),
        sa.Column("state", _one_of(BULK_STATES, "bulk_state"), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("came_from", sa.LargeBinary(), nullable=True),
        sa.Column("choice", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("rows_changed", sa.Integer(), nullable=False),
        sa.CheckConstraint("rows_changed >= 0", name=op.f("ck_bulk_change_rows_are_counted")),
        _belongs_to("bulk_change", "actor_id", "user_account", "SET NULL"),
        _belongs_to("bulk_change", "undone_by_id", "user_account", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_change")),
    )
    op.create_index("ix_bulk_change_made_at", "bulk_change", ["made_at"])
    op.create_table(
        "bulk_change_row",
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("state", _one_of(ROW_STATES, "row_state"), nullable=False),
        sa.Column("before", sa.LargeBinary(), nullable=True),
        sa.Column("why", sa.LargeBinary(), nullable=True),
        _belongs_to("bulk_change_row", "change_id", "bulk_change"),
        sa.PrimaryKeyConstraint("change_id", "row_id", name=op.f("pk_bulk_change_row")),
    )
    op.create_table(
        "sent_form",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sent_form")),
    )
    op.create_index("ix_sent_form_sent_at", "sent_form", ["sent_at"])
    op.create_table(
        "activity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("what", sa.String(length=60), nullable=False),
        sa.Column("is_reading", sa.Boolean(), nullable=False),
        sa.Column("noun", sa.String(length=24), nullable=True),
        sa.Column("about_id", sa.Integer(), nullable=True),
        _belongs_to("activity", "actor_id", "user_account", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
    )
    op.create_index("ix_activity_at_id", "activity", ["at", "id"])
    op.create_index("ix_activity_actor_id_at_id", "activity", ["actor_id", "at", "id"])
    op.create_index("ix_activity_noun_about_id_at_id", "activity", ["noun", "about_id", "at", "id"])
    _remember_hand_overs()
    with op.batch_alter_table("lost_reason") as batch:
        batch.add_column(sa.Column("position", sa.Integer(), nullable=False, server_default="0"))
    reasons = sa.table("lost_reason", sa.column("id", sa.Integer()), sa.column("position", sa.Integer()))
    op.execute(reasons.update().values(position=reasons.c.id))
    with op.batch_alter_table("lost_reason") as batch:
        batch.alter_column("position", server_default=None)
    _add_to_business()
    _add_to_leads()
    op.create_index("ix_lead_stage_changed_at_id", "lead", ["stage_changed_at", "id"])
    op.create_index(
        "ix_lead_value_ore_id", "lead", ["value_ore", "id"], sqlite_where=IS_VALUED, postgresql_where=IS_VALUED
    )
    op.create_index("ix_contact_created_at_id", "contact", ["created_at", "id"])
    _index_what_stands_still(["stage", "added_stage_id", "next_step_at"])
    op.create_index(
        "ix_lead_board",
        "lead",
        ["stage", "added_stage_id", "next_step_at", "id", "value_ore"],
        sqlite_where=IS_ON_BOARD,
        postgresql_where=IS_ON_BOARD,
    )
    op.create_index(
        "ix_lead_stepless",
        "lead",
        ["stage", "active_at", "id", "added_stage_id"],
        sqlite_where=IS_STEPLESS,
        postgresql_where=IS_STEPLESS,
    )
    _allow("lead_event", "event_kind", "kind", (*KINDS_BEFORE, *NEW_KINDS))
    _allow("user_account", "role", "role", ("owner", "staff", "reader"))
    _add_to_lines()
    op.create_index(
        "ix_lead_event_moves",
        "lead_event",
        ["lead_id", "at", "id", "from_stage", "to_stage", *ADDED_ENDS, "stood_seconds", "kind"],
        sqlite_where=IS_A_MOVE,
        postgresql_where=IS_A_MOVE,
    )
    op.create_index(
        "ix_lead_event_spoken",
        "lead_event",
        ["lead_id", "at", "kind", "outcome"],
        sqlite_where=IS_SPOKEN,
        postgresql_where=IS_SPOKEN,
    )
    for (old, columns), (new, more) in ENQUIRIES_BY.items():
        _index_enquiries(old, new, [*columns, *more])
    op.create_index(
        "ix_enquiry_open",
        "enquiry",
        ["lead_id", "received_at", "id"],
        sqlite_where=IS_OPEN,
        postgresql_where=IS_OPEN,
    )
    _join_contacts()


def downgrade() -> None:
    _join_contacts_no_more()
    op.drop_index("ix_enquiry_open", "enquiry")
    for (old, columns), (new, _more) in ENQUIRIES_BY.items():
        _index_enquiries(new, old, [*columns])
    for index in ("ix_lead_event_spoken", "ix_lead_event_moves"):
        op.drop_index(index, "lead_event")
    for column in ("stood_seconds", *ADDED_ENDS):
        op.drop_column("lead_event", column)
    lines = sa.table("lead_event", sa.column("kind"))
    op.execute(lines.delete().where(lines.c.kind.in_(NEW_KINDS)))
    _allow("lead_event", "event_kind", "kind", KINDS_BEFORE)
    users = sa.table("user_account", sa.column("role"), sa.column("is_active"))
    op.execute(users.update().where(users.c.role == "reader").values(role="staff", is_active=sa.false()))
    _allow("user_account", "role", "role", ("owner", "staff"))
    op.drop_index("ix_contact_created_at_id", "contact")
    for index in ("stepless", "board", "value_ore_id", "stage_changed_at_id"):
        op.drop_index(f"ix_lead_{index}", "lead")
    _index_what_stands_still(["stage", "next_step_at"])
    for column in ("value_ore", "added_stage_id"):
        op.drop_column("lead", column)
    with op.batch_alter_table("lost_reason") as batch:
        batch.drop_column("position")
    with op.batch_alter_table("business") as batch:
        for column in ("lends_nothing", "form_tried_at", "guide_ended_at"):
            batch.drop_column(column)
    for table in reversed(TABLES):
        op.drop_table(table)


def _remember_hand_overs() -> None:
    op.create_table(
        "hand_over",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("leaver_id", sa.Integer(), nullable=False),
        sa.Column("heir_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        _belongs_to("hand_over", "leaver_id", "user_account"),
        _belongs_to("hand_over", "heir_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over")),
    )
    op.create_index("ix_hand_over_made_at", "hand_over", ["made_at"])
    op.create_table(
        "handed_thing",
        sa.Column("hand_over_id", sa.Integer(), nullable=False),
        sa.Column("charge", sa.String(length=24), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        _belongs_to("handed_thing", "hand_over_id", "hand_over"),
        _belongs_to("handed_thing", "lead_id", "lead"),
        sa.PrimaryKeyConstraint("hand_over_id", "charge", "thing_id", name=op.f("pk_handed_thing")),
    )
    op.create_index("ix_handed_thing_lead_id", "handed_thing", ["lead_id"])


def _add_to_business() -> None:
    """Who has described the business already is past the first-run guide."""
    with op.batch_alter_table("business") as batch:
        batch.add_column(sa.Column("guide_ended_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("form_tried_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("lends_nothing", sa.Boolean(), nullable=False, server_default=sa.false()))
    business = sa.table("business", sa.column("name"), sa.column("guide_ended_at"))
    op.execute(business.update().where(business.c.name != "").values(guide_ended_at=sa.func.current_timestamp()))
    with op.batch_alter_table("business") as batch:
        batch.alter_column("lends_nothing", server_default=None)


def _add_to_leads() -> None:
    """In words that both databases know: a batch would copy the table, and 0007 could not be taken back after it."""
    stage = f"CONSTRAINT {op.f('fk_lead_added_stage_id')} REFERENCES lead_stage (id)"
    op.execute(f"ALTER TABLE lead ADD COLUMN added_stage_id INTEGER {stage}")
    value = f"CONSTRAINT {op.f('ck_lead_value_is_no_debt')} CHECK (value_ore >= 0)"
    op.execute(f"ALTER TABLE lead ADD COLUMN value_ore INTEGER {value}")


def _add_to_lines() -> None:
    """In the same words: it holds most rows of all."""
    for column in ADDED_ENDS:
        key = f"CONSTRAINT {op.f(f'fk_lead_event_{column}')} REFERENCES lead_stage (id)"
        op.execute(f"ALTER TABLE lead_event ADD COLUMN {column} INTEGER {key}")
    op.execute("ALTER TABLE lead_event ADD COLUMN stood_seconds INTEGER")
    _say_how_long_it_stood()


def _say_how_long_it_stood() -> None:
    """On each move, since the move before it, or since the lead came."""
    lead = sa.table("lead", sa.column("id"), sa.column("created_at"))
    columns = ("id", "lead_id", "kind", "at", "from_stage", "stood_seconds")
    line = sa.table("lead_event", *map(sa.column, columns))
    before = line.alias("before")
    came_at = sa.select(lead.c.created_at).where(lead.c.id == line.c.lead_id).scalar_subquery()
    moved_at = (
        sa.select(before.c.at)
        .where(
            before.c.lead_id == line.c.lead_id,
            before.c.kind == "stage",
            sa.tuple_(before.c.at, before.c.id) < sa.tuple_(line.c.at, line.c.id),
        )
        .order_by(before.c.at.desc(), before.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    stood = _seconds(line.c.at) - _seconds(sa.func.coalesce(moved_at, came_at))
    op.execute(line.update().values(stood_seconds=stood).where(line.c.kind == "stage", line.c.from_stage.is_not(None)))


def _seconds(moment: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
    if op.get_bind().dialect.name == "sqlite":
        return sa.cast(sa.func.strftime("%s", moment), sa.Integer)
    return sa.cast(sa.func.floor(sa.extract("epoch", moment)), sa.Integer)


def _index_what_stands_still(more: list[str]) -> None:
    """The indexes that answer which leads have stood still, over the moments that they begin with and these."""
    for name, (moments, where) in STANDS_STILL.items():
        op.drop_index(name, "lead")
        op.create_index(name, "lead", [*moments, *more], sqlite_where=where, postgresql_where=where)


def _index_enquiries(old: str, new: str, columns: list[str]) -> None:
    """With all that a report asks of them, so that the letters themselves need not be read."""
    op.drop_index(f"ix_enquiry_{old}", "enquiry")
    op.create_index(f"ix_enquiry_{new}", "enquiry", columns)


def _join_contacts() -> None:
    """SQLite makes the table anew, for only then does it give nobody the key that another contact has had."""
    op.create_index(
        "ix_lead_event_joining", "lead_event", ["about_id"], sqlite_where=IS_JOINING, postgresql_where=IS_JOINING
    )
    with _contacts_anew(keeps_keys=True) as batch:
        batch.add_column(sa.Column("compared_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_contact_uncompared", "contact", ["id"], sqlite_where=IS_UNCOMPARED, postgresql_where=IS_UNCOMPARED
    )
    _allow("possible_duplicate", "duplicate_reason", "reason", (*REASONS_BEFORE, *NEW_REASONS))
    op.create_index(
        "ix_possible_duplicate_open",
        "possible_duplicate",
        ["id"],
        sqlite_where=IS_OPEN_PAIR,
        postgresql_where=IS_OPEN_PAIR,
    )


def _join_contacts_no_more() -> None:
    op.drop_index("ix_possible_duplicate_open", "possible_duplicate")
    pairs = sa.table("possible_duplicate", sa.column("reason"))
    op.execute(pairs.delete().where(pairs.c.reason.in_(NEW_REASONS)))
    _allow("possible_duplicate", "duplicate_reason", "reason", REASONS_BEFORE)
    op.drop_index("ix_contact_uncompared", "contact")
    with _contacts_anew(keeps_keys=False) as batch:
        batch.drop_column("compared_at")
    op.drop_index("ix_lead_event_joining", "lead_event")


def _contacts_anew(*, keeps_keys: bool) -> AbstractContextManager[BatchOperations]:
    way = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    return op.batch_alter_table("contact", recreate=way, table_kwargs={"sqlite_autoincrement": keeps_keys})


def _one_of(words: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=24)


def _belongs_to(table: str, column: str, other: str, when_gone: str = "CASCADE") -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=when_gone)


def _allow(table: str, constraint: str, column: str, words: tuple[str, ...]) -> None:
    """Let a column hold these words."""
    name = op.f(f"ck_{table}_{constraint}")
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, sa.column(column).in_(words))
