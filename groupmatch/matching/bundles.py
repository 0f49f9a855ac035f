"""Which entries of a draft need each other: bundles that a person approves or removes whole.

Entries stand in one bundle when one of them would break a rule without the other: those of one
plan, those that open a group together, those of one person of which one takes the hour that
another gives up, and a newcomer with the leaver whose place they take: for room, for a limit, or
because the two must not meet. So any choice of bundles is a valid outcome of its own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations

from solver.problem import Limit, Problem
from solver.timeline import overlap


@dataclass(frozen=True, order=True)
class Entry:
    """One new seat: a request, the group it goes to, and the one whose seat it gives up."""

    request: str
    group: str
    former: str | None = None


Bundle = tuple[Entry, ...]


def entries(problem: Problem, seats: Mapping[str, str]) -> list[Entry]:
    """The new seats of an assignment of requests to groups, by request id."""
    return [
        Entry(name, group, problem.request[name].seat)
        for name, group in sorted(seats.items())
        if problem.request[name].seat != group
    ]


def bundles(problem: Problem, seats: Mapping[str, str]) -> list[Bundle]:
    """The new seats of a valid assignment in bundles, ordered by their first request."""
    found = entries(problem, seats)
    together = _Together(found)
    for one, other in _pairs(problem, found):
        together.join(one, other)
    for takeover in _takeovers(problem, found):
        _join_takers(together, takeover)
    return together.sets()


class _Together:
    """Disjoint sets of entries (union-find)."""

    def __init__(self, found: Iterable[Entry]) -> None:
        self._parent = {entry: entry for entry in found}

    def root(self, entry: Entry) -> Entry:
        """The entry that stands for the set."""
        while self._parent[entry] != entry:
            self._parent[entry] = entry = self._parent[self._parent[entry]]
        return entry

    def join(self, one: Entry, other: Entry) -> None:
        """Make two sets one."""
        first, second = sorted((self.root(one), self.root(other)))
        self._parent[second] = first

    def sets(self) -> list[Bundle]:
        """All sets, each in order."""
        members: dict[Entry, list[Entry]] = {}
        for entry in sorted(self._parent):
            members.setdefault(self.root(entry), []).append(entry)
        return [tuple(found) for found in members.values()]


def _pairs(problem: Problem, found: Sequence[Entry]) -> Iterator[tuple[Entry, Entry]]:
    plan_of = {request: plan.id for plan in problem.plans for request in plan.requests}
    alike: dict[tuple[str, str], list[Entry]] = {}
    for entry in found:
        if entry.request in plan_of:
            alike.setdefault(("plan", plan_of[entry.request]), []).append(entry)
        if problem.group[entry.group].proposed:
            alike.setdefault(("opening", entry.group), []).append(entry)
    for members in alike.values():
        yield from pairwise(members)
    yield from _own_time(problem, found)
    yield from _apart(problem, found)


def _own_time(problem: Problem, found: Sequence[Entry]) -> Iterator[tuple[Entry, Entry]]:
    """Seats of one participant, where one takes the hour that another gives up."""
    own: dict[str, list[Entry]] = {}
    for entry in found:
        own.setdefault(problem.request[entry.request].participant, []).append(entry)
    for entries_of_one in own.values():
        for one, other in permutations(entries_of_one, 2):
            if other.former is not None and overlap(
                problem.group[one.group].meetings, problem.group[other.former].meetings
            ):
                yield one, other


def _apart(problem: Problem, found: Sequence[Entry]) -> Iterator[tuple[Entry, Entry]]:
    """Who comes to a group, with whoever must have left it because the two must not meet."""
    coming: dict[str, list[Entry]] = {}
    leaving: dict[tuple[str, str | None], Entry] = {}
    for entry in found:
        person = problem.request[entry.request].participant
        coming.setdefault(person, []).append(entry)
        leaving[person, entry.former] = entry
    for pair in problem.keep_apart:
        for one, other in (pair, pair[::-1]):
            for entry in coming.get(one, ()):
                if (other, entry.group) in leaving:
                    yield entry, leaving[other, entry.group]


@dataclass(frozen=True)
class _Takeover:
    """Newcomers and leavers of a group, or those of them who carry a limited value."""

    newcomers: Sequence[Entry]
    leavers: Sequence[Entry]
    #: How many leavers the newcomers need between them.
    needed: int


def _takeovers(problem: Problem, found: Sequence[Entry]) -> Iterator[_Takeover]:
    coming: dict[str, list[Entry]] = {}
    leaving: dict[str, list[Entry]] = {}
    for entry in found:
        coming.setdefault(entry.group, []).append(entry)
        if entry.former is not None:
            leaving.setdefault(entry.former, []).append(entry)
    for name in sorted(coming.keys() & leaving.keys()):
        group = problem.group[name]
        newcomers, leavers = coming[name], leaving[name]
        yield _takeover(newcomers, leavers, problem.members[name], group.capacity)
        for limit in group.limits:
            present = [each.id for each in problem.requests if each.seat == name]
            yield _takeover(
                [entry for entry in newcomers if _carries(problem, entry.request, limit)],
                [entry for entry in leavers if _carries(problem, entry.request, limit)],
                sum(_carries(problem, request, limit) for request in present),
                limit.max,
            )


def _takeover(
    newcomers: Sequence[Entry], leavers: Sequence[Entry], present: int, most: int
) -> _Takeover:
    return _Takeover(newcomers, leavers, present + len(newcomers) - most)


def _carries(problem: Problem, request: str, limit: Limit) -> bool:
    person = problem.participant[problem.request[request].participant]
    return limit.value in person.attributes.get(limit.attribute, ())


def _join_takers(together: _Together, takeover: _Takeover) -> None:
    """Give each newcomer for whom there is no room a leaver, if possible of the same bundle.

    Where a group is above a limit today, one newcomer needs several leavers: all stand together.
    """
    newcomers, leavers = takeover.newcomers, list(takeover.leavers)
    if takeover.needed > len(newcomers):
        for one, other in pairwise([*newcomers, *leavers] if newcomers else ()):
            together.join(one, other)
        return

    def partner(newcomer: Entry) -> Entry | None:
        own = together.root(newcomer)
        return next((leaver for leaver in leavers if together.root(leaver) == own), None)

    partnered_first = sorted(newcomers, key=lambda newcomer: partner(newcomer) is None)
    for newcomer in partnered_first[: max(0, takeover.needed)]:
        leaver = partner(newcomer) or leavers[0]
        leavers.remove(leaver)
        together.join(newcomer, leaver)
