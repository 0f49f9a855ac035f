"""Reading one object of a file field by field, noting every error on the way.

A field that is wrong is noted and read as its default, so that one pass finds all errors.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from solver.json_text import Repeated
from solver.problem import Values
from solver.refusal import Errors

#: No number of a file is larger.
LARGEST = 10**9

#: Marks a field that has no default.
REQUIRED: Any = object()


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
        value = self.get(key, default)
        if value is REQUIRED:
            return low
        return whole(self.errors, self.at(key), value, low, high)

    def integer_or_none(self, key: str) -> int | None:
        return None if self.value.get(key) is None else self.integer(key)

    def flag(self, key: str, default: bool) -> bool:
        value = self.get(key, default)
        if isinstance(value, bool):
            return value
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
        value = self.get(key, REQUIRED)
        if isinstance(value, str):
            return value
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
        value = self.get(key, default)
        if value is REQUIRED or value == ():
            return ()
        return texts(self.errors, self.at(key), value)

    def ids(self, key: str) -> tuple[str, ...]:
        """A list of ids, each once, in order."""
        found = self.texts(key)
        note_duplicates(self.errors, self.at(key), found)
        return tuple(sorted(set(found)))

    def costs(self, key: str, default: object = None) -> Mapping[str, int]:
        """An object from ids (or topics) to costs."""
        keyed = self._keyed(key, default)
        return {name: whole(self.errors, path, value, 0) for name, path, value in keyed}

    def values(self, key: str) -> Values:
        """An object from attributes to lists of values."""
        keyed = self._keyed(key, None)
        return {name: frozenset(texts(self.errors, path, value)) for name, path, value in keyed}

    def _keyed(self, key: str, default: object) -> list[tuple[str, str, object]]:
        value = self.get(key, {} if default is None else default)
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
