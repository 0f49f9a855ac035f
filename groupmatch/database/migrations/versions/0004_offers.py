"""Offers, and the policy to make them."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Change nothing yet."""
