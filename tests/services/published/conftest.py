"""What becomes of a published draft is tested on both databases."""

from collections.abc import Iterator

import pytest
import time_machine
from sqlalchemy.orm import Session

from groupmatch.database import Database


@pytest.fixture
def session(database: Database, fixed_clock: time_machine.Traveller) -> Iterator[Session]:
    """One open write transaction on each engine, at NOW. It is rolled back in the end."""
    with database.session(write=True) as opened:
        yield opened
