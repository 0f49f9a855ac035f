"""Dated sessions, attendance, and meetings that change from a date on."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

INSTANT = sa.DateTime(timezone=True)
STANDS = sa.text("lifted_at IS NULL")


def upgrade() -> None:
    """Create the tables; every present meeting holds without end."""
    op.add_column("meeting", sa.Column("from_on", sa.Date))
    op.add_column("meeting", sa.Column("until_on", sa.Date))
    op.add_column("therapy_group", sa.Column("sessions_until", sa.Date))
    op.create_table(
        "group_session",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("program_id", sa.String, sa.ForeignKey("program.id"), nullable=False, index=True),
        sa.Column("group_id", sa.String, sa.ForeignKey("therapy_group.id"), nullable=False),
        sa.Column("local_date", sa.Date, nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("cancel_reason", sa.String(20)),
        sa.Column("substitute_id", sa.String, sa.ForeignKey("therapist.id"), index=True),
        sa.Column("cover_asked_at", INSTANT),
        sa.Column("link_token", sa.String, nullable=False, unique=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("recorded_at", INSTANT),
        sa.Column("recordings", sa.Integer, nullable=False),
        sa.UniqueConstraint("group_id", "starts_at"),
        sa.CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes"),
        sa.CheckConstraint(
            "(state = 'cancelled') = (cancel_reason IS NOT NULL)", name="cancelled_with_reason"
        ),
    )
    op.create_index("ix_group_session_program_starts", "group_session", ["program_id", "starts_at"])
    op.create_table(
        "attendance",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("session_id", sa.String, sa.ForeignKey("group_session.id"), nullable=False),
        sa.Column(
            "participant_id", sa.String, sa.ForeignKey("participant.id"), nullable=False, index=True
        ),
        sa.Column("seat_id", sa.String, sa.ForeignKey("seat.id"), nullable=False, index=True),
        sa.Column("presence", sa.String(20), nullable=False),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by_id", sa.String, sa.ForeignKey("account.id")),
        sa.UniqueConstraint("session_id", "participant_id"),
        sa.CheckConstraint("minutes BETWEEN 0 AND 1440", name="minutes"),
    )
    op.create_table(
        "program_holiday",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("program_id", sa.String, sa.ForeignKey("program.id"), nullable=False, index=True),
        sa.Column("local_date", sa.Date, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("lifted_at", INSTANT),
    )
    op.create_index(
        "uq_program_holiday_standing",
        "program_holiday",
        ["program_id", "local_date"],
        unique=True,
        sqlite_where=STANDS,
        postgresql_where=STANDS,
    )
    op.create_table(
        "group_merge",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("program_id", sa.String, sa.ForeignKey("program.id"), nullable=False, index=True),
        sa.Column(
            "from_group_id",
            sa.String,
            sa.ForeignKey("therapy_group.id"),
            nullable=False,
            index=True,
        ),
        sa.Column(
            "into_group_id",
            sa.String,
            sa.ForeignKey("therapy_group.id"),
            nullable=False,
            index=True,
        ),
        sa.Column("local_date", sa.Date, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by_id", sa.String, sa.ForeignKey("account.id")),
    )
    op.create_table(
        "merge_consent",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("program_id", sa.String, sa.ForeignKey("program.id"), nullable=False, index=True),
        sa.Column("merge_id", sa.String, sa.ForeignKey("group_merge.id"), nullable=False),
        sa.Column("seat_id", sa.String, sa.ForeignKey("seat.id"), nullable=False, index=True),
        sa.Column("answer", sa.String(20), nullable=False),
        sa.Column("answered_at", INSTANT),
        sa.Column("answered_by_id", sa.String, sa.ForeignKey("account.id")),
        sa.UniqueConstraint("merge_id", "seat_id"),
    )
