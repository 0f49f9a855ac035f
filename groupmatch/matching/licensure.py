"""Where a group's leaders may treat people: in the regions where each of them has authority."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple, Protocol

from sqlalchemy import ColumnElement, or_, select

from groupmatch.matching.dated_rules import Dated
from groupmatch.records import CompactRegion, Group, GroupLeader, License, Therapist, leads_from


class Held(Dated, Protocol):
    """A license, as the record has it or by its columns."""

    @property
    def region(self) -> str | None: ...

    @property
    def compact(self) -> str | None: ...


class HeldLicense(NamedTuple):
    """A license by its columns."""

    region: str | None
    compact: str | None
    valid_from: date
    valid_to: date | None


_Period = tuple[date, date]
#: Compact → each region with a period in which it is in operation there.
Compacts = Mapping[str | None, Sequence[tuple[str, _Period]]]


def compacts_by_name(regions: Iterable[CompactRegion]) -> Compacts:
    """The compacts that some regions are members of."""
    found: defaultdict[str | None, list[tuple[str, _Period]]] = defaultdict(list)
    for each in regions:
        period = each.valid_from, each.valid_to or date.max
        found[each.compact].append((each.region, period))
    return found


def licensed_regions(
    leaders: Iterable[Therapist], compacts: Compacts, first: date, last: date
) -> frozenset[str]:
    """Regions in which every leader has authority on every date from `first` to `last`.

    A compact counts where and while it is in operation. A group without a leader, or with one who
    is no longer active, is licensed nowhere: it takes nobody new.
    """
    return common(
        regions_of(leader.licenses if leader.active else (), compacts, first, last)
        for leader in leaders
    )


def common(regions: Iterable[frozenset[str]]) -> frozenset[str]:
    """The regions that all leaders of a group have in common; none where nobody leads it."""
    by_leader = list(regions)
    return frozenset.intersection(*by_leader) if by_leader else frozenset()


def regions_of(
    licenses: Iterable[Held], compacts: Compacts, first: date, last: date
) -> frozenset[str]:
    """Regions in which some licenses give authority on every date from `first` to `last`."""
    periods: dict[str, list[_Period]] = {}
    for held in licenses:
        for region, period in _authority(held, compacts):
            periods.setdefault(region, []).append(period)
    return frozenset(region for region, held in periods.items() if _covers(held, first, last))


def _authority(held: Held, compacts: Compacts) -> Iterator[tuple[str, _Period]]:
    since, until = held.valid_from, held.valid_to or date.max
    if held.region is not None:
        yield held.region, (since, until)
        return
    for region, (first, last) in compacts.get(held.compact, ()):
        yield region, (max(since, first), min(until, last))


def _covers(periods: list[_Period], first: date, last: date) -> bool:
    """Whether the periods leave no date out; one may begin the day after another ends."""
    needed = first
    for since, until in sorted(periods):
        if since <= needed <= until:
            if until >= last:
                return True
            needed = until + timedelta(days=1)
    return False


def may_be_licensed(region: str, first: date) -> ColumnElement[bool]:
    """Whether a group could be licensed in a region from a date on: each who leads it then, or
    later, holds a license for the region or for some compact, whatever its dates.
    """
    holders = select(License.therapist_id).where(
        or_(License.region == region, License.compact.is_not(None))
    )
    leading = select(GroupLeader.group_id).where(leads_from(first))
    return Group.id.in_(leading) & Group.id.not_in(
        leading.where(GroupLeader.therapist_id.not_in(holders))
    )
