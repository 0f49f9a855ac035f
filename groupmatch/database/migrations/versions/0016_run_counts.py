"""A run knows what it did, so that a list of runs need not count all of their seats again."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

_SEATS = "FROM draft_entry JOIN draft_bundle ON draft_bundle.id = bundle_id WHERE run_id = run.id"
_LEFT = "FROM unplaced WHERE run_id = run.id"
_COUNTS = {
    "placed": f"count(*) {_SEATS} AND draft_entry.kind = 'placed'",
    "switched": f"count(*) {_SEATS} AND draft_entry.kind = 'switched'",
    "moved": f"count(*) {_SEATS} AND draft_entry.kind = 'moved'",
    "opened": f"count(DISTINCT to_group_id) {_SEATS} AND opens",
    "without_seat": f"count(*) {_LEFT} AND CAST(gates AS TEXT) = '[]'",
    "held_back": f"count(*) {_LEFT} AND CAST(gates AS TEXT) <> '[]'",
}


def upgrade() -> None:
    """Add the counts, from what the runs so far have left."""
    for name, count in _COUNTS.items():
        number = sa.Column(name, sa.Integer, nullable=False, server_default="0")
        op.add_column("run", number)
        op.execute(f"UPDATE run SET {name} = (SELECT {count})")  # noqa: S608
