"""Seats that somebody else thought of: whether one may be given, and all as a solution."""

from collections.abc import Mapping

from solver import Problem, Solution, TakenSeat, TierValues, Unplaced, failing_rules
from solver.objectives import ALL
from solver.roster import Roster


def suits(problem: Problem, request: str, group: str) -> bool:
    """Whether eligibility lets a request into a group, room and everybody else apart."""
    return not failing_rules(problem, request, group)


def given(problem: Problem, assignment: Mapping[str, str]) -> Solution:
    """The solution that gives these seats: request → group, of everybody who has one then.

    It claims nothing: its bounds are those of any solution at all.
    """
    roster = Roster(problem, assignment)
    values = TierValues(*(tier.value(roster) for tier in ALL))
    return Solution(
        status="feasible",
        objective=values,
        bounds=values._replace(
            placed=sum(each.priority for each in problem.requests if each.waiting),
            switched=sum(each.priority for each in problem.requests if each.switching),
            moved=0,
            opened=0,
            cost=0,
        ),
        seats=tuple(TakenSeat(seat.request.id, seat.group.id, seat.new) for seat in roster.seats),
        opened=roster.opened,
        unplaced=tuple(Unplaced(request.id) for request in roster.unplaced),
        warnings=(),
        wall_seconds=0.0,
        seed=0,
    )
