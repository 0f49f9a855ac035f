"""The first page of all people is found by name without ordering all of them."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Add the index that holds them in the order of their list; SQLite orders them."""
    if op.get_bind().dialect.name == "sqlite":
        return
    names = [sa.text("lower(last_name)"), sa.text("lower(first_name)")]
    op.create_index("ix_participant_by_name", "participant", ["program_id", "status", *names, "id"])
