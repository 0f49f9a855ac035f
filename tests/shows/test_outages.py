"""Short ones of the outages of `python -m tests.shows.outages`, and their controls."""

from pathlib import Path

import pytest

from tests.shows import lost_database, lost_mail_server
from tests.shows.outages import OUTAGES


@pytest.fixture(autouse=True)
def _few_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lost_database, "PEOPLE", 40)
    monkeypatch.setattr(lost_mail_server, "MINUTES", 10)


@pytest.mark.parametrize("outage", ["disk full", "SQLite locked", "mail server hangs up"])
def test_nothing_is_lost_and_nobody_restarts_anything(outage: str, tmp_path: Path) -> None:
    told = OUTAGES[outage](tmp_path, 1.0, False)
    assert (told.lost, told.wrong) == (0, [])
    assert told.wait > 0


@pytest.mark.parametrize("outage", ["disk full", "mail server away"])
def test_without_care_something_is_lost(outage: str, tmp_path: Path) -> None:
    assert OUTAGES[outage](tmp_path, 1.0, True).lost > 0
