"""JSON text to plain objects, strictly: one value a key, finite numbers, UTF-8."""

import json
from collections import Counter
from collections.abc import Mapping
from functools import partial

from solver.files.refusal import Errors, ProblemRefused

_DIGITS = 30


class Repeated(dict[str, object]):
    """An object of the file in which some keys stand more than once."""

    repeated: tuple[str, ...] = ()


class Unreadable:
    """A number that no field may hold (endless, or of dozens of digits), kept as its text."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text


def parse(text: str | bytes) -> object:
    """The value that `text` holds.

    Raises `ProblemRefused` if it is not JSON. Keys that repeat and numbers that are not finite
    come back as `Repeated` and `Unreadable`, for the reader to report with their path.
    """
    try:
        return _loaded(text.decode("utf-8-sig") if isinstance(text, bytes) else text)
    except UnicodeDecodeError as error:
        raise _refused(f"byte {error.start}", "the file is UTF-8 text") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno} column {error.colno}"
        raise _refused(place, f"the file is JSON: {error.msg.lower()}") from None
    except RecursionError:
        raise _refused("…", "objects and lists are nested a few levels deep") from None


def _loaded(text: str) -> object:
    load = partial(json.loads, text, object_pairs_hook=_object, parse_constant=Unreadable)
    try:
        return load()
    except json.JSONDecodeError:
        raise
    except ValueError:
        # Python itself refuses to convert integers of thousands of digits.
        return load(parse_int=_integer)


def _object(pairs: list[tuple[str, object]]) -> Mapping[str, object]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    count = Counter(key for key, _ in pairs)
    twice = Repeated(plain)
    twice.repeated = tuple(key for key in sorted(count) if count[key] > 1)
    return twice


def _integer(digits: str) -> object:
    return int(digits) if len(digits) <= _DIGITS else Unreadable(digits)


def _refused(value: str, rule: str) -> ProblemRefused:
    errors = Errors()
    errors.note("$", value, rule)
    return ProblemRefused(errors)
