"""The tables of one request: what stands in its way, where it could be placed, hours attended."""

from collections.abc import Sequence
from datetime import date

from groupmatch.language import gettext
from groupmatch.records import Participant
from groupmatch.services.findings.why_not import NearGroup, Obstacle
from groupmatch.services.hours.local_time import LocalMeeting, meeting_times
from groupmatch.services.seats.place_page import PlaceOption
from groupmatch.services.sessions.attended_hours import AttendedPlan, AttendedWeek
from groupmatch.web.filters import hours
from groupmatch.web.staff.hours import group_hours
from groupmatch.web.tables import Column, Table
from groupmatch.web.words import word


def near_table(person: Participant, on: date) -> Table[NearGroup]:
    """The groups nearest to somebody, the nearest first; hours on their own clock."""

    def meets(near: NearGroup) -> Sequence[LocalMeeting]:
        return meeting_times(near.group, person.timezone, on)

    return Table(
        "near",
        gettext("What stands in the way, the nearest group first"),
        (
            Column("group", gettext("Group"), lambda near: near.group.name),
            Column(
                "hour",
                gettext("Hour for %(first_name)s") % {"first_name": person.first_name},
                lambda near: group_hours(near.group, person.timezone, on),
                meets,
            ),
            Column("way", gettext("In the way"), lambda near: _told(near.obstacles), orders=False),
        ),
        lambda _near: (person.id,),
    )


def options_table(person: Participant, zone: str, on: date) -> Table[PlaceOption]:
    """The groups in which somebody could be placed; hours on an IANA zone's clock and on theirs."""

    def hour(key: str, label: str, on_clock: str) -> Column[PlaceOption]:
        return Column(
            key,
            label,
            lambda option: group_hours(option.row.group, on_clock, on),
            lambda option: meeting_times(option.row.group, on_clock, on),
        )

    return Table(
        "options",
        gettext("Groups for %(full_name)s, those that fit first") % {"full_name": person.full_name},
        (
            Column("group", gettext("Group"), lambda option: option.row.group.name),
            hour("hour", gettext("Hour"), zone),
            hour(
                "theirs",
                gettext("For %(first_name)s") % {"first_name": person.first_name},
                person.timezone,
            ),
            Column("size", gettext("Size"), lambda option: option.row.size),
            Column(
                "fits",
                gettext("Fits"),
                lambda option: _told(option.obstacles) or gettext("Fits"),
                lambda option: len(option.obstacles),
            ),
        ),
        lambda _option: (person.id,),
        main=True,
        # Those that fit first: whoever looks past them looks for one, by name or hour.
        size=25,
    )


def attended_table(plan: AttendedPlan, person: Participant, number: int) -> Table[AttendedWeek]:
    """Hours of a plan by week; `number` tells the plans of one person apart, from 1 on."""
    return Table(
        f"attended-{number}",
        gettext("Hours attended, %(level)s") % {"level": plan.level},
        (
            Column("week", gettext("Week of"), lambda week: week.monday),
            Column(
                "attended",
                gettext("Attended"),
                lambda week: hours(week.attended),
                lambda week: week.attended,
                number=True,
            ),
            Column(
                "held",
                gettext("Held"),
                lambda week: hours(week.held),
                lambda week: week.held,
                number=True,
            ),
            Column(
                "state",
                gettext("State"),
                lambda week: gettext("Enough") if week.met else gettext("Too few"),
            ),
        ),
        lambda _week: (person.id,),
        searched=False,
        size=8,
    )


def _told(obstacles: Sequence[Obstacle]) -> str:
    return "; ".join(word("obstacle", each, of="staff/_reasons.html") for each in obstacles)
