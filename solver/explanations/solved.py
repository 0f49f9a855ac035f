"""A solved problem, laid out so that a question about one person touches only a few lists.

Building it takes one pass in bulk; after that nothing here grows with the number of participants.
Requests and groups are meant by their positions in the problem (`solver.tables`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from solver.constraints.limits import carries
from solver.explanations.best_uses import BestUses
from solver.explanations.chains import Chains, Step
from solver.explanations.nearness import Nearness
from solver.explanations.openings import could_open
from solver.explanations.prices import SeatPrices, seat_prices
from solver.formulation import Formulation
from solver.problem import Group, Problem, Therapist
from solver.ragged import IntArray
from solver.roster import Roster
from solver.schedules import moments_of
from solver.solution import TierValues
from solver.tables import NOWHERE

if TYPE_CHECKING:
    from solver.changes import Change
    from solver.explanations.resolving import Resolved

_TINY = 200
_SMALL = 1000
_SURVEYABLE = 4000


class Solved:
    """A problem with a valid assignment of requests to groups, such as `Solution.assignment`.

    `now` is the group of each request in the solution, `holders` the requests of each group there.
    `ways` are the groups in which a request could get a new seat, `wanters` the requests that
    could get one in a group: for everybody who may change seats, that is not the settled members.
    Once `stopped` says so, what would take long is left out. `best_use` remembers what changes
    were found to be good for (`solver.explanations.resolving`), `at_border` how groups were cut
    (`cutting`), `eligible` and `worth` what is known of single seats (`options`).
    """

    def __init__(
        self,
        problem: Problem,
        assignment: Mapping[str, str],
        formulation: Formulation | None = None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self.problem = problem
        self.assignment = assignment
        self.formulation = formulation or Formulation(problem)
        self._stopped = stopped
        self.columns = self.formulation.columns
        self.tables = self.columns.tables
        place = self.tables.request_place, self.tables.group_place
        self.now = [NOWHERE] * len(problem.requests)
        for request, group in assignment.items():
            self.now[place[0][request]] = place[1][group]
        self.seat: list[int] = self.tables.seat.tolist()
        self.free: list[bool] = (~self.tables.settled).tolist()
        self.waiting: list[bool] = self.tables.waiting.tolist()
        self.owner: list[int] = self.tables.owner.tolist()
        self.priority: list[int] = self.tables.priority.tolist()
        self.capacity: list[int] = self.tables.capacity.tolist()
        self.proposed: list[bool] = self.tables.proposed.tolist()
        self.holders = _listed(np.array(self.now), len(problem.groups))
        self.members = _listed(self.tables.seat, len(problem.groups))
        self.best_use: dict[Change, Resolved] = {}
        self.at_border: dict[tuple[int, bool, bool], Group] = {}
        self.eligible: set[Step] = set()
        self.worth: dict[Step, TierValues] = {}
        self.requests_of = _listed(self.tables.owner, len(problem.participants))

    def prepare(self) -> None:
        """Lay out now what would otherwise be laid out with the first question."""
        _ = self.chains, self.nearness, self.ties, self.plan_of, self.roster.by_participant
        _ = self.ways, self.wanters, self.therapist
        _ = self.prices, self.best_uses, self.apart, self.lists_of, self.pinned, self.banned

    @cached_property
    def ways(self) -> list[list[int]]:
        request, group = self._live
        return _gathered(request, group, len(self.problem.requests))

    @cached_property
    def wanters(self) -> list[list[int]]:
        request, group = self._live
        return _gathered(group, request, len(self.problem.groups))

    @property
    def small(self) -> bool:
        """Whether there are so few pairs of `ways` that no question need be cut short."""
        return len(self._live[0]) <= _SMALL

    @property
    def surveyable(self) -> bool:
        """Whether a question that was cut short without a proof may be asked in full again."""
        return len(self._live[0]) <= _SURVEYABLE

    @cached_property
    def _live(self) -> tuple[IntArray, IntArray]:
        """The pairs of candidates that could come true while every settled member stays."""
        candidates, bits = self.columns.candidates, self.moments
        busy: dict[int, int] = {}
        for request in np.flatnonzero(self.tables.settled).tolist():
            person = self.owner[request]
            busy[person] = busy.get(person, 0) | bits[self.now[request]]
        pairs = zip(candidates.request.tolist(), candidates.group.tolist(), strict=True)
        live = np.array(
            [
                self.free[request] and not bits[group] & busy.get(self.owner[request], 0)
                for request, group in pairs
            ],
            dtype=np.bool_,
        )
        return candidates.request[live], candidates.group[live]

    @cached_property
    def roster(self) -> Roster:
        return Roster(self.problem, self.assignment)

    @cached_property
    def chains(self) -> Chains:
        return Chains(self)

    @cached_property
    def prices(self) -> SeatPrices | None:
        """The prices of seats; in a tiny problem nobody needs them."""
        tiny = len(self._live[0]) <= _TINY
        return None if tiny else seat_prices(self, self._stopped)

    @cached_property
    def best_uses(self) -> BestUses | None:
        """The best uses of changes, one model for all of them, where it is worth it."""
        few = self.small or not self.surveyable
        return None if few or self.prices is None else BestUses(self)

    def enterable(self, group: int) -> bool:
        """Whether somebody could come in: a seat is left or can be freed, or it could open."""
        if self.closed(group):
            return self.small or could_open(self, group)
        leaving = self.small and any(self.free[request] for request in self.holders[group])
        return self.room(group) > 0 or leaving or self.chains.begins(group)

    @cached_property
    def nearness(self) -> Nearness:
        return Nearness(self.tables)

    def candidates_of(self, request: int) -> list[int]:
        """All groups in which a request may get a new seat, hours of settled seats or not."""
        candidates = self.columns.candidates
        first, last = np.searchsorted(candidates.request, (request, request + 1))
        groups: list[int] = candidates.group[first:last].tolist()
        return groups

    @cached_property
    def moments(self) -> list[int]:
        """Group → the moments at which it meets, as bits."""
        return moments_of(self.columns)

    def room(self, group: int) -> int:
        """How many seats of the group are left in the solution; none while it is not open."""
        return 0 if self.closed(group) else self.capacity[group] - len(self.holders[group])

    def closed(self, group: int) -> bool:
        """Whether it is a proposed group that the solution does not open."""
        return self.proposed[group] and not self.holders[group]

    def unplaced(self, request: int) -> bool:
        """Whether it waits and the solution has no seat for it."""
        return self.now[request] == NOWHERE

    def newly(self, request: int) -> bool:
        """Whether it has a new seat in the solution."""
        return self.now[request] not in (NOWHERE, self.seat[request])

    def moved(self, request: int) -> bool:
        """Whether it is a settled member whom the solution moves."""
        return not self.free[request] and self.newly(request)

    def carriers(self, group: int) -> set[int]:
        """The participants in it, in the solution or today, who count towards one of its limits."""
        limits, people = self.problem.groups[group].limits, self.problem.participants
        if not limits:
            return set()
        present = {self.owner[r] for r in (*self.holders[group], *self.members[group])}
        return {p for p in present if any(carries(people[p], limit) for limit in limits)}

    @cached_property
    def plan_of(self) -> list[int]:
        plans: list[int] = self.columns.plan_of.tolist()
        return plans

    @cached_property
    def therapist(self) -> Mapping[str, Therapist]:
        return {therapist.id: therapist for therapist in self.problem.therapists}

    @cached_property
    def pinned(self) -> Mapping[int, int]:
        """Request → the only group in which it may get a new seat."""
        return dict(self._pairs(self.problem.pins))

    @cached_property
    def banned(self) -> Mapping[int, list[int]]:
        """Request → the groups from which it is banned."""
        banned: dict[int, list[int]] = {}
        for request, group in self._pairs(self.problem.bans):
            banned.setdefault(request, []).append(group)
        return banned

    def _pairs(self, pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[int, int]]:
        for request, group in pairs:
            yield self.tables.request_place[request], self.tables.group_place[group]

    @cached_property
    def lists_of(self) -> Mapping[int, list[int]]:
        """Group → the lists of alternatives that it is on."""
        lists: dict[int, list[int]] = {}
        for number, names in enumerate(self.problem.alternatives):
            for name in names:
                lists.setdefault(self.tables.group_place[name], []).append(number)
        return lists

    @cached_property
    def apart(self) -> Mapping[int, list[int]]:
        """Participant → those whom it must not meet."""
        place = self.tables.participant_place
        apart: dict[int, list[int]] = {}
        for one, other in self.problem.keep_apart:
            apart.setdefault(place[one], []).append(place[other])
            apart.setdefault(place[other], []).append(place[one])
        return apart

    @cached_property
    def ties(self) -> Mapping[int, Sequence[int]]:
        """Proposed group → the groups that its opening has to do with.

        They are of one therapist with it, or of one list of alternatives.
        """
        sets: dict[str, list[int]] = {}
        for place, group in enumerate(self.problem.groups):
            for therapist in group.therapists:
                sets.setdefault(therapist, []).append(place)
        lists = [
            [self.tables.group_place[name] for name in ids] for ids in self.problem.alternatives
        ]
        tied: dict[int, set[int]] = {}
        for together in (*sets.values(), *lists):
            for place in together:
                if self.proposed[place]:
                    tied.setdefault(place, set()).update(together)
        return {place: sorted(others - {place}) for place, others in tied.items()}


def _listed(key: IntArray, count: int) -> list[list[int]]:
    """For each key 0 … count − 1 the positions that have it; those that are NOWHERE have none."""
    return _gathered(key, np.arange(len(key)), count)


def _gathered(key: IntArray, value: IntArray, count: int) -> list[list[int]]:
    """For each key 0 … count − 1 the values that stand beside it."""
    order = np.argsort(key, kind="stable")
    bounds = np.searchsorted(key[order], np.arange(count + 1)).tolist()
    values = value[order].tolist()
    return [values[first:last] for first, last in pairwise(bounds)]
