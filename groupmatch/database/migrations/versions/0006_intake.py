"""Intake: measures, confirmed locations, plans that end, and versions of what is edited."""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

from groupmatch import clock
from groupmatch.database.types import new_id

revision = "0006"
down_revision = "0005"

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True)

#: Several people edit these, and each change is counted.
_EDITED = ("participant", "request", "plan", "therapist", "therapy_group", "program", "gate")
_ADULT = ("outpatient", "iop-adult")
_ADOLESCENT = ("outpatient-adolescent", "iop-adolescent")
#: How long a location that was known before counts as confirmed.
_KNOWN_DAYS = 180


def upgrade() -> None:
    """Change the tables, and let nobody who could be matched fall out of the match."""
    op.add_column("gate", sa.Column("region", sa.String))
    op.add_column("level_of_care", sa.Column("age_band", sa.String))
    op.add_column("task", sa.Column("due_on", sa.Date))
    op.add_column("request", sa.Column("needed_from", sa.Date))
    op.add_column("plan", sa.Column("ends_on", sa.Date))
    op.add_column("plan", sa.Column("taper_weeks", sa.Integer, nullable=False, server_default="0"))
    for table in _EDITED:
        op.add_column(table, sa.Column("version", sa.Integer, nullable=False, server_default="1"))
    _keep_measures()
    _tell_age_bands()
    _confirm_known_locations()


def _keep_measures() -> None:
    op.create_table(
        "measure_score",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("program_id", sa.String, sa.ForeignKey("program.id"), nullable=False, index=True),
        sa.Column(
            "participant_id", sa.String, sa.ForeignKey("participant.id"), nullable=False, index=True
        ),
        sa.Column("instrument", sa.String, nullable=False),
        sa.Column("taken_on", sa.Date, nullable=False),
        sa.Column("answers", JSON, nullable=False),
        sa.Column("total", sa.Integer),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.Column("entered_by_id", sa.String, sa.ForeignKey("account.id")),
        sa.Column("withdrawn_at", INSTANT),
    )


def _tell_age_bands() -> None:
    level = sa.table("level_of_care", sa.column("code"), sa.column("age_band"))
    for band, codes in (("adult", _ADULT), ("adolescent", _ADOLESCENT)):
        op.execute(level.update().where(level.c.code.in_(codes)).values(age_band=band))


def _confirm_known_locations() -> None:
    """The region of everybody in care holds as confirmed today, by nobody in particular."""
    connection = op.get_bind()
    participant = sa.table("participant", sa.column("id"), sa.column("region"), sa.column("status"))
    known = sa.select(participant.c.id, participant.c.region).where(
        participant.c.status == "active"
    )
    now = clock.now()
    rows = [
        {
            "id": new_id(),
            "participant_id": person.id,
            "kind": "location",
            "region": person.region,
            "cleared_at": now,
            "valid_to": now.date() + timedelta(days=_KNOWN_DAYS),
        }
        for person in connection.execute(known)
    ]
    if rows:
        connection.execute(_gate().insert(), rows)


def _gate() -> sa.TableClause:
    return sa.table(
        "gate",
        sa.column("id"),
        sa.column("participant_id"),
        sa.column("kind"),
        sa.column("region"),
        sa.column("cleared_at", INSTANT),
        sa.column("valid_to", sa.Date),
    )
