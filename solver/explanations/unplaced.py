"""The requests that stay without a seat, with reasons and fixes."""

from collections.abc import Callable, Mapping

from solver.explanations.fixes import fixes
from solver.explanations.reasons import reasons
from solver.explanations.solved import Solved
from solver.solution import Fix, Unplaced


def explained(solved: Solved, stopped: Callable[[], bool], *, fixing: bool) -> tuple[Unplaced, ...]:
    """All unplaced requests in the order of their ids, with reasons.

    Where `fixing` is asked for, with fixes as well: the highest priority first, then by id, until
    `stopped` says so; the fixes of the others stay empty.
    """
    places = [r for r, waits in enumerate(solved.waiting) if waits and solved.unplaced(r)]
    names = [solved.problem.requests[place].id for place in places]
    why = list(reasons(solved, places))
    found = _fixes(solved, places, stopped) if fixing else {}
    return tuple(
        Unplaced(name, because, found.get(name, ()))
        for name, because in zip(names, why, strict=True)
    )


def _fixes(
    solved: Solved, places: list[int], stopped: Callable[[], bool]
) -> Mapping[str, tuple[Fix, ...]]:
    found = {}
    for place in sorted(places, key=lambda place: -solved.priority[place]):
        if stopped():
            break
        name = solved.problem.requests[place].id
        found[name] = fixes(solved, name, stopped)
    return found
