"""Arithmetic of half-open intervals on the planning timeline, in whole minutes."""

from collections.abc import Iterable, Sequence

Interval = tuple[int, int]
DAY = 1440


def merged(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """The union as disjoint intervals in order; intervals that touch are joined."""
    union: list[Interval] = []
    for start, end in sorted(intervals):
        if union and start <= union[-1][1]:
            union[-1] = (union[-1][0], max(end, union[-1][1]))
        else:
            union.append((start, end))
    return tuple(union)


def covers(union: Sequence[Interval], meeting: Interval) -> bool:
    """Whether one interval of a merged union contains the meeting."""
    return any(start <= meeting[0] and meeting[1] <= end for start, end in union)


def overlap(first: Iterable[Interval], second: Iterable[Interval]) -> bool:
    """Whether an interval of one list shares at least a minute with one of the other."""
    ours, theirs = sorted(first), sorted(second)
    our, their = 0, 0
    while our < len(ours) and their < len(theirs):
        if ours[our][1] <= theirs[their][0]:
            our += 1
        elif theirs[their][1] <= ours[our][0]:
            their += 1
        else:
            return True
    return False


def time_cost(available: Iterable[tuple[int, int, int]], meetings: Iterable[Interval]) -> int:
    """Σ over the meetings of the largest cost among the available intervals that overlap it."""
    hours = tuple(available)
    return sum(
        max((cost for start, end, cost in hours if start < until and since < end), default=0)
        for since, until in meetings
    )


def minutes_by_day(meetings: Iterable[Interval], week: int, offset: int) -> dict[int, int]:
    """Day → meeting minutes, from the meetings that start in the first representative week.

    All minutes of a meeting count on the day on which it starts for a participant whose clock
    is `offset` minutes ahead of the timeline.
    """
    minutes: dict[int, int] = {}
    for start, end in meetings:
        if start < week:
            day = (start + offset) % week // DAY
            minutes[day] = minutes.get(day, 0) + end - start
    return minutes
