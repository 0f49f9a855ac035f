"""Where a new seat of a group carries a limited value, at most `max` seats of the group carry it.

For each limit of each group, with x over its seats that carry the value:

    Σ x ≤ max

Where more seats carry it today, they may all stay as long as no new one joins them. Then, with
`enters` for "a new seat carries it" and `standing` for today's number:

    Σ x + (standing − max) · enters ≤ standing
                                 x  ≤ enters     for each new x
"""

from collections.abc import Iterator, Sequence

import numpy as np

from solver.columns import Columns
from solver.problem import Limit, Participant
from solver.ragged import IntArray, integers, ranges
from solver.roster import Roster, Violation
from solver.rows import Rows, stacked
from solver.rows import rows as linear
from solver.tables import NOWHERE

NAME = "limits"


def rows(columns: Columns) -> Rows:
    limits = [
        (place, limit)
        for place, group in enumerate(columns.tables.problem.groups)
        for limit in dict.fromkeys(group.limits)
    ]
    number, seat = _carriers(columns, limits)
    new = columns.new[seat]
    entering = np.bincount(number[new], minlength=len(limits))
    standing = np.bincount(number[~new], minlength=len(limits))
    most = integers(limit.max for _, limit in limits)
    enters = integers(columns.exceeded.get(limit, NOWHERE) for limit in limits)
    exceeded = (enters != NOWHERE) & (entering > 0)
    binding = (enters == NOWHERE) & (entering > 0) & (entering + standing > most)
    kept, over = binding[number], exceeded[number]
    return stacked(
        [
            _at_most(number[kept], seat[kept], most),
            _at_most_entering(number[over], seat[over], most, standing, enters),
            _enters(seat[over & new], enters[number[over & new]]),
        ]
    )


def entered(columns: Columns, seats: IntArray) -> IntArray:
    """The columns of the exceeded limits whose carriers these new seats would add."""
    if not columns.exceeded:
        return np.zeros(0, dtype=np.int64)
    number, carrier = _carriers(columns, list(columns.exceeded))
    entering = np.unique(number[np.isin(carrier, seats)])
    return integers(columns.exceeded.values())[entering]


def _carriers(columns: Columns, limits: Sequence[tuple[int, Limit]]) -> tuple[IntArray, IntArray]:
    """The seats that each limit counts: the number of the limit, and the seat."""
    group = integers(place for place, _ in limits)
    order = np.argsort(columns.group, kind="stable")
    first = np.searchsorted(columns.group[order], group, side="left")
    last = np.searchsorted(columns.group[order], group, side="right")
    number, place = ranges(first, last - first)
    seat = order[place]
    values = {(limit.attribute, limit.value): limit for _, limit in limits}
    row = {value: place for place, value in enumerate(values)}
    people = columns.tables.problem.participants
    carrying = np.array(
        [[carries(person, limit) for person in people] for limit in values.values()], dtype=np.bool_
    ).reshape(len(values), len(people))
    value = integers(row[limit.attribute, limit.value] for _, limit in limits)
    counted = carrying[value[number], columns.owner[seat]]
    return number[counted], seat[counted]


def _at_most(number: IntArray, seat: IntArray, most: IntArray) -> Rows:
    limits, row = np.unique(number, return_inverse=True)
    return linear(row, seat, count=len(limits), upper=most[limits])


def _at_most_entering(
    number: IntArray, seat: IntArray, most: IntArray, standing: IntArray, enters: IntArray
) -> Rows:
    limits, row = np.unique(number, return_inverse=True)
    return linear(
        np.concatenate([row, np.arange(len(limits))]),
        np.concatenate([seat, enters[limits]]),
        np.concatenate([np.ones_like(seat), standing[limits] - most[limits]]),
        count=len(limits),
        upper=standing[limits],
    )


def _enters(new: IntArray, enters: IntArray) -> Rows:
    each = np.arange(len(new))
    return linear(
        np.concatenate([each, each]),
        np.concatenate([new, enters]),
        np.repeat([1, -1], len(new)),
        count=len(new),
        upper=0,
    )


def carries(person: Participant, limit: Limit) -> bool:
    return limit.value in person.attributes.get(limit.attribute, ())


def violations(roster: Roster) -> Iterator[Violation]:
    for group in roster.problem.groups:
        for limit in dict.fromkeys(group.limits):
            seats = roster.by_group[group.id]
            carriers = [seat for seat in seats if carries(roster.person(seat), limit)]
            if len(carriers) > limit.max:
                yield Violation(
                    NAME,
                    f"{limit.attribute} {limit.value}: {len(carriers)} of {limit.max}",
                    requests=tuple(seat.request.id for seat in carriers),
                    groups=(group.id,),
                    standing=not any(seat.new for seat in carriers),
                )
