"""Reading the objects of a list together: one field of all of them at a time.

Nearly every file is sound, and that a field is sound in all objects shows much faster than in one
after the other. Where it does not show, each object is read by itself (`solver.files.fields`),
which notes what is wrong.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import Any, TypeVar

from solver.files.fields import INTEGER, LARGEST, NOTHING, REQUIRED, STRING, Fields, shared
from solver.files.refusal import Errors
from solver.problem import Values

Item = TypeVar("Item")

#: Objects, each with its JSON path.
Places = Sequence[tuple[str, object]]

OBJECT, LIST = frozenset({dict}), frozenset({list})
_FLAG, _TEXT_OR_NONE = frozenset({bool}), STRING | {type(None)}


class Section:
    """The objects at these places, whose keys are among `known`.

    A field is read like one of `Fields` by the method of the same name.
    """

    def __init__(self, errors: Errors, places: Places, known: Sequence[str]) -> None:
        self._errors, self._places, self._known = errors, places, known
        self._values: list[Any] = [value for _, value in places]
        self._sound = are(OBJECT, self._values) and all(
            map(frozenset(known).issuperset, self._values)
        )

    def column(self, key: str, default: object = REQUIRED) -> list[Any]:
        """The raw values of a field; what no field may hold if an object itself is not sound."""
        if not self._sound:
            return [REQUIRED] * len(self._values)
        return [value.get(key, default) for value in self._values]

    def each(self, read: Callable[[Fields], Item]) -> list[Item]:
        """What is read from one object after the other."""
        return [read(record) for record in self._records]

    @cached_property
    def _records(self) -> list[Fields]:
        return [Fields(self._errors, path, value, self._known) for path, value in self._places]

    def text(self, key: str) -> list[str]:
        values = self.column(key)
        if are(STRING, values):
            return values
        return self.each(lambda record: record.text(key))

    def text_or_none(self, key: str) -> list[str | None]:
        values = self.column(key, None)
        if are(_TEXT_OR_NONE, values):
            return values
        return self.each(lambda record: record.text_or_none(key))

    def integer(self, key: str, default: int, low: int = 0) -> list[int]:
        values = self.column(key, default)
        if _are_whole(values, low):
            return values
        return self.each(lambda record: record.integer(key, default, low))

    def flag(self, key: str, default: bool) -> list[bool]:
        values = self.column(key, default)
        if are(_FLAG, values):
            return values
        return self.each(lambda record: record.flag(key, default))

    def ids(self, key: str) -> list[tuple[str, ...]]:
        values = self.column(key, [])
        if are(LIST, values) and are(STRING, chain.from_iterable(values)):
            sets = [tuple(sorted(set(value))) if value else () for value in values]
            if list(map(len, sets)) == list(map(len, values)):
                return sets
        return self.each(lambda record: record.ids(key))

    def costs(self, key: str, default: object = NOTHING) -> list[Mapping[str, int]]:
        values = self.column(key, default)
        if are(OBJECT, values) and _are_whole(_contents(values), 0):
            return [_by_name(value) for value in values]
        return self.each(lambda record: record.costs(key, default))

    def values(self, key: str) -> list[Values]:
        values = self.column(key, NOTHING)
        if are(OBJECT, values):
            lists = _contents(values)
            if are(LIST, lists) and are(STRING, chain.from_iterable(lists)):
                return [
                    {name: shared(*items) for name, items in _by_name(value).items()}
                    for value in values
                ]
        return self.each(lambda record: record.values(key))


def are(types: frozenset[type], values: Iterable[object]) -> bool:
    """Whether all values are of these types."""
    return types.issuperset(map(type, values))


def _are_whole(values: Sequence[Any], low: int) -> bool:
    """Whether all are whole numbers, from `low` on."""
    return are(INTEGER, values) and (not values or (min(values) >= low and max(values) <= LARGEST))


def _contents(objects: Sequence[Mapping[str, Item]]) -> list[Item]:
    """What all the objects hold."""
    return [item for value in objects for item in value.values()]


def _by_name(value: Mapping[str, Item]) -> Mapping[str, Item]:
    """The same in the order of its names."""
    return dict(sorted(value.items())) if len(value) > 1 else value
