"""Reading one object of a file field by field, noting every error on the way.

A field that is wrong is noted and read as its default, so that one pass finds all errors. Nearly
every field is sound: that shows at a glance, and it is taken as it is. Only the others are gone
through item by item, each with its path.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, TypeGuard

from solver.files.json_text import Repeated
from solver.files.refusal import Errors
from solver.problem import Values

#: No number of a file is larger.
LARGEST = 10**9

#: Marks a field that has no default.
REQUIRED: Any = object()

#: The default of an object with nothing in it.
NOTHING: Mapping[str, Any] = {}

#: The types of sound items; true and false are no integers.
STRING, INTEGER = frozenset({str}), frozenset({int})


def are_texts(value: object) -> TypeGuard[list[str]]:
    """Whether it is a list of strings."""
    return type(value) is list and STRING.issuperset(map(type, value))


def _are_costs(value: object) -> TypeGuard[dict[str, int]]:
    if type(value) is not dict or not INTEGER.issuperset(map(type, value.values())):
        return False
    return not value or (min(value.values()) >= 0 and max(value.values()) <= LARGEST)


def _are_values(value: object) -> TypeGuard[dict[str, list[str]]]:
    return type(value) is dict and all(map(are_texts, value.values()))


@lru_cache(maxsize=2**14)
def shared(*values: str) -> frozenset[str]:
    """The set of the values, one for all fields that hold the same."""
    return frozenset(values)


@cache
def _as_set(known: Sequence[str]) -> frozenset[str]:
    return frozenset(known)


def objects(errors: Errors, path: str, value: object) -> Iterator[tuple[str, object]]:
    """The items of a list with their paths; nothing if it is no list."""
    if not isinstance(value, list):
        errors.note(path, value, "is a list")
        return
    for position, item in enumerate(value):
        yield f"{path}[{position}]", item


def member(path: str, key: str) -> str:
    """The JSON path of a key of the object at `path`."""
    return f"{path}.{key}" if key.isidentifier() else f"{path}[{key!r}]"


def texts(errors: Errors, path: str, value: object) -> tuple[str, ...]:
    """A list of strings."""
    found = []
    for place, item in objects(errors, path, value):
        if isinstance(item, str):
            found.append(item)
        else:
            errors.note(place, item, "is a string")
    return tuple(found)


def whole(errors: Errors, path: str, value: object, low: int, high: int = LARGEST) -> int:
    """An integer in `[low, high]`; what is not is noted and read as `low`."""
    if type(value) is int and low <= value <= high:
        return value
    errors.note(path, value, f"is a whole number from {low} to {high}")
    return low


class Fields:
    """The object at `path`, whose keys are among `known`."""

    def __init__(self, errors: Errors, path: str, value: object, known: Sequence[str]) -> None:
        self.errors = errors
        self.path = path
        self.value: Mapping[str, object] = {}
        self.readable = isinstance(value, dict)
        if not isinstance(value, dict):
            errors.note(path, value, "is an object")
            return
        self.value = value
        if not _as_set(known).issuperset(value):
            for key in sorted(value.keys() - set(known)):
                rule = f"unknown key; the keys are {', '.join(known)}"
                errors.note(member(path, key), value[key], rule)
        note_repeated(errors, path, value)

    def at(self, key: str) -> str:
        return member(self.path, key)

    def get(self, key: str, default: object) -> object:
        """The raw value; a missing one that is required is noted."""
        if default is REQUIRED and self.readable and key not in self.value:
            self.errors.note(self.at(key), None, "is required")
        return self.value.get(key, default)

    def integer(self, key: str, default: int = REQUIRED, low: int = 0, high: int = LARGEST) -> int:
        value = self.value.get(key, default)
        if type(value) is int and low <= value <= high:
            return value
        value = self.get(key, default)
        return low if value is REQUIRED else whole(self.errors, self.at(key), value, low, high)

    def integer_or_none(self, key: str) -> int | None:
        return None if self.value.get(key) is None else self.integer(key)

    def flag(self, key: str, default: bool) -> bool:
        value = self.value.get(key, default)
        if isinstance(value, bool):
            return value
        value = self.get(key, default)
        if value is not REQUIRED:
            self.errors.note(self.at(key), value, "is true or false")
        return False

    def choice(self, key: str, options: tuple[str, ...]) -> str:
        """One of the options; the first is the default."""
        value = self.value.get(key, options[0])
        if isinstance(value, str) and value in options:
            return value
        self.errors.note(self.at(key), value, f"is one of {', '.join(options)}")
        return options[0]

    def text(self, key: str) -> str:
        value = self.value.get(key)
        if isinstance(value, str):
            return value
        value = self.get(key, REQUIRED)
        if value is not REQUIRED:
            self.errors.note(self.at(key), value, "is a string")
        return ""

    def text_or_none(self, key: str) -> str | None:
        return None if self.value.get(key) is None else self.text(key)

    def items(self, key: str, default: object = ()) -> Iterator[tuple[str, object]]:
        """The items of a list with their paths."""
        value = self.get(key, default)
        if value is REQUIRED or value == ():
            return iter(())
        return objects(self.errors, self.at(key), value)

    def texts(self, key: str, default: object = ()) -> tuple[str, ...]:
        """A list of strings."""
        value = self.value.get(key)
        if are_texts(value):
            return tuple(value)
        value = self.get(key, default)
        if value is REQUIRED or value == ():
            return ()
        return texts(self.errors, self.at(key), value)

    def ids(self, key: str) -> tuple[str, ...]:
        """A list of ids, each once, in order."""
        found = self.texts(key)
        if len(found) < 2:
            return found
        distinct = sorted(set(found))
        if len(distinct) < len(found):
            note_duplicates(self.errors, self.at(key), found)
        return tuple(distinct)

    def costs(self, key: str, default: object = NOTHING) -> Mapping[str, int]:
        """An object from ids (or topics) to costs."""
        value = self.value.get(key, default)
        if value is NOTHING:
            return NOTHING
        if _are_costs(value):
            return dict(sorted(value.items()))
        value = self.get(key, default)
        keyed = self._keyed(key, value)
        return {name: whole(self.errors, path, cost, 0) for name, path, cost in keyed}

    def values(self, key: str) -> Values:
        """An object from attributes to lists of values."""
        value = self.value.get(key, NOTHING)
        if value is NOTHING:
            return NOTHING
        if _are_values(value):
            return {name: shared(*items) for name, items in sorted(value.items())}
        keyed = self._keyed(key, value)
        return {name: frozenset(texts(self.errors, path, items)) for name, path, items in keyed}

    def _keyed(self, key: str, value: object) -> list[tuple[str, str, object]]:
        """The entries of an object in the order of their names, with their paths."""
        if value is REQUIRED:
            return []
        path = self.at(key)
        if not isinstance(value, dict):
            self.errors.note(path, value, "is an object")
            return []
        note_repeated(self.errors, path, value)
        return [(name, member(path, name), value[name]) for name in sorted(value)]


def note_repeated(errors: Errors, path: str, value: Mapping[str, object]) -> None:
    if isinstance(value, Repeated):
        for key in value.repeated:
            errors.note(member(path, key), value[key], "a key stands once in an object")


def note_duplicates(errors: Errors, path: str, ids: Sequence[str]) -> None:
    seen: set[str] = set()
    for name in ids:
        if name in seen:
            errors.note(path, name, "an id stands once in a list")
        seen.add(name)
