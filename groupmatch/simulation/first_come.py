"""First come, first served: the same seats, rules and groups, given by the time of waiting alone.

Whoever has waited longest chooses first among the seats that are free now: their first topic, then
the hour that comes soonest in the week. A plan is served when all of its seats are there. Whoever
is left may open a proposed group together, again those first who wait longest. Nobody is asked to
wait for somebody else's sake, nobody goes through a chain, and urgency counts nothing.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import product

from groupmatch import matching
from groupmatch.matching.given import given, suits

_OPENING = "opening"


def first_come(compiled: matching.Compiled) -> matching.Solution:
    """Give seats as a list that is worked off in order would."""
    giving = _Giving(compiled)
    for requests in giving.queue():
        giving.serve(requests)
    for group in giving.closed():
        giving.open(group)
    return given(compiled.problem, giving.seats)


class _Giving:
    """The seats that stand and those given so far."""

    def __init__(self, compiled: matching.Compiled) -> None:
        self._compiled, self._problem = compiled, compiled.problem
        self.seats = {each.id: each.seat for each in self._problem.requests if each.seat}
        # Whoever leaves a seat tonight leaves it to the next day: there are no chains here.
        self._taken = Counter(self.seats.values())

    def queue(self) -> list[Sequence[str]]:
        """Those who seek a seat, longest wait first; the requests of a plan stand together."""
        seeking = [
            each
            for each in self._compiled.standings.values()
            if (each.waiting or each.switch) and not each.fixed
        ]
        seeking.sort(key=lambda each: (each.since, each.request.created_at, each.request.id))
        together: dict[str, list[str]] = {}
        for each in seeking:
            together.setdefault(each.request.plan_id or each.request.id, []).append(each.request.id)
        return list(together.values())

    def closed(self) -> list[str]:
        """The groups that could open, by the smallest number that they need."""
        proposed = [each for each in self._problem.groups if each.proposed]
        return [each.id for each in sorted(proposed, key=lambda each: (each.min_size, each.id))]

    def serve(self, requests: Sequence[str]) -> None:
        """Give the requests of one person the first seats that suit, all or none."""
        choices = [list(self._choices(name)) for name in requests]
        for groups in product(*choices):
            wished = dict(zip(requests, groups, strict=True))
            if self._allowed(wished):
                self._give(wished)
                return

    def open(self, group: str) -> None:
        """Open a group if those who still wait and whom it suits are enough."""
        wanted = self._problem.group[group]
        comers: dict[str, str] = {}
        for requests in self.queue():
            name = requests[0]
            if len(requests) > 1 or len(comers) == wanted.capacity or not self._waits(name):
                continue
            if self._suits(name, group) and self._allowed({**comers, name: group}, {_OPENING}):
                comers[name] = group
        if len(comers) >= wanted.min_size and self._allowed(comers):
            self._give(comers)

    def _waits(self, name: str) -> bool:
        return self._problem.request[name].waiting and name not in self.seats

    def _choices(self, name: str) -> Iterator[str]:
        """The running groups with a free seat that suit, the best for the person first."""
        request = self._problem.request[name]
        groups = [
            each
            for each in self._problem.groups
            if each.topic in request.topics
            and not each.proposed
            and self._taken[each.id] < each.capacity
            and each.id != request.seat
        ]
        groups.sort(key=lambda each: (request.topics[each.topic], each.meetings, each.id))
        return (each.id for each in groups if self._suits(name, each.id))

    def _suits(self, name: str, group: str) -> bool:
        return suits(self._problem, name, group)

    def _allowed(self, wished: Mapping[str, str], but: Collection[str] = ()) -> bool:
        found = matching.violations(self._problem, {**self.seats, **wished})
        return all(each.rule in but for each in found)

    def _give(self, wished: Mapping[str, str]) -> None:
        self.seats.update(wished)
        self._taken.update(wished.values())
