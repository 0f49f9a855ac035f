"""The answer, in the words of the file format `groupmatch.solution/1`."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from solver.changes import Change, change_as_json
from solver.roster import Violation

FORMAT = "groupmatch.solution/1"


class TierValues(NamedTuple):
    """One number a tier: the values of a solution, or their bounds."""

    placed: int
    switched: int
    moved: int
    opened: int
    cost: int


class TakenSeat(NamedTuple):
    """`new` unless a seated request keeps its seat."""

    request: str
    group: str
    new: bool


class Reason(NamedTuple):
    """Why a request has no seat in a group; or, without a group, in `times` further groups."""

    rule: str
    detail: str = ""
    group: str | None = None
    times: int = 0

    def as_json(self) -> dict[str, object]:
        if self.group is None:
            return {"rule": self.rule, "count": self.times}
        return {"group": self.group, "rule": self.rule, "detail": self.detail}


class Fix(NamedTuple):
    """A single change that places a request, and the priority placed with it in all.

    `also_places` are the others who get a seat through it; it is `verified` if it was solved again.
    """

    change: Change
    placed_gain: int
    also_places: tuple[str, ...] = ()
    verified: bool = True

    def as_json(self) -> dict[str, object]:
        return {
            "change": change_as_json(self.change),
            "placed_gain": self.placed_gain,
            "also_places": list(self.also_places),
            "verified": self.verified,
        }


class Unplaced(NamedTuple):
    """A waiting request without a seat; the reasons and fixes are filled on demand.

    Not `searched` if they were asked for and time ended before all its fixes were tried.
    """

    request: str
    reasons: tuple[Reason, ...] = ()
    fixes: tuple[Fix, ...] = ()
    searched: bool = True

    def as_json(self) -> dict[str, object]:
        return {
            "request": self.request,
            "reasons": [reason.as_json() for reason in self.reasons],
            "fixes": [fix.as_json() for fix in self.fixes],
        }


@dataclass(frozen=True)
class Solution:
    """A valid solution, its tier values, and true bounds on them."""

    status: Literal["optimal", "feasible"]
    objective: TierValues
    bounds: TierValues
    seats: tuple[TakenSeat, ...]
    opened: tuple[str, ...]
    unplaced: tuple[Unplaced, ...]
    warnings: tuple[Violation, ...]
    wall_seconds: float
    seed: int

    @property
    def assignment(self) -> dict[str, str]:
        """Request → group, for every seat."""
        return {seat.request: seat.group for seat in self.seats}

    @property
    def unsearched(self) -> tuple[str, ...]:
        """The requests without a seat for whom the time did not suffice to try all fixes."""
        return tuple(one.request for one in self.unplaced if not one.searched)

    def _stats(self) -> dict[str, object]:
        stats: dict[str, object] = {"wall_seconds": round(self.wall_seconds, 3), "seed": self.seed}
        return {**stats, "fixes_unfinished": list(self.unsearched)} if self.unsearched else stats

    def as_json(self) -> dict[str, object]:
        return {
            "format": FORMAT,
            "status": self.status,
            "objective": self.objective._asdict(),
            "bounds": self.bounds._asdict(),
            "seats": [seat._asdict() for seat in self.seats],
            "opened": list(self.opened),
            "unplaced": [request.as_json() for request in self.unplaced],
            "warnings": [warning.as_json() for warning in self.warnings],
            "stats": self._stats(),
        }


def write_solution(solution: Solution) -> str:
    """The JSON text of the solution: one line a seat, an unplaced request or a warning."""
    content = solution.as_json()
    return "{\n" + ",\n".join(_entries(content)) + "\n}\n"


def _entries(content: dict[str, object]) -> Iterator[str]:
    for key, value in content.items():
        if isinstance(value, list) and value:
            lines = ",\n".join(f"    {json.dumps(item)}" for item in value)
            yield f"  {json.dumps(key)}: [\n{lines}\n  ]"
        else:
            yield f"  {json.dumps(key)}: {json.dumps(value)}"
