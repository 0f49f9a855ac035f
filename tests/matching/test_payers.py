"""What payers allow, from their dated rules."""

from datetime import date

from groupmatch.matching.payers import Payers
from groupmatch.records import PayerRule

FIRST, LAST = date(2026, 11, 23), date(2027, 1, 17)


def rule(
    level: str | None = None,
    *,
    virtual: bool = True,
    cap: int | None = None,
    since: date = date(2024, 1, 1),
    until: date | None = None,
) -> PayerRule:
    return PayerRule(
        payer_code="medicare",
        level_code=level,
        covers_virtual=virtual,
        group_cap=cap,
        valid_from=since,
        valid_to=until,
    )


def payers(*rules: PayerRule) -> Payers:
    return Payers(rules, FIRST, LAST)


def test_without_a_rule_nothing_is_forbidden() -> None:
    assert payers().cover("medicare", "iop-adult")
    assert payers().cap("medicare", "iop-adult") is None
    assert payers(rule(virtual=False)).cover(None, "iop-adult")


def test_a_rule_for_a_level_replaces_the_one_for_all_levels() -> None:
    found = payers(rule(), rule("iop-adult", virtual=False))
    assert not found.cover("medicare", "iop-adult")
    assert found.cover("medicare", "outpatient")


def test_a_rule_counts_if_it_is_in_effect_on_any_date_of_the_horizon() -> None:
    assert not payers(rule(virtual=False, since=LAST)).cover("medicare", "outpatient")
    assert not payers(rule(virtual=False, until=FIRST)).cover("medicare", "outpatient")
    later = rule(virtual=False, since=date(2027, 1, 18))
    earlier = rule(virtual=False, until=date(2026, 11, 22))
    assert payers(later, earlier).cover("medicare", "outpatient")


def test_the_smallest_cap_that_applies_binds() -> None:
    found = payers(rule(cap=12), rule("iop-adult", cap=10))
    assert found.cap("medicare", "iop-adult") == 10
    assert found.cap("medicare", "outpatient") == 12


def test_a_payer_allows_groups_up_to_its_cap() -> None:
    found = payers(rule(cap=12))
    assert found.allowing(12, "outpatient") == ["medicare"]
    assert found.allowing(13, "outpatient") == []
