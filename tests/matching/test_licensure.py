"""Where a group's leaders may treat people."""

from datetime import date

from groupmatch.matching.licensure import compacts_by_name, licensed_regions
from groupmatch.records import CompactRegion, License, Therapist

FIRST, LAST = date(2026, 11, 23), date(2027, 1, 17)
LONG_AGO = date(2020, 1, 1)


def licensed(*licenses: License, active: bool = True) -> Therapist:
    return Therapist(active=active, licenses=list(licenses))


def in_region(region: str, since: date = LONG_AGO, until: date | None = None) -> License:
    return License(region=region, valid_from=since, valid_to=until)


def in_compact(since: date = LONG_AGO, until: date | None = None) -> License:
    return License(compact="psypact", valid_from=since, valid_to=until)


def operates(region: str, since: date = LONG_AGO, until: date | None = None) -> CompactRegion:
    return CompactRegion(compact="psypact", region=region, valid_from=since, valid_to=until)


def regions(*leaders: Therapist, compacts: tuple[CompactRegion, ...] = ()) -> set[str]:
    return set(licensed_regions(leaders, compacts_by_name(compacts), FIRST, LAST))


def test_a_license_counts_where_it_was_issued() -> None:
    assert regions(licensed(in_region("NY"), in_region("NJ"))) == {"NY", "NJ"}


def test_every_leader_must_be_licensed() -> None:
    leaders = licensed(in_region("NY"), in_region("NJ")), licensed(in_region("NJ"))
    assert regions(*leaders) == {"NJ"}


def test_a_license_that_lapses_within_the_horizon_does_not_count() -> None:
    assert regions(licensed(in_region("NY", until=date(2027, 1, 16)))) == set()
    assert regions(licensed(in_region("NY", until=LAST))) == {"NY"}


def test_a_license_that_begins_within_the_horizon_does_not_count_yet() -> None:
    assert regions(licensed(in_region("NY", since=date(2026, 11, 24)))) == set()
    assert regions(licensed(in_region("NY", since=FIRST))) == {"NY"}


def test_a_license_renewed_without_a_gap_counts_through() -> None:
    first_half = in_region("NY", until=date(2026, 12, 31))
    assert regions(licensed(first_half, in_region("NY", since=date(2027, 1, 1)))) == {"NY"}
    assert regions(licensed(first_half, in_region("NY", since=date(2027, 1, 2)))) == set()


def test_a_compact_counts_in_the_regions_where_it_is_in_operation() -> None:
    compacts = operates("AZ"), operates("PA", since=date(2026, 12, 1)), operates("UT", until=FIRST)
    assert regions(licensed(in_compact()), compacts=compacts) == {"AZ"}


def test_a_compact_counts_only_while_the_therapist_has_its_authority() -> None:
    expiring = licensed(in_compact(until=date(2026, 12, 31)))
    assert regions(expiring, compacts=(operates("AZ"),)) == set()


def test_a_group_without_a_leader_is_licensed_nowhere() -> None:
    assert regions() == set()


def test_a_leader_who_is_no_longer_active_is_licensed_nowhere() -> None:
    assert regions(licensed(in_region("NY"), active=False)) == set()
