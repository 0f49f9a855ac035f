"""The price list of disruption: how much more is placed for each settled member who may move.

Each point is a solve of its own with that many moves allowed; where many members are settled, only
those move in it who could matter (`solver.explanations.movable`). The list ends at the number asked
for, or where nothing more can be placed, or where time ends.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from solver.clock import Clock
from solver.engines import Allowance
from solver.explanations.movable import Movable
from solver.explanations.moved import Moved
from solver.explanations.prices import relaxed_placed
from solver.explanations.solved import Solved
from solver.formulation import Formulation
from solver.problem import Problem
from solver.solution import Solution
from solver.solving import solve

#: From so many settled members on a whole solve in which all of them may move takes long.
_MANY_SETTLED = 2000
#: Participants who may move at first there, and how many times as many then.
_MOVABLE = 100
_MORE = 4


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


class _Found(NamedTuple):
    """The best solution with so many moves, and what none places more than."""

    solution: Solution
    bound: int

    @property
    def value(self) -> int:
        return self.solution.objective.placed


#: The best with so many moves, within so many seconds.
_Best = Callable[[int, float], _Found]


def disruption(problem: Problem, most_moves: int, time_limit: float | None = None) -> Disruption:
    """The list for 0 to `most_moves` moves, within `time_limit` seconds.

    Each solve has its share of the time that is left, and at least the first point is there.
    """
    clock = Clock(time_limit, cancelled=None)
    many = sum(request.settled for request in problem.requests) >= _MANY_SETTLED
    share = clock.left / (most_moves + 2)
    most = _relaxed_most(problem, share) if many else _most(problem, share)
    first = _whole(problem, 0, clock.left / (most_moves + 1))
    best = _best_of_many(problem, first, clock) if many and most_moves else None
    points = _points(problem, most_moves, clock, most, first, best or partial(_whole, problem))
    return Disruption(tuple(points), most)


def _points(
    problem: Problem, most_moves: int, clock: Clock, most: int, first: _Found, best_with: _Best
) -> Iterator[Point]:
    best = first
    yield _point(problem, 0, first, first)
    for moves in range(1, most_moves + 1):
        if best.value >= most or clock.stopped():
            return
        found = best_with(moves, clock.left / (most_moves + 1 - moves))
        # What fewer moves place, more moves place as well.
        best = max(found, best, key=lambda one: one.value)._replace(bound=found.bound)
        yield _point(problem, moves, best, first)


def _whole(problem: Problem, moves: int, seconds: float) -> _Found:
    solution = solve(replace(problem, max_moves=moves), time_limit=seconds)
    return _Found(solution, solution.bounds.placed)


def _most(problem: Problem, seconds: float) -> int:
    """What no number of moves exceeds."""
    return solve(replace(problem, max_moves=None), time_limit=seconds).bounds.placed


def _relaxed_most(problem: Problem, seconds: float) -> int:
    """The same by a relaxation, where solving takes long."""
    formulation = Formulation(replace(problem, max_moves=None))
    relaxed = relaxed_placed(formulation, Allowance(seconds, 1, 0, cancelled=lambda: False))
    return relaxed.whole_bound if relaxed else _unknown(problem)


def _best_of_many(problem: Problem, first: _Found, clock: Clock) -> _Best | None:
    """How to find the best where few of many settled members matter; None without prices."""
    still = replace(problem, max_moves=0)
    solved = Solved(still, first.solution.assignment, stopped=clock.stopped)
    if solved.prices is None:
        return None
    movable = Movable(solved, solved.prices)
    return partial(_among, problem, movable)


def _among(problem: Problem, movable: Movable, moves: int, seconds: float) -> _Found:
    """The best while only some move, ever more of them until the others cannot matter."""
    clock, count = Clock(seconds, cancelled=None), _MOVABLE
    while True:
        part = movable.only(replace(problem, max_moves=moves), count)
        found = _whole(part, moves, max(0.0, clock.left))
        if count >= len(movable):
            return found
        beyond = movable.beyond(part, found.solution, count, clock.stopped)
        if beyond is not None:
            return found._replace(bound=max(found.bound, beyond))
        if clock.stopped():
            return found._replace(bound=_unknown(problem))
        count *= _MORE


def _unknown(problem: Problem) -> int:
    """What is true without a look at the rules."""
    return sum(request.priority for request in problem.requests if request.waiting)


def _point(problem: Problem, moves: int, found: _Found, first: _Found) -> Point:
    solution = found.solution
    before, after = ({u.request for u in one.solution.unplaced} for one in (first, found))
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
        proved=found.value == found.bound,
    )
