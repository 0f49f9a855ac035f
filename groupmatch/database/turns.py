"""Writers of one SQLite database wait in turn.

SQLite lets whoever finds a database locked try again after naps of up to a tenth of a second, for
as long as its timeout says. Among many writers somebody then always finds another one quicker, and
may hear after half a minute that the database is locked. So the writers of this process, which is
the only one that serves the database, wait for each other here, and each gets its turn.
"""

import sqlite3
import threading

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

#: How long somebody waits for a turn, or for another process that writes.
PATIENCE_SECONDS = 30

_TURN = "groupmatch.turn"


class Turns:
    """Lets one connection of an engine write at a time."""

    def __init__(self, engine: Engine) -> None:
        self._free = threading.Lock()
        # However a transaction ends: a connection is given back after each.
        event.listen(engine, "checkin", self._end)

    def take(self, connection: Connection) -> None:
        """Wait until nobody else writes. Raises OperationalError, as SQLite itself would."""
        if not self._free.acquire(timeout=PATIENCE_SECONDS):
            locked = sqlite3.OperationalError("database is locked")
            raise OperationalError("BEGIN IMMEDIATE", None, locked)
        connection.info[_TURN] = True

    def _end(self, _connection: object, record: ConnectionPoolEntry) -> None:
        if record.info.pop(_TURN, False):
            self._free.release()
