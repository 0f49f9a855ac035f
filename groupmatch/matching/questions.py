"""The questions that the solver answers in its own process, as JSON in the ids of the problem.

Every question names its `ask` and brings the `problem`; all but `solve` also the `seats` of the
solution that they are about: request → group.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from time import monotonic
from typing import Any

from groupmatch.database import Json
from groupmatch.matching.child_process import Limits
from solver import parse_problem, solve
from solver.changes import Change, ChangeRefused, change_as_json, read_change
from solver.explanations.disruption import disruption
from solver.explanations.fixes import fixes
from solver.explanations.moved import Moved
from solver.explanations.shortage import shortage
from solver.explanations.solved import Solved
from solver.explanations.whatif import WhatIf, what_if
from solver.files.refusal import Errors

#: Changes in a shortage report.
_TOP = 20

Tell = Callable[[dict[str, Any]], None]


def answered(question: Json, limits: Limits, tell: Tell) -> Json:
    """The answer; `tell` hears of the progress of a solve."""
    return _ANSWERS[question["ask"]](question, limits, tell)


def _solve(question: Json, limits: Limits, tell: Tell) -> Json:
    solution = solve(
        parse_problem(question["problem"]),
        time_limit=limits.seconds,
        seed=limits.seed,
        explain="reasons",
        on_progress=lambda progress: tell(asdict(progress)),
    )
    return solution.as_json()


def _fixes(question: Json, limits: Limits, tell: Tell) -> Json:
    """Request → its verified fixes, the highest priority first, as far as the time goes."""
    solved, stopped = _solved(question), _deadline(limits)
    found: dict[str, list[Json]] = {}
    for name in _left(solved):
        listed = fixes(solved, name, stopped)
        if stopped():
            return {"fixes": found, "complete": False}
        found[name] = [fix.as_json() for fix in listed]
    return {"fixes": found, "complete": True}


def _left(solved: Solved) -> list[str]:
    """The waiting requests without a seat."""
    places = [r for r, waits in enumerate(solved.waiting) if waits and solved.unplaced(r)]
    places.sort(key=lambda place: -solved.priority[place])
    return [solved.problem.requests[place].id for place in places]


def _shortage(question: Json, limits: Limits, tell: Tell) -> Json:
    found = shortage(_solved(question), _TOP, _deadline(limits))
    return {
        "changes": [
            {
                "change": change_as_json(each.change),
                "gain": each.gain,
                "places": list(each.placed),
                "proved": each.proved,
            }
            for each in found.changes
        ],
        "complete": found.complete,
    }


def _moves(question: Json, limits: Limits, tell: Tell) -> Json:
    """What is placed with no move, one and so on up to `most`; all points share the time."""
    found = disruption(parse_problem(question["problem"]), question["most"], limits.seconds)
    points = [
        {
            "moves": point.max_moves,
            "value": point.value,
            "moved": _moved(point.moved),
            "more": list(point.more),
            "fewer": list(point.fewer),
            "proved": point.proved,
        }
        for point in found.points
    ]
    return {"points": points, "most": found.most}


def _what_if(question: Json, limits: Limits, tell: Tell) -> Json:
    """The difference that `changes` make, or in `refused` why they cannot be made."""
    try:
        found = what_if(_solved(question), _changes(question["changes"]), limits.seconds)
    except ChangeRefused as refused:
        return {"refused": str(refused)}
    return _difference(found)


def _rest(question: Json, limits: Limits, tell: Tell) -> Json:
    """What the best match does, by kind of new seat."""
    problem = parse_problem(question["problem"])
    solution = solve(problem, time_limit=limits.seconds, seed=limits.seed)
    asked = [problem.request[seat.request] for seat in solution.seats if seat.new]
    return {
        "placed": sum(request.waiting for request in asked),
        "switched": sum(request.switching for request in asked),
        "moved": sum(request.settled for request in asked),
        "opened": len(solution.opened),
        "proved": solution.status == "optimal",
    }


def _difference(found: WhatIf) -> Json:
    return {
        "before": found.before._asdict(),
        "after": found.after._asdict(),
        "gain": _moved(found.gain),
        "lose": _moved(found.lose),
        "elsewhere": _moved(found.elsewhere),
        "proved": found.proved,
    }


def _changes(given: Sequence[object]) -> list[Change]:
    errors = Errors()
    found = [read_change(errors, f"$.changes[{n}]", each) for n, each in enumerate(given)]
    if len(errors):
        raise ChangeRefused("; ".join(map(str, errors)))
    return [change for change in found if change]


def _solved(question: Json) -> Solved:
    seats: Mapping[str, str] = question["seats"]
    return Solved(parse_problem(question["problem"]), seats)


def _moved(found: Sequence[Moved]) -> list[Json]:
    return [{"request": each.request, "from": each.origin, "to": each.to} for each in found]


def _deadline(limits: Limits) -> Callable[[], bool]:
    end = monotonic() + limits.seconds
    return lambda: monotonic() >= end


_ANSWERS: Mapping[str, Callable[[Json, Limits, Tell], Json]] = {
    "solve": _solve,
    "fixes": _fixes,
    "shortage": _shortage,
    "moves": _moves,
    "rest": _rest,
    "what_if": _what_if,
}
