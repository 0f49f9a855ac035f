"""What the solver works out about a run afterwards: fixes, shortage, price of moves, what-ifs."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    """Add a table and a column; runs of before have no findings until somebody asks."""
    op.create_table(
        "finding",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("program_id", sa.String, sa.ForeignKey("program.id"), nullable=False, index=True),
        sa.Column("run_id", sa.String, sa.ForeignKey("run.id"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("changes", JSON, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("begun_by_id", sa.String, sa.ForeignKey("account.id")),
        sa.Column("ends_by", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("failure", sa.String),
        sa.Column("answer", JSON),
        sa.Column("verdict", sa.String(20)),
        sa.Column("decided_at", INSTANT),
        sa.Column("decided_by_id", sa.String, sa.ForeignKey("account.id")),
        sa.Column("kept", JSON, nullable=False),
    )
    op.create_index("ix_finding_run_kind", "finding", ["run_id", "kind"])
    op.add_column("unplaced", sa.Column("fixes", JSON))
