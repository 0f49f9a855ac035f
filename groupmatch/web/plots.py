"""Charts that the server draws: where lines, bars and their labels stand in an SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

#: Room for the labels left of and below the drawing, in the SVG's units.
_LEFT, _BELOW, _ABOVE, _RIGHT = 40, 22, 14, 12


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
    """A point on the drawing."""

    x: float
    y: float
    height: float
    label: str
    words: str


@dataclass(frozen=True)
class Plot:
    """A chart of one series from 0 to `top`."""

    #: What it shows, in words, for those who do not see it.
    title: str
    points: Sequence[Point]
    ticks: Sequence[Tick]
    top: float
    bars: bool = False
    width: int = 560
    height: int = 180

    @property
    def spots(self) -> list[Spot]:
        """The points on the drawing."""
        return [
            Spot(
                self._x(each.at), y := self._y(each.value), self.ground - y, each.label, each.words
            )
            for each in self.points
        ]

    @property
    def line(self) -> str:
        """The path through all points."""
        return "M" + "L".join(f"{spot.x} {spot.y}" for spot in self.spots)

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
        return self.width - _RIGHT

    @property
    def bar_width(self) -> float:
        """How wide a bar is."""
        return round(min(48, self._room * 0.7), 1)

    @property
    def _room(self) -> float:
        """How much of the width one point has."""
        return (self.width - _LEFT - _RIGHT) / max(1, len(self.points))

    def _x(self, at: float) -> float:
        inset = self._room / 2 if self.bars else 10
        first, last = _LEFT + inset, self.width - _RIGHT - inset
        return round(first + at * (last - first), 1)

    def _y(self, value: float) -> float:
        share = min(1.0, value / self.top) if self.top else 0.0
        return round(self.ground - share * (self.ground - _ABOVE), 1)


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
