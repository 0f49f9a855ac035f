"""What would be if: a solved problem, some changes, and the best match after them.

Only what the changes can touch is solved again, without a limit on its size, in all five tiers;
everybody else keeps the seat of the solution. If the solution was proved best in all tiers, the
outcome is as good as solving the whole changed problem. Where settled members may move
(`max_moves` is not 0), anybody's move may touch anybody's, and the whole problem is solved.

A `move_one` counts as done before the match: the member sits in the new group as if since ever.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from solver import objectives
from solver.changes import Change, ChangeRefused, MoveOne, applied
from solver.check import violations
from solver.explanations.cutting import Cut, cut
from solver.explanations.moved import Moved
from solver.explanations.neighborhood import neighborhood
from solver.explanations.paying import Paying
from solver.explanations.reach import Reach, reach
from solver.explanations.solved import Solved
from solver.formulation import Formulation
from solver.problem import Problem
from solver.roster import Roster
from solver.solution import TierValues
from solver.solving import solve


@dataclass(frozen=True)
class WhatIf:
    """The difference that changes make; by request id.

    `gain` are those who get a seat or a switch, `lose` those whose new seat is gone, `elsewhere`
    those who get another new seat or whom the changes move. `proved` says that no match after the
    changes is better, if the solution before them was proved best.
    """

    before: TierValues
    after: TierValues
    gain: tuple[Moved, ...]
    lose: tuple[Moved, ...]
    elsewhere: tuple[Moved, ...]
    seats: Mapping[str, str]
    proved: bool


def what_if(solved: Solved, changes: Sequence[Change], time_limit: float | None = None) -> WhatIf:
    """The best match after the changes, made one after the other, against the solution.

    Raises `ChangeRefused` for a change that makes no sense, and for a move that breaks a rule.
    """
    changed = changed_by(solved.problem, changes)
    part = _touched(solved, changed, changes)
    answer = solve(changed_by(part.problem, changes), time_limit=time_limit)
    outside = {r: g for r, g in solved.assignment.items() if r not in part.problem.request}
    seats = dict(sorted({**outside, **answer.assignment}.items()))
    return _difference(solved, changed, seats, proved=answer.status == "optimal")


def changed_by(problem: Problem, changes: Sequence[Change]) -> Problem:
    """The problem after the changes, made one after the other; a move is done in it."""
    for change in changes:
        problem = applied(problem, change)
        if isinstance(change, MoveOne):
            problem = _moved(problem, change)
    return problem


def _moved(problem: Problem, change: MoveOne) -> Problem:
    """The move as done: the member already sits there. Refused if it may not go there today."""
    today = {r.id: r.seat for r in problem.requests if r.seat is not None}
    wrong = violations(problem, {**today, change.request: change.to})
    if wrong:
        raise ChangeRefused(f"{change.request} cannot go to {change.to}: {wrong[0].detail}")
    requests = tuple(
        replace(request, current_group=change.to) if request.id == change.request else request
        for request in problem.requests
    )
    most = None if problem.max_moves is None else problem.max_moves - 1
    pins = tuple(pin for pin in problem.pins if pin != (change.request, change.to))
    return replace(problem, requests=requests, pins=pins, max_moves=most)


def _touched(solved: Solved, changed: Problem, changes: Sequence[Change]) -> Cut:
    """The part of the problem that the changes can touch; all of it where settled members move."""
    if solved.problem.max_moves != 0:
        return Cut(solved.problem, solved.assignment)
    around = neighborhood(Paying(solved, _reach(solved, changed, changes)), math.inf)
    return cut(solved, around)


def _reach(solved: Solved, changed: Problem, changes: Sequence[Change]) -> Reach:
    """All pairs that are candidates only after the changes, together with what each one alters."""
    before, after = (
        set(zip(found.request.tolist(), found.group.tolist(), strict=True))
        for found in (solved.columns.candidates, Formulation(changed).columns.candidates)
    )
    pairs: dict[int, list[int]] = {}
    for request, group in sorted(after - before):
        pairs.setdefault(request, []).append(group)
    reaches = [reach(solved, change) for change in changes]
    for one in reaches:
        for request, groups in one.pairs.items():
            pairs.setdefault(request, []).extend(groups)
    return Reach(
        pairs,
        frozenset(group for one in reaches for group in one.groups),
        frozenset(request for one in reaches for request in one.requests),
    )


def _difference(
    solved: Solved, changed: Problem, seats: Mapping[str, str], *, proved: bool
) -> WhatIf:
    one, other = Roster(solved.problem, solved.assignment), Roster(changed, seats)
    moved = [
        Moved(request.id, solved.assignment.get(request.id), seats.get(request.id))
        for request in changed.requests
        if solved.assignment.get(request.id) != seats.get(request.id)
    ]
    served_before, served_after = _served(one), _served(other)
    return WhatIf(
        before=_values(one),
        after=_values(other),
        gain=tuple(m for m in moved if m.request in served_after - served_before),
        lose=tuple(m for m in moved if m.request in served_before - served_after),
        elsewhere=tuple(m for m in moved if m.request not in served_before ^ served_after),
        seats=seats,
        proved=proved,
    )


def _served(roster: Roster) -> set[str]:
    """Who waits or wants to switch and gets a new seat."""
    return {s.request.id for s in roster.seats if s.new and not s.request.settled}


def _values(roster: Roster) -> TierValues:
    return TierValues(*(tier.value(roster) for tier in objectives.ALL))
