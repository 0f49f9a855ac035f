"""The price of moves as a small curve: steps, because nobody is placed by half a move."""

from collections.abc import Sequence
from dataclasses import dataclass

from groupmatch.database import Json

WIDTH, HEIGHT = 480, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 16, 16, 36


@dataclass(frozen=True)
class Dot:
    """One point: how many move, how many more are placed, and where it is drawn."""

    moves: int
    more: int
    x: float
    y: float


@dataclass(frozen=True)
class Curve:
    """What the drawing needs, in its own units."""

    dots: tuple[Dot, ...]
    path: str
    #: Numbers of people beside the axis, with their height.
    marks: tuple[tuple[int, float], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    base: int = HEIGHT - _BOTTOM

    @property
    def gain(self) -> Dot | None:
        """The fewest moves that place more people; None where they only place others."""
        return next((dot for dot in self.dots if dot.more > 0), None)


def curve(points: Sequence[Json]) -> Curve | None:
    """People placed more than with no move, over the number of moves; None without a second point.

    A point's `more` and `fewer` are those of `groupmatch.matching.KeptRun.moves`.
    """
    if len(points) < 2:
        return None
    gained = [len(each["more"]) - len(each["fewer"]) for each in points]
    most = max(1, *gained)
    across = (WIDTH - _LEFT - _RIGHT) / (len(points) - 1)
    dots = tuple(
        Dot(each["moves"], more, _LEFT + across * place, _height(more, most))
        for place, (each, more) in enumerate(zip(points, gained, strict=True))
    )
    path = f"M{dots[0].x:.1f} {dots[0].y:.1f}" + "".join(
        f"H{dot.x:.1f}V{dot.y:.1f}" for dot in dots[1:]
    )
    step = max(1, round(most / 4))
    return Curve(dots, path, tuple((n, _height(n, most)) for n in range(0, most + 1, step)))


@dataclass(frozen=True)
class Meeting:
    """How the best solution found and the bound that none beats came together."""

    value: str
    bound: str
    #: Where they are now.
    ends: tuple[float, float, float]
    seconds: float
    #: What is still between them, as a share of the bound.
    gap: float
    width: int = WIDTH
    height: int = HEIGHT // 2


def meeting(path: Sequence[Sequence[float]]) -> Meeting | None:
    """The picture of a goal's path: elapsed seconds, value and bound; None of a single moment."""
    if len(path) < 2 or path[-1][0] <= path[0][0]:
        return None
    since, until = path[0][0], path[-1][0]
    numbers = [number for _, *both in path for number in both]
    low, high = min(numbers), max(numbers)

    def place(seconds: float, number: float) -> str:
        across = (seconds - since) / (until - since)
        return f"{_LEFT / 4 + (WIDTH - _LEFT / 2) * across:.1f} {up(number):.1f}"

    def up(number: float) -> float:
        return Meeting.height - 8 - (Meeting.height - 16) * (number - low) / max(high - low, 1)

    lines = ["M" + "L".join(place(each[0], each[side]) for each in path) for side in (1, 2)]
    _, value, bound = path[-1]
    ends = WIDTH - _LEFT / 4, up(value), up(bound)
    return Meeting(lines[0], lines[1], ends, until, abs(bound - value) / max(1, abs(bound)))


def _height(more: int, most: int) -> float:
    return HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * more / most
