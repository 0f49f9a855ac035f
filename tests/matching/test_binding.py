"""The binding size of a group: the least of its own, its type's, and its members' caps."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.matching import compile_program, elsewhere, frame
from groupmatch.matching.binding import binding_size
from groupmatch.matching.fits import fit
from groupmatch.matching.payers import Payers
from groupmatch.matching.region_caps import RegionCaps, RegionRule
from groupmatch.records import (
    Group,
    GroupKind,
    GroupType,
    Participant,
    PayerRule,
    Request,
)
from groupmatch.services.groups import group_size
from groupmatch.services.groups.group_page import group_page
from tests import cast as people
from tests.cast import TODAY

FIRST, LAST = date(2026, 11, 23), date(2027, 1, 17)
SINCE = date(2024, 1, 1)
_PAYER = PayerRule(payer_code="medicaid-ct", group_cap=9, valid_from=SINCE)
_REGION = RegionRule("NY", 7, SINCE, "a test")


def size(
    *members: tuple[str | None, str],
    most: int = 12,
    type_size: int | None = None,
    kind: GroupKind = GroupKind.GROUP,
    rules: tuple[RegionRule, ...] = (_REGION,),
) -> int:
    return binding_size(
        Group(max_size=most, kind=kind, level_code="outpatient"),
        [Participant(payer_code=payer, region=region) for payer, region in members],
        type_size=type_size,
        payers=Payers([_PAYER], FIRST, LAST),
        regions=RegionCaps(rules, FIRST, LAST),
    )


def test_each_of_those_who_have_a_say_binds_alone() -> None:
    assert size() == 12
    assert size(type_size=10) == 10
    assert size(("medicaid-ct", "CT")) == 9
    assert size((None, "NY")) == 7
    assert size(kind=GroupKind.INDIVIDUAL) == 1


def test_the_smallest_of_all_binds() -> None:
    members = (("medicaid-ct", "CT"), (None, "NY"), (None, "NJ"))
    assert size(*members, type_size=10) == 7
    assert size(*members, type_size=6) == 6
    assert size(*members, most=5, type_size=6) == 5
    # Without the member from New York, the payer's cap binds again.
    assert size(*members[::2], type_size=10) == 9


def test_a_region_counts_at_its_level_and_while_its_rule_is_in_effect() -> None:
    for rule in (
        RegionRule("NY", 7, SINCE, "a test", level="iop-adult"),
        RegionRule("NY", 7, SINCE, "a test", valid_to=date(2026, 11, 22)),
        RegionRule("NY", 7, date(2027, 1, 18), "a test"),
    ):
        assert size((None, "NY"), rules=(rule,)) == 12


@pytest.fixture
def capped(monkeypatch: pytest.MonkeyPatch) -> None:
    """New York allows seven in a group."""
    for module in (frame, group_size):
        monkeypatch.setattr(module, "region_rules", lambda: (_REGION,))


@pytest.mark.usefixtures("fixed_clock", "capped")
def test_the_match_and_the_page_take_the_same_size(database: Database) -> None:
    with database.transaction() as session:
        cast = people.make_cast(session)
        cast.group.type_code = "process"
        session.get_one(GroupType, "process").max_size = 8
    for region, expected in (("NY", 7), ("NJ", 8)):
        with database.transaction() as session:
            session.get_one(Participant, cast.ada.id).region = region
        with database.read() as session:
            group = session.get_one(Group, cast.group.id)
            document = compile_program(session, cast.program, on=TODAY).document
            assert document["groups"][0]["max_size"] == expected
            page = group_page(session, group)
            assert (page.binding_size, page.free) == (expected, expected - 1)


@pytest.mark.usefixtures("fixed_clock", "capped")
def test_a_newcomer_joins_no_group_that_is_larger_than_their_region_allows(
    database: Database,
) -> None:
    with database.transaction() as session:
        cast = people.make_cast(session)
        cast.ada.region = "NJ"
    for most, broken in ((8, {"request_requires"}), (7, set())):
        with database.transaction() as session:
            session.get_one(Group, cast.group.id).max_size = most
        with database.read() as session:
            asked = session.get_one(Request, cast.ben_request.id)
            found = fit(session, asked, session.get_one(Group, cast.group.id), on=TODAY)
            assert {each.rule for each in found.groups[0].broken} == broken


@pytest.mark.usefixtures("fixed_clock", "capped")
def test_a_member_finds_the_group_that_others_keep_small_enough(
    session: Session,
) -> None:
    cast = people.make_cast(session)
    cast.group.max_size = 8
    hours = {"leaders": [], "meetings": ((people.MONDAY, 540, 60),)}
    own = people.therapy_group(session, cast.program, **hours)
    people.seat(session, cast.ben_request, own)
    cast.ada.region = "NJ"
    assert elsewhere(session, cast.ben_request, on=TODAY) == []
    cast.ada.region = "NY"
    assert elsewhere(session, cast.ben_request, on=TODAY) == [cast.group.id]
