"""Two of the nights of `python -m tests.shows.kills`, and a control."""

from pathlib import Path
from random import Random

import pytest

from tests.shows.killed_night import Night, Usual, prepared


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Usual:
    return prepared(tmp_path_factory.mktemp("night"))


def test_a_night_killed_while_it_publishes_leaves_nothing_and_recovers(
    usual: Usual, tmp_path: Path
) -> None:
    night = Night(usual, tmp_path / "night", "")
    night.killed("", Random(), DIE_AT_STATEMENT=str(usual.counts["AT_STATEMENT"] // 2))
    assert (night.state, night.defects(recovered=False)) == ("running", [])
    night.recovered()
    assert night.defects(recovered=True) == []
    night.close()


def test_a_mail_that_is_marked_before_it_is_sent_is_lost(usual: Usual, tmp_path: Path) -> None:
    night = Night(usual, tmp_path / "night", "mail")
    night.killed("", Random(), DIE_AT_MAIL="3")
    night.recovered()
    assert night.defects(recovered=True) == ["5 of 6 told"]
    night.close()
