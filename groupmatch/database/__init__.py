"""The database: how to connect, how a transaction is made, how the schema is upgraded."""

from groupmatch.database.connection import Database
from groupmatch.database.types import Attributes, Instant, Json, Record, new_id

__all__ = ["Attributes", "Database", "Instant", "Json", "Record", "new_id"]
