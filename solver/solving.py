"""From a problem to its solution: formulate, search, and tell what was found."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Literal, NamedTuple

from solver import objectives
from solver.check import standing_violations, warnings
from solver.clock import Clock, OutOfTime
from solver.engines.cp_sat import CpSat
from solver.engines.lp import optimum
from solver.engines.mip import Mip
from solver.engines.relay import Relay
from solver.formulation import Formulation
from solver.problem import Problem
from solver.progress import Progress
from solver.roster import Roster, Violation
from solver.search.aside import Aside
from solver.search.lexicographic import Search
from solver.search.probe import Method
from solver.solution import Solution, TakenSeat, TierValues, Unplaced

EngineName = Literal["auto", "cp-sat", "mip"]

#: From here on it pays to solve without moves first: that is quick and a good start.
_MANY_SEATS = 50_000
#: From here on laying the problem out takes long enough to look at the clock.
_MANY_REQUESTS = 2000

METHODS: dict[EngineName, Method] = {
    "auto": Method(Relay(), (Mip(), CpSat()), optimum),
    "cp-sat": Method(CpSat(), (CpSat(),)),
    "mip": Method(Mip(), (Mip(),), optimum),
}


def solve(
    problem: Problem,
    *,
    time_limit: float | None = None,
    seed: int = 0,
    workers: int = 8,
    engine: EngineName = "auto",
    explain: bool | Literal["reasons"] = False,
    on_progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Solution:
    """The best solution of the problem in all five tiers.

    After `time_limit` seconds, or once `cancelled` says so, the best one found until then with
    its true bounds. `explain` fills the reasons and fixes of the requests that stay without a seat
    (of those with the highest priority first, as far as the time goes), or the reasons alone.
    """
    clock = Clock(time_limit, cancelled)
    tell = on_progress or (lambda progress: None)
    search = partial(
        Search, method=METHODS[engine], clock=clock, tell=tell, workers=workers, seed=seed
    )
    # A small problem is worth a first solution, however short the time.
    large = len(problem.requests) > _MANY_REQUESTS
    formulate = partial(Formulation, pause=clock.go_on) if large else Formulation
    answer = _today(problem)
    with suppress(OutOfTime):
        formulation, start = formulate(problem), None
        if problem.max_moves != 0 and formulation.columns.seats > _MANY_SEATS:
            still = search(formulate(replace(problem, max_moves=0)))
            still.run()
            start = still.assignment
            answer = answer._replace(assignment=start)
        standing = Aside(partial(standing_violations, problem), at_once=False)
        found = search(formulation, start=start, beside=[standing])
        found.run()
        answer = _Answer(found.assignment, found.incumbent.bounds, formulation, standing)
    return _solution(problem, answer, clock, explain, seed)


class _Answer(NamedTuple):
    """Who sits where, and what no solution exceeds in each tier, signed: more is better."""

    assignment: Mapping[str, str]
    bounds: Sequence[int]
    formulation: Formulation | None = None
    standing: Aside[dict[str, list[Violation]]] | None = None


def _today(problem: Problem) -> _Answer:
    """The seats of today, and what is true without a look at the rules."""
    seats = {request.id: request.seat for request in problem.requests if request.seat is not None}
    waiting = sum(request.priority for request in problem.requests if request.waiting)
    switching = sum(request.priority for request in problem.requests if request.switching)
    return _Answer(seats, (waiting, switching, 0, 0, 0))


def _solution(
    problem: Problem,
    answer: _Answer,
    clock: Clock,
    explain: bool | Literal["reasons"],
    seed: int,
) -> Solution:
    roster, standing = Roster(problem, answer.assignment), answer.standing
    values = TierValues(*(tier.value(roster) for tier in objectives.ALL))
    bounds = _unsigned(answer.bounds)
    return Solution(
        status="optimal" if values == bounds else "feasible",
        objective=values,
        bounds=bounds,
        seats=tuple(TakenSeat(s.request.id, s.group.id, s.new) for s in roster.seats),
        opened=roster.opened,
        unplaced=_unplaced(roster, answer, clock, explain),
        warnings=tuple(warnings(roster, standing.result if standing else None)),
        wall_seconds=clock.elapsed,
        seed=seed,
    )


def _unplaced(
    roster: Roster, answer: _Answer, clock: Clock, explain: bool | Literal["reasons"]
) -> tuple[Unplaced, ...]:
    if not explain:
        return tuple(Unplaced(request.id) for request in roster.unplaced)
    # Loaded only here, as every solve waits for what is imported at the top.
    from solver.explanations.solved import Solved
    from solver.explanations.unplaced import explained

    solved = Solved(roster.problem, roster.assignment, answer.formulation)
    return explained(solved, clock.stopped, fixing=explain is True)


def _unsigned(tiers: Sequence[int]) -> TierValues:
    """The values as the file states them, where less is better in some tiers."""
    signs = (1 if tier.MAXIMIZED else -1 for tier in objectives.ALL)
    return TierValues(*(sign * value for sign, value in zip(signs, tiers, strict=True)))
