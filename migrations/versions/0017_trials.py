"""Trials: the units that are lent, who has which, the care around a loan, and the days that keep two loans apart."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

IS_OPEN = sa.text("settled_at IS NULL")
IS_WITH_BORROWER = sa.text("state IN ('out', 'decision', 'returning')")
IS_PLANNED = sa.text("state = 'planned'")
PURPOSES_BEFORE = ("answer", "tips")
REASONS_BEFORE = (
    *("replied", "booked", "stage_changed", "closed"),
    *("unsubscribed", "consent_withdrawn", "no_address", "by_hand"),
)
KINDS_BEFORE = (
    *("enquiry", "answer", "note", "call", "stage", "rests", "owner", "follow_up", "moved", "handed_on"),
    *("closed", "quarantined", "plan_started", "plan_skipped", "plan_late", "plan_stopped", "plan_finished"),
    *("consultation_requested", "consultation_booked", "consultation_moved", "consultation_cancelled"),
    *("consultation_held", "consultation_missed", "consent_given", "consent_withdrawn"),
)
KINDS_OF_TRIALS = (
    *("trial_requested", "trial_reserved", "trial_agreed", "trial_handed_over", "trial_moved", "trial_decided"),
    *("trial_returning", "trial_received", "trial_checked", "trial_reminded", "trial_ended", "check_in"),
    "trial_care_late",
)
TABLES = (
    "agreement_text",
    "device_model",
    "scale",
    "suitability_question",
    "trial_rules",
    "anonymous_rating",
    "device_unit",
    "model_accessory",
    "trial",
    "agreement",
    "check_in",
    "protocol",
    "suitability_answer",
    "touch_point",
    "trial_change",
    "trial_photo",
    "unit_change",
    "unit_day",
    "protocol_accessory",
    "rating",
)


def upgrade() -> None:
    op.create_table(
        "agreement_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text_sv", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_text")),
    )
    op.create_table(
        "device_model",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("about_sv", sa.String(length=600), nullable=False),
        sa.Column("about_en", sa.String(length=600), nullable=False),
        sa.Column(
            "audience",
            sa.Enum("person", "horse", "both", name="audience", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("is_offered", sa.Boolean(), nullable=False),
        sa.Column("usual_days", sa.Integer(), nullable=False),
        sa.Column("pause_days", sa.Integer(), nullable=False),
        sa.Column("value_ore", sa.Integer(), nullable=False),
        sa.Column("price_ore", sa.Integer(), nullable=False),
        sa.Column("deposit_ore", sa.Integer(), nullable=False),
        sa.CheckConstraint("usual_days > 0 AND pause_days >= 0", name=op.f("ck_device_model_days_are_days")),
        sa.CheckConstraint(
            "value_ore >= 0 AND price_ore >= 0 AND deposit_ore >= 0", name=op.f("ck_device_model_amounts_are_no_debts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_model")),
        sa.UniqueConstraint("slug", name=op.f("uq_device_model_slug")),
    )
    op.create_table(
        "scale",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "audience",
            sa.Enum("person", "horse", "both", name="audience", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("name_sv", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("low_sv", sa.String(length=60), nullable=False),
        sa.Column("low_en", sa.String(length=60), nullable=False),
        sa.Column("high_sv", sa.String(length=60), nullable=False),
        sa.Column("high_en", sa.String(length=60), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scale")),
    )
    op.create_table(
        "suitability_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "audience",
            sa.Enum("person", "horse", "both", name="audience", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("words_sv", sa.String(length=200), nullable=False),
        sa.Column("words_en", sa.String(length=200), nullable=False),
        sa.Column(
            "on_yes",
            sa.Enum("fine", "ask", "stop", name="on_yes", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column(
            "on_no",
            sa.Enum("fine", "ask", "stop", name="on_no", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suitability_question")),
    )
    op.create_table(
        "trial_rules",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ratings_kept_days", sa.Integer(), nullable=False),
        sa.Column("answers_kept_days", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_trial_rules_one_row")),
        sa.CheckConstraint(
            "ratings_kept_days > 0 AND answers_kept_days > 0", name=op.f("ck_trial_rules_kept_for_some_days")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial_rules")),
    )
    op.create_table(
        "anonymous_rating",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scale_id", sa.Integer(), nullable=False),
        sa.Column("weeks_in", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.CheckConstraint("value BETWEEN 0 AND 10", name=op.f("ck_anonymous_rating_value_on_scale")),
        sa.ForeignKeyConstraint(["scale_id"], ["scale.id"], name=op.f("fk_anonymous_rating_scale_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anonymous_rating")),
    )
    op.create_index(op.f("ix_anonymous_rating_scale_id"), "anonymous_rating", ["scale_id"])
    op.create_table(
        "device_unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("serial", sa.String(length=40), nullable=False),
        sa.Column("serial_key", sa.String(length=40), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "free",
                "reserved",
                "out",
                "back_unchecked",
                "service",
                "sold",
                "lost",
                name="unit_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("value_ore", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("acquired_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("value_ore >= 0", name=op.f("ck_device_unit_value_is_no_debt")),
        sa.ForeignKeyConstraint(["model_id"], ["device_model.id"], name=op.f("fk_device_unit_model_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_unit")),
        sa.UniqueConstraint("serial_key", name=op.f("uq_device_unit_serial_key")),
    )
    op.create_index(op.f("ix_device_unit_model_id"), "device_unit", ["model_id"])
    op.create_table(
        "model_accessory",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_sv", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id"], ["device_model.id"], name=op.f("fk_model_accessory_model_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_accessory")),
    )
    op.create_index(op.f("ix_model_accessory_model_id"), "model_accessory", ["model_id"])
    op.create_table(
        "trial",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(length=32), nullable=True),
        sa.Column("lead_id", sa.Integer(), nullable=True),
        sa.Column("article_id", sa.Integer(), nullable=True),
        sa.Column(
            "audience",
            sa.Enum("person", "horse", "both", name="audience", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "requested",
                "suitable",
                "reserved",
                "agreed",
                "out",
                "decision",
                "returning",
                "received",
                "checked",
                "bought",
                "not_bought",
                "lost",
                "declined",
                "cancelled",
                name="trial_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "decision",
            sa.Enum(
                "buys_this",
                "buys_new",
                "returns",
                name="decision",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("lost_reason_id", sa.Integer(), nullable=True),
        sa.Column("new_unit_id", sa.Integer(), nullable=True),
        sa.Column("is_suspect", sa.Boolean(), nullable=False),
        sa.Column("wishes", sa.LargeBinary(), nullable=True),
        sa.Column("borrower_name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("street_address", sa.String(length=200), nullable=True),
        sa.Column("postcode", sa.String(length=12), nullable=True),
        sa.Column("city", sa.String(length=80), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("deposit_ore", sa.Integer(), nullable=False),
        sa.Column("deposit_in_on", sa.Date(), nullable=True),
        sa.Column("deposit_out_on", sa.Date(), nullable=True),
        sa.Column("price_ore", sa.Integer(), nullable=False),
        sa.Column("sold_on", sa.Date(), nullable=True),
        sa.Column("commission_note", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "(state IN ('bought', 'not_bought', 'lost', 'declined', 'cancelled')) = (settled_at IS NOT NULL)",
            name=op.f("ck_trial_settled_has_a_moment"),
        ),
        sa.CheckConstraint(
            "state IN ('requested', 'suitable', 'declined', 'cancelled')"
            " OR (unit_id IS NOT NULL AND starts_on IS NOT NULL)",
            name=op.f("ck_trial_lends_a_unit_for_some_days"),
        ),
        sa.CheckConstraint("(starts_on IS NULL) = (ends_on IS NULL)", name=op.f("ck_trial_has_both_ends")),
        sa.CheckConstraint("price_ore >= 0 AND deposit_ore >= 0", name=op.f("ck_trial_amounts_are_no_debts")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_trial_starts_before_it_ends")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_trial_article_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_trial_lead_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["lost_reason_id"], ["lost_reason.id"], name=op.f("fk_trial_lost_reason_id")),
        sa.ForeignKeyConstraint(["model_id"], ["device_model.id"], name=op.f("fk_trial_model_id")),
        sa.ForeignKeyConstraint(["new_unit_id"], ["device_unit.id"], name=op.f("fk_trial_new_unit_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name=op.f("fk_trial_owner_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["unit_id"], ["device_unit.id"], name=op.f("fk_trial_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial")),
        sa.UniqueConstraint("nonce", name=op.f("uq_trial_nonce")),
    )
    op.create_index("ix_trial_lead_id", "trial", ["lead_id"])
    op.create_index(op.f("ix_trial_model_id"), "trial", ["model_id"])
    op.create_index(
        "ix_trial_one_borrower",
        "trial",
        ["unit_id"],
        unique=True,
        sqlite_where=IS_WITH_BORROWER,
        postgresql_where=IS_WITH_BORROWER,
    )
    op.create_index("ix_trial_open", "trial", ["ends_on", "id"], sqlite_where=IS_OPEN, postgresql_where=IS_OPEN)
    op.create_index("ix_trial_unit_id_starts_on", "trial", ["unit_id", "starts_on"])
    op.create_table(
        "agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trial_id", sa.Integer(), nullable=False),
        sa.Column("text_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column(
            "agreed_by",
            sa.Enum("link", "paper", name="agreed_by", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["text_id"], ["agreement_text.id"], name=op.f("fk_agreement_text_id")),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name=op.f("fk_agreement_trial_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("trial_id", name=op.f("uq_agreement_trial_id")),
    )
    op.create_table(
        "check_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trial_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "baseline",
                "early",
                "later",
                "own",
                name="check_in_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("wants_call", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name=op.f("fk_check_in_trial_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in")),
        sa.UniqueConstraint("trial_id", "day_on", name=op.f("uq_check_in_trial_id_day_on")),
    )
    op.create_table(
        "protocol",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trial_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("hand_over", "return", name="protocol_kind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("condition", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name=op.f("fk_protocol_trial_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["user_account.id"], name=op.f("fk_protocol_written_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protocol")),
        sa.UniqueConstraint("trial_id", "kind", name=op.f("uq_protocol_trial_id_kind")),
    )
    op.create_table(
        "suitability_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trial_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("verdict", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["trial_id"], ["trial.id"], name=op.f("fk_suitability_answer_trial_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suitability_answer")),
    )
    op.create_index(op.f("ix_suitability_answer_trial_id"), "suitability_answer", ["trial_id"])
    op.create_table(
        "touch_point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trial_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "started_well",
                "check_in_early",
                "check_in_later",
                "ends_soon",
                "decision",
                "overdue_task",
                "overdue_mail",
                "overdue_again",
                name="touch_point_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "done",
                "skipped",
                name="touch_point_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'planned') = (settled_at IS NULL)", name=op.f("ck_touch_point_settled_has_a_moment")
        ),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name=op.f("fk_touch_point_trial_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_touch_point")),
    )
    op.create_index(
        "ix_touch_point_due", "touch_point", ["due_on", "id"], sqlite_where=IS_PLANNED, postgresql_where=IS_PLANNED
    )
    op.create_index(
        "ix_touch_point_planned_once",
        "touch_point",
        ["trial_id", "kind"],
        unique=True,
        sqlite_where=IS_PLANNED,
        postgresql_where=IS_PLANNED,
    )
    op.create_index("ix_touch_point_trial_id", "touch_point", ["trial_id"])
    op.create_table(
        "trial_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trial_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column(
            "from_state",
            sa.Enum(
                "requested",
                "suitable",
                "reserved",
                "agreed",
                "out",
                "decision",
                "returning",
                "received",
                "checked",
                "bought",
                "not_bought",
                "lost",
                "declined",
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
                "suitable",
                "reserved",
                "agreed",
                "out",
                "decision",
                "returning",
                "received",
                "checked",
                "bought",
                "not_bought",
                "lost",
                "declined",
                "cancelled",
                name="to_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("from_starts_on", sa.Date(), nullable=True),
        sa.Column("to_starts_on", sa.Date(), nullable=True),
        sa.Column("from_ends_on", sa.Date(), nullable=True),
        sa.Column("to_ends_on", sa.Date(), nullable=True),
        sa.Column("from_unit_id", sa.Integer(), nullable=True),
        sa.Column("to_unit_id", sa.Integer(), nullable=True),
        sa.Column("why", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_trial_change_actor_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["from_unit_id"], ["device_unit.id"], name=op.f("fk_trial_change_from_unit_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["to_unit_id"], ["device_unit.id"], name=op.f("fk_trial_change_to_unit_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name=op.f("fk_trial_change_trial_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial_change")),
    )
    op.create_index(op.f("ix_trial_change_trial_id"), "trial_change", ["trial_id"])
    op.create_table(
        "trial_photo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trial_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "hand_over",
                "return",
                "agreement",
                name="photo_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("taken_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("jpeg", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name=op.f("fk_trial_photo_trial_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial_photo")),
    )
    op.create_index(op.f("ix_trial_photo_trial_id"), "trial_photo", ["trial_id"])
    op.create_table(
        "unit_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column(
            "from_state",
            sa.Enum(
                "free",
                "reserved",
                "out",
                "back_unchecked",
                "service",
                "sold",
                "lost",
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
                "free",
                "reserved",
                "out",
                "back_unchecked",
                "service",
                "sold",
                "lost",
                name="to_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("trial_id", sa.Integer(), nullable=True),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_unit_change_actor_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name=op.f("fk_unit_change_trial_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["device_unit.id"], name=op.f("fk_unit_change_unit_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_change")),
    )
    op.create_index(op.f("ix_unit_change_unit_id"), "unit_change", ["unit_id"])
    op.create_table(
        "unit_day",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("trial_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name=op.f("fk_unit_day_trial_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["unit_id"], ["device_unit.id"], name=op.f("fk_unit_day_unit_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("unit_id", "day_on", name=op.f("pk_unit_day")),
    )
    op.create_index(op.f("ix_unit_day_trial_id"), "unit_day", ["trial_id"])
    op.create_table(
        "protocol_accessory",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("protocol_id", sa.Integer(), nullable=False),
        sa.Column("name_sv", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("is_there", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["protocol_id"], ["protocol.id"], name=op.f("fk_protocol_accessory_protocol_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protocol_accessory")),
    )
    op.create_index(op.f("ix_protocol_accessory_protocol_id"), "protocol_accessory", ["protocol_id"])
    op.create_table(
        "rating",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("check_in_id", sa.Integer(), nullable=False),
        sa.Column("scale_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["check_in_id"], ["check_in.id"], name=op.f("fk_rating_check_in_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["scale_id"], ["scale.id"], name=op.f("fk_rating_scale_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
        sa.UniqueConstraint("check_in_id", "scale_id", name=op.f("uq_rating_check_in_id_scale_id")),
    )
    _allow("lead_event", "event_kind", "kind", (*KINDS_BEFORE, *KINDS_OF_TRIALS))
    _allow("consent", "consent_purpose", "purpose", (*PURPOSES_BEFORE, "check_ins"))
    _allow("plan_run", "stop_reason", "stop_reason", (*REASONS_BEFORE, "lent"))


def downgrade() -> None:
    runs = sa.table("plan_run", sa.column("stop_reason"))
    op.execute(runs.update().where(runs.c.stop_reason == "lent").values(stop_reason="stage_changed"))
    _allow("plan_run", "stop_reason", "stop_reason", REASONS_BEFORE)
    consents = sa.table("consent", sa.column("purpose"))
    op.execute(consents.delete().where(consents.c.purpose == "check_ins"))
    _allow("consent", "consent_purpose", "purpose", PURPOSES_BEFORE)
    lines = sa.table("lead_event", sa.column("kind"))
    op.execute(lines.delete().where(lines.c.kind.in_(KINDS_OF_TRIALS)))
    _allow("lead_event", "event_kind", "kind", KINDS_BEFORE)
    for table in reversed(TABLES):
        op.drop_table(table)


def _allow(table: str, constraint: str, column: str, words: tuple[str, ...]) -> None:
    """Let a column hold these words."""
    name = op.f(f"ck_{table}_{constraint}")
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, sa.column(column).in_(words))
