"""A few of the runs of `python -m tests.shows.interruptions`, and its control."""

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from tests.shows import interrupted
from tests.shows.interrupted import OLD, Case
from tests.shows.interruptions import WAYS, disturbed, prepared


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return prepared(tmp_path_factory.mktemp("small"), (60,), careless=False)[60]


def test_however_a_run_is_disturbed_no_half_file_is_left(case: Case) -> None:
    endings = {way: ending for way, _, ending in disturbed({60: case}, len(WAYS), seed=1)}
    assert [way for way, ending in endings.items() if ending.startswith("DEFECT")] == []
    assert endings.keys() == WAYS.keys()


def test_written_without_care_half_a_file_is_found(case: Case, tmp_path: Path) -> None:
    careless = replace(case, folder=tmp_path, chance=Random(1), careless=True)
    careless.out.write_text(OLD)
    assert interrupted.out_of_disk(careless).startswith("DEFECT: a broken file")
