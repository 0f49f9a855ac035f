"""Solving again after a change, as far as the change can reach.

The question is always the same: how much more can be placed if nobody who has a seat in the
solution loses it and no settled member moves? Only the change's neighborhood is solved; the rest
keeps its seats. Where the neighborhood is closed and the solution is proved best in the first
tier, the gain is the largest there is: the argument stands in `solver.explanations.neighborhood`,
and tests compare it with solving the whole problem again. Where the neighborhood was cut off, the
gain is what could be found inside: true, but perhaps not the largest.

A switch that the solution grants may be taken back where that places somebody, as the tiers
demand; as few as possible are.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from solver.changes import Change, MoveOne, applied
from solver.check import violations
from solver.engines import Allowance, Engine
from solver.engines.mip import Mip
from solver.explanations.cutting import Cut, cut
from solver.explanations.neighborhood import MOST_PAIRS, neighborhood
from solver.explanations.reach import Reach
from solver.explanations.solved import Solved
from solver.formulation import Formulation, Model
from solver.problem import Problem
from solver.ragged import IntArray, integers
from solver.rows import rows as linear
from solver.rows import stacked
from solver.tables import NOWHERE

_ENGINE: Engine = Mip()
_ALLOWANCE = Allowance(seconds=10.0, workers=1, seed=0, cancelled=lambda: False)


@dataclass(frozen=True)
class Resolved:
    """What a change brings: the priority placed more, by whom, and who then sits where.

    `seats` are those that differ from the solution; None is a seat given up. `proved` says that
    no use of the change places more.
    """

    change: Change
    gain: int
    placed: tuple[str, ...]
    seats: Mapping[str, str | None]
    proved: bool


def resolved(
    solved: Solved,
    change: Change,
    reach: Reach,
    place: str | None = None,
    most_pairs: int = MOST_PAIRS,
) -> Resolved | None:
    """The best use of a change; None if none of its uses places the request `place`."""
    around = neighborhood(solved, reach, most_pairs)
    before = cut(solved, around)
    problem = applied(before.problem, change)
    inside = {solved.problem.requests[request].id for request in around.requests}
    wanted = {place} if place else set()
    wanted |= {change.request} if isinstance(change, MoveOne) else set()
    seats, proved = _best(problem, before.seats, _kept(before, inside), wanted)
    if seats is None or not all(seats.get(name) != before.seats.get(name) for name in wanted):
        return None
    wrong = violations(problem, seats)
    if wrong:
        raise RuntimeError(f"{change} breaks a rule: {wrong[0]}")
    return _difference(change, before, seats, proved and around.closed)


def _kept(before: Cut, inside: Collection[str]) -> set[str]:
    """The requests whose new seats in the solution must be followed by new ones.

    All who wait and got one; and everybody at the border, who is pinned to it.
    """
    return {
        request.id
        for request in before.problem.requests
        if before.seats.get(request.id, request.seat) != request.seat
        and (request.waiting or request.id not in inside)
    }


def _best(
    problem: Problem, present: Mapping[str, str], kept: set[str], wanted: set[str]
) -> tuple[dict[str, str] | None, bool]:
    """The best seats: first the wanted ones, then the most priority placed.

    Then the fewest switches taken back, and the fewest people who change seats.
    """
    formulation = Formulation(problem)
    columns = formulation.columns
    names = np.array([request.id for request in problem.requests])[columns.request]
    held = np.flatnonzero(columns.new & np.isin(names, list(kept)))
    _, row = np.unique(columns.request[held], return_inverse=True)
    must = linear(row, held, count=len(kept), lower=1)
    model = Model(columns.count, stacked([formulation.model.rows, must]))
    stays = np.zeros(columns.count, dtype=np.int64)
    stays[_taken(formulation, present)] = 1
    wishes = np.zeros(columns.count, dtype=np.int64)
    wishes[np.flatnonzero(columns.new & np.isin(names, list(wanted)))] = 1
    objective = _ranked(wishes, *formulation.tiers[:2], stays)
    outcome = _ENGINE.maximize(model, objective, formulation.keep_every_seat(), _ALLOWANCE)
    if outcome.values is None:
        return None, False
    return formulation.assignment(outcome.values), outcome.proves(objective)


def _ranked(*tiers: IntArray) -> IntArray:
    """One objective for several, none of which is worth a step of one before it."""
    blend = tiers[-1]
    for tier in reversed(tiers[:-1]):
        unit = max(1, int(np.gcd.reduce(tier)))
        blend = tier // unit * (int(blend.sum()) + 1) + blend
    return blend


def _taken(formulation: Formulation, seats: Mapping[str, str]) -> IntArray:
    """The seat columns that an assignment takes."""
    columns, place = formulation.columns, formulation.columns.tables.group_place
    requests = formulation.problem.requests
    now = integers(place[seats[r.id]] if r.id in seats else NOWHERE for r in requests)
    return np.flatnonzero(now[columns.request] == columns.group)


def _difference(change: Change, before: Cut, seats: dict[str, str], proved: bool) -> Resolved:
    requests = before.problem.request
    placed = tuple(
        name for name in sorted(seats.keys() - before.seats.keys()) if requests[name].waiting
    )
    gain = sum(requests[name].priority for name in placed)
    changed = {
        name: seats.get(name)
        for name in sorted(seats.keys() | before.seats.keys())
        if seats.get(name) != before.seats.get(name)
    }
    return Resolved(change, gain, placed, changed, proved)
