"""What is worked out about a run afterwards: once, in a process of its own, and kept."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from groupmatch.database import Database
from groupmatch.errors import Conflict, Refused
from groupmatch.records import (
    Finding,
    FindingKind,
    FindingState,
    Group,
    GroupStatus,
    Program,
    Run,
    Task,
    Unplaced,
    Verdict,
)
from groupmatch.services.drafts import drafts
from groupmatch.services.findings import findings, what_ifs
from tests import cast as made
from tests.cast import NOW, TUESDAY, Cast, make_cast
from tests.services.drafting import match


@pytest.fixture
def cast(database: Database) -> Cast:
    """A full group of one, and a last match that left Ben waiting."""
    with time_machine.travel(NOW, tick=False), database.transaction() as session:
        cast = make_cast(session)
        cast.group.max_size = 1
        match(session, cast.program)
    return cast


def kinds(database: Database) -> dict[str, str]:
    with database.read() as session:
        return {each.kind: each.state for each in session.scalars(select(Finding))}


def begun(database: Database, cast: Cast, *changes: dict[str, str]) -> str:
    """A what-if of the last match."""
    with database.transaction() as session:
        program = session.get_one(Program, cast.program.id)
        finding = what_ifs.ask(session, program, list(changes), by=cast.mara.id)
        session.flush()
        return finding.id


def test_what_every_morning_needs_is_worked_out_once(database: Database, cast: Cast) -> None:
    findings.work_out_due(database)
    assert kinds(database) == dict.fromkeys(findings.OF_EVERY_RUN, FindingState.DONE)
    with database.read() as session:
        [left] = session.scalars(select(Unplaced))
        assert [fix["change"] for fix in left.fixes or ()] == [
            {"kind": "add_seat", "group": cast.group.id}
        ]
        run = drafts.last_run(session, cast.program)
        assert run
        found = findings.latest(session, run.id, FindingKind.SHORTAGE)
        assert found
        places = (found.answer or {})["changes"][0]["places"]
        assert places == [cast.ben_request.id]
    findings.work_out_due(database)
    with database.read() as session:
        assert len(session.scalars(select(Finding)).all()) == len(findings.OF_EVERY_RUN)


def test_whoever_is_about_to_end_gives_up_at_once(database: Database, cast: Cast) -> None:
    finding_id = begun(database, cast, {"kind": "add_seat", "group": cast.group.id})
    findings.work(database, finding_id, stopping=lambda: True)
    with database.read() as session:
        found = session.get_one(Finding, finding_id)
        assert (found.state, found.failure) == (FindingState.FAILED, "interrupted")


def test_one_that_is_being_worked_out_is_not_begun_again(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        run = drafts.last_run(session, cast.program)
        assert run
        findings.begin(session, run, FindingKind.MOVES, by=None)
        with pytest.raises(Conflict, match="finding_in_progress"):
            findings.begin(session, run, FindingKind.MOVES, by=None)
        # Its process died long ago.
        session.execute(update(Finding).values(ends_by=NOW - timedelta(days=90)))
        session.expire_all()
        findings.begin(session, run, FindingKind.MOVES, by=None)


def test_a_run_of_before_is_not_asked(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        session.execute(update(Run).values(result={"status": "optimal"}))
    findings.work_out_due(database)
    assert kinds(database) == {}
    with pytest.raises(Conflict, match="run_without_problem"):
        begun(database, cast, {"kind": "add_seat", "group": cast.group.id})


def test_a_what_if_is_kept_and_undone(database: Database, cast: Cast) -> None:
    finding_id = begun(database, cast, *[{"kind": "add_seat", "group": cast.group.id}] * 2)
    findings.work(database, finding_id)
    with database.transaction() as session:
        finding = session.get_one(Finding, finding_id)
        assert [each["request"] for each in (finding.answer or {})["gain"]] == [cast.ben_request.id]
        what_ifs.keep(session, finding, {}, by=cast.mara.id)
        assert (session.get_one(Group, cast.group.id).max_size, finding.verdict) == (3, "kept")
        with pytest.raises(Conflict, match="what_if_decided"):
            what_ifs.discard(session, finding, by=cast.mara.id)
    with database.transaction() as session:
        finding = session.get_one(Finding, finding_id)
        what_ifs.undo(session, finding, by=cast.mara.id)
        assert (session.get_one(Group, cast.group.id).max_size, finding.verdict) == (1, None)


def test_what_changed_since_is_not_undone(database: Database, cast: Cast) -> None:
    finding_id = begun(database, cast, {"kind": "add_seat", "group": cast.group.id})
    findings.work(database, finding_id)
    with database.transaction() as session:
        what_ifs.keep(session, session.get_one(Finding, finding_id), {}, by=None)
        session.get_one(Group, cast.group.id).max_size = 5
    with database.transaction() as session, pytest.raises(Conflict, match="what_if_changed"):
        what_ifs.undo(session, session.get_one(Finding, finding_id), by=None)


def test_what_lies_with_a_person_is_asked_and_a_proposed_group_opens(
    database: Database, cast: Cast
) -> None:
    with database.transaction() as session:
        program = session.get_one(Program, cast.program.id)
        proposed = made.therapy_group(
            session,
            program,
            leaders=[cast.cleo],
            status=GroupStatus.PROPOSED,
            min_size=4,
            meetings=((TUESDAY, 600, 60),),
        )
        match(session, program)
    hours = {"kind": "add_availability", "participant": cast.ben.id, "interval": [2040, 2100]}
    finding_id = begun(database, cast, hours, {"kind": "open_group", "group": proposed.id})
    findings.work(database, finding_id)
    with database.transaction() as session:
        finding = session.get_one(Finding, finding_id)
        assert [each["to"] for each in (finding.answer or {})["gain"]] == [proposed.id]
        what_ifs.keep(session, finding, {0: "Ask about Tuesday at ten."}, by=cast.mara.id)
    with database.read() as session:
        [task] = session.scalars(select(Task))
        assert (task.participant_id, task.note) == (cast.ben.id, "Ask about Tuesday at ten.")
        assert session.get_one(Group, proposed.id).status == GroupStatus.RUNNING


def test_discarding_changes_nothing(database: Database, cast: Cast) -> None:
    finding_id = begun(database, cast, {"kind": "add_seat", "group": cast.group.id})
    findings.work(database, finding_id)
    with database.transaction() as session:
        finding = session.get_one(Finding, finding_id)
        what_ifs.discard(session, finding, by=cast.mara.id)
        assert finding.verdict == Verdict.DISCARDED
        assert session.get_one(Group, cast.group.id).max_size == 1
        program = session.get_one(Program, cast.program.id)
        assert what_ifs.recent(session, program) == []


def test_nothing_and_too_much_are_not_tried(database: Database, cast: Cast) -> None:
    with pytest.raises(Refused, match="no_change"):
        begun(database, cast)
    with pytest.raises(Refused, match="too_many_changes"):
        begun(database, cast, *[{"kind": "add_seat", "group": cast.group.id}] * 21)
