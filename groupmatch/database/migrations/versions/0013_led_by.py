"""Sessions that are over remember who led them."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add a column; it is written when others come to lead a group."""
    op.add_column("group_session", sa.Column("led_by", sa.JSON))
