"""A session knows how many came, so that a report of months need not count every member again."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

_PRESENCES = {"came": "'present', 'late'", "excused": "'excused'", "absent": "'absent'"}


def upgrade() -> None:
    """Add the counts, from the attendance that was written down so far."""
    for name, presences in _PRESENCES.items():
        number = sa.Column(name, sa.Integer, nullable=False, server_default="0")
        op.add_column("group_session", number)
        op.execute(
            f"UPDATE group_session SET {name} = (SELECT count(*) FROM attendance "  # noqa: S608
            f"WHERE attendance.session_id = group_session.id AND presence IN ({presences}))"
        )
