"""A small crowd grabs the last seats; the show of the same name does it with thousands."""

from groupmatch.database import Database
from tests.shows.last_seats import grabbed, prepared


def test_a_crowd_of_processes_gets_the_seats_that_there_are(postgresql_database: Database) -> None:
    attempts = prepared(postgresql_database, 60, seats_in_all=6, groups=2)
    outcome = grabbed(postgresql_database, attempts, processes=2, careless=False)
    assert outcome.told == {"seated": 6, "group_full": 54}
    assert (outcome.given, outcome.oversold, outcome.defects) == (6, 0, [])


def test_a_crowd_of_threads_gets_the_seats_that_there_are(sqlite_database: Database) -> None:
    attempts = prepared(sqlite_database, 60, seats_in_all=6, groups=2)
    outcome = grabbed(sqlite_database, attempts, processes=0, careless=False)
    assert (outcome.given, outcome.oversold, outcome.defects) == (6, 0, [])


def test_without_the_lock_the_same_crowd_buys_seats_twice(database: Database) -> None:
    attempts = prepared(database, 60, seats_in_all=6, groups=2)
    outcome = grabbed(database, attempts, processes=0, careless=True)
    assert outcome.oversold > 0
    assert outcome.defects
