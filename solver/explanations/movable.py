"""Which settled members could matter if so many may move, by the prices of seats.

By any prices of seats nobody's moves are worth more than the seats that this leaves, less those
that it takes, and what the same participant's other requests could gain by the hours. Those whose
moves are worth the most make up a far smaller problem, in which all others stay where they are. Its
own prices then prove that the others do not matter: where moves are few each has a price as well,
and theirs are not worth it.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from solver.explanations.prices import SeatPrices, prices_of
from solver.explanations.solved import Solved
from solver.problem import Problem
from solver.solution import Solution


class Movable:
    """The participants with settled members, the one whose moves may be worth the most first."""

    def __init__(self, solved: Solved, prices: SeatPrices) -> None:
        self._groups: dict[int, list[int]] = {}
        settled = [request for request, free in enumerate(solved.free) if not free]
        for member, group in solved.nearness.of_requests(settled).eligible:
            self._groups.setdefault(member, []).append(group)
        worth = self._worth(solved, prices)
        self._ranked = sorted(worth, key=lambda person: (-worth[person], person))

    def __len__(self) -> int:
        return len(self._ranked)

    def only(self, problem: Problem, count: int) -> Problem:
        """The problem in which settled members of none but the first ones may move."""
        movable = {problem.participants[person].id for person in self._ranked[:count]}
        return replace(problem, pins=(*problem.pins, *_staying(problem, movable)))

    def beyond(
        self, part: Problem, best: Solution, count: int, stopped: Callable[[], bool]
    ) -> int | None:
        """What no match places in which others than the first ones move; None if nothing says it.

        `best` is a solution of the `part` in which they alone do.
        """
        solved = Solved(part, best.assignment)
        prices = prices_of(solved, stopped)
        if prices is None:
            return None
        worth = self._worth(solved, prices)
        dearest = max((worth[person] for person in self._ranked[count:]), default=0)
        if dearest > prices.per_move:
            return None
        return best.objective.placed + prices.most_of(prices.gap + dearest - prices.per_move)

    def _worth(self, solved: Solved, prices: SeatPrices) -> Mapping[int, int]:
        """Participant → what its moves are worth at most, however many they are."""
        worth: dict[int, int] = {}
        for member, groups in self._groups.items():
            person = solved.owner[member]
            worth[person] = worth.get(person, 0) + max(0, prices.moving(member, groups))
        return {person: most + _hours(solved, prices, person) for person, most in worth.items()}


def _hours(solved: Solved, prices: SeatPrices, person: int) -> int:
    """What the participant's other requests gain if no settled seat takes their hours."""
    free = [request for request in solved.requests_of[person] if solved.free[request]]
    pairs = {request: solved.candidates_of(request) for request in free}
    # Somebody else who moves may leave a seat anywhere.
    return prices.rise_of_one(pairs, freed=range(len(solved.problem.groups)))


def _staying(problem: Problem, movable: Collection[str]) -> list[tuple[str, str]]:
    """Pins of all settled members but those of the participants who may move."""
    return [
        (request.id, request.seat)
        for request in problem.requests
        if request.settled
        and request.seat is not None
        and request.id not in problem.pinned_group
        and request.participant not in movable
    ]
