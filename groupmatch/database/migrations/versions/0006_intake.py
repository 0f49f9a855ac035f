"""Intake: measures, confirmed locations, plans that end, and versions of what is edited."""

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Change nothing yet."""
