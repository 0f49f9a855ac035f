"""Where a new seat of a group carries a limited value, at most `max` seats of the group carry it.

For each limit of each group, with x over its seats that carry the value:

    Σ x ≤ max

Where more seats carry it today, they may all stay as long as no new one joins them. Then, with
`enters` for "a new seat carries it" and `standing` for today's number:

    Σ x + (standing − max) · enters ≤ standing
                                 x  ≤ enters     for each new x
"""

from collections.abc import Iterator

import numpy as np

from solver.columns import Columns
from solver.problem import Limit, Participant
from solver.ragged import BoolArray, IntArray
from solver.roster import Roster, Violation
from solver.rows import Rows, stacked
from solver.rows import rows as linear

NAME = "limits"


def rows(columns: Columns) -> Rows:
    problem = columns.tables.problem
    order = np.argsort(columns.group, kind="stable")
    bounds = np.searchsorted(columns.group[order], np.arange(len(problem.groups) + 1))
    carrying: dict[tuple[str, str], BoolArray] = {}
    blocks = []
    for place, group in enumerate(problem.groups):
        seats = order[bounds[place] : bounds[place + 1]]
        for limit in dict.fromkeys(group.limits):
            value = (limit.attribute, limit.value)
            if value not in carrying:
                carrying[value] = np.array(
                    [carries(person, limit) for person in problem.participants], dtype=np.bool_
                )
            carriers = seats[carrying[value][columns.owner[seats]]]
            blocks.append(_limit_rows(columns, place, limit, carriers))
    return stacked(blocks)


def _limit_rows(columns: Columns, place: int, limit: Limit, carriers: IntArray) -> Rows:
    new = carriers[columns.new[carriers]]
    enters = columns.exceeded.get((place, limit))
    if enters is None or not len(new):
        count = int(len(new) > 0 and len(carriers) > limit.max)
        terms = carriers[: len(carriers) * count]
        return linear(np.zeros_like(terms), terms, count=count, upper=limit.max)
    standing = len(carriers) - len(new)
    total = linear(
        np.zeros(len(carriers) + 1, dtype=np.int64),
        np.append(carriers, enters),
        np.append(np.ones_like(carriers), standing - limit.max),
        count=1,
        upper=standing,
    )
    each = np.arange(len(new))
    entering = linear(
        np.concatenate([each, each]),
        np.concatenate([new, np.full(len(new), enters)]),
        np.repeat([1, -1], len(new)),
        count=len(new),
        upper=0,
    )
    return stacked([total, entering])


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
