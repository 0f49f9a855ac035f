"""One simulated week, through the real services: the same again, and held to what must hold."""

import sqlite3
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest
from click.testing import CliRunner

from groupmatch import matching
from groupmatch.cli.simulate import command
from groupmatch.matching.given import given
from groupmatch.services.seats import seats
from groupmatch.simulation import scenarios, year
from groupmatch.simulation.assumptions import Assumptions, assumptions
from groupmatch.simulation.first_come import first_come
from groupmatch.simulation.nights import best_match
from groupmatch.simulation.report import report
from groupmatch.simulation.scenarios import FIRST_COME, NIGHTLY, Scenario
from groupmatch.simulation.world import InvariantBroken
from groupmatch.simulation.year import Lived, Start

WEEKS, SEED = 1, 3


@pytest.fixture(scope="module")
def assumed() -> Assumptions:
    return replace(assumptions(), consent_days=1, level_of_care_days=2)


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory, assumed: Assumptions) -> Start:
    return year.prepare(tmp_path_factory.mktemp("start"), assumed, seed=SEED, weeks=WEEKS)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {name: tmp_path_factory.mktemp("year") for name in (NIGHTLY, FIRST_COME)}


@pytest.fixture(scope="module")
def lived(start: Start, assumed: Assumptions, folders: dict[str, Path]) -> dict[Scenario, Lived]:
    """The same week under both policies."""
    return {
        Scenario(name): year.live(start, folders[name], policy, assumed, weeks=WEEKS)
        for name, policy in ((NIGHTLY, best_match), (FIRST_COME, first_come))
    }


def test_a_seed_gives_the_same_week_again_in_another_process(
    start: Start, assumed: Assumptions, lived: dict[Scenario, Lived]
) -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        job = pool.submit(scenarios.live_one, start, assumed, Scenario(NIGHTLY), weeks=WEEKS)
        assert job.result() == lived[Scenario(NIGHTLY)]


def people_in(folder: Path) -> list[tuple[object, ...]]:
    """Who came, with what they need and when they can come."""
    asked = """
        select p.external_id, p.region, p.timezone, p.payer_code, r.level_code, r.waiting_since,
            (select group_concat(topic_code) from (select topic_code from request_topic
             where request_id = r.id order by rank)),
            (select group_concat(weekday || ':' || start_minute || '-' || end_minute) from
             (select * from availability where participant_id = p.id
              order by weekday, start_minute))
        from participant p join request r on r.participant_id = p.id
        where p.external_id is not null order by p.external_id, r.kind
    """
    with sqlite3.connect(folder / "year.sqlite3") as connection:
        return connection.execute(asked).fetchall()


@pytest.mark.usefixtures("lived")
def test_both_policies_meet_the_same_people(start: Start, folders: dict[str, Path]) -> None:
    nightly, first = (people_in(folders[name]) for name in (NIGHTLY, FIRST_COME))
    assert nightly == first
    assert {row[0] for row in nightly} == {each.key for each in start.newcomers}


def test_each_night_runs_once_and_is_proved_and_seats_are_taken(
    lived: dict[Scenario, Lived],
) -> None:
    nightly = lived[Scenario(NIGHTLY)]
    assert nightly.tally["nights"] == nightly.tally["nights proved"] == 7 * WEEKS
    assert nightly.tally["looks"] >= 3 * 7 * WEEKS
    for each in lived.values():
        assert each.outcome.accepted > 20
        assert each.outcome.moved == 0
        assert each.tally["sessions held"] > 40


def test_the_report_says_simulated_and_names_every_assumption(
    lived: dict[Scenario, Lived],
) -> None:
    text = report(lived, seed=SEED, weeks=WEEKS)
    assert text == report(lived, seed=SEED, weeks=WEEKS)
    tables = [line for line in text.splitlines() if line.startswith("| simulated |")]
    assert len(tables) == 1
    assert "first come, first served" in tables[0]
    for name in vars(assumptions()):
        assert f"| {name} |" in text


def everybody_into_one_group(compiled: matching.Compiled) -> matching.Solution:
    """A policy that knows no room."""
    problem = compiled.problem
    present = {each.id: each.seat for each in problem.requests if each.seat}
    running = next(each for each in problem.groups if not each.proposed and each.capacity > 4)
    waiting = [each.id for each in problem.requests if each.waiting][:12]
    taken = {each.participant for each in problem.requests if each.seat == running.id}
    wanted = {
        name: running.id for name in waiting if problem.request[name].participant not in taken
    }
    return given(problem, {**present, **wanted})


def test_without_the_guards_of_room_the_simulation_stops(
    start: Start, assumed: Assumptions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "violations", lambda problem, wished: [])
    monkeypatch.setattr(seats, "free_seats", lambda session, group, on=None: 9)
    with pytest.raises(InvariantBroken) as broken:
        year.live(start, tmp_path, everybody_into_one_group, assumed, weeks=WEEKS)
    assert broken.value.step == "2027-01-04, morning"
    assert any("holds" in each and " of " in each for each in broken.value.wrong)


def test_with_them_nobody_gets_in_by_the_same_policy(
    start: Start, assumed: Assumptions, tmp_path: Path
) -> None:
    with pytest.raises(RuntimeError, match="capacity"):
        year.live(start, tmp_path, everybody_into_one_group, assumed, weeks=WEEKS)


def test_a_broken_invariant_ends_the_command_and_says_what_was_broken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(matching, "violations", lambda problem, wished: [])
    monkeypatch.setattr(seats, "free_seats", lambda session, group, on=None: 9)
    monkeypatch.setattr(scenarios, "POLICIES", {NIGHTLY: everybody_into_one_group})
    told = CliRunner().invoke(command, ["--weeks", "1", "--seed", "3", "--processes", "1"])
    assert told.exit_code == 1
    assert "What must always hold was broken on 2027-01-04, morning" in told.output
