"""Whether a proposed group that the solution leaves closed could open."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from solver.explanations.solved import Solved


def could_open(solved: "Solved", group: int, *, waived: bool = False) -> bool:
    """Whether it could open beside the groups that are open, for somebody who joins the wanters.

    `waived` asks about a group that runs however few join, which only proposed groups hinder. What
    could close for it is not considered.
    """
    record = solved.problem.groups[group]
    if not waived and len(solved.wanters[group]) + 1 < record.min_size:
        return False
    if not waived and _beyond_minutes(solved, group):
        return False
    return not any(
        _hinders(solved, other, group)
        for other in solved.ties.get(group, ())
        if not solved.closed(other) and (solved.proposed[other] or not waived)
    )


def _beyond_minutes(solved: "Solved", group: int) -> bool:
    """Whether a therapist of the group has no minutes left for it."""
    problem = solved.problem
    for name in problem.groups[group].therapists:
        most = solved.therapist[name].max_minutes
        led = solved.tables.led_by[name]
        minutes = sum(problem.groups[g].minutes for g in led if g == group or not solved.closed(g))
        if most is not None and minutes > most * problem.weeks:
            return True
    return False


def _hinders(solved: "Solved", other: int, group: int) -> bool:
    """Whether an open group excludes another one: as an alternative, or by a therapist's hours."""
    lists = set(solved.lists_of.get(group, ()))
    if lists.intersection(solved.lists_of.get(other, ())):
        return True
    return bool(solved.moments[other] & solved.moments[group])
