"""Which seats can have a part in a use of a change that is worth looking for."""

import math
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property

from solver.explanations.reach import Reach
from solver.explanations.solved import Solved


@dataclass(frozen=True)
class Paying:
    """The seats that lose no more than `slack` priority against what the change gains at most.

    All of them, where the slack is infinite.
    """

    solved: Solved
    reach: Reach
    slack: float = math.inf
    _ways: dict[int, Collection[int]] = field(default_factory=dict)
    _wanters: dict[int, Collection[int]] = field(default_factory=dict)

    def wanters(self, group: int) -> Collection[int]:
        """Who could get a new seat in the group, apart from the new pairs."""
        if group not in self._wanters:
            asking = self.solved.wanters[group]
            self._wanters[group] = {request for request in asking if self.pays(request, group)}
        return self._wanters[group]

    def ways(self, request: int) -> Collection[int]:
        """Where the request could get a new seat, new pairs included."""
        if request not in self._ways:
            ways = (group for group in self.solved.ways[request] if self.pays(request, group))
            self._ways[request] = dict.fromkeys((*ways, *self.reach.pairs.get(request, ())))
        return self._ways[request]

    def pays(self, request: int, group: int) -> bool:
        """Whether a seat there may be part of a match that loses no more than the slack."""
        prices = self.solved.prices
        if prices is None or prices.loses(request, group) <= self.slack:
            return True
        return group in self._opened or self.solved.owner[request] in self._people

    @cached_property
    def _opened(self) -> set[int]:
        """Closed groups: prices that keep them closed say nothing once the change opens them."""
        return {group for group in self.reach.groups if self.solved.closed(group)}

    @cached_property
    def _people(self) -> set[int]:
        """Participants whose seats the change gives another worth."""
        wanting = (r for group in self._opened for r in self.solved.wanters[group])
        return {self.solved.owner[request] for request in (*self.reach.pairs, *wanting)}
