"""What could be done for a request without a seat: single changes, each verified by solving again.

Only changes are tried that take away the one thing that keeps the request, or another one of its
plan, out of a group: the only rule of eligibility that fails, a lack of seats, a group that is
not opened, a settled member in the way.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, islice

from solver.changes import (
    KINDS,
    AddAvailability,
    AddSeat,
    Admit,
    Change,
    DropRequirement,
    OpenGroup,
    WidenGroup,
)
from solver.explanations.moves import moves
from solver.explanations.neighborhood import MOST_PAIRS
from solver.explanations.openings import could_open
from solver.explanations.promise import hopeful
from solver.explanations.reach import Reach, reach, unmet
from solver.explanations.resolving import resolved, surveyed
from solver.explanations.solved import Solved
from solver.explanations.weeks import has_week, rest_of_plan
from solver.problem import Group
from solver.solution import Fix
from solver.timeline import DAY, Interval

#: How many changes of a kind are tried for a request, and how many of them are listed.
TRIED = 3
LISTED = 2
#: The pairs around all changes that are tried for a request: the fewer, the closer a look at each.
_MOST_PAIRS = 900


def fixes(
    solved: Solved, request: str, stopped: Callable[[], bool] = lambda: False
) -> tuple[Fix, ...]:
    """The verified fixes of an unplaced request, in the order of the specification.

    Within a kind, those that ask for the fewest minutes or place the most come first. Once
    `stopped` says so, those that were verified until then.
    """
    possible = list(possible_fixes(solved, request))
    tried = [
        list(islice(_hopeful(solved, request, possible, kind), TRIED))
        for kind in KINDS.values()
        if not stopped()
    ]
    most_pairs = max(MOST_PAIRS, _MOST_PAIRS // max(1, sum(map(len, tried))))
    found: list[Fix] = []
    for changes in tried:
        verified = (
            _verified(solved, request, change, reaching, most_pairs)
            for change, reaching in changes
            if not stopped()
        )
        found += islice((fix for fix in verified if fix), LISTED)
    return tuple(sorted(found, key=_rank))


def possible_fixes(solved: Solved, request: str) -> Iterable[Change]:
    """The changes worth trying, each once, the most promising of a kind first.

    A seat in a group to which somebody could go who is in the way comes last.
    """
    place = solved.tables.request_place[request]
    together = (place, *rest_of_plan(solved, place))
    changes = {change for other in together for change in _for_one(solved, other)}
    farther = {change for other in together for change in _one_step_on(solved, other)} - changes
    return [*sorted(changes, key=_promise), *sorted(farther, key=_promise)]


def _hopeful(
    solved: Solved, request: str, possible: Iterable[Change], kind: type[Change]
) -> Iterator[tuple[Change, Reach]]:
    """The changes of a kind that are worth a search, and what they reach."""
    place = solved.tables.request_place[request]
    for change in possible:
        if isinstance(change, kind):
            reaching = reach(solved, change, place)
            in_time = solved.small or has_week(solved, place, reaching)
            if in_time and hopeful(solved, change, reaching, request):
                yield change, reaching


def _verified(
    solved: Solved, request: str, change: Change, reaching: Reach, most_pairs: int
) -> Fix | None:
    result = resolved(solved, change, reaching, request, most_pairs)
    result = surveyed(solved, result, reaching, request, most_pairs)
    if result is None:
        return None
    others = tuple(name for name in result.placed if name != request)
    return Fix(change, result.gain, others, verified=True)


def own_changes(solved: Solved, place: int) -> Iterator[AddAvailability | DropRequirement]:
    """The hours that its participant could add, and the requirements that it could drop."""
    near = solved.nearness.of_request(place)
    groups, request = solved.problem.groups, solved.problem.requests[place]
    person = solved.problem.participants[solved.owner[place]]
    for _, group in near.only("availability"):
        missing = _missing(person.hours, groups[group], solved.problem.week_minutes)
        if all(end - start <= DAY for start, end in missing) and solved.enterable(group):
            yield AddAvailability(person.id, missing[0], tuple(missing[1:]))
    for _, group in near.only("request_requires"):
        keys = unmet(request.requires, groups[group].attributes)
        if len(keys) == 1 and solved.enterable(group):
            yield DropRequirement(request.id, keys[0])


def _for_one(solved: Solved, place: int) -> Iterator[Change]:
    yield from own_changes(solved, place)
    near, groups = solved.nearness.of_request(place), solved.problem.groups
    person = solved.problem.participants[solved.owner[place]]
    for _, group in near.only("group_requires"):
        keys = unmet(groups[group].requires, person.attributes)
        if len(keys) == 1 and solved.enterable(group):
            for value in sorted(person.attributes.get(keys[0], ())):
                yield WidenGroup(groups[group].id, keys[0], value)
    for _, group in near.only("admits"):
        if solved.enterable(group):
            yield Admit(groups[group].id)
    for _, group in near.only("over_full"):
        if any(solved.free[holder] for holder in solved.holders[group]):
            yield AddSeat(groups[group].id)
    for _, group in near.eligible:
        if solved.closed(group) and (solved.small or could_open(solved, group, waived=True)):
            yield OpenGroup(groups[group].id)
        elif solved.room(group) <= 0 and not solved.closed(group):
            yield AddSeat(groups[group].id)
    yield from moves(solved, place, [group for _, group in near.eligible])


def _one_step_on(solved: Solved, place: int) -> Iterator[Change]:
    """One more seat where somebody could go who would leave a full group to the request."""
    for group in solved.ways[place]:
        if solved.room(group) <= 0 and not solved.closed(group):
            for holder in solved.holders[group]:
                for other in solved.ways[holder] if solved.free[holder] else ():
                    if other != group and solved.room(other) <= 0 and not solved.closed(other):
                        yield AddSeat(solved.problem.groups[other].id)


def _missing(hours: Iterable[Interval], group: Group, week_minutes: int) -> list[Interval]:
    """The shortest interval of each representative week with which the hours cover all meetings."""
    union = tuple(hours)
    gaps = sorted(gap for meeting in group.meetings for gap in _gaps(union, meeting))
    weeks = (list(gaps) for _, gaps in groupby(gaps, lambda gap: gap[0] // week_minutes))
    return [(gaps[0][0], max(end for _, end in gaps)) for gaps in weeks]


def _gaps(union: Iterable[Interval], meeting: Interval) -> Iterator[Interval]:
    """The parts of a meeting outside the hours."""
    start, until = meeting
    for since, end in union:
        if end > start and since < until:
            if since > start:
                yield start, since
            start = end
    if start < until:
        yield start, until


def _promise(change: Change) -> tuple[int, Interval, str]:
    if isinstance(change, AddAvailability):
        return change.minutes, change.interval, change.participant
    return 0, (0, 0), repr(change)


def _rank(fix: Fix) -> tuple[object, ...]:
    kind = list(KINDS.values()).index(type(fix.change))
    minutes, *tie = _promise(fix.change)
    return kind, minutes, -fix.placed_gain, tie
