"""The tables of therapists and of what one leads."""

from datetime import date

from groupmatch.language import gettext, later
from groupmatch.records import Therapist
from groupmatch.services.groups.groups_table import GroupRow
from groupmatch.services.hours.local_time import meeting_times
from groupmatch.services.therapists.therapist_list import TherapistRow
from groupmatch.web.filters import hours
from groupmatch.web.staff.hours import group_hours
from groupmatch.web.tables import Column, Table, nobody
from groupmatch.web.words import word

THERAPISTS: Table[TherapistRow] = Table(
    "therapists",
    later("Therapists"),
    (
        Column(
            "name",
            later("Name"),
            lambda row: row.full_name,
            lambda row: f"{row.last_name} {row.first_name}",
        ),
        Column("groups", later("Groups"), lambda row: row.groups, number=True),
        Column(
            "week",
            later("A week"),
            lambda row: hours(row.minutes),
            lambda row: row.minutes,
            number=True,
        ),
        Column(
            "most",
            later("Most"),
            lambda row: None if row.max_minutes is None else hours(_most(row)),
            lambda row: row.max_minutes,
            number=True,
        ),
        Column("licensed", later("Licensed in"), lambda row: ", ".join(row.licensed)),
        Column("ends", later("Next to end"), lambda row: row.ends_on),
        Column(
            "status",
            later("Status"),
            lambda row: gettext("Leads") if row.active else gettext("Not at present"),
        ),
    ),
    nobody,
    main=True,
)


def led_table(therapist: Therapist, zone: str, on: date) -> Table[GroupRow]:
    """The groups of a therapist; hours are those of a date's week in an IANA zone."""
    return Table(
        "led",
        gettext("Groups of %(full_name)s") % {"full_name": therapist.full_name},
        (
            Column("group", gettext("Group"), lambda row: row.group.name),
            Column(
                "hour",
                gettext("Hour"),
                lambda row: group_hours(row.group, zone, on),
                lambda row: meeting_times(row.group, zone, on),
            ),
            Column("size", gettext("Size"), lambda row: row.size),
            Column("status", gettext("Status"), lambda row: word("group_status", row.group.status)),
        ),
        nobody,
    )


def _most(row: TherapistRow) -> int:
    return row.max_minutes or 0
