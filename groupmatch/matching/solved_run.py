"""A run as it was solved, laid out to tell what one person could have through others who go.

It knows the night of the run and nothing later: whoever carries out what it tells checks it again.
"""

from typing import NamedTuple

from solver import parse_problem, parse_solution
from solver.explanations.asking import asking
from solver.explanations.options import Option, options
from solver.explanations.solved import Solved


class Step(NamedTuple):
    """A request goes to a group, by their ids in the database."""

    request_id: str
    group_id: str


class SolvedRun:
    """The problem and the solution that a run kept."""

    def __init__(self, problem: object, solution: object) -> None:
        """Lay out the two files as JSON; at 10,000 people that takes a second or two."""
        self._solved = Solved(parse_problem(problem), parse_solution(solution).assignment)
        # The first question would pay for these.
        _ = self._solved.chains, self._solved.ways, self._solved.moments

    def chains(self, request_id: str) -> list[tuple[Step, ...]]:
        """The seats that a request could have if others who wait or want to switch went elsewhere.

        Each as its own step and then theirs, the best for the match first. Empty for a request
        that the run did not have.
        """
        if request_id not in self._solved.tables.request_place:
            return []
        found = options(asking(self._solved, request_id), request_id)
        return [_steps(request_id, each) for each in found if self._runs(each)]

    def _runs(self, option: Option) -> bool:
        """Whether others go for it, and all to groups that run: they keep their ids."""
        groups = [option.group, *(move.to for move in option.knock_on)]
        places = self._solved.tables.group_place
        running = not any(self._solved.proposed[places[name]] for name in groups if name)
        return bool(option.knock_on) and running and all(groups)


def _steps(request_id: str, option: Option) -> tuple[Step, ...]:
    others = (Step(move.request, move.to) for move in option.knock_on if move.to)
    return (Step(request_id, option.group), *others)
