"""A night that is given up: the staff of its program hear of it, once."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from groupmatch.database import Database
from groupmatch.records import OutboxMail, Program, Run, RunState
from groupmatch.services.runs import lost_nights, nightly, runs
from groupmatch.services.runs.nightly import Night, claim
from tests import cast


@pytest.fixture
def night(database: Database, fixed_clock: time_machine.Traveller) -> Night:
    with database.transaction() as session:
        return Night(cast.make_cast(session).program.id, cast.TODAY)


def attempt(database: Database, night: Night, state: RunState) -> None:
    with database.transaction() as session:
        run_id = claim(session, night)
        assert run_id is not None
        session.get_one(Run, run_id).state = state


def told(database: Database) -> list[str]:
    with database.read() as session:
        mails = session.scalars(select(OutboxMail).where(OutboxMail.template == "night_failed"))
        return sorted(mail.recipient for mail in mails)


def test_staff_hear_once_of_a_night_that_failed_thrice(database: Database, night: Night) -> None:
    for _ in range(nightly.MOST_ATTEMPTS):
        assert lost_nights.tell_all_due(database) == 0
        attempt(database, night, RunState.FAILED)
    assert lost_nights.tell_all_due(database) == 1
    assert told(database) == ["ines@example.org", "mara@example.org"]
    assert lost_nights.tell_all_due(database) == 0


def test_a_last_attempt_whose_process_died_is_ended_and_told(
    sqlite_database: Database, fixed_clock: time_machine.Traveller
) -> None:
    with sqlite_database.transaction() as session:
        program = cast.make_cast(session).program
    night = Night(program.id, cast.TODAY)
    for state in (RunState.FAILED, RunState.FAILED, RunState.RUNNING):
        attempt(sqlite_database, night, state)
    assert lost_nights.tell_all_due(sqlite_database) == 0
    assert told(sqlite_database) == []
    fixed_clock.shift(runs.SILENCE + timedelta(seconds=1))
    assert lost_nights.tell_all_due(sqlite_database) == 1
    assert len(told(sqlite_database)) == 2
    with sqlite_database.transaction() as session:
        assert RunState.RUNNING not in session.scalars(select(Run.state)).all()
        # A person may start the match again.
        program = session.get_one(Program, night.program_id)
        runs.start_run(session, program, kind=runs.RunKind.BY_HAND, by=None)


def test_a_night_that_was_done_in_the_end_is_no_news(database: Database, night: Night) -> None:
    for state in (RunState.FAILED, RunState.FAILED, RunState.DONE):
        attempt(database, night, state)
    assert lost_nights.tell_all_due(database) == 0
