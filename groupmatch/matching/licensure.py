"""Where a group's leaders may treat people: in the regions where each of them has authority."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from groupmatch.records import CompactRegion, License, Therapist

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
    by_leader = [_regions(leader, compacts, first, last) for leader in leaders]
    return frozenset.intersection(*by_leader) if by_leader else frozenset()


def _regions(therapist: Therapist, compacts: Compacts, first: date, last: date) -> frozenset[str]:
    periods: dict[str, list[_Period]] = {}
    for held in therapist.licenses if therapist.active else ():
        for region, period in _authority(held, compacts):
            periods.setdefault(region, []).append(period)
    return frozenset(region for region, held in periods.items() if _covers(held, first, last))


def _authority(held: License, compacts: Compacts) -> Iterator[tuple[str, _Period]]:
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
