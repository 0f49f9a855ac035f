"""The shortage report: the single changes that would place the most, each solved again.

Changes are tried in the order of their promise (`solver.explanations.prospects`) until no other one
promises more than the least of the list. What a listed change gains is verified. A change that
gains through a chain far more than it promises by itself may be missed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from solver.changes import Change
from solver.explanations.prospects import prospects
from solver.explanations.reach import reach
from solver.explanations.resolving import Resolved, resolved, surveyed
from solver.explanations.solved import Solved

#: A report has more time for each change than an answer about one person.
_MOST_PAIRS = 600


@dataclass(frozen=True)
class Shortage:
    """The best changes found, and whether the search for them came to its end."""

    changes: tuple[Resolved, ...]
    complete: bool


def shortage(
    solved: Solved, top: int = 20, stopped: Callable[[], bool] = lambda: False
) -> Shortage:
    """The changes that place the most priority more, at most `top` of them.

    Once `stopped` says so, the best of those tried until then.
    """
    best: list[Resolved] = []
    for promise, change in _changes(solved):
        if len(best) == top and promise <= best[-1].gain:
            break
        if stopped():
            return Shortage(tuple(best), complete=False)
        beyond = best[-1].gain if len(best) == top else 0
        reaching = reach(solved, change)
        found = resolved(solved, change, reaching, most_pairs=_MOST_PAIRS, beyond=beyond)
        found = surveyed(solved, found, reaching, most_pairs=_MOST_PAIRS)
        if found:
            best = sorted((*best, found), key=lambda one: (-one.gain, repr(one.change)))[:top]
    return Shortage(tuple(best), complete=True)


def _changes(solved: Solved) -> Iterator[tuple[int, Change]]:
    """Every change once, with the promise under which it comes."""
    seen: set[Change] = set()
    for prospect in prospects(solved):
        for change in prospect.changes():
            if change not in seen:
                seen.add(change)
                yield prospect.promise, change
