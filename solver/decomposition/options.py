"""The options of every unit: the ways to seat its requests that its own rows allow.

A request alone has a seat or none; a plan changes nothing or is complete. Options of a unit that
take the same moments, weigh the same and use the same of the rows between are one option.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np

from solver.clock import Clock
from solver.columns import Columns
from solver.constraints.plans import days_met
from solver.decomposition.blocks import Blocks
from solver.decomposition.kinds import Kind, Span
from solver.ragged import IntArray
from solver.rows import Rows
from solver.schedules import moments_of
from solver.tables import NOWHERE

Places = tuple[int, ...]
#: A row and a coefficient.
Term = tuple[int, int]


class Option(NamedTuple):
    """Its columns, as places in the unit; its moments; its weight in every tier; its terms.

    Two options go together unless one `takes` what the other `blocks`: a new seat blocks its
    moments for all seats, a kept one only for new ones. The terms are those of the rows between.
    """

    places: Places
    takes: int
    blocks: int
    weights: tuple[int, ...]
    terms: tuple[Term, ...]


class Options:
    """All options, those of one unit in a row; units of one mark share theirs."""

    def __init__(
        self, blocks: Blocks, tiers: Sequence[IntArray], kinds: Sequence[Kind], clock: Clock
    ) -> None:
        self.all: list[Option] = []
        self._ranges: dict[int, range] = {}
        self._number: dict[tuple[int, Places], int] = {}
        source = _Source(blocks, tiers)
        for kind in kinds:
            clock.go_on()
            for span in kind.spans:
                if span.mark not in self._ranges:
                    unit = kind.members[0, span.first : span.last].tolist()
                    self._add(span.mark, source.options(unit))
        self.of_kind = [tuple(self._ranges[span.mark] for span in kind.spans) for kind in kinds]

    def _add(self, mark: int, found: Iterable[tuple[Places, Option]]) -> None:
        first, known = len(self.all), dict[tuple[object, ...], int]()
        for seats, option in found:
            number = known.setdefault(option[1:], len(self.all))
            self._number[mark, seats] = number
            if number == len(self.all):
                self.all.append(option)
        self._ranges[mark] = range(first, len(self.all))

    def number(self, span: Span, places: Places) -> int:
        """The option of a unit whose seats stand at these places."""
        return self._number[span.mark, places]


class _Source:
    """Finds the options of one unit after the other."""

    def __init__(self, blocks: Blocks, tiers: Sequence[IntArray]) -> None:
        columns = self._columns = blocks.columns
        bits = moments_of(columns)
        self._moments = [bits[group] for group in columns.group.tolist()]
        self._layer = max(map(int.bit_length, bits), default=0)
        self._new, self._request = columns.new.tolist(), columns.request.tolist()
        self._tiers = np.stack(tiers, axis=1)
        self._between = _terms_by_column(blocks.between, columns.count)
        self._rows = blocks.within
        self._within = _terms_by_column(self._rows, columns.count)
        self._meets = _meets_by_seat(columns)

    def options(self, unit: Sequence[int]) -> Iterator[tuple[Places, Option]]:
        """The options of a unit, given by its columns in the order of its kind."""
        place = {column: number for number, column in enumerate(unit)}
        ways = list(self._ways(unit))
        taken = [(*seats, *self._of_plan(seats, unit)) for seats in ways]
        places = [tuple(place[column] for column in way) for way in taken]
        chosen = np.zeros((len(ways), len(unit)), dtype=np.int64)
        chosen[
            np.repeat(np.arange(len(ways)), list(map(len, places))),
            list(chain.from_iterable(places)),
        ] = 1
        weights = (chosen @ self._tiers[list(unit)]).tolist()
        for way in self._allowed(unit, chosen):
            yield (
                tuple(sorted(places[way][: len(ways[way])])),
                Option(
                    places[way],
                    *self._times(ways[way]),
                    tuple(weights[way]),
                    total(self._between[column] for column in taken[way]),
                ),
            )

    def _allowed(self, unit: Sequence[int], chosen: IntArray) -> list[int]:
        """The ways that keep the unit's own rows; a row of `chosen` says what each takes."""
        terms = [
            (place, row, coefficient)
            for place, column in enumerate(unit)
            for row, coefficient in self._within[column]
        ]
        place, row, coefficient = np.array(terms, dtype=np.int64).reshape(-1, 3).T
        own, number = np.unique(row, return_inverse=True)
        matrix = np.zeros((len(unit), len(own)), dtype=np.int64)
        np.add.at(matrix, (place, number), coefficient)
        activity = chosen @ matrix
        kept = (self._rows.lower[own] <= activity) & (activity <= self._rows.upper[own])
        return np.flatnonzero(kept.all(axis=1)).tolist()

    def _ways(self, unit: Sequence[int]) -> Iterator[Places]:
        """What stands today, and every choice of one seat a request with a new one in it."""
        by_request: dict[int, list[int]] = {}
        for seat in unit:
            if seat < self._columns.seats:
                by_request.setdefault(self._request[seat], []).append(seat)
        yield tuple(seat for seats in by_request.values() for seat in seats if not self._new[seat])
        ways: list[Places] = [()]
        for seats in by_request.values():
            ways = [(*way, seat) for way in ways for seat in seats if self._fits(seat, way)]
        yield from (way for way in ways if any(self._new[seat] for seat in way))

    def _fits(self, seat: int, way: Places) -> bool:
        """Whether it overlaps none of the others, or only kept ones and is kept itself."""
        return not any(
            self._moments[seat] & self._moments[other] and (self._new[seat] or self._new[other])
            for other in way
        )

    def _of_plan(self, seats: Places, unit: Sequence[int]) -> list[int]:
        """What the seats decide about their plan: that it is complete, and on which days."""
        if unit[-1] < self._columns.seats or not any(self._new[seat] for seat in seats):
            return []
        days = {day for seat in seats for day in self._meets[seat]}
        plan = self._columns.plan_of[self._request[seats[0]]]
        return [int(self._columns.complete[plan]), *sorted(days)]

    def _times(self, seats: Places) -> tuple[int, int]:
        """The moments in two layers: those of new seats and those of all seats."""
        new = every = 0
        for seat in seats:
            every |= self._moments[seat]
            new |= self._moments[seat] * self._new[seat]
        return new | every << self._layer, every | new << self._layer


def total(columns: Iterable[Sequence[Term]]) -> tuple[Term, ...]:
    """The terms of several columns together, by row."""
    total: dict[int, int] = {}
    for terms in columns:
        for row, coefficient in terms:
            total[row] = total.get(row, 0) + coefficient
    return tuple(sorted(total.items()))


def _terms_by_column(rows: Rows, count: int) -> list[list[Term]]:
    terms: list[list[Term]] = [[] for _ in range(count)]
    found = zip(rows.column.tolist(), rows.row.tolist(), rows.coefficient.tolist(), strict=True)
    for column, row, coefficient in found:
        terms[column].append((row, coefficient))
    return terms


def _meets_by_seat(columns: Columns) -> list[list[int]]:
    """Seat → the columns that say its plan meets on one of its days."""
    meets: list[list[int]] = [[] for _ in range(columns.seats)]
    if columns.plan_days:
        seats = np.flatnonzero(columns.plan_of[columns.request] != NOWHERE)
        place, day, _ = days_met(columns, seats)
        column = columns.meets[columns.plan_of[columns.request[seats[place]]] * columns.days + day]
        for seat, met in zip(seats[place].tolist(), column.tolist(), strict=True):
            if met != NOWHERE:
                meets[seat].append(met)
    return meets
