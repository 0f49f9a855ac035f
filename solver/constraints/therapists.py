"""A therapist leads one group at a time, for at most `max_minutes` a week.

For each therapist and each moment, over the therapist's proposed groups that meet then:

    Σ open ≤ 1    (0 if a running group of the therapist meets then)

and for each therapist with a limit, counting minutes over all weeks:

    Σ minutes · open ≤ max(0, max_minutes · weeks − minutes of running groups)

Groups that do not fit into those minutes at all never open, and no more of the others than the
shortest ones that fit side by side: rows that the relaxation does not know by itself.
"""

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from solver.columns import Columns
from solver.problem import Group, Problem, Therapist
from solver.ragged import IntArray, integers
from solver.roster import Roster, Violation
from solver.rows import Rows, stacked
from solver.rows import rows as linear
from solver.timeline import overlap

NAME = "therapists"


def rows(columns: Columns) -> Rows:
    leading = led_groups(columns.tables.problem)
    blocks = []
    for therapist in columns.tables.problem.therapists:
        led = integers(columns.tables.group_place[group.id] for group in leading[therapist.id])
        proposed = led[columns.tables.proposed[led]]
        if len(proposed):
            running = led[~columns.tables.proposed[led]]
            blocks.append(_moment_rows(columns, proposed, running))
            blocks.append(_load_row(columns, therapist, proposed, running))
    return stacked(blocks)


def _moment_rows(columns: Columns, proposed: IntArray, running: IntArray) -> Rows:
    term, moment = columns.tables.starts_met.spread(proposed)
    _, taken = columns.tables.starts_met.spread(running)
    moments, row = np.unique(moment, return_inverse=True)
    free = ~np.isin(moments, taken)
    return linear(
        row, columns.open[proposed[term]], count=len(moments), upper=free.astype(np.int64)
    )


def _load_row(
    columns: Columns, therapist: Therapist, proposed: IntArray, running: IntArray
) -> Rows:
    if therapist.max_minutes is None:
        return stacked([])
    minutes = columns.tables.minutes
    most = therapist.max_minutes * columns.tables.problem.weeks
    room = max(0, most - int(minutes[running].sum()))
    long = minutes[proposed] > room
    fitting = int((np.cumsum(np.sort(minutes[proposed[~long]])) <= room).sum())
    opens = columns.open[proposed]
    return linear(
        np.concatenate([np.zeros_like(opens), np.where(long, 1, 2)]),
        np.concatenate([opens, opens]),
        np.concatenate([minutes[proposed], np.ones_like(opens)]),
        count=3,
        upper=np.array([room, 0, fitting]),
    )


def led_groups(problem: Problem) -> dict[str, list[Group]]:
    """Therapist → the groups it leads, in order."""
    led: dict[str, list[Group]] = {therapist.id: [] for therapist in problem.therapists}
    for group in problem.groups:
        for therapist in group.therapists:
            led[therapist].append(group)
    return led


def violations(roster: Roster) -> Iterator[Violation]:
    leading = led_groups(roster.problem)
    for therapist in roster.problem.therapists:
        groups = [group for group in leading[therapist.id] if roster.is_open(group)]
        yield from _clashes(therapist, groups)
        yield from _overload(roster, therapist, groups)


def _clashes(therapist: Therapist, groups: list[Group]) -> Iterator[Violation]:
    for one, other in combinations(groups, 2):
        if overlap(one.meetings, other.meetings):
            yield Violation(
                NAME,
                f"{one.id} and {other.id} overlap",
                groups=(one.id, other.id),
                therapist=therapist.id,
                standing=not (one.proposed or other.proposed),
            )


def _overload(roster: Roster, therapist: Therapist, groups: list[Group]) -> Iterator[Violation]:
    minutes = sum(group.minutes for group in groups)
    weeks = roster.problem.weeks
    if therapist.max_minutes is not None and minutes > therapist.max_minutes * weeks:
        yield Violation(
            NAME,
            f"{minutes / weeks:g} of {therapist.max_minutes} minutes a week",
            groups=tuple(group.id for group in groups),
            therapist=therapist.id,
            standing=not any(group.proposed for group in groups),
        )
