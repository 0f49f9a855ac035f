"""The price list of disruption: how much more is placed for each settled member who may move.

Each point is a whole solve of its own with that many moves allowed. The list ends at the number
asked for, or where as much is placed as with no limit on moves.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

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
    """The list for 0 to `most_moves` moves; `time_limit` is in seconds for each solve."""
    unlimited = solve(replace(problem, max_moves=None), time_limit=time_limit)
    points = tuple(_points(problem, most_moves, time_limit, unlimited.objective.placed))
    return Disruption(points, unlimited.bounds.placed)


def _points(
    problem: Problem, most_moves: int, time_limit: float | None, enough: int
) -> Iterator[Point]:
    first: Solution | None = None
    for moves in range(most_moves + 1):
        allowed = replace(problem, max_moves=moves)
        solution = solve(allowed, time_limit=time_limit)
        first = first or solution
        yield _point(allowed, moves, solution, first)
        if solution.objective.placed >= enough:
            return


def _point(problem: Problem, moves: int, solution: Solution, first: Solution) -> Point:
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
        proved=solution.objective.placed == solution.bounds.placed,
    )
