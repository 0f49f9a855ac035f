"""One person now: every group that could take a request, and what it would set off.

A group takes it at once, or after somebody who waits or wants to switch has gone elsewhere, along
a chain or round a cycle. Nobody loses what they have or were given, no settled member moves, and
each option is a valid assignment, checked by the rules themselves. Where several chains lead into
a group, one of the shortest is tried, beside the shortest cycle.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from solver import objectives
from solver.check import violations
from solver.explanations.chains import Step, fits
from solver.explanations.cutting import cut
from solver.explanations.effect import effect
from solver.explanations.moved import Moved
from solver.explanations.neighborhood import Neighborhood
from solver.explanations.solved import Solved
from solver.explanations.weeks import rest_of_plan, weeks
from solver.solution import TierValues
from solver.tables import NOWHERE


@dataclass(frozen=True)
class Option:
    """A group that could take the request, and who else would sit elsewhere for it.

    `effect` is by how much each tier's value would change.
    """

    group: str
    knock_on: tuple[Moved, ...]
    effect: TierValues


def options(solved: Solved, request: str, *, at_once: bool = True) -> tuple[Option, ...]:
    """The options of a request that waits or wants to switch, the best for the tiers first.

    The group that the solution gives it is none of them; unless `at_once`, nor is one that takes it
    with no other step. Raises `KeyError` for an unknown id, and `ValueError` for a settled member,
    whom only a person may move.
    """
    place = solved.tables.request_place[request]
    if not solved.free[place]:
        raise ValueError(f"{request} is settled")
    possible = [(_option(solved, steps), steps) for steps in _ways(solved, place, at_once)]
    found: dict[str, Option] = {}
    for option, steps in sorted(possible, key=lambda one: _rank(one[0])):
        if option.group not in found and _valid(solved, steps):
            found[option.group] = option
    return tuple(found.values())


def _ways(solved: Solved, place: int, at_once: bool) -> Iterator[tuple[Step, ...]]:
    """Sets of steps that might be valid, the request's own step first."""
    others = rest_of_plan(solved, place)
    groups = [group for group in solved.ways[place] if group != solved.now[place]]
    full = []
    for group in groups:
        if solved.room(group) <= 0 and not solved.closed(group):
            full.append(group)
        elif (at_once or others) and fits(solved, place, group):
            yield from weeks(solved, Step(place, group), others)
    if not others:
        for chain in solved.chains.out_of(full, place):
            yield Step(place, solved.now[chain[0].request]), *chain


def _option(solved: Solved, steps: Sequence[Step]) -> Option:
    (_, group), *others = _named(solved, steps).items()
    seats = solved.assignment
    knock_on = tuple(Moved(request, seats.get(request), taken) for request, taken in others)
    return Option(group, knock_on, effect(solved, steps))


def _valid(solved: Solved, steps: Sequence[Step]) -> bool:
    """Whether the steps break no rule; whether each step is eligible is asked once only."""
    places = {step.request for step in steps}
    groups = {step.group for step in steps} | {solved.now[place] for place in places}
    groups |= {solved.seat[place] for place in places}
    around = Neighborhood(frozenset(places), frozenset(groups - {NOWHERE}), closed=False)
    before = cut(solved, around)
    known = _named(solved, [step for step in steps if step in solved.eligible])
    after = {**before.seats, **_named(solved, steps)}
    if violations(before.problem, after, checked={**before.seats, **known}):
        return False
    solved.eligible.update(steps)
    return True


def _named(solved: Solved, steps: Iterable[Step]) -> dict[str, str]:
    """Request → group, by their ids."""
    requests, groups = solved.problem.requests, solved.problem.groups
    return {requests[request].id: groups[group].id for request, group in steps}


def _rank(option: Option) -> tuple[object, ...]:
    """The tiers in their order, then the fewest who are concerned, then the group."""
    signs = (-1 if tier.MAXIMIZED else 1 for tier in objectives.ALL)
    effect = (sign * value for sign, value in zip(signs, option.effect, strict=True))
    return *effect, len(option.knock_on), option.group
