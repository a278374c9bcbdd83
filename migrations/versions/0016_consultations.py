"""Consultations: what can be booked, whose hours, who booked, and the cells that keep two bookings apart."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KINDS_BEFORE = (
    *("enquiry", "answer", "note", "call", "stage", "rests", "owner", "follow_up", "moved", "handed_on"),
    *("closed", "quarantined", "plan_started", "plan_skipped", "plan_late", "plan_stopped", "plan_finished"),
    *("consent_given", "consent_withdrawn"),
)
KINDS_OF_CONSULTATIONS = (
    *("consultation_requested", "consultation_booked", "consultation_moved", "consultation_cancelled"),
    *("consultation_held", "consultation_missed"),
)
TABLES = (
    "consultation_kind",
    "travel_band",
    "host",
    "kind_question",
    "day_override",
    "hold",
    "host_kind",
    "imported_calendar",
    "opening_hours",
    "consultation",
    "imported_busy",
    "consultation_answer",
    "consultation_change",
    "occupied_cell",
)


def upgrade() -> None:
    op.create_table(
        "consultation_kind",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_sv", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("about_sv", sa.String(length=600), nullable=False),
        sa.Column("about_en", sa.String(length=600), nullable=False),
        sa.Column("is_published", sa.Boolean(), nullable=False),
        sa.Column(
            "place",
            sa.Enum(
                "phone", "video", "ours", "visit", name="place", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column(
            "audience",
            sa.Enum("person", "horse", "both", name="audience", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("length_minutes", sa.Integer(), nullable=False),
        sa.Column("step_minutes", sa.Integer(), nullable=False),
        sa.Column("buffer_before_minutes", sa.Integer(), nullable=False),
        sa.Column("buffer_after_minutes", sa.Integer(), nullable=False),
        sa.Column("notice", sa.Integer(), nullable=False),
        sa.Column(
            "notice_unit",
            sa.Enum("hours", "days", name="notice_unit", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("horizon_days", sa.Integer(), nullable=False),
        sa.Column("most_per_day", sa.Integer(), nullable=True),
        sa.Column("most_per_week", sa.Integer(), nullable=True),
        sa.Column("needs_confirming", sa.Boolean(), nullable=False),
        sa.Column("reminds_at", sa.Time(), nullable=True),
        sa.Column("reminds_minutes_before", sa.Integer(), nullable=True),
        sa.Column("change_until_minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "buffer_before_minutes >= 0 AND buffer_before_minutes % 5 = 0"
            " AND buffer_after_minutes >= 0 AND buffer_after_minutes % 5 = 0",
            name=op.f("ck_consultation_kind_buffers_in_fives"),
        ),
        sa.CheckConstraint(
            "length_minutes > 0 AND length_minutes % 5 = 0", name=op.f("ck_consultation_kind_length_in_fives")
        ),
        sa.CheckConstraint("notice >= 0 AND horizon_days > 0", name=op.f("ck_consultation_kind_notice_is_no_debt")),
        sa.CheckConstraint(
            "step_minutes > 0 AND step_minutes % 5 = 0", name=op.f("ck_consultation_kind_step_in_fives")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_kind")),
        sa.UniqueConstraint("slug", name=op.f("uq_consultation_kind_slug")),
    )
    op.create_table(
        "travel_band",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("postcode_from", sa.String(length=5), nullable=False),
        sa.Column("postcode_until", sa.String(length=5), nullable=False),
        sa.Column("travel_minutes", sa.Integer(), nullable=False),
        sa.Column("weekdays", sa.String(length=7), nullable=False),
        sa.CheckConstraint("postcode_from <= postcode_until", name=op.f("ck_travel_band_postcodes_in_order")),
        sa.CheckConstraint(
            "travel_minutes >= 0 AND travel_minutes % 5 = 0", name=op.f("ck_travel_band_travel_in_fives")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_travel_band")),
    )
    op.create_table(
        "host",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("video_address", sa.String(length=300), nullable=False),
        sa.Column("is_closed_on_holidays", sa.Boolean(), nullable=False),
        sa.Column("is_closed_on_eves", sa.Boolean(), nullable=False),
        sa.Column("feed_hash", sa.String(length=64), nullable=True),
        sa.Column("feed_shows_names", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_host_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_host")),
        sa.UniqueConstraint("feed_hash", name=op.f("uq_host_feed_hash")),
        sa.UniqueConstraint("user_id", name=op.f("uq_host_user_id")),
    )
    op.create_table(
        "kind_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("words_sv", sa.String(length=200), nullable=False),
        sa.Column("words_en", sa.String(length=200), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["kind_id"], ["consultation_kind.id"], name=op.f("fk_kind_question_kind_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kind_question")),
    )
    op.create_index(op.f("ix_kind_question_kind_id"), "kind_question", ["kind_id"])
    op.create_table(
        "day_override",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("host_id", sa.Integer(), nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("opens_minute", sa.Integer(), nullable=True),
        sa.Column("closes_minute", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(opens_minute IS NULL) = (closes_minute IS NULL)", name=op.f("ck_day_override_open_has_both_ends")
        ),
        sa.CheckConstraint(
            "opens_minute IS NULL"
            " OR (opens_minute >= 0 AND opens_minute < 1440 AND opens_minute < closes_minute"
            " AND closes_minute <= 2880)",
            name=op.f("ck_day_override_opens_before_it_closes"),
        ),
        sa.ForeignKeyConstraint(["host_id"], ["host.id"], name=op.f("fk_day_override_host_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_override")),
    )
    op.create_index("ix_day_override_host_id_day_on", "day_override", ["host_id", "day_on"])
    op.create_table(
        "hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(length=32), nullable=False),
        sa.Column("kind_id", sa.Integer(), nullable=False),
        sa.Column("host_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("travel_minutes", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address_hash", sa.String(length=32), nullable=True),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_hold_starts_before_it_ends")),
        sa.ForeignKeyConstraint(["host_id"], ["host.id"], name=op.f("fk_hold_host_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["kind_id"], ["consultation_kind.id"], name=op.f("fk_hold_kind_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
        sa.UniqueConstraint("nonce", name=op.f("uq_hold_nonce")),
    )
    op.create_index(op.f("ix_hold_expires_at"), "hold", ["expires_at"])
    op.create_index(op.f("ix_hold_host_id"), "hold", ["host_id"])
    op.create_table(
        "host_kind",
        sa.Column("kind_id", sa.Integer(), nullable=False),
        sa.Column("host_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["host_id"], ["host.id"], name=op.f("fk_host_kind_host_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["kind_id"], ["consultation_kind.id"], name=op.f("fk_host_kind_kind_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("kind_id", "host_id", name=op.f("pk_host_kind")),
    )
    op.create_index(op.f("ix_host_kind_host_id"), "host_kind", ["host_id"])
    op.create_table(
        "imported_calendar",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("host_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("etag", sa.String(length=200), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["host_id"], ["host.id"], name=op.f("fk_imported_calendar_host_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_calendar")),
    )
    op.create_index(op.f("ix_imported_calendar_host_id"), "imported_calendar", ["host_id"])
    op.create_table(
        "opening_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("host_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens_minute", sa.Integer(), nullable=False),
        sa.Column("closes_minute", sa.Integer(), nullable=False),
        sa.Column("valid_from_on", sa.Date(), nullable=True),
        sa.Column("valid_until_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "opens_minute >= 0 AND opens_minute < 1440 AND opens_minute < closes_minute AND closes_minute <= 2880",
            name=op.f("ck_opening_hours_opens_before_it_closes"),
        ),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_opening_hours_weekday_of_seven")),
        sa.ForeignKeyConstraint(["host_id"], ["host.id"], name=op.f("fk_opening_hours_host_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_hours")),
    )
    op.create_index(op.f("ix_opening_hours_host_id"), "opening_hours", ["host_id"])
    op.create_table(
        "consultation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=80), nullable=False),
        sa.Column("nonce", sa.String(length=32), nullable=True),
        sa.Column("kind_id", sa.Integer(), nullable=False),
        sa.Column("host_id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "requested",
                "booked",
                "held",
                "no_show",
                "could_not_come",
                "cancelled",
                name="consultation_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "outcome",
            sa.Enum(
                "to_trial",
                "thinks",
                "no",
                "not_suitable",
                name="consultation_outcome",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wall_clock", sa.String(length=16), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("travel_minutes", sa.Integer(), nullable=False),
        sa.Column("buffer_before_minutes", sa.Integer(), nullable=False),
        sa.Column("buffer_after_minutes", sa.Integer(), nullable=False),
        sa.Column("is_outside_hours", sa.Boolean(), nullable=False),
        sa.Column(
            "place",
            sa.Enum(
                "phone", "video", "ours", "visit", name="place", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("street_address", sa.String(length=200), nullable=True),
        sa.Column("postcode", sa.String(length=12), nullable=True),
        sa.Column("city", sa.String(length=80), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("visitor_zone", sa.String(length=40), nullable=True),
        sa.Column("wishes", sa.LargeBinary(), nullable=True),
        sa.Column("is_suspect", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wants_earlier_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_to_move_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(outcome IS NOT NULL) = (state = 'held')", name=op.f("ck_consultation_held_has_an_outcome")
        ),
        sa.CheckConstraint(
            "(state IN ('requested', 'booked')) = (settled_at IS NULL)",
            name=op.f("ck_consultation_settled_has_a_moment"),
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_consultation_starts_before_it_ends")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_consultation_created_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["host_id"], ["host.id"], name=op.f("fk_consultation_host_id")),
        sa.ForeignKeyConstraint(["kind_id"], ["consultation_kind.id"], name=op.f("fk_consultation_kind_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_consultation_lead_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation")),
        sa.UniqueConstraint("nonce", name=op.f("uq_consultation_nonce")),
        sa.UniqueConstraint("uid", name=op.f("uq_consultation_uid")),
    )
    op.create_index(
        "ix_consultation_ahead",
        "consultation",
        ["starts_at", "id"],
        sqlite_where=sa.text("state IN ('requested', 'booked')"),
        postgresql_where=sa.text("state IN ('requested', 'booked')"),
    )
    op.create_index("ix_consultation_host_id_starts_at", "consultation", ["host_id", "starts_at"])
    op.create_index(op.f("ix_consultation_kind_id"), "consultation", ["kind_id"])
    op.create_index("ix_consultation_lead_id_starts_at", "consultation", ["lead_id", "starts_at"])
    op.create_table(
        "imported_busy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("calendar_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_imported_busy_starts_before_it_ends")),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["imported_calendar.id"], name=op.f("fk_imported_busy_calendar_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_busy")),
    )
    op.create_index("ix_imported_busy_calendar_id_starts_at", "imported_busy", ["calendar_id", "starts_at"])
    op.create_table(
        "consultation_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=200), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_consultation_answer_consultation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_answer")),
    )
    op.create_index(op.f("ix_consultation_answer_consultation_id"), "consultation_answer", ["consultation_id"])
    op.create_table(
        "consultation_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "made",
                "confirmed",
                "moved",
                "cancelled",
                "kept",
                "asked_to_move",
                "settled",
                name="change_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("from_starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("to_starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("from_host_id", sa.Integer(), nullable=True),
        sa.Column("to_host_id", sa.Integer(), nullable=True),
        sa.Column(
            "from_state",
            sa.Enum(
                "requested",
                "booked",
                "held",
                "no_show",
                "could_not_come",
                "cancelled",
                name="from_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column(
            "to_state",
            sa.Enum(
                "requested",
                "booked",
                "held",
                "no_show",
                "could_not_come",
                "cancelled",
                name="to_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("why", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_consultation_change_actor_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_consultation_change_consultation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["from_host_id"], ["host.id"], name=op.f("fk_consultation_change_from_host_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["to_host_id"], ["host.id"], name=op.f("fk_consultation_change_to_host_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_change")),
    )
    op.create_index(op.f("ix_consultation_change_consultation_id"), "consultation_change", ["consultation_id"])
    op.create_table(
        "occupied_cell",
        sa.Column("host_id", sa.Integer(), nullable=False),
        sa.Column("cell", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=True),
        sa.Column("hold_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(consultation_id IS NULL) <> (hold_id IS NULL)", name=op.f("ck_occupied_cell_taken_by_one")
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_occupied_cell_consultation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name=op.f("fk_occupied_cell_hold_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["host_id"], ["host.id"], name=op.f("fk_occupied_cell_host_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("host_id", "cell", name=op.f("pk_occupied_cell")),
    )
    op.create_index(op.f("ix_occupied_cell_consultation_id"), "occupied_cell", ["consultation_id"])
    op.create_index(op.f("ix_occupied_cell_hold_id"), "occupied_cell", ["hold_id"])
    _allow_kinds((*KINDS_BEFORE, *KINDS_OF_CONSULTATIONS))


def downgrade() -> None:
    lines = sa.table("lead_event", sa.column("kind"))
    op.execute(lines.delete().where(lines.c.kind.in_(KINDS_OF_CONSULTATIONS)))
    _allow_kinds(KINDS_BEFORE)
    for table in reversed(TABLES):
        op.drop_table(table)


def _allow_kinds(kinds: tuple[str, ...]) -> None:
    with op.batch_alter_table("lead_event") as batch:
        batch.drop_constraint(op.f("ck_lead_event_event_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_lead_event_event_kind"), sa.column("kind").in_(kinds))
