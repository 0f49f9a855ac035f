"""Solving again after a change, as far as the change can reach.

The question is always the same: how much more can be placed if nobody who has a seat in the
solution loses it and no settled member moves? In problems that are not large, one model finds the
best uses of all changes (`solver.explanations.best_uses`). In large ones, and where that does not
tell, only the change's neighborhood is solved; the rest keeps its seats. Where the neighborhood is
closed and the solution is proved best in the first tier, the gain is the largest there is: the
argument stands in `solver.explanations.neighborhood`, and tests compare it with solving the whole
problem again. Where the neighborhood was cut off, the gain is what could be found inside: true,
but perhaps not the largest.

A switch that the solution grants may be taken back where that places somebody, as the tiers
demand.
"""

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from solver.changes import Change, MoveOne, applied
from solver.check import violations
from solver.explanations.best_seats import BestSeats
from solver.explanations.cutting import Cut, cut
from solver.explanations.neighborhood import MOST_PAIRS, Neighborhood, neighborhood
from solver.explanations.paying import Paying
from solver.explanations.plain_use import checked, plain_use
from solver.explanations.promise import least_gain, most_gain, spare, unit
from solver.explanations.reach import Reach
from solver.explanations.solved import Solved
from solver.problem import Problem

#: The pairs of a closer look: most of what it takes back goes with the first of them.
_WIDER = (600, math.inf)


@dataclass(frozen=True)
class Resolved:
    """What a change brings: the priority placed more, by whom, and who then sits where.

    `seats` are those that differ from the solution; None is a seat given up. `proved` says that
    no use of the change places more.
    """

    change: Change
    gain: int
    placed: tuple[str, ...]
    seats: Mapping[str, str | None]
    proved: bool


def resolved(
    solved: Solved,
    change: Change,
    reach: Reach,
    place: str | None = None,
    most_pairs: float = MOST_PAIRS,
    beyond: int = 0,
) -> Resolved | None:
    """The best use of a change; None if it gains nothing `beyond`, or does not place `place`.

    A request counts as placed if a best use places it, and not where one that places somebody else
    instead is better.
    """
    step = unit(solved)
    least = max(least_gain(solved, place), beyond // step * step + step)
    most = most_gain(solved, change, reach)
    if place is not None and most == least:
        use = plain_use(solved, change, reach, solved.tables.request_place[place])
        if use is not None:
            return _difference(change, *use, proved=True)
    if least > most:
        return None
    known = solved.best_use.get(change)
    good = known if known and known.gain >= least and place in {None, *known.placed} else None
    if known:
        if good and known.proved:
            return known
        # A use that gains less than is known is no best one.
        least, most = max(least, known.gain), known.gain if known.proved else most
    most, found = _best(solved, change, reach, place, least, most)
    if least > most:
        return good
    if found is None:
        paying = Paying(solved, reach, spare(solved, change, reach, least))
        found = _used(paying, change, place, most_pairs)
    if found is None or found.gain < least:
        return good
    found = replace(found, proved=found.proved or found.gain == most)
    solved.best_use[change] = found
    return found if place in {None, *found.placed} else None


def _best(
    solved: Solved, change: Change, reach: Reach, place: str | None, least: int, most: float
) -> tuple[float, Resolved | None]:
    """What the change gains at most, and a best use of it; None where it is not found at once."""
    if solved.best_uses is None:
        return most, None
    asked = None if place is None else solved.tables.request_place[place]
    best = solved.best_uses.best(change, reach, asked, least)
    if best is None:
        return most, None
    use = None if best.steps is None else checked(solved, change, reach, best.steps)
    return min(most, best.most), None if use is None else _difference(change, *use, proved=True)


def surveyed(
    solved: Solved,
    found: Resolved | None,
    reach: Reach,
    place: str | None = None,
    most_pairs: float = MOST_PAIRS,
) -> Resolved | None:
    """What was found; where that is not proved, and the problem not too large, the whole truth.

    `most_pairs` were looked at already.
    """
    wider = (more for more in _WIDER if solved.surveyable and more > most_pairs)
    for more in wider:
        if found is None or found.proved:
            break
        found = resolved(solved, found.change, reach, place, more)
    return found


def exhausted(solved: Solved, found: Resolved, reach: Reach, most_pairs: float) -> Resolved:
    """The best use of a change, asked again and again for a better one than is known.

    The more is asked for, the fewer seats pay, until the neighborhood of a better use ends by
    itself, and with it the doubt.
    """
    while not found.proved:
        least = found.gain // unit(solved) * unit(solved) + unit(solved)
        better, ended = _better(solved, found.change, reach, least, most_pairs)
        if better is None:
            return replace(found, proved=ended)
        found = better
    return found


def _better(
    solved: Solved, change: Change, reach: Reach, least: int, most_pairs: float
) -> tuple[Resolved | None, bool]:
    """A use that gains so much; and where there is none, whether that is proved."""
    if least > most_gain(solved, change, reach):
        return None, True
    found = _used(
        Paying(solved, reach, spare(solved, change, reach, least)), change, None, most_pairs
    )
    if found is None:
        return None, False
    return (found, False) if found.gain >= least else (None, found.proved)


def _used(paying: Paying, change: Change, place: str | None, most_pairs: float) -> Resolved | None:
    """The best use with seats that pay; None if somebody loses a seat in the best ones."""
    solved, around = paying.solved, neighborhood(paying, most_pairs)
    before = cut(solved, around)
    problem = applied(before.problem, change)
    inside = {solved.problem.requests[request].id for request in around.requests}
    kept, border = _kept(before, inside)
    must = border | ({change.request} if isinstance(change, MoveOne) else set())
    wishes = kept | ({place} if place else set())
    asked = BestSeats(problem, before.seats, _paid(paying, around))
    seats, proved = asked.best(must, wishes)
    if place is None and seats is not None and not _granted(problem, seats, kept):
        seats, proved = asked.best(must | kept, set())
    if seats is None or not _granted(problem, seats, kept):
        return None
    wrong = violations(problem, seats)
    if wrong:
        raise RuntimeError(f"{change} breaks a rule: {wrong[0]}")
    return _difference(change, before, seats, proved and around.closed)


def _paid(paying: Paying, around: Neighborhood) -> Callable[[str, str], bool]:
    """Whether a new seat in the part of the problem pays; seats of those who are pinned do."""
    tables = paying.solved.tables

    def paid(request: str, group: str) -> bool:
        asked, place = tables.request_place[request], tables.group_place[group]
        return asked not in around.requests or paying.pays(asked, place)

    return paid


def _kept(before: Cut, inside: Collection[str]) -> tuple[set[str], set[str]]:
    """The requests whose new seats in the solution should be followed by new ones, or must be.

    All inside who wait and got one should; everybody at the border is pinned to it.
    """
    newly = {
        request.id: request.waiting
        for request in before.problem.requests
        if before.seats.get(request.id, request.seat) != request.seat
    }
    border = newly.keys() - inside
    return {name for name, waits in newly.items() if waits} - border, border


def _granted(problem: Problem, seats: Mapping[str, str], wishes: Collection[str]) -> bool:
    """Whether all who wish for a new seat have one."""
    today = {name: problem.request[name].seat for name in wishes}
    return all(seats.get(name, seat) != seat for name, seat in today.items())


def _difference(change: Change, before: Cut, seats: dict[str, str], proved: bool) -> Resolved:
    requests = before.problem.request
    placed = tuple(
        name for name in sorted(seats.keys() - before.seats.keys()) if requests[name].waiting
    )
    gain = sum(requests[name].priority for name in placed)
    changed = {
        name: seats.get(name)
        for name in sorted(seats.keys() | before.seats.keys())
        if seats.get(name) != before.seats.get(name)
    }
    return Resolved(change, gain, placed, changed, proved)
