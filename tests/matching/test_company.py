"""Who else sits in a group is counted, unless more of them matters."""

import pytest
from sqlalchemy.orm import Session

from groupmatch.matching.company import Alike, Company, company
from groupmatch.records import (
    ApartPair,
    GroupKind,
    GroupLimit,
    GroupStatus,
    RequestStatus,
)
from tests import cast
from tests.cast import NOW, TODAY, Cast, make_cast


@pytest.fixture
def people(session: Session) -> Cast:
    return make_cast(session)


def beside_ben(session: Session, people: Cast) -> Company:
    """Who sits in Ada's group, for a question about Ben."""
    session.flush()
    return company(session, people.ben, [people.group.id], on=TODAY)


def known(session: Session, people: Cast) -> set[str]:
    """Those of them who are known by themselves; the others are counted."""
    found = beside_ben(session, people)
    counted = sum(sum(each.values()) for each in found.counted.values())
    assert len(found.known) + counted == 1
    return set(found.known)


def test_members_are_counted_by_what_sets_the_size(session: Session, people: Cast) -> None:
    for name, payer, status in (
        ("Eve", None, RequestStatus.OPEN),
        ("Finn", "medicare", RequestStatus.OPEN),
        ("Gus", None, RequestStatus.CLOSED),
    ):
        member = cast.participant(session, people.program, name, payer_code=payer)
        cast.seat(session, cast.request(session, member, status=status), people.group)
    found = beside_ben(session, people)
    assert found == Company(
        frozenset(),
        {
            people.group.id: {
                Alike(None, "NY", fixed=False): 2,
                Alike("medicare", "NY", fixed=False): 1,
                Alike(None, "NY", fixed=True): 1,
            }
        },
    )


def test_the_person_who_asks_is_no_company(session: Session, people: Cast) -> None:
    assert company(session, people.ada, [people.group.id], on=TODAY) == Company(frozenset(), {})


def test_whoever_must_not_meet_them_is_known(session: Session, people: Cast) -> None:
    first, second = sorted((people.ada.id, people.ben.id))
    pair = ApartPair(program_id=people.program.id, first_id=first, second_id=second)
    pair.kind, pair.created_at = "conflict", NOW
    session.add(pair)
    assert known(session, people) == {people.ada.id}
    pair.lifted_at = NOW
    assert known(session, people) == set()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kind", GroupKind.COUPLES),
        ("kind", GroupKind.FAMILY),
        ("status", GroupStatus.PROPOSED),
        ("starts_on", TODAY.replace(year=TODAY.year + 1)),
    ],
)
def test_where_the_members_decide_for_whom_a_group_is_open_they_are_known(
    session: Session, people: Cast, name: str, value: object
) -> None:
    setattr(people.group, name, value)
    assert known(session, people) == {people.ada.id}


def test_where_few_may_be_alike_the_members_are_known(session: Session, people: Cast) -> None:
    people.group.limits.append(GroupLimit(attribute="gender", value="male", max_members=3))
    assert known(session, people) == {people.ada.id}


def test_who_is_known_in_one_group_is_counted_in_no_other(session: Session, people: Cast) -> None:
    limited = cast.therapy_group(session, people.program, leaders=[people.cleo])
    limited.limits.append(GroupLimit(attribute="gender", value="male", max_members=3))
    cast.seat(session, cast.request(session, people.ada), limited)
    session.flush()
    found = company(session, people.ben, [people.group.id, limited.id], on=TODAY)
    assert found == Company(frozenset({people.ada.id}), {})
