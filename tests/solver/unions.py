"""Problems side by side in one file, which know nothing of each other.

The best answer of such a file is known from its parts: each tier is the sum of theirs.
"""

from tests.solver.judge import Json
from tests.solver.renaming import prefixed

_LISTS = (
    "participants",
    "therapists",
    "groups",
    "requests",
    "plans",
    "keep_apart",
    "alternatives",
    "pins",
    "bans",
)


def side_by_side(parts: list[Json], max_moves: int | None) -> Json:
    """One problem of all parts that have as many weeks as the first, under other ids."""
    first = parts[0]
    fitting = alike(parts)
    named = [prefixed(part, f"{number}/") for number, part in enumerate(fitting)]
    together = {key: [each for part in named for each in part[key]] for key in _LISTS}
    return {**first, **together, "max_moves": max_moves}


def alike(parts: list[Json]) -> list[Json]:
    """The parts that have as many weeks as the first."""
    return [part for part in parts if part["weeks"] == parts[0]["weeks"]]
