"""By how much the tiers change when some requests change seats.

Nobody else makes a difference than who changes seats, each by what their own seat is worth; but
whether a proposed group is open shows in all its seats.
"""

from collections.abc import Sequence

from solver import objectives
from solver.explanations.chains import Step
from solver.explanations.solved import Solved
from solver.problem import Problem
from solver.roster import Roster
from solver.solution import TierValues
from solver.tables import NOWHERE


def effect(solved: Solved, steps: Sequence[Step]) -> TierValues:
    """The difference in each tier that the steps make together."""
    left = [Step(r, solved.now[r]) for r, _ in steps if solved.now[r] != NOWHERE]
    came = [_alone(solved, step) for step in steps]
    gone = [_alone(solved, step) for step in left]
    totals = (
        sum(values[tier] for values in came) - sum(values[tier] for values in gone)
        for tier in range(len(objectives.ALL))
    )
    return TierValues(*totals)._replace(opened=_opened(solved, steps, left))


def _opened(solved: Solved, came: Sequence[Step], left: Sequence[Step]) -> int:
    total = 0
    for group, step in {step.group: step for step in (*came, *left)}.items():
        if solved.proposed[group]:
            before = len(solved.holders[group])
            after = before + sum(s.group == group for s in came)
            after -= sum(s.group == group for s in left)
            total += _alone(solved, step).opened * ((after > 0) - (before > 0))
    return total


def _alone(solved: Solved, seat: Step) -> TierValues:
    """What the tiers count for a seat if it is the only one."""
    if seat not in solved.worth:
        problem = solved.problem
        request, group = problem.requests[seat.request], problem.groups[seat.group]
        person = problem.participants[solved.owner[seat.request]]
        single = Problem(
            problem.horizon_minutes,
            problem.weeks,
            participants=(person,),
            groups=(group,),
            requests=(request,),
        )
        roster = Roster(single, {request.id: group.id})
        solved.worth[seat] = TierValues(*(tier.value(roster) for tier in objectives.ALL))
    return solved.worth[seat]
