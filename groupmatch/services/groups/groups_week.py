"""The week of groups as a calendar: weekdays across, hours down, groups where they begin."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from groupmatch.services.groups.groups_table import GroupRow
from groupmatch.services.hours.local_time import LocalMeeting, meeting_times

_MONDAY, _FRIDAY, _SUNDAY = 0, 4, 6

#: A weekday (0 is Monday) and an hour of the day on the viewer's clock.
Hour = tuple[int, int]


@dataclass(frozen=True)
class WeekGrid:
    """Meetings by the hour in which they begin."""

    #: Weekdays from Monday to Friday, or to the last one on which anything is.
    days: range
    #: Hours from the first to the last one in which anything is.
    hours: range
    meetings: Mapping[Hour, Sequence[tuple[LocalMeeting, GroupRow]]]


def week_grid(rows: Iterable[GroupRow], zone: str, on: date) -> WeekGrid:
    """Lay groups out over the week of a date, on the clock of an IANA zone."""
    # Many groups share their hours, and those are laid on the clock once.
    alike: dict[tuple[Hashable, ...], list[GroupRow]] = {}
    for row in rows:
        alike.setdefault((row.group.timezone, *row.group.meetings), []).append(row)
    cells: dict[Hour, list[tuple[LocalMeeting, GroupRow]]] = {}
    for found in alike.values():
        for meeting in meeting_times(found[0].group, zone, on):
            cell = cells.setdefault((meeting.weekday, meeting.start.hour), [])
            cell.extend((meeting, row) for row in found)
    for cell in cells.values():
        cell.sort(key=lambda each: (each[0].start, each[1].group.name))
    return WeekGrid(*shown(cells), cells)


def in_hour(rows: Iterable[GroupRow], zone: str, on: date, hour: Hour) -> list[GroupRow]:
    """The groups that begin in one hour of the week."""
    return [row for _, row in week_grid(rows, zone, on).meetings.get(hour, ())]


def shown(cells: Iterable[Hour]) -> tuple[range, range]:
    """The weekdays and hours that a calendar shows so that all of some cells are in it."""
    days = {day for day, _ in cells}
    hours = [hour for _, hour in cells] or [9, 17]
    last = next((day for day in (_SUNDAY, _SUNDAY - 1) if day in days), _FRIDAY)
    return range(_MONDAY, last + 1), range(min(hours), max(hours) + 1)
