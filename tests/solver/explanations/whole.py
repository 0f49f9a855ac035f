"""What a change is worth, by solving the whole changed problem with the conditions as rows."""

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
    """The most priority placed more with the change; None if `place` cannot be placed."""
    problem = applied(solved.problem, change)
    formulation = Formulation(problem)
    conditions = [_row(formulation, *asked) for asked in _conditions(solved, change, place)]
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


def _conditions(solved: Solved, change: Change, place: str | None) -> list[tuple[str, str | None]]:
    """The seats that must be taken: a request, and its group if it is not free to choose."""
    moving = change.request if isinstance(change, MoveOne) else None
    held: list[tuple[str, str | None]] = []
    for request in solved.problem.requests:
        seat = solved.assignment.get(request.id)
        if request.id == moving and isinstance(change, MoveOne):
            held.append((request.id, change.to))
        elif request.settled:
            held.append((request.id, seat))
        elif request.waiting and (seat is not None or request.id == place):
            held.append((request.id, None))
    return held


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
