"""What a granted switch moved, so that it can be undone whole."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    """Add the column; switches granted before moved nothing that it could name."""
    op.add_column("switch_request", sa.Column("moves", JSON, nullable=False, server_default="[]"))
