"""When somebody goes from one group to another: the last session here, the first one there.

Weeks are the program's, Monday to Sunday on its own clock, and each week belongs to one of the two
seats: before the week of the change the member comes to the former group, from that week on to the
new one. So nobody misses a week that the calendars allow, and nobody is in two places. Today still
belongs to the former seat. A week in which one of the two groups does not meet, for a holiday or
because its session is cancelled, is the other's. People who take each other's places all change in
the same week, so that a group never holds more than before or after.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from groupmatch import clock
from groupmatch.errors import Conflict
from groupmatch.records import Group, Seat
from groupmatch.services.hours import local_time
from groupmatch.services.sessions.session_calendar import SessionCalendar

_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Change:
    """Where somebody goes, and the seat that they leave for it, if they have one."""

    held: Seat | None
    group: Group
    #: The date from which the new seat is needed, for one that is reserved ahead.
    needed_from: date | None = None

    @property
    def groups(self) -> list[Group]:
        """The groups concerned."""
        return [self.held.group, self.group] if self.held else [self.group]


@dataclass(frozen=True)
class Handover:
    """The dates of one change, each on its own group's calendar."""

    #: The last date in the former group, today or later; None for somebody who had no seat.
    last_on: date | None
    #: The date of the first session in the new group.
    starts_on: date


def handover(calendar: SessionCalendar, change: Change, starts_on: date | None = None) -> Handover:
    """The dates for one person, who begins on a given date or as soon as may be.

    Raises Conflict `no_session_left`.
    """
    if starts_on is None:
        [dates] = handovers(calendar, [change])
        return dates
    begin = _Begin(starts_on, _week_of_date(change.group, starts_on))
    return _dates(calendar, change, begin)


def handovers(calendar: SessionCalendar, changes: Sequence[Change]) -> list[Handover]:
    """The dates for people who change together.

    Raises Conflict `no_session_left` when there is no week in which all of them can change.
    """
    week = date.min
    while True:
        begins = [_begin(calendar, change, week) for change in changes]
        leaving = [each.week for each, change in zip(begins, changes, strict=True) if change.held]
        if max(leaving, default=week) == week:
            break
        week = max(leaving)
    return [_dates(calendar, change, each) for each, change in zip(begins, changes, strict=True)]


def last_before(calendar: SessionCalendar, group: Group, week: date) -> date:
    """The last date on which somebody comes to a group that they leave for a week's Monday."""
    today = clock.today(group.timezone)
    coming = calendar.sittings(group, today, week + _WEEK)
    left = [each.on for each in coming if week_of(group, each.starts_at) < week]
    return max(left, default=today)


def week_of(group: Group, moment: datetime) -> date:
    """The Monday of an instant's week, on the clock of a group's program."""
    on = moment.astimezone(ZoneInfo(group.program.timezone)).date()
    return on - timedelta(days=on.weekday())


def _week_of_date(group: Group, on: date) -> date:
    return week_of(group, local_time.instant(on, 12 * 60, group.timezone))


@dataclass(frozen=True)
class _Begin:
    on: date
    week: date


def _dates(calendar: SessionCalendar, change: Change, begin: _Begin) -> Handover:
    held = change.held
    return Handover(last_before(calendar, held.group, begin.week) if held else None, begin.on)


def _begin(calendar: SessionCalendar, change: Change, earliest: date) -> _Begin:
    """The first session for a newcomer, in a week that the former seat has not served yet.

    A seat that has yet to begin leaves the weeks before it to the one that it follows.
    """
    held = change.held
    served = _served(calendar, held) if held else set()
    if held:
        earliest = max(earliest, _week_of_date(held.group, held.starts_on))
    for begin in _begins(calendar, change):
        if begin.week >= earliest and begin.week not in served:
            return begin
    raise Conflict("no_session_left", group=change.group.id)


def _begins(calendar: SessionCalendar, change: Change) -> Iterator[_Begin]:
    group, earliest = change.group, change.needed_from
    while sitting := calendar.first_for_newcomers(group, earliest):
        yield _Begin(sitting.on, week_of(group, sitting.starts_at))
        earliest = sitting.on + timedelta(days=1)


def _served(calendar: SessionCalendar, held: Seat) -> set[date]:
    """The weeks of late in which the member could come to the seat, today's included."""
    today = clock.today(held.group.timezone)
    past = calendar.sittings(held.group, max(held.starts_on, today - _WEEK), today)
    return {week_of(held.group, each.starts_at) for each in past}
