"""If a proposed group of an `alternatives` list opens, no other group of the list is open.

For each list, over its proposed groups:

    Σ open ≤ 1    (0 if the list has a running group, which counts as open)
"""

from collections.abc import Iterator

import numpy as np

from solver.columns import Columns
from solver.ragged import integers
from solver.roster import Roster, Violation
from solver.rows import Rows, stacked
from solver.rows import rows as linear

NAME = "alternatives"


def rows(columns: Columns) -> Rows:
    blocks = []
    for ids in columns.tables.problem.alternatives:
        places = integers(columns.tables.group_place[group] for group in ids)
        opens = columns.open[places[columns.tables.proposed[places]]]
        none_runs = len(opens) == len(places)
        blocks.append(linear(np.zeros_like(opens), opens, count=1, upper=int(none_runs)))
    return stacked(blocks)


def violations(roster: Roster) -> Iterator[Violation]:
    for ids in roster.problem.alternatives:
        groups = [roster.problem.group[name] for name in ids]
        groups = [group for group in groups if roster.is_open(group)]
        if len(groups) > 1 and any(group.proposed for group in groups):
            names = tuple(group.id for group in groups)
            yield Violation(NAME, f"{', '.join(names)} are all open", groups=names)
