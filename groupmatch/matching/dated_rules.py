"""Rules that hold between two dates, by whom they are of."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Protocol, TypeVar


class Dated(Protocol):
    """A rule, its first date, and its last one where there is one."""

    @property
    def valid_from(self) -> date: ...

    @property
    def valid_to(self) -> date | None: ...


_Rule = TypeVar("_Rule", bound=Dated)


def in_effect(
    rules: Iterable[_Rule], first: date, last: date, *, of: Callable[[_Rule], str]
) -> Mapping[str, Sequence[_Rule]]:
    """Whom a rule is `of` → the rules that are in effect on any date from `first` to `last`."""
    found: dict[str, list[_Rule]] = {}
    for rule in rules:
        if rule.valid_from <= last and (rule.valid_to is None or first <= rule.valid_to):
            found.setdefault(of(rule), []).append(rule)
    return found
