"""Tries are counted exactly, however many come at once, on both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from sqlalchemy import select

from groupmatch.database import Database
from groupmatch.records import SignInAttempt
from groupmatch.services.accounts import attempts
from groupmatch.services.accounts.attempts import Try
from groupmatch.services.accounts.sign_in_policy import sign_in_policy

ADA = Try("password", "ada", "home")
AT_ONCE = 24


def _looked_at(database: Database, number: int) -> int:
    """How many of so many tries at once are looked at."""
    with ThreadPoolExecutor(8) as pool:
        claims = pool.map(lambda _: attempts.claim(database, ADA), range(number))
        return sum(wait is None for _, wait in claims)


def test_of_many_tries_at_once_no_more_are_looked_at_than_the_limit(database: Database) -> None:
    limit = sign_in_policy().limits["password"].who[0].tries
    assert 1 <= _looked_at(database, AT_ONCE) <= limit
    assert _looked_at(database, 4) <= limit
    with database.read() as session:
        assert len(session.scalars(select(SignInAttempt)).all()) <= limit


def test_counting_before_writing_would_let_more_through(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the same tries, each counted before anybody's row is there."""
    monkeypatch.setattr(attempts, "_wait", lambda *_: None)
    assert _looked_at(sqlite_database, AT_ONCE) == AT_ONCE


@pytest.mark.usefixtures("fixed_clock")
def test_a_try_that_was_right_clears_what_failed_before_it(sqlite_database: Database) -> None:
    for _ in range(4):
        attempts.claim(sqlite_database, ADA)
    right, _ = attempts.claim(sqlite_database, ADA)
    with sqlite_database.transaction() as session:
        attempts.succeeded(session, right)
    assert attempts.claim(sqlite_database, ADA)[1] is None


def test_what_no_limit_looks_at_any_more_is_forgotten(
    sqlite_database: Database, fixed_clock: time_machine.Traveller
) -> None:
    attempts.claim(sqlite_database, ADA)
    fixed_clock.shift(sign_in_policy().memory.total_seconds() + 1)
    attempts.claim(sqlite_database, Try("code", "ben", "home"))
    with sqlite_database.read() as session:
        assert [made.who for made in session.scalars(select(SignInAttempt))] == ["ben"]
