"""What one participant's best week is worth, where every seat has a worth of its own."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

_MOST_STEPS = 2000


class Way(NamedTuple):
    """A seat for a request: its worth, and the moments at which it meets, as bits."""

    worth: int
    moments: int


class Unit(NamedTuple):
    """Requests that are seated together or not at all, or `must` be; the ways of each."""

    must: bool
    ways: tuple[tuple[Way, ...], ...]


def best_week(units: Sequence[Unit]) -> int:
    """What no week exceeds in which ways do not overlap; exact unless there are very many."""
    most = [_most(unit) for unit in units]
    ahead = [sum(most[place:]) for place in range(len(units) + 1)]
    if len(units) == 1 and len(units[0].ways) == 1:
        return ahead[0]
    best, steps = None, 0
    stack = [(0, 0, 0)]
    while stack:
        place, worth, busy = stack.pop()
        steps += 1
        if steps > _MOST_STEPS:
            return ahead[0]
        if best is not None and worth + ahead[place] <= best:
            continue
        if place == len(units):
            best = worth
            continue
        further = sorted(_further(units[place], busy))
        stack += ((place + 1, worth + gain, taken) for gain, taken in further)
    # A seat that must be kept overlaps nothing, so that some week is always found.
    return ahead[0] if best is None else best


def _most(unit: Unit) -> int:
    """What the unit is worth if nothing else stands in its way."""
    least = [] if unit.must else [0]
    if not all(unit.ways):
        return sum(least)
    return max([*least, sum(max(way.worth for way in ways) for ways in unit.ways)])


def _further(unit: Unit, busy: int) -> Iterator[tuple[int, int]]:
    """What seating the unit or leaving it adds, and the moments that are busy then."""
    if not unit.must:
        yield 0, busy
    yield from _seated(unit.ways, 0, busy)


def _seated(ways: Sequence[Sequence[Way]], worth: int, busy: int) -> Iterator[tuple[int, int]]:
    if not ways:
        yield worth, busy
        return
    for way in ways[0]:
        if not way.moments & busy:
            yield from _seated(ways[1:], worth + way.worth, busy | way.moments)
