"""Private calendar feeds."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

INSTANT = sa.DateTime(timezone=True)
LIVE = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Add the table; nobody has a feed until they ask for one."""
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column(
            "participant_id",
            sa.String,
            sa.ForeignKey("participant.id", name="fk_calendar_feed_participant_id"),
            nullable=False,
        ),
        sa.Column("token_hash", sa.String, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.UniqueConstraint("token_hash", name="uq_calendar_feed_token_hash"),
    )
    op.create_index("ix_calendar_feed_participant_id", "calendar_feed", ["participant_id"])
    op.create_index(
        "uq_calendar_feed_live",
        "calendar_feed",
        ["participant_id"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
