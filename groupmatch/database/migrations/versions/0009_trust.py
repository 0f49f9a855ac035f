"""An audit log that nothing can change, sign-ins kept here, second factors, emergency access."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    """Add tables and columns; every account signs in anew after the upgrade."""
    _keep_the_audit_log()
    _keep_sign_ins()
    op.add_column("account", sa.Column("second_factor", sa.String))
    op.add_column("account", sa.Column("totp_secret", sa.String))
    op.add_column("account", sa.Column("totp_counter", sa.Integer))
    op.add_column("account", sa.Column("recovery_codes", JSON))
    _keep_emergency_access()


def _keep_the_audit_log() -> None:
    """The database itself refuses to change or remove an entry, whoever asks."""
    # SQLite loses triggers where a later migration rebuilds the table: it makes them again.
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_entry_kept_from_{act.lower()} BEFORE {act} ON audit_entry "
                "BEGIN SELECT RAISE(ABORT, 'the audit log is only appended to'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_entry_kept() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION 'the audit log is only appended to'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_entry_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_kept()"
    )


def _keep_sign_ins() -> None:
    op.create_table(
        "sign_in",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("account_id", sa.String, sa.ForeignKey("account.id"), nullable=False, index=True),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("second_factor", sa.Boolean, nullable=False),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("at", INSTANT, nullable=False, index=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("network", sa.String, nullable=False),
        sa.Column("succeeded", sa.Boolean, nullable=False),
    )
    op.create_index("ix_sign_in_attempt_who", "sign_in_attempt", ["who", "kind", "at"])
    op.create_index("ix_sign_in_attempt_network", "sign_in_attempt", ["network", "kind", "at"])


def _keep_emergency_access() -> None:
    op.create_table(
        "emergency_access",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("program_id", sa.String, sa.ForeignKey("program.id"), nullable=False, index=True),
        sa.Column("account_id", sa.String, sa.ForeignKey("account.id"), nullable=False, index=True),
        sa.Column(
            "participant_id", sa.String, sa.ForeignKey("participant.id"), nullable=False, index=True
        ),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("reviewed_at", INSTANT),
        sa.Column("reviewed_by_id", sa.String, sa.ForeignKey("account.id")),
    )
