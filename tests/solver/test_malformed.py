"""Files that are no problem are refused with path, value and rule, and nothing is written."""

import json
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings

from groupmatch.cli import main
from solver.generator import generate
from tests.solver.malformations import Malformed, malformed_files

MANY = settings(
    deadline=None,
    derandomize=True,
    max_examples=300,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@MANY
@given(file=malformed_files())
def test_a_malformed_file_is_refused_by_path_value_and_rule(file: Malformed) -> None:
    assert_refused(file)


def assert_refused(file: Malformed) -> None:
    """`groupmatch solve` names every damaged place, exits with 2, and writes nothing."""
    with tempfile.TemporaryDirectory() as folder:
        problem, out = Path(folder, "problem.json"), Path(folder, "solution.json")
        problem.write_bytes(file.content)
        result = run("solve", str(problem), "--out", str(out))
        assert [path.name for path in Path(folder).iterdir()] == ["problem.json"]
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert all(line.startswith("$") and line.count(": ") >= 2 for line in lines), lines
    for place in file.places:
        assert any(line.startswith(place) for line in lines), (place, lines)


def run(*arguments: str) -> Result:
    """The command, in this process; an exception that it lets out is raised here."""
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def test_all_errors_of_a_file_are_reported_together(tmp_path: Path) -> None:
    problem = generate(20, 1)
    for person in problem["participants"]:  # type: ignore[attr-defined]
        person["available"] = [[600, 540]]
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(problem))
    lines = run("solve", str(path)).stderr.splitlines()
    assert len(lines) == 20
    assert lines[3].startswith("$.participants[3].available[0]: [600, 540]: ")


def test_check_refuses_a_malformed_problem_too(tmp_path: Path) -> None:
    path = tmp_path / "problem.json"
    path.write_text("{}")
    result = run("check", str(path), str(path))
    assert result.exit_code == 2
    assert "$.format" in result.stderr


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"format": "groupmatch.solution/1"}', "\x00"])
def test_check_says_what_is_wrong_with_a_malformed_solution(tmp_path: Path, content: str) -> None:
    problem, solution = tmp_path / "problem.json", tmp_path / "solution.json"
    problem.write_text(json.dumps(generate(5, 1)))
    solution.write_text(content)
    result = run("check", str(problem), str(solution))
    assert result.exit_code == 1
    assert "$" in result.stdout


def test_a_lone_surrogate_in_an_id_is_no_accident(tmp_path: Path) -> None:
    """JSON can spell half a character; whatever becomes of it, no traceback does."""
    problem = generate(5, 1)
    problem["participants"][0]["id"] = "\ud800"  # type: ignore[index]
    path, out = tmp_path / "problem.json", tmp_path / "solution.json"
    path.write_text(json.dumps(problem))
    assert run("solve", str(path), "--out", str(out)).exit_code in (0, 2)


def test_check_names_an_unknown_id_whatever_its_characters(tmp_path: Path) -> None:
    path, out = tmp_path / "problem.json", tmp_path / "solution.json"
    path.write_text(json.dumps(generate(5, 1)))
    assert run("solve", str(path), "--out", str(out)).exit_code == 0
    document = json.loads(out.read_text())
    document["opened"] = ["\ud800"]
    out.write_text(json.dumps(document))
    result = run("check", str(path), str(out))
    assert (result.exit_code, result.stdout) == (
        1,
        "form: \\ud800 is no group of the problem\n",
    )
