"""What a change could gain for a request, as far as is seen without a search."""

import math
from itertools import islice

from solver.changes import AddSeat, Change, MoveOne
from solver.explanations.plain_use import plain_use, rivals
from solver.explanations.reach import Reach
from solver.explanations.solved import Solved
from solver.explanations.weeks import rest_of_plan

_RIVALS = 3


def hopeful(solved: Solved, change: Change, reach: Reach, place: str) -> bool:
    """Whether a best use of the change may place the request, as far as is seen at a glance."""
    request = solved.tables.request_place[place]
    most = most_gain(solved, change, reach)
    if request not in reach.pairs and solved.prices is not None:
        prices = solved.prices
        most -= min((prices.loses(request, group) for group in solved.ways[request]), default=0)
    if most + 1 <= least_gain(solved, place) or _gained(solved, change) >= most + 1:
        return False
    alone = most < math.inf and not rest_of_plan(solved, request)
    worthier = (
        rival
        for rival in islice(rivals(solved, change, reach), _RIVALS)
        if alone and solved.priority[rival] >= most + 1
    )
    return not any(plain_use(solved, change, reach, rival) for rival in worthier)


def _gained(solved: Solved, change: Change) -> int:
    """What the change is known to gain.

    A move is taken to gain what one more seat in the group gains that the member leaves.
    """
    known: Change = AddSeat(change.origin) if isinstance(change, MoveOne) else change
    found = solved.best_use.get(change) or solved.best_use.get(known)
    return found.gain if found else 0


def most_gain(solved: Solved, change: Change, reach: Reach) -> float:
    """What the change gains at most; infinite where no prices say it."""
    return solved.prices.most(change, reach) if solved.prices else math.inf


def spare(solved: Solved, change: Change, reach: Reach, least: int) -> float:
    """How much priority the seats of a use that gains `least` may lose to the bound."""
    prices = solved.prices
    if prices is None:
        return math.inf
    return prices.allows(change, reach) // prices.scale - least + 1


def unit(solved: Solved) -> int:
    """What is placed more is a multiple of this."""
    return solved.prices.unit if solved.prices else 1


def least_gain(solved: Solved, place: str | None) -> int:
    """What is placed at least if the request is, with the rest of its plan; or anybody."""
    if place is None:
        return 1
    request = solved.tables.request_place[place]
    together = (request, *rest_of_plan(solved, request))
    return sum(solved.priority[one] for one in together)
