"""A run as the database keeps it, and the questions that can be put to it later.

Every answer is as of the night of the run. It is worked out in a process of its own and told in
the ids of the database, as JSON that a page reads.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from groupmatch.database import Json
from groupmatch.matching.child_process import Limits, answer_to
from groupmatch.matching.timeline import Calendar

#: Hears several times a second that the question is still open; what it raises ends the question.
Watch = Callable[[], None]

#: Settled members who move at the last point of the price list.
_MOST_MOVES = 5
#: Whole solves that the price list takes: one a point, and one without a limit.
SOLVES_OF_MOVES = _MOST_MOVES + 2
#: Requirements that are law or a clinician's decision: nobody drops them to fill a seat.
_BINDING = frozenset({"level", "payer", "region_size"})


@dataclass(frozen=True)
class KeptRun:
    """The problem and the solution that a run kept, and the calendar of its timeline."""

    problem: Json
    solution: Json
    calendar: Calendar

    def fixes(self, limits: Limits, watch: Watch) -> tuple[dict[str, list[Json]], bool]:
        """Request → its verified fixes, and whether everybody was looked at in time.

        A fix is a `change` (see `told`), the `gain` in points of priority, and in `also` the
        other requests that it places.
        """
        found = self._ask("fixes", limits, watch)
        fixes = {
            request: [
                {
                    "change": self.told(fix["change"]),
                    "gain": fix["placed_gain"],
                    "also": fix["also_places"],
                }
                for fix in listed
                if _is_ours(fix["change"])
            ]
            for request, listed in found["fixes"].items()
        }
        return fixes, found["complete"]

    def shortage(self, limits: Limits, watch: Watch) -> Json:
        """In `changes` the single changes that place the most: `change`, `gain`, `places`,
        `proved`; and whether the search for them is `complete`.
        """
        found = self._ask("shortage", limits, watch)
        changes = [
            {**each, "change": self.told(each["change"])}
            for each in found["changes"]
            if _is_ours(each["change"])
        ]
        return {"changes": changes, "complete": found["complete"]}

    def moves(self, limits: Limits, watch: Watch) -> Json:
        """The price list of disruption: in `points` how much is placed with how many `moves`, who
        is `moved`, who gets a seat `more`; `most` is what no number of moves exceeds.

        It takes `SOLVES_OF_MOVES` whole solves, which share the seconds.
        """
        found = self._ask("moves", limits, watch, most=_MOST_MOVES)
        points = [{**point, "moved": _in_records(point["moved"])} for point in found["points"]]
        return {**found, "points": points}

    def what_if(self, changes: Sequence[Json], limits: Limits, watch: Watch) -> Json:
        """The difference that changes make, `before` and `after` by tier, who `gain` a seat,
        `lose` one or sit `elsewhere`; or in `refused` why the changes cannot be made.
        """
        asked = [_of_solver(each) for each in changes]
        found = self._ask("what_if", limits, watch, changes=asked)
        lists = ("gain", "lose", "elsewhere")
        return {**found, **{name: _in_records(found[name]) for name in lists if name in found}}

    def rest(self, edits: Sequence[Json], limits: Limits, watch: Watch) -> Json:
        """The best match beside a draft as people edited it: how many are `placed`, `switched`,
        `moved` and how many groups `opened`, and whether that is `proved`.

        What they removed stays out, what they kept stays in; each edit is a `request` and the
        `group` that it has in the draft, None for no new seat.
        """
        night = {each["request"]: each["group"] for each in self.solution["seats"] if each["new"]}
        pins, bans = list(self.problem["pins"]), list(self.problem["bans"])
        for edit in edits:
            request, group = edit["request"], edit["group"]
            given = night.get(request)
            if given and _record(given) != group:
                bans.append([request, given])
            if group and request in night:
                pins.append([request, given if _record(given) == group else group])
        problem = {**self.problem, "pins": _once(pins), "bans": _once(bans)}
        return answer_to({"ask": "rest", "problem": problem}, limits, lambda progress: watch())

    def told(self, change: Json) -> Json:
        """A change in the ids of the database; the hours asked for as instants, too: `starts` and
        `ends` of the first week from which they hold.
        """
        told = {name: _record(value) for name, value in change.items()}
        if change["kind"] == "add_availability":
            starts, ends = map(self.calendar.instant, change["interval"])
            told |= {"starts": starts.isoformat(), "ends": ends.isoformat()}
        return told

    def _ask(self, ask: str, limits: Limits, watch: Watch, **more: object) -> Json:
        seats = {each["request"]: each["group"] for each in self.solution["seats"]}
        question = {"ask": ask, "problem": self.problem, "seats": seats, **more}
        return answer_to(question, limits, lambda progress: watch())


def _is_ours(change: Json) -> bool:
    """Whether a coordinator may decide on it at all."""
    return change["kind"] != "drop_requirement" or change["key"] not in _BINDING


def _of_solver(change: Json) -> Json:
    return {name: value for name, value in change.items() if name not in ("starts", "ends")}


def _once(pairs: list[list[str]]) -> list[list[str]]:
    return [list(pair) for pair in sorted(set(map(tuple, pairs)))]


def _in_records(moved: Collection[Json]) -> list[Json]:
    return [{name: _record(value) for name, value in each.items()} for each in moved]


def _record(name: object) -> object:
    """The id in the database: a household's copy of a group stands for the group."""
    return name.partition(":")[0] if isinstance(name, str) else name
