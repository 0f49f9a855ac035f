"""The shortage report: the single changes that would place the most, each solved again.

Changes are tried in the order of their promise (`solver.explanations.prospects`) until no other one
promises more than the least of the list. What a listed change gains is verified. Where seats have
prices, no change gains more than it promises; elsewhere one that gains through a chain far more
than it promises by itself may be missed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import count

from solver.changes import Change
from solver.explanations.promise import most_gain
from solver.explanations.prospects import Prospect, prospects
from solver.explanations.reach import reach
from solver.explanations.resolving import Resolved, exhausted, resolved, surveyed
from solver.explanations.solved import Solved

#: A report has more time for each change than an answer about one person.
_MOST_PAIRS = 600
#: For a better use than is known, of which fewer seats can be part.
_MOST_PAIRS_AGAIN = 3000


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
            found = exhausted(solved, found, reaching, _MOST_PAIRS_AGAIN)
            best = sorted((*best, found), key=lambda one: (-one.gain, repr(one.change)))[:top]
    return Shortage(tuple(best), complete=True)


def _changes(solved: Solved) -> Iterator[tuple[float, Change]]:
    """Every change once, those that promise the most first, with what they promise."""
    seen: set[Change] = set()
    queue: list[tuple[float, bool, int, Prospect | Change]] = []
    order = count()
    for prospect in prospects(solved):
        queue.append((-prospect.promise, True, next(order), prospect))
    heapify(queue)
    while queue:
        promise, _, _, found = heappop(queue)
        if not isinstance(found, Prospect):
            yield -promise, found
            continue
        for change in found.changes():
            if change not in seen:
                seen.add(change)
                most = min(-promise, most_gain(solved, change, reach(solved, change)))
                heappush(queue, (-most, False, next(order), change))
