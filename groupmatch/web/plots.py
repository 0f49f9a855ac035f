"""Charts that the server draws: where lines, bars and their labels stand in an SVG.

Across in percent of the width and down in pixels, so that a chart fills its place on any screen and
its words keep their size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

#: Where the drawing begins and ends, right of the labels, in percent.
_LEFT, _RIGHT = 11.0, 99.0
#: From the edge of the drawing to the first and the last point of a line, in percent.
_INSET = 4.0
#: Room below the drawing and above it, in pixels.
_BELOW, _ABOVE = 22, 16
#: From one bar that lies to the next, and how thick it is, in pixels.
_ROW, _THICK = 38, 12
#: More labels than these are too many for a phone.
_FEW = 7


@dataclass(frozen=True)
class Point:
    """One value: where it stands from left to right (0 to 1), and its words."""

    at: float
    value: float
    #: What stands below it.
    label: str
    #: What stands at it.
    words: str = ""


@dataclass(frozen=True)
class Tick:
    """A hairline with its label."""

    value: float
    label: str


@dataclass(frozen=True)
class Spot:
    """A point on the drawing: `x` in percent, `y` and `height` in pixels."""

    x: float
    y: float
    height: float
    label: str
    words: str
    #: Whether its words may go where there is little room.
    spare: bool


@dataclass(frozen=True)
class Plot:
    """A chart of one series over time, from 0 to `top`: a line, or bars that stand."""

    points: Sequence[Point]
    ticks: Sequence[Tick]
    top: float
    bars: bool = False
    height: int = 180

    @cached_property
    def spots(self) -> list[Spot]:
        """The points on the drawing."""
        last = len(self.points) - 1
        return [
            Spot(
                self._x(each.at),
                y := self._y(each.value),
                self.ground - y,
                each.label,
                each.words,
                spare=last >= _FEW and (last - number) % 2 == 1,
            )
            for number, each in enumerate(self.points)
        ]

    @property
    def steps(self) -> list[tuple[Spot, Spot]]:
        """The line, from each point to the next."""
        return list(pairwise(self.spots))

    @property
    def lines(self) -> list[tuple[float, str]]:
        """The ticks on the drawing: how far down, and the label."""
        return [(self._y(tick.value), tick.label) for tick in self.ticks]

    @property
    def ground(self) -> float:
        """Where 0 is."""
        return self.height - _BELOW

    @property
    def left(self) -> float:
        """Where the drawing begins, right of the labels."""
        return _LEFT

    @property
    def right(self) -> float:
        """Where the drawing ends."""
        return _RIGHT

    @property
    def bar_width(self) -> float:
        """How wide a bar is."""
        return round(min(9, self._room * 0.7), 1)

    @property
    def _room(self) -> float:
        """How much of the width one point has."""
        return (_RIGHT - _LEFT) / max(1, len(self.points))

    def _x(self, at: float) -> float:
        inset = self._room / 2 if self.bars else _INSET
        first, last = _LEFT + inset, _RIGHT - inset
        return round(first + at * (last - first), 1)

    def _y(self, value: float) -> float:
        share = min(1.0, value / self.top) if self.top else 0.0
        return round(self.ground - share * (self.ground - _ABOVE), 1)


@dataclass(frozen=True)
class Bar:
    """A bar that lies: its name above it, its share of the longest in percent, its words."""

    name: str
    share: float
    words: str
    #: Where its name stands and where it begins, in pixels from above.
    baseline: float
    y: float


@dataclass(frozen=True)
class Bars:
    """A chart of names that have a value each, the names in full."""

    rows: Sequence[Bar]
    thick: int = _THICK

    @property
    def height(self) -> int:
        """In pixels."""
        return _ROW * len(self.rows)


def lying(values: Sequence[tuple[str, int]]) -> Bars:
    """Bars that lie below each other, from names and their numbers."""
    most = max((value for _, value in values), default=0) or 1
    rows = [
        Bar(name, round(100 * value / most, 1), str(value), _ROW * number + 13, _ROW * number + 19)
        for number, (name, value) in enumerate(values)
    ]
    return Bars(rows)


def evenly(values: Sequence[tuple[str, float, str]]) -> list[Point]:
    """Points at even distances from labels, values and words."""
    last = max(1, len(values) - 1)
    return [
        Point(number / last, value, label, words)
        for number, (label, value, words) in enumerate(values)
    ]


def round_ticks(most: float, suffix: str = "") -> list[Tick]:
    """Three or four hairlines at round numbers, the last at or above the most."""
    step = next((each for each in _STEPS if most <= 4 * each), _STEPS[-1])
    count = max(1, -(-int(most) // step))
    return [Tick(number * step, f"{number * step}{suffix}") for number in range(count + 1)]


_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 100_000)
