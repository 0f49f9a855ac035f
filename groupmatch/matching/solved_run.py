"""A run as it was solved, laid out to tell what one person could have through others who go.

It knows the night of the run and nothing later: whoever carries out what it tells checks it again.
"""

from collections.abc import Mapping
from typing import NamedTuple, Self

from solver import TierValues, parse_problem, parse_solution
from solver.explanations.asking import asking
from solver.explanations.options import Option, options
from solver.explanations.solved import Solved


class Step(NamedTuple):
    """A request goes to a group, by their ids in the database."""

    request_id: str
    group_id: str


class Choice(NamedTuple):
    """A group that a request could have in place of its own, its step first.

    `effect` is by how much the value of each tier would change.
    """

    steps: tuple[Step, ...]
    effect: TierValues


class SolvedRun:
    """The problem and the solution that a run kept."""

    def __init__(self, solved: Solved) -> None:
        self._solved = solved
        # The first question would pay for these.
        _ = solved.chains, solved.ways, solved.moments

    @classmethod
    def parsed(cls, problem: object, solution: object) -> Self:
        """Lay out the two files as JSON; at 10,000 people that takes half a second or more."""
        return cls(Solved(parse_problem(problem), parse_solution(solution).assignment))

    def edited(self, edits: Mapping[str, str | None]) -> "SolvedRun":
        """The run with its draft as people changed it: request → its group, None for no seat."""
        seats = {**self._solved.assignment}
        for request, group in edits.items():
            if group is None:
                seats.pop(request, None)
            elif seats.get(request, "").partition(":")[0] != group:
                seats[request] = group
        if seats == self._solved.assignment:
            return self
        return SolvedRun(Solved(self._solved.problem, seats, self._solved.formulation))

    def chains(self, request_id: str) -> list[tuple[Step, ...]]:
        """The seats that a request could have if others who wait or want to switch went elsewhere.

        Each as its own step and then theirs, the best for the match first. Empty for a request
        that the run did not have.
        """
        return [
            _steps(request_id, each)
            for each in self._options(request_id, at_once=False)
            if self._is_plain(each)
        ]

    def choices(self, request_id: str) -> list[Choice]:
        """The groups that a request could have in place of its own, the best for the match first.

        Some at once, some if others who wait or want to switch go elsewhere. Empty for a request
        that the run did not have.
        """
        return [
            Choice(_steps(request_id, each), each.effect)
            for each in self._options(request_id, at_once=True)
            if self._is_plain(each)
        ]

    def _options(self, request_id: str, *, at_once: bool) -> tuple[Option, ...]:
        if request_id not in self._solved.tables.request_place:
            return ()
        return options(asking(self._solved, request_id), request_id, at_once=at_once)

    def _is_plain(self, option: Option) -> bool:
        """Whether everybody has a seat in it, in groups that run: these keep their ids."""
        groups = [option.group, *(move.to for move in option.knock_on)]
        places = self._solved.tables.group_place
        running = not any(self._solved.proposed[places[name]] for name in groups if name)
        return running and all(groups)


def _steps(request_id: str, option: Option) -> tuple[Step, ...]:
    others = (Step(move.request, move.to) for move in option.knock_on if move.to)
    return (Step(request_id, option.group), *others)
