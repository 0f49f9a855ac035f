"""The tables of groups: what stands in their columns."""

from datetime import date

from groupmatch.language import gettext
from groupmatch.records import Group, Seat
from groupmatch.services.groups.demand import TopicDemand
from groupmatch.services.groups.groups_table import GroupRow
from groupmatch.services.hours.local_time import meeting_times
from groupmatch.services.sessions.session_page import SessionLine
from groupmatch.web.filters import at
from groupmatch.web.staff.hours import group_hours
from groupmatch.web.tables import Column, Table, nobody
from groupmatch.web.words import word


def groups_table(zone: str, on: date) -> Table[GroupRow]:
    """All groups; hours are those of a date's week on the clock of an IANA zone."""
    return Table(
        "groups",
        gettext("Groups"),
        (
            Column("name", gettext("Name"), lambda row: row.group.name),
            Column(
                "hour",
                gettext("Hour"),
                lambda row: group_hours(row.group, zone, on),
                lambda row: meeting_times(row.group, zone, on),
                late=True,
            ),
            Column(
                "leaders",
                gettext("Leaders"),
                lambda row: ", ".join(row.group.leaders),
                late=True,
            ),
            Column("size", gettext("Size"), lambda row: row.size),
            Column("min", gettext("Min"), lambda row: row.group.min_size, number=True),
            Column("max", gettext("Max"), lambda row: row.group.max_size, number=True),
            Column("held", gettext("Held"), lambda row: row.group.held_seats, number=True),
            Column("free", gettext("Free"), lambda row: row.free, number=True),
            Column("waiting", gettext("Waiting"), lambda row: row.waiting, number=True),
            Column("gap", gettext("Gap"), lambda row: row.gap, number=True),
            Column("status", gettext("Status"), lambda row: word("group_status", row.group.status)),
        ),
        nobody,
        main=True,
        first="name",
        searched=False,
        size=50,
    )


def roster_table(group: Group, on: date) -> Table[Seat]:
    """The members of a group."""
    return Table(
        "roster",
        gettext("Members of %(name)s") % {"name": group.name},
        (
            Column(
                "member",
                gettext("Member"),
                lambda seat: seat.participant.full_name,
                lambda seat: seat.participant.last_name,
            ),
            Column("since", gettext("Since"), lambda seat: seat.starts_on),
            Column(
                "hour",
                gettext("Their hour"),
                lambda seat: group_hours(group, seat.participant.timezone, on),
                lambda seat: meeting_times(group, seat.participant.timezone, on),
            ),
            Column("state", gettext("State"), lambda seat: word("seat_state", seat.state)),
        ),
        lambda seat: (seat.participant_id,),
    )


def sessions_table(group: Group, zone: str) -> Table[SessionLine]:
    """The sessions of a group in the last weeks and the coming ones."""
    return Table(
        "sessions",
        gettext("Sessions of %(name)s") % {"name": group.name},
        (
            Column(
                "session",
                gettext("Session"),
                lambda line: at(line.meeting.starts_at, zone),
                lambda line: line.meeting.starts_at,
            ),
            Column("state", gettext("State"), lambda line: word("session_state", line.standing)),
            Column(
                "came",
                gettext("Came"),
                lambda line: line.came if line.marked else None,
                number=True,
            ),
            Column("marked", gettext("Of"), lambda line: line.marked or None, number=True),
        ),
        nobody,
    )


def topics_table() -> Table[TopicDemand]:
    """Who waits for each topic, against the seats that are free."""
    return Table(
        "topics",
        gettext("Demand by topic"),
        (
            Column("topic", gettext("Topic"), lambda row: row.name),
            Column("waiting", gettext("Waiting"), lambda row: row.unmet.could_come, number=True),
            Column("free", gettext("Free seats"), lambda row: row.unmet.free, number=True),
            Column("unmet", gettext("Unmet"), lambda row: row.unmet.number, number=True),
        ),
        nobody,
    )
