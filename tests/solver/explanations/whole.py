"""What a change is worth, by solving the whole changed problem with the conditions as rows."""

from collections.abc import Mapping

import numpy as np

from solver.changes import Change, MoveOne, applied
from solver.engines import Allowance
from solver.engines.cp_sat import CpSat
from solver.explanations.solved import Solved
from solver.formulation import Formulation, Model
from solver.rows import Rows, stacked
from solver.rows import rows as linear

_ALLOWANCE = Allowance(seconds=60, workers=1, seed=0, cancelled=lambda: False)


def most_gained(solved: Solved, change: Change, place: str | None = None) -> int | None:
    """The most priority placed more with the change, nobody losing a seat.

    None if nobody gains, or if no best solution of the changed problem places `place`.
    """
    held = _held(solved, change)
    waiting = {
        r.id: None for r in solved.problem.requests if r.waiting and r.id in solved.assignment
    }
    gain = _gained(solved, change, {**held, **waiting})
    if place is None:
        return gain or None
    wanted = _gained(solved, change, {**held, **waiting, place: None})
    return wanted if wanted == _gained(solved, change, held) else None


def _gained(solved: Solved, change: Change, taken: Mapping[str, str | None]) -> int | None:
    """The most priority placed more with these seats taken; in any group where none is named."""
    problem = applied(solved.problem, change)
    formulation = Formulation(problem)
    conditions = [_row(formulation, request, group) for request, group in taken.items()]
    if any(condition is None for condition in conditions):
        return None
    rows = [formulation.model.rows, *(row for row in conditions if row is not None)]
    model = Model(formulation.columns.count, stacked(rows))
    start = formulation.keep_every_seat()
    outcome = CpSat().maximize(model, formulation.tiers[0], start, _ALLOWANCE)
    if outcome.values is None:
        return None
    assert outcome.proves(formulation.tiers[0])
    before = sum(r.priority for r in problem.requests if r.waiting and r.id in solved.assignment)
    return int(formulation.tiers[0] @ outcome.values) - before


def _held(solved: Solved, change: Change) -> dict[str, str | None]:
    """Settled members and where they sit; the one who moves goes where it is to go."""
    seats = solved.assignment
    held: dict[str, str | None] = {r.id: seats[r.id] for r in solved.problem.requests if r.settled}
    return {**held, change.request: change.to} if isinstance(change, MoveOne) else held


def _row(formulation: Formulation, request: str, group: str | None) -> Rows | None:
    columns = formulation.columns
    here = columns.request == columns.tables.request_place[request]
    if group is not None:
        here &= columns.group == columns.tables.group_place[group]
    taken = np.flatnonzero(here)
    if not len(taken):
        return None
    return linear(np.zeros_like(taken), taken, count=1, lower=1)


def seats_after(solved: Solved, seats: dict[str, str | None]) -> dict[str, str]:
    """The whole assignment with the seats that differ."""
    merged = {**solved.assignment, **seats}
    return {request: group for request, group in merged.items() if group is not None}
