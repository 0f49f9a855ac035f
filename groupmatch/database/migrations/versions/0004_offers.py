"""Offers, and the policy to make them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True)
LIVE = sa.text("state IN ('open', 'agreed')")


def upgrade() -> None:
    """Create the table; programs that exist go on giving seats at once."""
    policies = (
        sa.Column("publish_offers", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("offer_hours", sa.Integer, nullable=False, server_default="24"),
    )
    for column in policies:
        op.add_column("program", column)
    op.create_table(
        "offer",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("program_id", sa.String, sa.ForeignKey("program.id"), nullable=False, index=True),
        sa.Column("request_id", sa.String, sa.ForeignKey("request.id"), nullable=False, index=True),
        sa.Column(
            "participant_id", sa.String, sa.ForeignKey("participant.id"), nullable=False, index=True
        ),
        sa.Column(
            "to_group_id", sa.String, sa.ForeignKey("therapy_group.id"), nullable=False, index=True
        ),
        sa.Column("seat_id", sa.String, sa.ForeignKey("seat.id"), index=True),
        sa.Column("from_seat_id", sa.String, sa.ForeignKey("seat.id"), index=True),
        sa.Column("bundle_id", sa.String, sa.ForeignKey("draft_bundle.id"), index=True),
        sa.Column("entry_id", sa.String, sa.ForeignKey("draft_entry.id")),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by_id", sa.String, sa.ForeignKey("account.id")),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("answered_at", INSTANT),
        sa.Column("answered_by_id", sa.String, sa.ForeignKey("account.id")),
        sa.Column("decline_reason", sa.String(20)),
        sa.Column("note", sa.String, nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("refusal", JSON, nullable=False),
    )
    op.create_index(
        "uq_offer_live",
        "offer",
        ["request_id"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.create_index("ix_offer_due", "offer", ["state", "expires_at"])
