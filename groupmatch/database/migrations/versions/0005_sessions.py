"""Dated sessions, attendance, and meetings that change from a date on."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Change nothing yet."""
