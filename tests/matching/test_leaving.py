"""A seat that is left for another one counts until its last date."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from groupmatch.matching import compile_program
from groupmatch.records import ApartPair, EndReason, Request, Seat, SeatState
from tests import cast as builders
from tests.cast import MONDAY, NOW, TODAY, Cast

TEN_DAYS = timedelta(days=10)


@pytest.fixture
def leaver(session: Session, cast: Cast) -> Seat:
    """Ada has left her group for another one, but comes ten days more."""
    seat = cast.ada_seat
    seat.state, seat.end_reason = SeatState.ENDED, EndReason.SWITCHED
    seat.ends_on = TODAY + TEN_DAYS
    session.flush()
    return seat


def test_a_leaver_takes_room_until_the_last_date(session: Session, leaver: Seat) -> None:
    seats = leaver.group.max_size
    for on, left in ((TODAY, seats - 1), (TODAY + TEN_DAYS, seats)):
        problem = compile_program(session, leaver.group.program, on=on).problem
        assert problem.group[leaver.group_id].capacity == left


def _other_of_ada(session: Session, people: Cast) -> Request:
    other = builders.therapy_group(session, people.program, leaders=[people.cleo])
    assert other.meetings[0].weekday == MONDAY
    return builders.request(session, people.ada)


def test_a_leaver_gets_no_other_seat_at_that_hour_before(
    session: Session, cast: Cast, leaver: Seat
) -> None:
    asked = _other_of_ada(session, cast)
    for on, banned in ((TODAY, 2), (TODAY + TEN_DAYS, 0)):
        problem = compile_program(session, cast.program, on=on).problem
        assert sum(request == asked.id for request, _ in problem.bans) == banned


def test_who_must_not_meet_a_leaver_waits_until_they_are_gone(
    session: Session, cast: Cast, leaver: Seat
) -> None:
    first, second = sorted((cast.ada.id, cast.ben.id))
    pair = {"first_id": first, "second_id": second, "kind": "work", "created_at": NOW}
    session.add(ApartPair(program_id=cast.program.id, **pair))
    session.flush()
    for on, banned in ((TODAY, True), (TODAY + TEN_DAYS, False)):
        problem = compile_program(session, cast.program, on=on).problem
        assert ((cast.ben_request.id, leaver.group_id) in problem.bans) is banned
