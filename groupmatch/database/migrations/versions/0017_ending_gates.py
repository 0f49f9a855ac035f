"""The few decisions that end soon are found without looking at those of everybody."""

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add the index that every morning asks for."""
    op.create_index("ix_gate_valid_to", "gate", ["valid_to"])
