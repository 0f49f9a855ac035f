"""The best schedules of a kind under prices: a small branch and bound.

A schedule is one option of each unit, any two of which go together. Where the best options of
all units go together they are the best schedule; otherwise each option of one unit is tried in
turn, of the one that has the fewest.
"""

from collections.abc import Iterator, Sequence
from operator import is_not, neg
from typing import NamedTuple, Protocol

from solver.clock import Clock
from solver.decomposition.options import Option
from solver.decomposition.prices import Prices, Worths
from solver.decomposition.structure import Schedule, Structure

_MOST_STEPS = 5000
#: Less than any schedule is worth.
_NOTHING = -(2**62)

Chosen = tuple[int, ...]


class Best(NamedTuple):
    """The best schedule found (one option a unit), its value, and what no schedule exceeds."""

    options: Chosen
    value: int
    bound: int


class Schedules(Protocol):
    """The schedules of all kinds, to be asked under prices."""

    worths: Worths

    def best(self, prices: Prices, kinds: Sequence[int]) -> list[Best]:
        """The best schedule of each of these kinds. Raises `OutOfTime`."""

    def within(self, prices: Prices, loss: int, most: int) -> list[Schedule] | None:
        """Every schedule less than `loss` + 1 below the best of its kind; None if above `most`.

        Raises `OutOfTime`.
        """


class Priced(NamedTuple):
    """An option under prices."""

    value: int
    takes: int
    blocks: int
    option: int


class Left(NamedTuple):
    """What a unit has left: its options, the most valuable first, and the moments they block."""

    unit: int
    blocks: int
    ways: Sequence[Priced]


class Searched:
    """All schedules that the options make. What a change of prices does not touch is kept."""

    def __init__(self, structure: Structure, clock: Clock) -> None:
        self._clock, self.worths = clock, structure.worths
        of_kind, every = structure.options.of_kind, structure.options.all
        units = {unit: _Unit(unit, every) for units in of_kind for unit in units}
        self._units = list(units.values())
        self._of_kind = [[units[unit] for unit in own] for own in of_kind]
        self._best: dict[int, tuple[list[Left], Best]] = {}

    def best(self, prices: Prices, kinds: Sequence[int]) -> list[Best]:
        """The best schedule of each of these kinds."""
        values = self.worths.values(prices).tolist()
        for unit in self._units:
            unit.price(values)
        return list(map(self._best_of, kinds))

    def _best_of(self, kind: int) -> Best:
        self._clock.go_on()
        if len(self._of_kind[kind]) == 1:
            return self._of_kind[kind][0].best
        units = [unit.worthwhile for unit in self._of_kind[kind]]
        before, best = self._best.get(kind, ([], None))
        if best is None or any(map(is_not, units, before)):
            best = best_schedule(units)
            self._best[kind] = units, best
        return best

    def within(self, prices: Prices, loss: int, most: int) -> list[Schedule] | None:
        """Every schedule less than `loss` + 1 below the best of its kind; None if above `most`."""
        best, found = self.best(prices, range(len(self._of_kind))), list[Schedule]()
        for kind, units in enumerate(self._of_kind):
            found += [(kind, best[kind].options)] * bool(best[kind].options)
            least = best[kind].bound - loss
            self._clock.go_on()
            for options in schedules_above([unit.ways for unit in units], least):
                found.append((kind, options))
                if len(found) > most:
                    return None
        return found


class _Unit:
    """The options of a unit, and what they are worth under the last prices.

    As long as their values stay the same, so do all objects.
    """

    def __init__(self, numbers: range, every: Sequence[Option]) -> None:
        self._numbers, self._every = numbers, every
        self._values: list[int] = []
        self._ways: list[Priced] | None = None
        self._worthwhile: Left | None = None

    def price(self, values: Sequence[int]) -> None:
        """Learn what every option is worth."""
        own = list(values[self._numbers.start : self._numbers.stop])
        if own != self._values:
            self._values, self._ways, self._worthwhile = own, None, None

    @property
    def best(self) -> Best:
        """The best option as a schedule of its own."""
        highest = max(self._values)
        return Best((self._numbers[self._values.index(highest)],), highest, highest)

    @property
    def ways(self) -> list[Priced]:
        """The options, the most valuable first."""
        if self._ways is None:
            order = sorted(zip(map(neg, self._values), self._numbers, strict=True))
            options = ((-value, self._every[number], number) for value, number in order)
            self._ways = [Priced(v, one.takes, one.blocks, number) for v, one, number in options]
        return self._ways

    @property
    def worthwhile(self) -> Left:
        """Those of them that no other one makes pointless."""
        if self._worthwhile is None:
            self._worthwhile = _left(_undominated(self.ways))
        return self._worthwhile


def _undominated(ways: Sequence[Priced]) -> list[Priced]:
    """The options that no other one makes pointless, worth more at fewer moments."""
    kept: list[Priced] = []
    for way in ways:
        for other in kept:
            if not other.takes & ~way.takes:
                break
        else:
            kept.append(way)
    return kept


def _left(ways: Sequence[Priced], unit: int = 0) -> Left:
    blocks = 0
    for way in ways:
        blocks |= way.blocks
    return Left(unit, blocks, ways)


def best_schedule(units: Sequence[Left]) -> Best:
    """The best schedule of one option a unit."""
    if _go_together(units):
        value = _reach(units)
        return Best(tuple([ways[0].option for _, _, ways in units]), value, value)
    best, steps, unseen = Best((), _NOTHING, 0), 0, _NOTHING

    def search(left: list[Left], value: int, chosen: tuple[tuple[int, int], ...]) -> None:
        nonlocal best, steps, unseen
        steps += 1
        if _go_together(left):
            ends = [(unit, ways[0].option) for unit, _, ways in left]
            best = Best(_in_order([*chosen, *ends]), value + _reach(left), 0)
            return
        (unit, _, ways), others = _fewest(left)
        most = value + _reach(others)
        for way in ways:
            if most + way.value <= best.value:
                break
            beside = _beside(way, others)
            if beside is None:
                continue
            rest, reach = beside[0], value + way.value + beside[1]
            if reach > best.value and steps > _MOST_STEPS:
                unseen = max(unseen, reach)
            elif reach > best.value:
                search(rest, value + way.value, (*chosen, (unit, way.option)))

    search([Left(unit, blocks, ways) for unit, (_, blocks, ways) in enumerate(units)], 0, ())
    return best._replace(bound=max(best.value, unseen))


def schedules_above(units: Sequence[Sequence[Priced]], least: int) -> Iterator[Chosen]:
    """Every schedule of at least this value."""

    def search(
        left: list[Left], value: int, chosen: tuple[tuple[int, int], ...]
    ) -> Iterator[Chosen]:
        (unit, _, ways), others = _fewest(left)
        most = value + _reach(others)
        for way in ways:
            if most + way.value < least:
                break
            if not others:
                yield _in_order([*chosen, (unit, way.option)])
                continue
            beside = _beside(way, others)
            if beside is not None and value + way.value + beside[1] >= least:
                yield from search(beside[0], value + way.value, (*chosen, (unit, way.option)))

    slack = sum(ways[0].value for ways in units) - least
    near = ([way for way in ways if ways[0].value - way.value <= slack] for ways in units)
    yield from search([_left(ways, unit) for unit, ways in enumerate(near)], 0, ())


def _in_order(chosen: Sequence[tuple[int, int]]) -> Chosen:
    return tuple(option for _, option in sorted(chosen))


def _fewest(left: list[Left]) -> tuple[Left, list[Left]]:
    """The unit with the fewest options, and the others."""
    options = [len(ways) for _, _, ways in left]
    place = options.index(min(options))
    return left[place], left[:place] + left[place + 1 :]


def _reach(left: Sequence[Left]) -> int:
    """What no choice of one option a unit exceeds."""
    return sum([ways[0].value for _, _, ways in left])


def _go_together(left: Sequence[Left]) -> bool:
    """Whether the best options of all units do."""
    taken = 0
    for _, _, ways in left:
        if ways[0].blocks & taken:
            return False
        taken |= ways[0].takes
    return True


def _beside(taken: Priced, units: Sequence[Left]) -> tuple[list[Left], int] | None:
    """What the units have left beside an option, and the reach of it; None if one has nothing."""
    rest, reach, takes = list[Left](), 0, taken.takes
    for left in units:
        unit, blocks, ways = left
        if blocks & takes:
            ways = [way for way in ways if not way.blocks & takes]
            if not ways:
                return None
            left = Left(unit, blocks, ways)
        rest.append(left)
        reach += ways[0].value
    return rest, reach
