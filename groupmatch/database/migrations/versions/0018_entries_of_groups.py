"""What the draft proposes for a group is found without looking at the drafts of all nights."""

from alembic import op

revision = "0018"
down_revision = "0017"

_ENDS = ("from_group_id", "to_group_id")


def upgrade() -> None:
    """Add the indexes that the page of a group asks for."""
    for column in _ENDS:
        op.create_index(f"ix_draft_entry_{column}", "draft_entry", [column])
