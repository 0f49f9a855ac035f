"""A problem as kinds of participants, each with its units, and the rows between them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import compress, count

import numpy as np

from solver.clock import Clock
from solver.decomposition.blocks import Blocks
from solver.decomposition.kinds import Kind, kinds
from solver.decomposition.options import Options, Term, total
from solver.decomposition.prices import Worths
from solver.formulation import Formulation
from solver.ragged import IntArray
from solver.rows import Rows
from solver.tables import NOWHERE

#: A kind of participants, and one option for each of its units.
Schedule = tuple[int, tuple[int, ...]]


class Structure:
    """The kinds, their options, the rows between, and the columns of nobody.

    Raises `OutOfTime`.
    """

    def __init__(self, formulation: Formulation, clock: Clock) -> None:
        self.formulation = formulation
        blocks = Blocks(formulation.columns)
        self.tiers = formulation.tiers
        self.kinds = list[Kind]()
        for kind in kinds(blocks, self.tiers):
            clock.go_on()
            self.kinds.append(kind)
        self.options = Options(blocks, self.tiers, self.kinds, clock)
        self.between: Rows = blocks.between
        self.nobody: IntArray = np.flatnonzero(blocks.owner == NOWHERE)

    def stated(self, schedule: Schedule) -> tuple[tuple[int, ...], tuple[Term, ...]]:
        """A schedule's weight in every tier, and its terms of the rows between."""
        options = [self.options.all[option] for option in schedule[1]]
        weights = zip(*(option.weights for option in options), strict=True)
        return tuple(map(sum, weights)), total(option.terms for option in options)

    @cached_property
    def of_nobody(self) -> list[tuple[tuple[int, ...], tuple[Term, ...]]]:
        """The same of every column of nobody."""
        terms: dict[int, list[Term]] = {column: [] for column in self.nobody.tolist()}
        own = np.flatnonzero(np.isin(self.between.column, self.nobody))
        between = self.between
        table = np.stack([between.column, between.row, between.coefficient], axis=1)[own]
        for column, row, coefficient in table.tolist():
            terms[column].append((row, coefficient))
        return [
            (tuple(int(tier[column]) for tier in self.tiers), total([own_terms]))
            for column, own_terms in terms.items()
        ]

    @cached_property
    def worths(self) -> Worths:
        """What the options are worth."""
        return Worths.of([(option.weights, option.terms) for option in self.options.all])

    @cached_property
    def members(self) -> IntArray:
        """How many participants are of each kind."""
        return np.array([len(kind.members) for kind in self.kinds], dtype=np.int64)

    def schedules(self, values: IntArray) -> Counter[Schedule]:
        """How many participants have which schedule in a solution."""
        found: Counter[Schedule] = Counter()
        taken = values > 0
        for place, kind in enumerate(self.kinds):
            for way, times in Counter(map(tuple, taken[kind.members].tolist())).items():
                found[place, self._options_of(kind, way)] += times
        return found

    def _options_of(self, kind: Kind, way: Sequence[bool]) -> tuple[int, ...]:
        """The options of a participant of the kind, given which of its columns are taken."""
        return tuple(
            self.options.number(span, tuple(compress(count(), way[span.first : span.seats])))
            for span in kind.spans
        )

    def values(self, chosen: Counter[Schedule], nobody: IntArray) -> IntArray:
        """The solution in which so many participants have each schedule."""
        values = np.zeros(self.formulation.columns.count, dtype=np.int64)
        values[self.nobody] = nobody
        given = [0] * len(self.kinds)
        for (place, options), times in chosen.items():
            kind, first = self.kinds[place], given[place]
            given[place] += times
            taken = list(self._places(kind, options))
            values[kind.members[first : first + times, taken]] = 1
        return values

    def _places(self, kind: Kind, options: Sequence[int]) -> Iterator[int]:
        for span, option in zip(kind.spans, options, strict=True):
            for place in self.options.all[option].places:
                yield span.first + place
