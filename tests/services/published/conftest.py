"""What becomes of a published draft is tested on both databases."""

from collections.abc import Iterator

import pytest
import time_machine
from sqlalchemy.orm import Session

from groupmatch.database import Database
from tests.cast import Cast, make_cast


@pytest.fixture
def session(database: Database, fixed_clock: time_machine.Traveller) -> Iterator[Session]:
    """One open write transaction on each engine, at NOW. It is rolled back in the end."""
    with database.session(write=True) as opened:
        yield opened


@pytest.fixture
def cast(session: Session) -> Cast:
    """The fixed cast, in the open transaction of `session`."""
    return make_cast(session)
