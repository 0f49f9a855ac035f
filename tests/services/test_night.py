"""What became of the night: whether it ran, and what it did."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.records import (
    DraftBundle,
    DraftEntry,
    EntryKind,
    Run,
    RunKind,
    RunState,
    Unplaced,
)
from groupmatch.services.runs.night import Counts, NightState, count, night
from tests.cast import NOW, TODAY, Cast, make_cast


def add_run(session: Session, cast: Cast, state: RunState = RunState.DONE, on: date = TODAY) -> Run:
    run = Run(
        program_id=cast.program.id,
        kind=RunKind.NIGHTLY,
        local_date=on,
        state=state,
        started_at=datetime(on.year, on.month, on.day, 9, 15, tzinfo=UTC),
    )
    session.add(run)
    session.flush()
    return run


def test_without_any_run_the_night_never_happened(session: Session, cast: Cast) -> None:
    assert night(session, cast.program, NOW).state == NightState.NEVER


@pytest.mark.parametrize("state", list(RunState))
def test_the_last_run_of_this_date_is_the_night(
    session: Session, cast: Cast, state: RunState
) -> None:
    run = add_run(session, cast, state)
    last = night(session, cast.program, NOW)
    assert (last.state, last.run) == (NightState(state), run)


@pytest.mark.parametrize(
    ("now", "state"),
    [
        # 04:15 in New York is 09:15 UTC in November; half an hour of grace follows it.
        (datetime(2026, 11, 22, 9, 14, tzinfo=UTC), NightState.DONE),
        (datetime(2026, 11, 22, 9, 44, tzinfo=UTC), NightState.DONE),
        (datetime(2026, 11, 22, 9, 45, tzinfo=UTC), NightState.MISSED),
    ],
)
def test_a_night_is_missed_half_an_hour_after_its_hour(
    session: Session, cast: Cast, now: datetime, state: NightState
) -> None:
    add_run(session, cast, on=TODAY - timedelta(days=1))
    assert night(session, cast.program, now).state == state


def test_a_run_still_going_after_midnight_is_running_and_not_missed(
    session: Session, cast: Cast
) -> None:
    add_run(session, cast, RunState.RUNNING, on=TODAY - timedelta(days=1))
    assert night(session, cast.program, NOW).state == NightState.RUNNING


def test_a_night_counts_placed_switched_opened_unplaced_and_held_back(database: Database) -> None:
    with database.transaction() as session:
        cast = make_cast(session)
        run = add_run(session, cast)
        bundle = DraftBundle(run_id=run.id, program_id=cast.program.id, position=0)
        session.add(bundle)
        session.flush()
        for position, kind in enumerate(
            [EntryKind.PLACED, EntryKind.PLACED, EntryKind.SWITCHED, EntryKind.MOVED]
        ):
            session.add(
                DraftEntry(
                    bundle_id=bundle.id,
                    position=position,
                    kind=kind,
                    request_id=cast.ben_request.id,
                    participant_id=cast.ben.id,
                    to_group_id=cast.group.id,
                    opens=kind == EntryKind.PLACED,
                )
            )
        for gates in ([], [], ["consent"]):
            session.add(
                Unplaced(
                    run_id=run.id,
                    request_id=cast.ben_request.id,
                    participant_id=cast.ben.id,
                    gates=gates,
                )
            )
        session.flush()
        count(session, run)
        counts = night(session, cast.program, NOW).counts
    assert counts == Counts(placed=2, switched=1, moved=1, opened=1, unplaced=2, held_back=1)
    assert counts.waited == 4
