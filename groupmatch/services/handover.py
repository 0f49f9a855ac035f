"""When somebody goes from one group to another: the last session here, the first one there.

Weeks are the program's, Monday to Sunday on its own clock, and each week belongs to one of the two
seats: before the week of the change the member comes to the former group, from that week on to the
new one. So nobody misses a week that the calendars allow, and nobody is in two places. Today still
belongs to the former seat. People who take each other's places all change in the same week, so
that a group never holds more than before or after.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from groupmatch import clock
from groupmatch.errors import Conflict
from groupmatch.records import Group, Seat
from groupmatch.services import local_time, seats

_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Handover:
    """The dates of one change, each on its own group's calendar."""

    #: The last date in the former group, today or later; None for somebody who had no seat.
    last_on: date | None
    #: The date of the first session in the new group.
    starts_on: date


def handover(held: Seat | None, group: Group, starts_on: date | None = None) -> Handover:
    """The dates for one person, who begins on a given date or as soon as may be.

    Raises Conflict `no_session_left`.
    """
    if starts_on is None:
        [dates] = handovers([(held, group)])
        return dates
    return _dates(held, _Begin(starts_on, _week_of_date(group, starts_on)))


def handovers(changes: Sequence[tuple[Seat | None, Group]]) -> list[Handover]:
    """The dates for people who change together, given the seat of each and where they go.

    Raises Conflict `no_session_left` when there is no week in which all of them can change.
    """
    week = date.min
    while True:
        begins = [_begin(held, group, week) for held, group in changes]
        leaving = [each.week for each, (held, _) in zip(begins, changes, strict=True) if held]
        if max(leaving, default=week) == week:
            break
        week = max(leaving)
    return [_dates(held, each) for each, (held, _) in zip(begins, changes, strict=True)]


def last_before(group: Group, week: date) -> date:
    """The last date on which somebody comes to a group that they leave for a week's Monday."""
    today = clock.today(group.timezone)
    coming = local_time.sittings(group, today, week + _WEEK)
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


def _dates(held: Seat | None, begin: _Begin) -> Handover:
    return Handover(last_before(held.group, begin.week) if held else None, begin.on)


def _begin(held: Seat | None, group: Group, earliest: date) -> _Begin:
    """The first session for a newcomer, in a week that the former seat has not served yet.

    A seat that has yet to begin leaves the weeks before it to the one that it follows.
    """
    served = _served(held) if held else set()
    if held:
        earliest = max(earliest, _week_of_date(held.group, held.starts_on))
    for begin in _begins(group):
        if begin.week >= earliest and begin.week not in served:
            return begin
    raise Conflict("no_session_left", group=group.id)


def _begins(group: Group) -> Iterator[_Begin]:
    on = seats.first_date(group, clock.today(group.timezone))
    while on is not None:
        sitting = local_time.sittings(group, on, on)[0]
        yield _Begin(on, week_of(group, sitting.starts_at))
        on = seats.first_date(group, on)


def _served(held: Seat) -> set[date]:
    """The weeks of late in which the member could come to the seat, today's included."""
    today = clock.today(held.group.timezone)
    past = local_time.sittings(held.group, max(held.starts_on, today - _WEEK), today)
    return {week_of(held.group, each.starts_at) for each in past}
