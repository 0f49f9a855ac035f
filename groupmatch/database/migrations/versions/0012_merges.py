"""Merges that are called off."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add two columns; merges of before stand, and their groups had no last date of their own."""
    op.add_column("group_merge", sa.Column("former_ends_on", sa.Date))
    op.add_column("group_merge", sa.Column("called_off_at", INSTANT))
