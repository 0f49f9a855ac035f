"""Requirements against attributes in bulk: what is alike is compared once for all that have it."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from solver.group_sets import GroupSets, Words
from solver.problem import Values
from solver.ragged import BoolArray, IntArray, integers
from solver.tables import Tables

Value = TypeVar("Value", bound=Hashable)


class Filter(NamedTuple):
    """Request → its kind, and for each kind the groups that this key lets it into."""

    kind: IntArray
    accepted: Words


def filters(tables: Tables, sets: GroupSets) -> Iterator[Filter]:
    """A filter for each key that a group or a request requires."""
    requests, groups = tables.problem.requests, tables.problem.groups
    required, attributes = [g.requires for g in groups], [g.attributes for g in groups]
    for key in _keys(required):
        wanted, group_kind = _kinds([values.get(key) for values in required])
        offered, person_kind = _kinds([p.attributes.get(key) for p in tables.problem.participants])
        meets = _meeting(wanted, offered)
        yield Filter(person_kind[tables.owner], sets.packed(meets.T[:, group_kind]))
    for key in _keys([request.requires for request in requests]):
        wanted, request_kind = _kinds([request.requires.get(key) for request in requests])
        offered, group_kind = _kinds([values.get(key) for values in attributes])
        meets = _meeting(wanted, offered)
        yield Filter(request_kind, sets.packed(meets[:, group_kind]))


def _keys(required: Sequence[Values]) -> list[str]:
    return sorted({key for values in required for key in values})


def _kinds(values: Sequence[Value]) -> tuple[list[Value], IntArray]:
    """The distinct values, and the number of each value among them."""
    number = {value: place for place, value in enumerate(dict.fromkeys(values))}
    return list(number), integers(map(number.__getitem__, values))


def _meeting(
    wanted: Sequence[frozenset[str] | None], offered: Sequence[frozenset[str] | None]
) -> BoolArray:
    """Whether each requirement (a row) is none, or shares a value with each offer (a column)."""
    values = {value for want in wanted for value in want or ()}
    number = {value: place for place, value in enumerate(sorted(values))}
    meets: BoolArray = _holding(wanted, number) @ _holding(offered, number).T > 0
    meets[[want is None for want in wanted]] = True
    return meets


def _holding(
    sets: Sequence[frozenset[str] | None], number: Mapping[str, int]
) -> npt.NDArray[np.float32]:
    """1 where a set (a row) holds a value (a column), 0 elsewhere."""
    holding = np.zeros((len(sets), len(number)), dtype=np.float32)
    for place, values in enumerate(sets):
        holding[place, [number[value] for value in values or () if value in number]] = 1
    return holding
