"""The problem in numbers: an id becomes its position in the problem's ordered list."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from solver.problem import Group, Participant, Plan, Problem, Request
from solver.ragged import BoolArray, IntArray, Ragged, integers
from solver.timeline import Interval

NOWHERE = -1


def places(records: Sequence[Participant | Request | Group | Plan]) -> Mapping[str, int]:
    return {record.id: position for position, record in enumerate(records)}


class Tables:
    """Arrays over requests, over groups, and over the distinct meeting patterns of groups."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.participant_place = places(problem.participants)
        self.request_place = places(problem.requests)
        self.group_place = places(problem.groups)
        requests, groups = problem.requests, problem.groups
        self.owner = integers(self.participant_place[r.participant] for r in requests)
        self.seat = integers(
            NOWHERE if r.seat is None else self.group_place[r.seat] for r in requests
        )
        self.priority = integers(r.priority for r in requests)
        self.waiting: BoolArray = self.seat == NOWHERE
        leaving = np.array([r.wants_switch for r in requests], dtype=np.bool_)
        self.switching: BoolArray = ~self.waiting & leaving
        self.settled: BoolArray = ~self.waiting & ~leaving
        self.capacity = integers(g.capacity for g in groups)
        self.min_size = integers(g.min_size for g in groups)
        self.minutes = integers(g.minutes for g in groups)
        self.open_cost = integers(g.open_cost for g in groups)
        self.proposed = np.array([g.proposed for g in groups], dtype=np.bool_)
        self.members = np.bincount(self.seat[~self.waiting], minlength=len(groups))

    @cached_property
    def led_by(self) -> Mapping[str, list[int]]:
        """Therapist → the groups it leads."""
        led: dict[str, list[int]] = {}
        for place, group in enumerate(self.problem.groups):
            for therapist in group.therapists:
                led.setdefault(therapist, []).append(place)
        return led

    @cached_property
    def patterns(self) -> Mapping[tuple[Interval, ...], int]:
        """Meetings of a group → a number for this pattern; many groups share one."""
        distinct = dict.fromkeys(group.meetings for group in self.problem.groups)
        return {meetings: number for number, meetings in enumerate(distinct)}

    @cached_property
    def pattern(self) -> IntArray:
        """Group → its meeting pattern."""
        return integers(self.patterns[group.meetings] for group in self.problem.groups)

    @cached_property
    def starts_met(self) -> Ragged:
        """Group → numbers of the moments at which it meets.

        The moments are the starts of meetings: two groups overlap exactly if they meet at the
        start of one of the two. Moments at which the same groups meet are listed once, and
        those at which only some of another moment's groups meet are left out.
        """
        return _moments(self.problem.groups)


def _moments(groups: Sequence[Group]) -> Ragged:
    """Group → the moments (starts of meetings, without the redundant ones) it meets at."""
    starts = np.unique(integers(start for group in groups for start, _ in group.meetings))
    meeting: dict[int, set[int]] = {moment: set() for moment in range(len(starts))}
    for place, group in enumerate(groups):
        for start, end in group.meetings:
            first, last = np.searchsorted(starts, (start, end))
            for moment in range(first, last):
                meeting[moment].add(place)
    distinct = sorted({tuple(sorted(present)) for present in meeting.values()})
    met: list[list[int]] = [[] for _ in groups]
    for moment, present in enumerate(_maximal(distinct)):
        for place in present:
            met[place].append(moment)
    return Ragged(met)


def _maximal(sets: Sequence[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Those of the distinct sets that no other one contains."""
    holding: dict[int, set[int]] = {}
    for number, items in enumerate(sets):
        for item in items:
            holding.setdefault(item, set()).add(number)
    return [
        items for items in sets if len(set.intersection(*(holding[item] for item in items))) == 1
    ]
