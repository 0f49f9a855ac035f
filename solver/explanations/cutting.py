"""A neighborhood as a problem of its own, so that every rule is stated once.

Inside, requests are as they were. Who else sits in a group of the neighborhood comes along, pinned
to where the solution has them; those of whom only the seat matters are left out, and so is their
seat, but for one who keeps a proposed group open. Groups at the border, where somebody who came
along sits elsewhere, stand as plain running groups that nobody else enters.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

from solver.explanations.neighborhood import Neighborhood
from solver.explanations.solved import Solved
from solver.problem import Group, Plan, Problem, Request, Therapist
from solver.tables import NOWHERE


@dataclass(frozen=True)
class Cut:
    """The problem of a neighborhood, and the seats that its requests have in the solution."""

    problem: Problem
    seats: Mapping[str, str]


def cut(solved: Solved, around: Neighborhood) -> Cut:
    """The part of the problem that a neighborhood is about."""
    return _Cutting(solved, around).cut()


class _Cutting:
    def __init__(self, solved: Solved, around: Neighborhood) -> None:
        self._solved, self._around = solved, around
        self._problem = solved.problem
        self._left_out: Counter[int] = Counter()
        self._requests = self._concerned()
        self._groups = around.groups | self._border()
        self._names = {self._problem.groups[place].id for place in self._groups}

    def cut(self) -> Cut:
        solved, problem = self._solved, self._problem
        requests = [problem.requests[place] for place in sorted(self._requests)]
        people = sorted({solved.owner[place] for place in self._requests})
        groups = tuple(self._group(place) for place in sorted(self._groups))
        content = replace(
            problem,
            participants=tuple(problem.participants[place] for place in people),
            therapists=self._therapists(groups),
            groups=groups,
            requests=tuple(map(self._within, requests)),
            plans=tuple(self._plans()),
            keep_apart=tuple(sorted(self._apart(people))),
            alternatives=tuple(self._alternatives()),
            pins=tuple(sorted(self._pins())),
            bans=tuple(sorted(self._bans())),
            max_moves=sum(map(solved.moved, self._requests)),
        )
        seats = {r.id: solved.assignment[r.id] for r in requests if r.id in solved.assignment}
        return Cut(content, seats)

    def _concerned(self) -> set[int]:
        """The requests inside, the others of their participants, and who sits or sat with them."""
        solved = self._solved
        people = {solved.owner[request] for request in self._around.requests}
        concerned = {request for person in people for request in solved.requests_of[person]}
        apart = {other for person in people for other in solved.apart.get(person, ())}
        for group in self._around.groups:
            looked_at = apart | solved.carriers(group)
            concerned.update(r for r in solved.members[group] if solved.now[r] != group)
            concerned.update(r for r in solved.holders[group] if solved.owner[r] in looked_at)
        for group in self._around.groups:
            concerned.update(self._holding_open(group, concerned))
            concerned.update(self._not_left_out(group, concerned))
        return concerned

    def _holding_open(self, group: int, concerned: AbstractSet[int]) -> Sequence[int]:
        """One of those who stay in a proposed group: it is open then, whoever else is left out."""
        solved = self._solved
        staying = [r for r in solved.holders[group] if r not in self._around.requests]
        needed = solved.proposed[group] and concerned.isdisjoint(staying)
        return staying[:needed]

    def _not_left_out(self, group: int, concerned: AbstractSet[int]) -> Sequence[int]:
        """Holders of a group who come along lest it look over-full without them.

        Newcomers take seats from its capacity, but are not among today's members; as long as
        these fit, newcomers can be left out.
        """
        solved = self._solved
        others = [request for request in solved.holders[group] if request not in concerned]
        fitting = max(0, solved.capacity[group] - len(solved.members[group]))
        newcomers = filter(solved.newly, others) if len(others) > fitting else ()
        beyond = list(islice(newcomers, fitting, None))
        self._left_out[group] = len(others) - len(beyond)
        return beyond

    def _border(self) -> set[int]:
        solved = self._solved
        border = {solved.now[request] for request in self._requests}
        border |= {solved.seat[request] for request in self._requests}
        border |= self._tied | {
            solved.pinned[request] for request in self._around.requests & solved.pinned.keys()
        }
        return border - {NOWHERE} - self._around.groups

    @cached_property
    def _tied(self) -> set[int]:
        """Groups that are open and have to do with the opening of one inside."""
        solved = self._solved
        tied = {other for group in self._around.groups for other in solved.ties.get(group, ())}
        return {other for other in tied if not solved.closed(other)}

    def _group(self, place: int) -> Group:
        group = self._problem.groups[place]
        if place in self._around.groups:
            less = self._left_out[place]
            least = max(0, group.min_size - less)
            return replace(group, min_size=least, max_size=group.max_size - less) if less else group
        kind = place, place in self._entered, place in self._tied
        if kind not in self._solved.at_border:
            self._solved.at_border[kind] = self._at_border(*kind)
        return self._solved.at_border[kind]

    def _at_border(self, place: int, entered: bool, tied: bool) -> Group:
        """The group as a plain one; its therapists matter only to groups that could open."""
        group = self._problem.groups[place]
        return replace(
            group,
            status="running",
            admits=entered,
            min_size=0,
            max_size=len(self._problem.requests),
            held_seats=0,
            therapists=group.therapists if tied else (),
            limits=(),
        )

    @cached_property
    def _entered(self) -> set[int]:
        """Groups in which somebody pinned has a new seat."""
        solved = self._solved
        pinned = self._requests - self._around.requests
        return {solved.now[request] for request in pinned if solved.newly(request)}

    def _within(self, request: Request) -> Request:
        """The request without words about groups that are not there."""
        if not request.avoid_groups and not request.group_cost:
            return request
        return replace(
            request,
            avoid_groups=tuple(name for name in request.avoid_groups if name in self._names),
            group_cost={
                name: cost for name, cost in request.group_cost.items() if name in self._names
            },
        )

    def _therapists(self, groups: Iterable[Group]) -> tuple[Therapist, ...]:
        names = sorted({name for group in groups for name in group.therapists})
        return tuple(self._solved.therapist[name] for name in names)

    def _plans(self) -> Iterator[Plan]:
        plans = {self._solved.plan_of[request] for request in self._around.requests} - {NOWHERE}
        return (self._problem.plans[place] for place in sorted(plans))

    def _apart(self, people: Iterable[int]) -> Iterator[tuple[str, str]]:
        here, participants = set(people), self._problem.participants
        for one in here & self._solved.apart.keys():
            for other in here.intersection(self._solved.apart[one]):
                if one < other:
                    yield participants[one].id, participants[other].id

    def _alternatives(self) -> Iterator[tuple[str, ...]]:
        numbers = {n for group in self._groups for n in self._solved.lists_of.get(group, ())}
        for number in sorted(numbers):
            names = self._problem.alternatives[number]
            yield tuple(name for name in names if name in self._names)

    def _pins(self) -> Iterator[tuple[str, str]]:
        solved, groups = self._solved, self._problem.groups
        for request in self._requests:
            inside = request in self._around.requests
            pinned = solved.pinned.get(request, NOWHERE) if inside else solved.now[request]
            if pinned != NOWHERE:
                yield self._problem.requests[request].id, groups[pinned].id

    def _bans(self) -> Iterator[tuple[str, str]]:
        """Those of the problem; and nobody inside enters a group at the border."""
        border = [self._problem.groups[place] for place in self._entered - self._around.groups]
        for place in self._around.requests:
            request = self._problem.requests[place]
            for group in self._solved.banned.get(place, ()):
                if self._problem.groups[group].id in self._names:
                    yield request.id, self._problem.groups[group].id
            for closed in border:
                if closed.topic in request.topics:
                    yield request.id, closed.id
