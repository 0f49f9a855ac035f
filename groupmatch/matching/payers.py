"""What payers allow during the horizon, from their dated rules."""

from collections.abc import Iterable, Sequence
from datetime import date
from operator import attrgetter

from groupmatch.matching.dated_rules import in_effect
from groupmatch.records import PayerRule


class Payers:
    """The rules that are in effect on any date of the horizon."""

    def __init__(self, rules: Iterable[PayerRule], first: date, last: date) -> None:
        self._rules = in_effect(rules, first, last, of=attrgetter("payer_code"))

    def cover(self, payer: str | None, level: str) -> bool:
        """Whether a payer pays for virtual sessions at a level of care throughout.

        Rules for the level replace those for all levels. Without a rule nothing is forbidden.
        """
        rules = self._of(payer, level)
        specific = [rule for rule in rules if rule.level_code == level]
        return all(rule.covers_virtual for rule in specific or rules)

    def cap(self, payer: str | None, level: str) -> int | None:
        """Most members, whoever pays for them, of a group in which one of this payer's sits."""
        caps = [rule.group_cap for rule in self._of(payer, level) if rule.group_cap is not None]
        return min(caps, default=None)

    def allowing(self, size: int, level: str) -> list[str]:
        """The payers with a cap that allow a group of so many seats at a level."""
        return [code for code in sorted(self._rules) if (self.cap(code, level) or 0) >= size]

    def _of(self, payer: str | None, level: str) -> Sequence[PayerRule]:
        rules = self._rules.get(payer, ()) if payer else ()
        return [rule for rule in rules if rule.level_code in (None, level)]
