"""Nothing stale stops the night, and nobody is lost in it, whatever the database holds."""

import pytest
from sqlalchemy.orm import Session

from groupmatch.matching import Compiled, compile_program
from groupmatch.records import RequestStatus
from solver import parse_problem
from tests.cast import TODAY
from tests.matching.mess import Mess


@pytest.mark.parametrize("seed", range(10))
def test_every_database_compiles_to_a_problem_that_the_solver_accepts(
    session: Session, seed: int
) -> None:
    mess = Mess(session, seed)
    found = compile_program(session, mess.program, on=TODAY)
    assert parse_problem(found.document) == found.problem
    assert_nobody_is_lost(mess, found)


def assert_nobody_is_lost(mess: Mess, found: Compiled) -> None:
    """Every open request is in the run, told with its gates, or sits where nobody ever meets."""
    left_out = {left.request_id for left in found.left_out}
    in_run = {hour.group.id for hour in found.hours.values()}
    never_meets = {group.id for group in mess.groups if not group.meetings}
    seated = {seat.request_id: seat.group_id for seat in mess.seats}
    for request in mess.requests:
        group = seated.get(request.id)
        if group in never_meets or (group not in in_run and request.status != RequestStatus.OPEN):
            assert request.id not in found.problem.request
        else:
            assert (request.id in found.problem.request) != (request.id in left_out)
