"""Those who lead a group change from a date on, as its hours do."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the dates; who leads a group now has always led it and leads it until further notice."""
    with op.batch_alter_table("group_leader") as leader:
        leader.add_column(sa.Column("from_on", sa.Date))
        leader.add_column(sa.Column("until_on", sa.Date))
        leader.drop_constraint("uq_group_leader_group_id_therapist_id", type_="unique")
        leader.create_unique_constraint(
            "uq_group_leader_group_id_therapist_id_from_on", ["group_id", "therapist_id", "from_on"]
        )
