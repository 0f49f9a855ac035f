"""Small counts: what could point to a person is told together with others, or not at all."""

import tomllib
from collections.abc import Callable, Sequence
from functools import cache
from typing import TypeVar

from groupmatch.resources import shipped

Row = TypeVar("Row")


@cache
def smallest() -> int:
    """The fewest people that a row may tell of, from `config/reports.toml`."""
    text = (shipped("config") / "reports.toml").read_text(encoding="utf-8")
    found: int = tomllib.loads(text)["small_counts"]["smallest"]
    return found


def parted(rows: Sequence[Row], size: Callable[[Row], int]) -> tuple[list[Row], list[Row]]:
    """Rows that may stand by themselves, the largest first, and those to be told together.

    Those together are enough people, too, so that nobody is found by subtracting; where all are
    too few, nothing stands by itself.
    """
    ordered = sorted(rows, key=size, reverse=True)
    together: list[Row] = []
    while ordered and (size(ordered[-1]) < smallest() or 0 < sum(map(size, together)) < smallest()):
        together.append(ordered.pop())
    return ordered, together
