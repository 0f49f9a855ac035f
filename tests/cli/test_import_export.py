"""`groupmatch import` and `groupmatch export`."""

from pathlib import Path

import pytest

from groupmatch.resources import shipped
from groupmatch.services.privacy import part2
from groupmatch.services.spreadsheets import KINDS
from tests.cli.conftest import Run

_SAMPLES = shipped("config") / "samples"


@pytest.fixture(autouse=True)
def _program(run: Run) -> None:
    assert run("program", "create", "Lakeside", "--timezone", "America/New_York").exit_code == 0


def test_the_samples_import_and_export_in_their_order(run: Run, tmp_path: Path) -> None:
    for kind in KINDS:
        result = run("import", kind, _SAMPLES / f"{kind}.csv")
        assert result.exit_code == 0, result.output
        assert ", 0 changed, 0 the same" in result.output
    again = run("import", "people", _SAMPLES / "people.csv")
    assert again.output == "people: 0 new, 0 changed, 10 the same\n"
    out = tmp_path / "people.csv"
    assert run("export", "people", "--out", out).exit_code == 0
    label, _scope, header, *_ = out.read_text(encoding="utf-8-sig").splitlines()
    assert (label, header[:13]) == (part2.NOTICE, "id,first_name")
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    assert run("import", "people", out).output == again.output


def test_a_dry_run_says_what_would_change_and_changes_nothing(run: Run) -> None:
    for _ in range(2):
        result = run("import", "therapists", _SAMPLES / "therapists.csv", "--dry-run")
        assert result.exit_code == 0
        assert "row 2, T-1: new\n" in result.output
        assert result.output.endswith(
            "therapists: 4 new, 0 changed, 0 the same (nothing was imported)\n"
        )


def test_a_dry_run_names_columns_and_never_a_person(run: Run, tmp_path: Path) -> None:
    run("import", "therapists", _SAMPLES / "therapists.csv")
    changed = tmp_path / "changed.csv"
    text = (_SAMPLES / "therapists.csv").read_text(encoding="utf-8")
    changed.write_text(
        text.replace("NY; NJ; PA,gender=man; language", "NY; NJ,gender=man; language")
    )
    result = run("import", "therapists", changed, "--dry-run")
    assert "row 3, T-2: changes licenses\n" in result.output
    assert "Abara" not in result.output


def test_one_bad_row_keeps_all_rows_out(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    text = (_SAMPLES / "therapists.csv").read_text(encoding="utf-8")
    bad.write_text(text.replace("America/Los_Angeles", "Pacific"), encoding="utf-8")
    result = run("import", "therapists", bad)
    assert result.exit_code == 2
    assert "row 4, column timezone: “Pacific” is not a time zone" in result.output
    assert "Nothing was imported: 1 problem." in result.output
    assert run("export", "therapists").output.count("\n") == 1


def test_a_file_comes_from_standard_input_and_goes_to_the_screen(run: Run) -> None:
    text = (_SAMPLES / "therapists.csv").read_text(encoding="utf-8")
    assert run("import", "therapists", "-", input=text).exit_code == 0
    assert run("export", "therapists").output.startswith("id,first_name")


def test_a_file_that_is_not_there_is_named(run: Run, tmp_path: Path) -> None:
    result = run("import", "people", tmp_path / "nowhere.csv")
    assert result.exit_code == 1
    assert "nowhere.csv: No such file or directory" in result.output
