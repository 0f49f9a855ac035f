"""The quick question, where a member could sit now, has the answer of the thorough one."""

import pytest
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.matching import elsewhere, fits
from groupmatch.records import Group, GroupStatus, RequestStatus
from tests import cast
from tests.cast import TODAY
from tests.matching.mess import Mess


def thorough(session: Session, mess: Mess, request: cast.Request) -> set[str]:
    """Running groups in which nothing is broken, with the whole topic compiled."""
    return {
        fit.group_id
        for fit in fits(session, request, on=TODAY).groups
        if not fit.broken and session.get_one(Group, fit.group_id).status == GroupStatus.RUNNING
    }


@pytest.mark.parametrize("seed", [1, 4, 7])
def test_whatever_the_database_holds_both_answers_agree(session: Session, seed: int) -> None:
    mess = Mess(session, seed)
    for request in {seat.request for seat in mess.seats}:
        if request.status == RequestStatus.OPEN:
            quick = elsewhere(session, request, on=TODAY)
            assert set(quick) == thorough(session, mess, request)
            assert len(quick) == len(set(quick))


def test_the_answers_are_not_all_empty(session: Session) -> None:
    mess = Mess(session, 1)
    asked = [request for request in mess.requests if request.status == RequestStatus.OPEN]
    assert any(elsewhere(session, request, on=TODAY) for request in asked)


def test_a_full_group_is_not_among_them_nor_ones_own(database: Database) -> None:
    with database.transaction() as session:
        people = cast.make_cast(session)
        hours = {"leaders": [people.cleo], "meetings": ((0, 1140, 60),)}
        roomy = cast.therapy_group(session, people.program, **hours)
        full = cast.therapy_group(session, people.program, **hours, max_size=1)
        cast.seat(session, people.ben_request, full)
        found = elsewhere(session, people.ada_request, on=TODAY)
        # Cleo cannot lead two groups at one hour; that stands, and no newcomer changes it.
        assert found == [roomy.id]
