"""Programs, people, the governed vocabulary, the audit log and the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "topic",
        sa.Column("code", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("part2", sa.Boolean, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("clinician_confirmed", sa.Boolean, nullable=False),
    )
    op.create_table(
        "group_type",
        sa.Column("code", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("min_size", sa.Integer, nullable=False),
        sa.Column("max_size", sa.Integer, nullable=False),
        sa.Column("leaders", sa.Integer, nullable=False),
        sa.Column("session_minutes", sa.Integer, nullable=False),
        sa.Column("admission", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("clinician_confirmed", sa.Boolean, nullable=False),
    )
    op.create_table(
        "level_of_care",
        sa.Column("code", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("min_minutes", sa.Integer),
        sa.Column("max_minutes", sa.Integer),
        sa.Column("min_days", sa.Integer),
        sa.Column("max_minutes_per_day", sa.Integer),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("clinician_confirmed", sa.Boolean, nullable=False),
    )
    op.create_table(
        "compact_region",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("compact", sa.String, nullable=False),
        sa.Column("region", sa.String, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.Column("source", sa.String, nullable=False),
        sa.UniqueConstraint("compact", "region", "valid_from"),
    )
    op.create_table(
        "payer",
        sa.Column("code", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
    )
    op.create_table(
        "payer_rule",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("payer_code", sa.String, sa.ForeignKey("payer.code"), nullable=False, index=True),
        sa.Column("level_code", sa.String, sa.ForeignKey("level_of_care.code")),
        sa.Column("covers_virtual", sa.Boolean, nullable=False),
        sa.Column("group_cap", sa.Integer),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.Column("source", sa.String, nullable=False),
    )
    op.create_table(
        "program",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("timezone", sa.String, nullable=False),
        sa.Column("night_at", sa.String, nullable=False),
        sa.Column("horizon_weeks", sa.Integer, nullable=False),
        sa.Column("max_moves", sa.Integer),
        sa.Column("reserve_at_once", sa.Boolean, nullable=False),
        sa.Column("crisis_line", sa.String, nullable=False),
        sa.Column("phone", sa.String, nullable=False),
        sa.CheckConstraint("horizon_weeks BETWEEN 1 AND 26", name="horizon_weeks"),
    )
    op.create_table(
        "participant",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("program_id", sa.String, sa.ForeignKey("program.id"), nullable=False, index=True),
        sa.Column("external_id", sa.String),
        sa.Column("first_name", sa.String, nullable=False),
        sa.Column("last_name", sa.String, nullable=False),
        sa.Column("email", sa.String, nullable=False),
        sa.Column("phone", sa.String, nullable=False),
        sa.Column("timezone", sa.String, nullable=False),
        sa.Column("region", sa.String, nullable=False),
        sa.Column("language", JSON, nullable=False),
        sa.Column("age_band", sa.String, nullable=False),
        sa.Column("attributes", JSON, nullable=False),
        sa.Column("payer_code", sa.String, sa.ForeignKey("payer.code")),
        sa.Column("household", sa.String),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("safety_flag_since", INSTANT),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("availability_confirmed_on", sa.Date),
        sa.Column("search_text", sa.String, nullable=False),
        sa.UniqueConstraint("program_id", "external_id"),
    )
    op.create_table(
        "therapist",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("program_id", sa.String, sa.ForeignKey("program.id"), nullable=False, index=True),
        sa.Column("external_id", sa.String),
        sa.Column("first_name", sa.String, nullable=False),
        sa.Column("last_name", sa.String, nullable=False),
        sa.Column("email", sa.String, nullable=False),
        sa.Column("timezone", sa.String, nullable=False),
        sa.Column("max_minutes", sa.Integer),
        sa.Column("attributes", JSON, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.UniqueConstraint("program_id", "external_id"),
    )
    op.create_table(
        "license",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column(
            "therapist_id", sa.String, sa.ForeignKey("therapist.id"), nullable=False, index=True
        ),
        sa.Column("region", sa.String),
        sa.Column("compact", sa.String),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("email", sa.String, nullable=False, unique=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("password", sa.String),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("fs_uniquifier", sa.String, nullable=False, unique=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("confirmed_at", INSTANT),
        sa.Column("invited_at", INSTANT),
        sa.Column("participant_id", sa.String, sa.ForeignKey("participant.id"), unique=True),
        sa.Column("therapist_id", sa.String, sa.ForeignKey("therapist.id"), unique=True),
    )
    op.create_table(
        "program_role",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("account_id", sa.String, sa.ForeignKey("account.id"), nullable=False, index=True),
        sa.Column("program_id", sa.String, sa.ForeignKey("program.id"), nullable=False, index=True),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.UniqueConstraint("account_id", "program_id", "role"),
    )
    op.create_table(
        "availability",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("participant_id", sa.String, sa.ForeignKey("participant.id"), index=True),
        sa.Column("therapist_id", sa.String, sa.ForeignKey("therapist.id"), index=True),
        sa.Column("weekday", sa.Integer, nullable=False),
        sa.Column("start_minute", sa.Integer, nullable=False),
        sa.Column("end_minute", sa.Integer, nullable=False),
        sa.Column("fit", sa.String(20), nullable=False),
        sa.CheckConstraint("0 <= start_minute AND start_minute < end_minute", name="forward"),
        sa.CheckConstraint("(participant_id IS NULL) <> (therapist_id IS NULL)", name="one_owner"),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        sa.CheckConstraint("end_minute <= 1440", name="within_day"),
    )
    op.create_table(
        "availability_exception",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("participant_id", sa.String, sa.ForeignKey("participant.id"), index=True),
        sa.Column("therapist_id", sa.String, sa.ForeignKey("therapist.id"), index=True),
        sa.Column("first_on", sa.Date, nullable=False),
        sa.Column("last_on", sa.Date, nullable=False),
        sa.Column("note", sa.String, nullable=False),
        sa.CheckConstraint("first_on <= last_on", name="forward"),
        sa.CheckConstraint("(participant_id IS NULL) <> (therapist_id IS NULL)", name="one_owner"),
    )
    op.create_table(
        "gate",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column(
            "participant_id", sa.String, sa.ForeignKey("participant.id"), nullable=False, index=True
        ),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("level_code", sa.String, sa.ForeignKey("level_of_care.code")),
        sa.Column("cleared_at", INSTANT, nullable=False),
        sa.Column("cleared_by_id", sa.String, sa.ForeignKey("account.id")),
        sa.Column("valid_to", sa.Date),
        sa.UniqueConstraint("participant_id", "kind"),
    )
    op.create_table(
        "apart_pair",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("program_id", sa.String, sa.ForeignKey("program.id"), nullable=False, index=True),
        sa.Column(
            "first_id", sa.String, sa.ForeignKey("participant.id"), nullable=False, index=True
        ),
        sa.Column(
            "second_id", sa.String, sa.ForeignKey("participant.id"), nullable=False, index=True
        ),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("lifted_at", INSTANT),
        sa.CheckConstraint("first_id < second_id", name="ordered"),
        sa.UniqueConstraint("first_id", "second_id"),
    )
    op.create_table(
        "task",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("program_id", sa.String, sa.ForeignKey("program.id"), nullable=False, index=True),
        sa.Column(
            "participant_id", sa.String, sa.ForeignKey("participant.id"), nullable=False, index=True
        ),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("note", sa.String, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT),
        sa.Column("done_by_id", sa.String, sa.ForeignKey("account.id")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_id", sa.String, sa.ForeignKey("account.id")),
        sa.Column("program_id", sa.String, sa.ForeignKey("program.id")),
        sa.Column("act", sa.String, nullable=False),
        sa.Column("subject_kind", sa.String, nullable=False),
        sa.Column("subject_id", sa.String, nullable=False),
        sa.Column("before", JSON),
        sa.Column("after", JSON),
        sa.Column("reason", sa.String, nullable=False),
    )
    op.create_index("ix_audit_entry_program_at", "audit_entry", ["program_id", "at"])
    op.create_index("ix_audit_entry_subject", "audit_entry", ["subject_kind", "subject_id"])
    op.create_table(
        "outbox_mail",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("program_id", sa.String, sa.ForeignKey("program.id")),
        sa.Column("recipient", sa.String, nullable=False),
        sa.Column("template", sa.String, nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("send_after", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT),
        sa.Column("attempts", sa.Integer, nullable=False),
    )
    op.create_index("ix_outbox_mail_due", "outbox_mail", ["sent_at", "send_after"])
