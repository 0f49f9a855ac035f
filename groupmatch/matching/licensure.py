"""Where a group's leaders may treat people: in the regions where each of them has authority."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from groupmatch.records import CompactRegion, License, Therapist

_Period = tuple[date, date]


def licensed_regions(
    leaders: Iterable[Therapist], compacts: Sequence[CompactRegion], first: date, last: date
) -> frozenset[str]:
    """Regions in which every leader has authority on every date from `first` to `last`.

    A compact counts where and while it is in operation. A group without a leader, or with one who
    is no longer active, is licensed nowhere: it takes nobody new.
    """
    by_leader = [_regions(leader, compacts, first, last) for leader in leaders]
    return frozenset.intersection(*by_leader) if by_leader else frozenset()


def _regions(
    therapist: Therapist, compacts: Sequence[CompactRegion], first: date, last: date
) -> frozenset[str]:
    periods: dict[str, list[_Period]] = {}
    for held in therapist.licenses if therapist.active else ():
        for region, period in _authority(held, compacts):
            periods.setdefault(region, []).append(period)
    return frozenset(region for region, held in periods.items() if _covers(held, first, last))


def _authority(held: License, compacts: Sequence[CompactRegion]) -> Iterator[tuple[str, _Period]]:
    since, until = held.valid_from, held.valid_to or date.max
    if held.region is not None:
        yield held.region, (since, until)
        return
    for member in compacts:
        if member.compact == held.compact:
            overlap = max(since, member.valid_from), min(until, member.valid_to or date.max)
            yield member.region, overlap


def _covers(periods: list[_Period], first: date, last: date) -> bool:
    """Whether the periods leave no date out; one may begin the day after another ends."""
    needed = first
    for since, until in sorted(periods):
        if since <= needed <= until:
            if until >= last:
                return True
            needed = until + timedelta(days=1)
    return False
