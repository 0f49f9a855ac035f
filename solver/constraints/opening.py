"""A proposed group is open with at least `min_size` seats, or holds none.

For each proposed group g, with x over its seats:

    Σ x ≥ min_size(g) · open(g)
      x ≤ open(g)                  for each x
"""

from collections.abc import Iterator

import numpy as np

from solver.columns import Columns
from solver.roster import Roster, Violation
from solver.rows import Rows, stacked
from solver.rows import rows as linear

NAME = "opening"


def rows(columns: Columns) -> Rows:
    groups = columns.opening
    seats = np.flatnonzero(columns.tables.proposed[columns.group])
    opens = columns.open[columns.group[seats]]
    each, all_groups = np.arange(len(seats)), np.arange(len(groups))
    minimum = linear(
        np.concatenate([np.searchsorted(groups, columns.group[seats]), all_groups]),
        np.concatenate([seats, columns.open[groups]]),
        np.concatenate([np.ones_like(seats), -columns.tables.min_size[groups]]),
        count=len(groups),
        lower=0,
    )
    only_if_open = linear(
        np.concatenate([each, each]),
        np.concatenate([seats, opens]),
        np.concatenate([np.ones_like(seats), -np.ones_like(seats)]),
        count=len(seats),
        upper=0,
    )
    return stacked([minimum, only_if_open])


def violations(roster: Roster) -> Iterator[Violation]:
    for group in roster.problem.groups:
        size = len(roster.by_group[group.id])
        detail = f"{size} of {group.min_size}"
        if group.proposed and 0 < size < group.min_size:
            yield Violation(NAME, detail, groups=(group.id,))
        elif not group.proposed and size < group.min_size:
            yield Violation("min_size", detail, groups=(group.id,), standing=True)
