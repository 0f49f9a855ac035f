"""An independent judge: everything about a solution recomputed, without the model."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, pairwise

from solver import constraints, objectives
from solver.eligibility import failing_rules, standing_rules
from solver.problem import Problem
from solver.roster import Roster, Violation
from solver.solution import Solution, TakenSeat, TierValues


def check(problem: Problem, solution: Solution) -> list[Violation]:
    """Everything that is wrong with the solution; empty if it and its numbers are right."""
    wrong = [*_unknown_ids(problem, solution), *_order(solution.seats)]
    if wrong:
        return wrong
    roster = Roster(problem, solution.assignment)
    return [
        *violations(problem, solution.assignment),
        *_flags(roster, solution.seats),
        *_listed(roster, solution),
        *_numbers(roster, solution),
    ]


def violations(
    problem: Problem, seats: Mapping[str, str], checked: Mapping[str, str] | None = None
) -> list[Violation]:
    """What an assignment of requests to groups violates, of the hard rules and of eligibility.

    What already stands is no violation. Of the seats that were `checked` before, request → group,
    eligibility is not asked again. Raises `KeyError` for an unknown id.
    """
    roster = Roster(problem, seats)
    found = chain(_of_new_seats(roster, checked or {}), _of_rules(roster))
    return [violation for violation in found if not violation.standing]


def warnings(
    roster: Roster, standing: Mapping[str, list[Violation]] | None = None
) -> list[Violation]:
    """What kept seats break; see *What already stands never makes a problem infeasible*.

    `standing` holds the `standing_violations` of the problem, if they are known already.
    """
    if standing is None:
        standing = standing_violations(roster.problem)
    kept = (seat.request.id for seat in roster.seats if not seat.new)
    found = chain(*(standing.get(request, ()) for request in kept), _of_rules(roster))
    return [violation for violation in found if violation.standing]


def standing_violations(problem: Problem) -> dict[str, list[Violation]]:
    """Request → the rules of eligibility that its seat of today breaks, if any."""
    found: dict[str, list[Violation]] = {}
    for request in problem.requests:
        if request.seat is not None:
            broken = standing_rules(problem, request.id)
            at = (request.id,), (request.seat,)
            found[request.id] = [Violation(*rule, *at, standing=True) for rule in broken]
    return found


def _of_new_seats(roster: Roster, checked: Mapping[str, str]) -> Iterator[Violation]:
    for request, group, new in roster.seats:
        if new and checked.get(request.id) != group.id:
            for rule, detail in failing_rules(roster.problem, request.id, group.id):
                yield Violation(rule, detail, requests=(request.id,), groups=(group.id,))


def _of_rules(roster: Roster) -> Iterator[Violation]:
    for constraint in constraints.ALL:
        yield from constraint.violations(roster)


def _unknown_ids(problem: Problem, solution: Solution) -> Iterator[Violation]:
    named = [
        (problem.request, "request", [seat.request for seat in solution.seats]),
        (problem.group, "group", [seat.group for seat in solution.seats]),
        (problem.group, "group", solution.opened),
        (problem.request, "request", [request.request for request in solution.unplaced]),
    ]
    for known, noun, ids in named:
        for name in ids:
            if name not in known:
                yield Violation("form", f"{name} is no {noun} of the problem")


def _order(seats: Sequence[TakenSeat]) -> Iterator[Violation]:
    for one, other in pairwise(seats):
        if one.request == other.request:
            yield Violation("one_seat", "holds two seats", requests=(one.request,))
        elif one.request > other.request:
            detail = "seats are ordered by request id, each once"
            yield Violation("form", detail, requests=(one.request, other.request))


def _flags(roster: Roster, seats: Sequence[TakenSeat]) -> Iterator[Violation]:
    for taken in seats:
        if taken.new != roster.by_request[taken.request].new:
            detail = f"new is {str(not taken.new).lower()}"
            yield Violation("form", detail, requests=(taken.request,), groups=(taken.group,))


def _listed(roster: Roster, solution: Solution) -> Iterator[Violation]:
    unplaced = [request.id for request in roster.unplaced]
    listed = [request.request for request in solution.unplaced]
    for key, right, stated in (
        ("opened", list(roster.opened), list(solution.opened)),
        ("unplaced", unplaced, listed),
    ):
        if sorted(stated) != sorted(right):
            missing, extra = sorted({*right} - {*stated}), sorted({*stated} - {*right})
            detail = f"missing {missing}, not to be listed {extra}, or listed twice"
            yield Violation("form", f"{key}: {detail}")


def _numbers(roster: Roster, solution: Solution) -> Iterator[Violation]:
    right = TierValues(*(tier.value(roster) for tier in objectives.ALL))
    for tier, value, stated, bound in zip(
        objectives.ALL, right, solution.objective, solution.bounds, strict=True
    ):
        if stated != value:
            yield Violation("objective", f"{tier.NAME} is {value}, not {stated}")
        if solution.status == "optimal" and bound != stated:
            yield Violation("bounds", f"{tier.NAME}: bound {bound} of a proved {stated}")
        elif (bound < stated) if tier.MAXIMIZED else (bound > stated):
            yield Violation("bounds", f"{tier.NAME}: bound {bound} is worse than {stated}")
