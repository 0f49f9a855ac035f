"""From a problem to its solution: formulate, search, and tell what was found."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Literal

from solver import objectives
from solver.aside import Aside
from solver.check import standing_violations, warnings
from solver.clock import Clock
from solver.engines.cp_sat import CpSat
from solver.engines.lp import optimum
from solver.engines.mip import Mip
from solver.engines.relay import Relay
from solver.formulation import Formulation
from solver.probe import Method
from solver.problem import Problem
from solver.progress import Progress
from solver.roster import Roster, Violation
from solver.search import Search
from solver.solution import Solution, TakenSeat, TierValues, Unplaced

EngineName = Literal["auto", "cp-sat", "mip"]

#: From here on it pays to solve without moves first: that is quick and a good start.
_MANY_SEATS = 50_000

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
    formulation, method = Formulation(problem), METHODS[engine]
    tell = on_progress or (lambda progress: None)
    start = None
    if problem.max_moves != 0 and formulation.columns.seats > _MANY_SEATS:
        still = Formulation(replace(problem, max_moves=0))
        first = Search(still, method, clock, tell, workers=workers, seed=seed)
        first.run()
        start = first.assignment
    search = Search(formulation, method, clock, tell, workers=workers, seed=seed, start=start)
    standing = Aside(partial(standing_violations, problem))
    search.run()
    return _solution(search, explain, standing.result)


def _solution(
    search: Search,
    explain: bool | Literal["reasons"],
    standing: Mapping[str, list[Violation]],
) -> Solution:
    problem = search.formulation.problem
    roster = Roster(problem, search.assignment)
    return Solution(
        status="optimal" if search.incumbent.proved else "feasible",
        objective=_unsigned(search.incumbent.values),
        bounds=_unsigned(search.incumbent.bounds),
        seats=tuple(TakenSeat(s.request.id, s.group.id, s.new) for s in roster.seats),
        opened=roster.opened,
        unplaced=_unplaced(search, roster, explain),
        warnings=tuple(warnings(roster, standing)),
        wall_seconds=search.clock.elapsed,
        seed=search.seed,
    )


def _unplaced(
    search: Search, roster: Roster, explain: bool | Literal["reasons"]
) -> tuple[Unplaced, ...]:
    if not explain:
        return tuple(Unplaced(request.id) for request in roster.unplaced)
    # Loaded only here, as every solve waits for what is imported at the top.
    from solver.explanations.solved import Solved
    from solver.explanations.unplaced import explained

    solved = Solved(roster.problem, roster.assignment, search.formulation)
    return explained(solved, search.clock.stopped, fixing=explain is True)


def _unsigned(tiers: list[int]) -> TierValues:
    """The values as the file states them, where less is better in some tiers."""
    signs = (1 if tier.MAXIMIZED else -1 for tier in objectives.ALL)
    return TierValues(*(sign * value for sign, value in zip(signs, tiers, strict=True)))
