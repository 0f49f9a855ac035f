"""Nights that publish, mails that wait for the morning, reminders, schedulers' signs of life."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add columns and a table; no program publishes by itself until somebody says so."""
    for column in (
        sa.Column("night_publishes", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("reminder_hours", sa.Integer, nullable=False, server_default="24"),
    ):
        op.add_column("program", column)
    with op.batch_alter_table("outbox_mail") as mail:
        mail.add_column(sa.Column("zone", sa.String))
        mail.add_column(sa.Column("about", sa.String))
        mail.create_unique_constraint("uq_outbox_mail_about", ["about"])
    op.add_column("participant", sa.Column("purged_at", INSTANT))
    op.create_table(
        "scheduler_sign",
        sa.Column("scheduler", sa.String, primary_key=True),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
    )
