"""Runs, their drafts, and the seats that come of them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True)
HELD = sa.text("state <> 'ended'")
OPEN = sa.text("state IN ('asked', 'tonight')")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "run",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("program_id", sa.String, sa.ForeignKey("program.id"), nullable=False, index=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("local_date", sa.Date, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("started_by_id", sa.String, sa.ForeignKey("account.id")),
        sa.Column("cancel_asked_at", INSTANT),
        sa.Column("progress", JSON),
        sa.Column("result", JSON),
        sa.Column("notices", JSON, nullable=False),
        sa.Column("failure", sa.String),
        sa.Column("problem", JSON),
        sa.Column("solution", JSON),
    )
    op.create_index("ix_run_program_started", "run", ["program_id", "started_at"])
    op.create_table(
        "job_run",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("job", sa.String, nullable=False),
        sa.Column("program_id", sa.String, sa.ForeignKey("program.id"), nullable=False),
        sa.Column("local_date", sa.Date, nullable=False),
        sa.Column("claimed_at", INSTANT, nullable=False),
        sa.Column("claimed_by", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("run_id", sa.String, sa.ForeignKey("run.id")),
        sa.UniqueConstraint("job", "program_id", "local_date"),
    )
    op.create_table(
        "unplaced",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("run_id", sa.String, sa.ForeignKey("run.id"), nullable=False, index=True),
        sa.Column("request_id", sa.String, sa.ForeignKey("request.id"), nullable=False, index=True),
        sa.Column("participant_id", sa.String, sa.ForeignKey("participant.id"), nullable=False),
        sa.Column("gates", JSON, nullable=False),
        sa.Column("reasons", JSON, nullable=False),
    )
    op.create_table(
        "draft_bundle",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("run_id", sa.String, sa.ForeignKey("run.id"), nullable=False, index=True),
        sa.Column("program_id", sa.String, sa.ForeignKey("program.id"), nullable=False, index=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("decided_at", INSTANT),
        sa.Column("decided_by_id", sa.String, sa.ForeignKey("account.id")),
        sa.Column("refusal", JSON, nullable=False),
    )
    op.create_table(
        "draft_entry",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column(
            "bundle_id", sa.String, sa.ForeignKey("draft_bundle.id"), nullable=False, index=True
        ),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("request_id", sa.String, sa.ForeignKey("request.id"), nullable=False, index=True),
        sa.Column("participant_id", sa.String, sa.ForeignKey("participant.id"), nullable=False),
        sa.Column("from_group_id", sa.String, sa.ForeignKey("therapy_group.id")),
        sa.Column("to_group_id", sa.String, sa.ForeignKey("therapy_group.id"), nullable=False),
        sa.Column("opens", sa.Boolean, nullable=False),
        sa.Column("why", JSON, nullable=False),
        sa.Column("facts", JSON, nullable=False),
    )
    op.create_table(
        "seat",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("program_id", sa.String, sa.ForeignKey("program.id"), nullable=False, index=True),
        sa.Column("request_id", sa.String, sa.ForeignKey("request.id"), nullable=False, index=True),
        sa.Column(
            "participant_id", sa.String, sa.ForeignKey("participant.id"), nullable=False, index=True
        ),
        sa.Column(
            "group_id", sa.String, sa.ForeignKey("therapy_group.id"), nullable=False, index=True
        ),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date),
        sa.Column("end_reason", sa.String(20)),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by_id", sa.String, sa.ForeignKey("account.id")),
        sa.Column("entry_id", sa.String, sa.ForeignKey("draft_entry.id")),
        sa.CheckConstraint(
            "(state = 'ended') = (end_reason IS NOT NULL)", name="ended_with_reason"
        ),
    )
    op.create_index(
        "uq_seat_held_member",
        "seat",
        ["participant_id", "group_id"],
        unique=True,
        sqlite_where=HELD,
        postgresql_where=HELD,
    )
    op.create_index(
        "uq_seat_held_request",
        "seat",
        ["request_id"],
        unique=True,
        sqlite_where=HELD,
        postgresql_where=HELD,
    )
    op.create_table(
        "switch_request",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("program_id", sa.String, sa.ForeignKey("program.id"), nullable=False, index=True),
        sa.Column("seat_id", sa.String, sa.ForeignKey("seat.id"), nullable=False, index=True),
        sa.Column(
            "participant_id", sa.String, sa.ForeignKey("participant.id"), nullable=False, index=True
        ),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("note", sa.String, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("decided_at", INSTANT),
        sa.Column("decided_by_id", sa.String, sa.ForeignKey("account.id")),
        sa.Column("decision_reason", sa.String, nullable=False),
    )
    op.create_index(
        "uq_switch_request_open",
        "switch_request",
        ["seat_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
