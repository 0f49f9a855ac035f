"""Some of the nights of `python -m tests.shows.kills`, and two controls."""

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


def test_bundles_published_one_by_one_leave_half_a_plan(usual: Usual, tmp_path: Path) -> None:
    night = Night(usual, tmp_path / "night", "publish")
    night.killed("", Random(), DIE_AT_STATEMENT=str(usual.counts["AT_STATEMENT"] * 7 // 10))
    assert any(text.startswith("half a plan") for text in night.defects(recovered=False))
    night.close()


def test_a_mail_named_anew_at_each_sending_is_found(usual: Usual, tmp_path: Path) -> None:
    night = Night(usual, tmp_path / "night", "message-id")
    night.killed("", Random(), DIE_AFTER_MAIL="2")
    night.recovered()
    assert night.defects(recovered=True) == ["a mail repeated under another Message-ID"]
    night.close()
