"""The price list of disruption: how much more is placed for each settled member who may move.

Each point is a whole solve of its own with that many moves allowed. The list ends at the number
asked for, or where nothing more can be placed, or where time ends.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from solver.clock import Clock
from solver.explanations.moved import Moved
from solver.problem import Problem
from solver.solution import Solution
from solver.solving import solve


@dataclass(frozen=True)
class Point:
    """What is placed if so many settled members may move.

    `more` and `fewer` are the waiting requests that get a seat or get none against the point with
    no moves; `proved` says that no match with so many moves places more priority.
    """

    max_moves: int
    value: int
    moved: tuple[Moved, ...]
    more: tuple[str, ...]
    fewer: tuple[str, ...]
    proved: bool


@dataclass(frozen=True)
class Disruption:
    """The points from no moves on, and what no number of moves exceeds."""

    points: tuple[Point, ...]
    most: int


def disruption(problem: Problem, most_moves: int, time_limit: float | None = None) -> Disruption:
    """The list for 0 to `most_moves` moves, within `time_limit` seconds.

    Each solve has its share of the time that is left, and at least the first point is there.
    """
    clock = Clock(time_limit, cancelled=None)
    share = clock.left / (most_moves + 2)
    unlimited = solve(replace(problem, max_moves=None), time_limit=share)
    points = tuple(_points(problem, most_moves, clock, unlimited.bounds.placed))
    return Disruption(points, unlimited.bounds.placed)


def _points(problem: Problem, most_moves: int, clock: Clock, most: int) -> Iterator[Point]:
    first = best = solve(replace(problem, max_moves=0), time_limit=clock.left / (most_moves + 1))
    yield _point(problem, 0, first, first, first.bounds.placed)
    for moves in range(1, most_moves + 1):
        if best.objective.placed >= most or clock.stopped():
            return
        share = clock.left / (most_moves + 1 - moves)
        found = solve(replace(problem, max_moves=moves), time_limit=share)
        # What fewer moves place, more moves place as well.
        best = max(found, best, key=lambda solution: solution.objective.placed)
        yield _point(problem, moves, best, first, found.bounds.placed)


def _point(problem: Problem, moves: int, solution: Solution, first: Solution, bound: int) -> Point:
    before, after = ({u.request for u in one.unplaced} for one in (first, solution))
    moved = (
        Moved(request.id, request.seat, solution.assignment[request.id])
        for request in problem.requests
        if request.settled and request.seat and solution.assignment[request.id] != request.seat
    )
    return Point(
        moves,
        solution.objective.placed,
        tuple(moved),
        more=tuple(sorted(before - after)),
        fewer=tuple(sorted(after - before)),
        proved=solution.objective.placed == bound,
    )
