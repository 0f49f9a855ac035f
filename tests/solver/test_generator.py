"""Made-up problems are valid, believable, and the same for the same arguments."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from groupmatch.cli import main
from solver import check, parse_problem
from solver.generator import PROFILES, generate
from solver.generator.timeline import Timeline, bits
from tests.checked import solve
from tests.solver.judge import Judge

SIZES = (1, 2, 7, 60, 400)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("weeks", [1, 2])
def test_every_size_and_profile_is_accepted(profile: str, weeks: int) -> None:
    for participants in SIZES:
        for seed in range(3):
            problem = parse_problem(generate(participants, seed, weeks=weeks, profile=profile))
            assert len(problem.participants) == participants


def test_the_same_arguments_give_the_same_file() -> None:
    one, again, other = (json.dumps(generate(80, seed, weeks=2)) for seed in (5, 5, 6))
    assert one == again
    assert one != other


@pytest.fixture(scope="module")
def mixed() -> dict[str, Any]:
    return generate(1500, 1)


def test_a_program_has_its_usual_proportions(mixed: dict[str, Any]) -> None:
    assert 240 <= len(mixed["groups"]) <= 280
    assert 1700 <= len(mixed["requests"]) <= 2600
    proposed = sum(group.get("status") == "proposed" for group in mixed["groups"])
    assert 0.1 <= proposed / len(mixed["groups"]) <= 0.2
    seated = [r for r in mixed["requests"] if r.get("current_group") and not r.get("displaced")]
    assert 0.3 <= len(seated) / len(mixed["requests"]) <= 0.8
    switching = sum(request.get("wants_switch", False) for request in seated)
    assert 0.02 <= switching / len(seated) <= 0.1


def test_everything_that_the_format_knows_occurs(mixed: dict[str, Any]) -> None:
    for section in ("plans", "keep_apart", "alternatives", "pins", "bans"):
        assert mixed[section], section
    for key in ("held_seats", "admits", "open_cost", "limits"):
        assert any(key in group for group in mixed["groups"]), key
    for key in (
        "displaced",
        "avoid_groups",
        "avoid_therapists",
        "therapist_cost",
        "group_cost",
        "requires",
    ):
        assert any(key in request for request in mixed["requests"]), key
    assert any(len(group["therapists"]) > 1 for group in mixed["groups"])
    assert any("gender" in group["requires"] for group in mixed["groups"])
    assert any(len(hours) == 3 for p in mixed["participants"] for hours in p["available"])
    assert any("day_offset_minutes" in person for person in mixed["participants"])
    assert any("max_minutes" not in therapist for therapist in mixed["therapists"])


def test_ids_are_not_in_the_order_of_the_file(mixed: dict[str, Any]) -> None:
    for section in ("participants", "therapists", "groups", "requests", "plans"):
        ids = [record["id"] for record in mixed[section]]
        assert ids != sorted(ids)
        assert len(set(ids)) == len(ids)


def test_topics_have_a_long_tail(mixed: dict[str, Any]) -> None:
    asked = Counter(topic for r in mixed["requests"] for topic in r["topics"])
    weekly = [count for topic, count in asked.most_common() if not topic.startswith("iop")]
    assert weekly[0] > 4 * weekly[-1]


def test_an_intensive_week_is_nine_hours_on_three_days(mixed: dict[str, Any]) -> None:
    for plan in mixed["plans"]:
        assert (plan["min_minutes"], plan["min_days"]) == (540, 3)
        assert plan["max_minutes_per_day"] == 240
        assert len(plan["requests"]) in (2, 3)


def test_arizona_moves_against_new_york_when_clocks_change() -> None:
    evening = [(18 * 60, 19 * 60, 0)]
    timeline = Timeline(weeks=2)
    new_york = timeline.lay_out("America/New_York", evening)
    phoenix = timeline.lay_out("America/Phoenix", evening)
    assert new_york == [(1080, 1140, 0), (11160, 11220, 0)]
    assert phoenix == [(1260, 1320, 0), (11280, 11340, 0)]


def test_hours_that_pass_the_end_of_the_week_wrap_round() -> None:
    sunday_night = [(7 * 1440 - 60, 7 * 1440, 0)]
    laid = Timeline(weeks=1).lay_out("America/Chicago", sunday_night)
    assert laid == [(0, 60, 0)]
    assert bits(laid) == 0b1111


@pytest.mark.parametrize("profile", PROFILES)
def test_the_solver_places_some_and_not_all(profile: str) -> None:
    content = generate(150, 2, profile=profile, weeks=2)
    problem = parse_problem(content)
    solution = solve(problem)
    assert solution.status == "optimal"
    assert check(problem, solution) == []
    assert solution.objective.placed > 0
    assert solution.unplaced


def test_most_seats_are_held_rightly_and_a_few_not(mixed: dict[str, Any]) -> None:
    judge = Judge(mixed)
    seated = [r for r, g in judge.current.items() if g is not None]
    hours_gone = sum(3 in judge.failing(r, str(judge.current[r])) for r in seated)
    assert 0 < hours_gone < len(seated) // 20


def test_the_command_writes_what_was_generated(tmp_path: Path) -> None:
    out = tmp_path / "problem.json"
    asked = ["generate", "--participants", "30", "--seed", "4", "--max-moves", "none"]
    assert CliRunner().invoke(main, [*asked, "--out", str(out)]).exit_code == 0
    assert json.loads(out.read_text()) == generate(30, 4, max_moves=None)
    assert json.loads(CliRunner().invoke(main, asked).output) == generate(30, 4, max_moves=None)


@pytest.mark.parametrize("moves", ["-1", "some"])
def test_max_moves_is_a_number_or_none(moves: str) -> None:
    asked = ["generate", "--participants", "3", "--max-moves", moves]
    assert CliRunner().invoke(main, asked).exit_code == 2
