"""Weekly local hours laid out on the planning timeline (spec: *The planning timeline*).

Each representative week begins at Monday 00:00 of the program's own clock, which is New
York's. Where only some zones change their clocks, the second week shows the others shifted.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from solver.generator.geography import UTC_OFFSETS

HOME = "America/New_York"
DAY = 1440
WEEK = 7 * DAY
#: All hours are multiples of this many minutes, so that a set of hours is one integer of bits.
GRAIN = 15

#: `[start, end, inconvenience)` in minutes of a week.
Hours = tuple[int, int, int]


@dataclass(frozen=True)
class Timeline:
    """One representative week (daylight time), or two (and standard time)."""

    weeks: int

    @property
    def horizon(self) -> int:
        """The length in minutes."""
        return self.weeks * WEEK

    def ahead(self, zone: str, week: int = 0) -> int:
        """By how many minutes the zone's clocks are ahead of the program's in that week."""
        return UTC_OFFSETS[zone][week] - UTC_OFFSETS[HOME][week]

    def lay_out(self, zone: str, local: Iterable[Hours]) -> list[Hours]:
        """A zone's local hours on the timeline; what passes a week's end wraps round."""
        hours = list(local)
        laid = []
        for week in range(self.weeks):
            ahead = self.ahead(zone, week)
            for start, end, inconvenience in hours:
                for piece_start, piece_end in _wrapped(start - ahead, end - ahead):
                    laid.append((week * WEEK + piece_start, week * WEEK + piece_end, inconvenience))
        return sorted(laid)


def _wrapped(start: int, end: int) -> list[tuple[int, int]]:
    """`[start, end)` inside `[0, WEEK)`, in two pieces where it passes the end of the week."""
    length = end - start
    start %= WEEK
    if start + length <= WEEK:
        return [(start, start + length)]
    return [(start, WEEK), (0, start + length - WEEK)]


def bits(hours: Iterable[Hours]) -> int:
    """The set of quarter hours that the intervals cover, as the bits of an integer."""
    covered = 0
    for start, end, _ in hours:
        covered |= ((1 << (end - start) // GRAIN) - 1) << (start // GRAIN)
    return covered
