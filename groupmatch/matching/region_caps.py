"""What regions allow during the horizon, from the dated rules of `config/region_caps.toml`."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from operator import attrgetter

from groupmatch.matching.dated_rules import in_effect
from groupmatch.resources import shipped


@dataclass(frozen=True)
class RegionRule:
    """Most members of a group in which somebody from a region sits, between two dates."""

    region: str
    group_cap: int
    valid_from: date
    source: str
    #: None: at every level of care.
    level: str | None = None
    #: Last date on which it holds; None for no end.
    valid_to: date | None = None


class RegionCaps:
    """The rules that are in effect on any date of the horizon."""

    def __init__(self, rules: Iterable[RegionRule], first: date, last: date) -> None:
        self._rules = in_effect(rules, first, last, of=attrgetter("region"))

    def cap(self, region: str, level: str) -> int | None:
        """Most members of a group in which somebody who is in the region sits."""
        caps = [
            rule.group_cap for rule in self._rules.get(region, ()) if rule.level in (None, level)
        ]
        return min(caps, default=None)

    def allowing(self, size: int, level: str) -> list[str]:
        """The regions with a cap that allow a group of so many seats at a level."""
        return [name for name in sorted(self._rules) if (self.cap(name, level) or 0) >= size]


@cache
def region_rules() -> tuple[RegionRule, ...]:
    """The shipped rules."""
    text = (shipped("config") / "region_caps.toml").read_text(encoding="utf-8")
    return tuple(RegionRule(**row) for row in tomllib.loads(text).get("caps", ()))
