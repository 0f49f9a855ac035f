"""An installation in a folder of its own, and a way to run commands in it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from groupmatch.cli import main
from groupmatch.database import Database

Run = Callable[..., Result]


@pytest.fixture
def run(sqlite_database: Database, tmp_path: Path) -> Run:
    """Run `groupmatch` with arguments against the test's database, or with other variables."""

    def command(*arguments: str | Path, input: str | None = None, **variables: str) -> Result:
        environment = {
            "GROUPMATCH_DATA": str(tmp_path / "data"),
            "GROUPMATCH_DATABASE_URL": "",
            "DATABASE_URL": sqlite_database.url.render_as_string(hide_password=False),
            **variables,
        }
        return CliRunner(env=environment).invoke(main, [str(each) for each in arguments], input)

    return command
