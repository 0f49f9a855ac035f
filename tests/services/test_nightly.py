"""One run per program and local date, over clock changes, failures and doubled schedulers."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import select

from groupmatch import clock
from groupmatch.database import Database
from groupmatch.records import (
    DraftBundle,
    GroupStatus,
    JobRun,
    Program,
    Run,
    RunKind,
    RunState,
    Seat,
    SeatState,
)
from groupmatch.services.runs import nightly, runs
from groupmatch.services.runs.nightly import Night, Nightly, claim
from groupmatch.settings import Settings, load
from tests import cast

#: Days on which clocks change: New York, London, Havana (at midnight) and Lord Howe (by half an
#: hour), forward and back.
CHANGES = (
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Europe/London", date(2026, 3, 29)),
    ("Europe/London", date(2026, 10, 25)),
    ("America/Havana", date(2026, 3, 8)),
    ("America/Havana", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
)
HOURS = ("00:00", "01:30", "02:30", "04:15")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load({"GROUPMATCH_DATA": str(tmp_path)})


@pytest.mark.parametrize(("zone", "change"), CHANGES)
def test_every_local_date_has_one_run_over_a_change_of_clocks(
    sqlite_database: Database, zone: str, change: date
) -> None:
    with sqlite_database.transaction() as session:
        for hour in HOURS:
            cast.program(session, name=f"{zone} {hour}", timezone=zone, night_at=hour)
    begun: Counter[Night] = Counter()
    with time_machine.travel(midnight_utc(change) - timedelta(days=2), tick=False) as traveller:
        while clock.now().date() <= change + timedelta(days=2):
            begun.update(one_minute(sqlite_database))
            traveller.shift(timedelta(minutes=30))
    assert set(begun.values()) == {1}
    for night in dates_around(change):
        assert sum(each.on == night for each in begun) == len(HOURS)


def test_a_bare_trigger_would_skip_nights_and_repeat_them() -> None:
    fired = Counter(
        (zone, hour, on)
        for zone, change in CHANGES
        for hour in HOURS
        for on in fire_dates(zone, hour, change)
    )
    wanted = [
        (zone, hour, on)
        for zone, change in CHANGES
        for hour in HOURS
        for on in dates_around(change)
    ]
    assert {fired[each] for each in wanted} == {0, 1, 2}


def dates_around(change: date) -> list[date]:
    return [change + timedelta(days=n) for n in (-1, 0, 1)]


def midnight_utc(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, tzinfo=UTC)


def fire_dates(zone: str, hour: str, change: date) -> list[date]:
    hours, minutes = hour.split(":")
    trigger = CronTrigger(hour=int(hours), minute=int(minutes), timezone=ZoneInfo(zone))
    now, fired = midnight_utc(change) - timedelta(days=2), []
    while (due := trigger.get_next_fire_time(None, now)).date() <= change + timedelta(days=2):
        fired.append(due.date())
        now = due.astimezone(UTC) + timedelta(seconds=1)
    return fired


def one_minute(database: Database) -> list[Night]:
    """What one minute of a scheduler begins; each run is done at once."""
    begun = []
    for night in nightly.nights_due(database):
        with database.transaction() as session:
            run_id = claim(session, night)
            assert run_id is not None
            session.get_one(Run, run_id).state = RunState.DONE
            begun.append(night)
    return begun


@pytest.fixture
def night(sqlite_database: Database, fixed_clock: time_machine.Traveller) -> Night:
    """The cast's night of today; Ben waits for the seat beside Ada."""
    with sqlite_database.transaction() as session:
        people = cast.make_cast(session)
        return Night(people.program.id, cast.TODAY)


def claimed(database: Database, night: Night) -> str | None:
    with database.transaction() as session:
        return claim(session, night)


def end_run(database: Database, run_id: str, state: RunState) -> None:
    with database.transaction() as session:
        session.get_one(Run, run_id).state = state


def nights_due(database: Database) -> list[date]:
    return [each.on for each in nightly.nights_due(database)]


def test_the_night_of_a_date_comes_at_its_hour(
    sqlite_database: Database, fixed_clock: time_machine.Traveller
) -> None:
    with sqlite_database.transaction() as session:
        cast.program(session)
    fixed_clock.move_to(datetime(2026, 11, 23, 9, 14, 59, tzinfo=UTC))
    assert nights_due(sqlite_database) == []
    fixed_clock.move_to(datetime(2026, 11, 23, 9, 15, tzinfo=UTC))
    assert nights_due(sqlite_database) == [date(2026, 11, 23)]


def test_a_start_at_noon_catches_up(sqlite_database: Database, night: Night) -> None:
    assert night in nightly.nights_due(sqlite_database)


def test_a_night_is_claimed_once(sqlite_database: Database, night: Night) -> None:
    first = claimed(sqlite_database, night)
    assert first is not None
    assert claimed(sqlite_database, night) is None
    end_run(sqlite_database, first, RunState.DONE)
    assert claimed(sqlite_database, night) is None


def test_a_clock_that_jumps_back_repeats_nothing(
    sqlite_database: Database, night: Night, fixed_clock: time_machine.Traveller
) -> None:
    for days in (0, 1, -1):
        fixed_clock.shift(timedelta(days=days))
        run_id = claimed(sqlite_database, Night(night.program_id, clock.today("America/New_York")))
        if run_id:
            end_run(sqlite_database, run_id, RunState.DONE)
    with sqlite_database.read() as session:
        assert len(session.scalars(select(Run)).all()) == 2


def test_a_night_that_a_person_cancelled_is_over(sqlite_database: Database, night: Night) -> None:
    run_id = claimed(sqlite_database, night)
    assert run_id is not None
    end_run(sqlite_database, run_id, RunState.CANCELLED)
    assert claimed(sqlite_database, night) is None
    assert night not in nightly.nights_due(sqlite_database)


def test_a_run_that_fails_is_tried_thrice_and_then_left_to_a_person(
    sqlite_database: Database, night: Night
) -> None:
    for _ in range(3):
        run_id = claimed(sqlite_database, night)
        assert run_id is not None
        end_run(sqlite_database, run_id, RunState.FAILED)
    assert claimed(sqlite_database, night) is None
    assert night not in nightly.nights_due(sqlite_database)


def test_a_run_that_fell_silent_is_taken_over(
    sqlite_database: Database, night: Night, fixed_clock: time_machine.Traveller
) -> None:
    first = claimed(sqlite_database, night)
    fixed_clock.shift(runs.SILENCE - timedelta(seconds=1))
    assert claimed(sqlite_database, night) is None
    fixed_clock.shift(timedelta(seconds=1))
    second = claimed(sqlite_database, night)
    assert second not in (None, first)
    with sqlite_database.read() as session:
        assert session.get_one(Run, first).failure == "interrupted"
        [held] = session.scalars(select(JobRun))
        assert (held.run_id, held.attempts) == (second, 2)


def test_a_run_by_hand_does_not_take_the_nights_place(
    sqlite_database: Database, night: Night
) -> None:
    with sqlite_database.transaction() as session:
        program = session.get_one(Program, night.program_id)
        by_hand = runs.start_run(session, program, kind=RunKind.BY_HAND, by=None).id
    assert claimed(sqlite_database, night) is None  # one run of a program at a time
    end_run(sqlite_database, by_hand, RunState.DONE)
    assert claimed(sqlite_database, night) is not None


def test_groups_whose_last_day_is_over_end_before_the_run(
    sqlite_database: Database, night: Night
) -> None:
    with sqlite_database.transaction() as session:
        [seat] = session.scalars(select(Seat))
        seat.group.status, seat.group.ends_on = GroupStatus.ENDING, date(2026, 11, 16)
    claimed(sqlite_database, night)
    with sqlite_database.read() as session:
        [seat] = session.scalars(select(Seat))
        assert (seat.state, seat.group.status) == (SeatState.ENDED, GroupStatus.ENDED)


def test_a_night_solves_and_leaves_a_draft(
    database: Database, settings: Settings, fixed_clock: time_machine.Traveller
) -> None:
    with database.transaction() as session:
        cast.make_cast(session)
    Nightly(database, settings).run_due()
    with database.read() as session:
        found = session.scalars(select(Run)).all()
        assert {run.state for run in found} == {RunState.DONE}
        assert len(found) == 2  # one a program
        [bundle] = session.scalars(select(DraftBundle))
        assert [entry.participant.first_name for entry in bundle.entries] == ["Ben"]
        assert [seat.state for seat in session.scalars(select(Seat))] == [SeatState.ACTIVE]


def test_a_night_that_stops_is_taken_up_by_the_next_start(
    sqlite_database: Database, settings: Settings, night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = Nightly(sqlite_database, settings)
    # The word to stop arrives when the run has just begun.
    execute = runs.execute

    def stop_then_execute(*args: object) -> Run:
        stopped.stop()
        return execute(*args)

    with monkeypatch.context() as patched:
        patched.setattr(runs, "execute", stop_then_execute)
        stopped.run_due()
    assert night in nightly.nights_due(sqlite_database)
    Nightly(sqlite_database, settings).run_due()
    with sqlite_database.read() as session:
        states = [run.state for run in session.scalars(select(Run).order_by(Run.started_at))]
        assert sorted(states) == [RunState.CANCELLED, RunState.DONE, RunState.DONE]
        assert {held.attempts for held in session.scalars(select(JobRun))} == {1}


def test_one_programs_failure_does_not_cost_the_others_their_night(
    sqlite_database: Database, settings: Settings, night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    execute = runs.execute

    def fail_here(database: Database, settings: Settings, run_id: str) -> Run:
        with database.read() as session:
            if session.get_one(Run, run_id).program_id == night.program_id:
                raise RuntimeError("Ada")
        return execute(database, settings, run_id)

    monkeypatch.setattr(runs, "execute", fail_here)
    Nightly(sqlite_database, settings).run_due()
    with sqlite_database.read() as session:
        done = session.scalars(select(Run).where(Run.state == RunState.DONE)).all()
        assert [run.program_id != night.program_id for run in done] == [True]
