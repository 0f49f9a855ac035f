"""The pages about explanations, and the commands that they show."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from groupmatch.cli.phrases import change_in_words, interval_in_words, reason_in_words
from solver import parse_problem
from solver.changes import Change, DropRequirement, WidenGroup, read_change
from solver.eligibility import RULES
from solver.explanations.fixes import possible_fixes
from solver.explanations.solved import Solved
from solver.files.refusal import Errors
from solver.generator import generate
from solver.solution import Reason
from tests.checked import solve
from tests.solver.cases import group, parsed, request

REPOSITORY = Path(__file__).parents[2]
PAGE = REPOSITORY / "docs" / "explanations.md"
SAMPLE = "docs/samples/evening-groups.json"
BLOCKS = re.findall(r"```console\n\$ groupmatch (.*)\n((?:.*\n)*?)```", PAGE.read_text("utf-8"))


def groupmatch(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "groupmatch", *arguments]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(("command", "shown"), BLOCKS, ids=[command for command, _ in BLOCKS])
def test_the_page_shows_what_the_program_prints(command: str, shown: str) -> None:
    done = groupmatch(*command.split())
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == shown


def test_the_page_shows_every_command() -> None:
    assert {command.split()[0] for command, _ in BLOCKS} == {"explain", "shortage", "disruption"}


@pytest.mark.parametrize("command", ["shortage", "disruption", "explain"])
def test_a_refused_file_is_told_with_every_error(command: str, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text('{"format": "groupmatch.problem/1", "color": 1}')
    done = groupmatch(command, str(wrong))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("$.color: 1: unknown key")
    missing = groupmatch(command, str(tmp_path / "nowhere.json"))
    assert missing.returncode == 1
    assert "No such file" in missing.stderr


def test_an_unknown_request_is_named() -> None:
    done = groupmatch("explain", SAMPLE, "dan-anxiety", "dan-grief")
    assert done.returncode == 1
    assert "no request is called dan-grief" in done.stderr


def test_reports_are_there_as_json() -> None:
    shortage = json.loads(groupmatch("shortage", SAMPLE, "--top", "2", "--json").stdout)
    assert shortage["complete"]
    assert shortage["changes"][0] == {
        "change": {"kind": "open_group", "group": "grief-fri"},
        "placed_gain": 2500,
        "places": ["joe-grief", "kim-grief"],
        "verified": True,
    }
    errors = Errors()
    assert all(read_change(errors, "$", one["change"]) for one in shortage["changes"])
    disruption = json.loads(groupmatch("disruption", SAMPLE, "--most", "1", "--json").stdout)
    assert [point["value"] for point in disruption["points"]] == [2300, 3700]


def test_a_report_without_time_says_that_it_is_not_complete() -> None:
    done = groupmatch("shortage", SAMPLE, "--time-limit", "0")
    assert done.returncode == 0
    assert done.stdout.endswith("The time was over before all changes were tried.\n")


def test_a_match_without_time_for_fixes_says_for_whom(tmp_path: Path) -> None:
    out = str(tmp_path / "s.json")
    late = groupmatch("solve", SAMPLE, "--explain", "--time-limit", "0", "--out", out)
    assert late.returncode == 0
    unfinished = json.loads(Path(out).read_text())["stats"]["fixes_unfinished"]
    count, more = len(unfinished), len(unfinished) - 5
    asked = f"Time ended before all fixes were tried for {count} of the {count} requests"
    assert late.stderr.startswith(asked)
    assert f"and {more} more, listed in the solution under stats" in late.stderr
    done = groupmatch("solve", SAMPLE, "--explain", "--out", out)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_reason_and_change_of_a_generated_program_has_words() -> None:
    asked = parse_problem(generate(120, seed=2))
    solution = solve(asked, explain=True)
    solved = Solved(asked, solution.assignment)
    for unplaced in solution.unplaced:
        for reason in unplaced.reasons:
            if reason.group is not None:
                words = reason_in_words(asked, asked.request[unplaced.request], reason)
                assert words
                assert "{" not in words
        for change in possible_fixes(solved, unplaced.request):
            assert change_in_words(asked, change)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (DropRequirement("r1", "modality"), "r1 no longer asks for modality"),
        (WidenGroup("g1", "region", "NJ"), "g1 also takes region NJ"),
    ],
)
def test_changes_read_as_what_somebody_would_do(change: Change, words: str) -> None:
    assert change_in_words(parsed([group("g1")], [request("r1")]), change) == words


def test_hours_are_told_by_day_and_week() -> None:
    one = parsed([group("g1")], [request("r1")])
    assert interval_in_words(one, (1440 + 18 * 60, 1440 + 19 * 60 + 5)) == "Tue 18:00 to 19:05"
    two = parsed([group("g1")], [request("r1")], horizon_minutes=20_160, weeks=2)
    assert interval_in_words(two, (10_080 + 600, 10_080 + 660)) == "Mon 10:00 to 11:00 of week 2"
    short = parsed(
        [group("g1", 1)],
        [request("r1")],
        horizon_minutes=1440,
        participants=[{"id": "p1", "available": []}],
    )
    assert interval_in_words(short, (60, 120)) == "day 1 1:00 to 2:00"


def test_there_are_words_for_every_rule_of_eligibility() -> None:
    asked = parsed(
        [group("g1", topic="grief", admits=False, requires={"region": ["NY"]})],
        [request("r1", requires={"modality": ["CBT"]})],
        participants=[{"id": "p1", "available": []}],
    )
    for rule in RULES.keys() - {"topic"}:
        assert reason_in_words(asked, asked.request["r1"], Reason(rule, "detail", "g1"))
