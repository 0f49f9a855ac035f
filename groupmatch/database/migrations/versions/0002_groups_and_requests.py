"""Groups and what is asked of them: requests, plans, pins."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "therapy_group",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("program_id", sa.String, sa.ForeignKey("program.id"), nullable=False, index=True),
        sa.Column("external_id", sa.String),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("topic_code", sa.String, sa.ForeignKey("topic.code"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("type_code", sa.String, sa.ForeignKey("group_type.code")),
        sa.Column("level_code", sa.String, sa.ForeignKey("level_of_care.code"), nullable=False),
        sa.Column("timezone", sa.String, nullable=False),
        sa.Column("min_size", sa.Integer, nullable=False),
        sa.Column("max_size", sa.Integer, nullable=False),
        sa.Column("held_seats", sa.Integer, nullable=False),
        sa.Column("admission", sa.String(20), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("starts_on", sa.Date),
        sa.Column("ends_on", sa.Date),
        sa.Column("open_cost", sa.Integer, nullable=False),
        sa.Column("alternative_key", sa.String),
        sa.Column("requires", JSON, nullable=False),
        sa.Column("attributes", JSON, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("0 <= held_seats AND held_seats <= max_size", name="held_seats"),
        sa.CheckConstraint("0 <= min_size AND min_size <= max_size", name="sizes"),
        sa.UniqueConstraint("program_id", "external_id"),
    )
    op.create_table(
        "meeting",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column(
            "group_id", sa.String, sa.ForeignKey("therapy_group.id"), nullable=False, index=True
        ),
        sa.Column("weekday", sa.Integer, nullable=False),
        sa.Column("start_minute", sa.Integer, nullable=False),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes"),
        sa.CheckConstraint("start_minute BETWEEN 0 AND 1439", name="start"),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
    )
    op.create_table(
        "group_leader",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column(
            "group_id", sa.String, sa.ForeignKey("therapy_group.id"), nullable=False, index=True
        ),
        sa.Column(
            "therapist_id", sa.String, sa.ForeignKey("therapist.id"), nullable=False, index=True
        ),
        sa.Column("position", sa.Integer, nullable=False),
        sa.UniqueConstraint("group_id", "therapist_id"),
    )
    op.create_table(
        "group_limit",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column(
            "group_id", sa.String, sa.ForeignKey("therapy_group.id"), nullable=False, index=True
        ),
        sa.Column("attribute", sa.String, nullable=False),
        sa.Column("value", sa.String, nullable=False),
        sa.Column("max_members", sa.Integer, nullable=False),
        sa.UniqueConstraint("group_id", "attribute", "value"),
    )
    op.create_table(
        "group_entry",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column(
            "group_id", sa.String, sa.ForeignKey("therapy_group.id"), nullable=False, index=True
        ),
        sa.Column("entry_on", sa.Date, nullable=False),
        sa.UniqueConstraint("group_id", "entry_on"),
    )
    op.create_table(
        "plan",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("program_id", sa.String, sa.ForeignKey("program.id"), nullable=False, index=True),
        sa.Column("external_id", sa.String),
        sa.Column(
            "participant_id", sa.String, sa.ForeignKey("participant.id"), nullable=False, index=True
        ),
        sa.Column("level_code", sa.String, sa.ForeignKey("level_of_care.code"), nullable=False),
        sa.Column("min_minutes", sa.Integer),
        sa.Column("max_minutes", sa.Integer),
        sa.Column("min_days", sa.Integer),
        sa.Column("max_minutes_per_day", sa.Integer),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.UniqueConstraint("program_id", "external_id"),
    )
    op.create_table(
        "request",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("program_id", sa.String, sa.ForeignKey("program.id"), nullable=False, index=True),
        sa.Column("external_id", sa.String),
        sa.Column(
            "participant_id", sa.String, sa.ForeignKey("participant.id"), nullable=False, index=True
        ),
        sa.Column("plan_id", sa.String, sa.ForeignKey("plan.id"), index=True),
        sa.Column("level_code", sa.String, sa.ForeignKey("level_of_care.code"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("urgency", sa.String, nullable=False),
        sa.Column("waiting_since", sa.Date, nullable=False),
        sa.Column("requires", JSON, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT),
        sa.UniqueConstraint("program_id", "external_id"),
    )
    op.create_table(
        "request_topic",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("request_id", sa.String, sa.ForeignKey("request.id"), nullable=False, index=True),
        sa.Column("topic_code", sa.String, sa.ForeignKey("topic.code"), nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.UniqueConstraint("request_id", "topic_code"),
    )
    op.create_table(
        "request_choice",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("request_id", sa.String, sa.ForeignKey("request.id"), nullable=False, index=True),
        sa.Column("group_id", sa.String, sa.ForeignKey("therapy_group.id"), nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.CheckConstraint("rank BETWEEN 1 AND 3", name="rank"),
        sa.UniqueConstraint("request_id", "group_id"),
    )
    op.create_table(
        "request_therapist",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("request_id", sa.String, sa.ForeignKey("request.id"), nullable=False, index=True),
        sa.Column("therapist_id", sa.String, sa.ForeignKey("therapist.id"), nullable=False),
        sa.UniqueConstraint("request_id", "therapist_id"),
    )
    op.create_table(
        "request_avoid",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("request_id", sa.String, sa.ForeignKey("request.id"), nullable=False, index=True),
        sa.Column("group_id", sa.String, sa.ForeignKey("therapy_group.id")),
        sa.Column("therapist_id", sa.String, sa.ForeignKey("therapist.id")),
        sa.CheckConstraint("(group_id IS NULL) <> (therapist_id IS NULL)", name="one_target"),
    )
    op.create_table(
        "pin",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("request_id", sa.String, sa.ForeignKey("request.id"), nullable=False, index=True),
        sa.Column("group_id", sa.String, sa.ForeignKey("therapy_group.id"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.Column("set_by_id", sa.String, sa.ForeignKey("account.id")),
        sa.Column("lifted_at", INSTANT),
    )
