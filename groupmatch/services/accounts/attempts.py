"""How often somebody tried to get in: counted in the database, so that it holds for all workers.

Who is tried and from where are kept as keyed hashes only. An address without an account is counted
like any other, so the count tells nobody which is which.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.database import Database, new_id
from groupmatch.records import SignInAttempt
from groupmatch.services.accounts.sign_in_policy import Limit, sign_in_policy


@dataclass(frozen=True)
class Try:
    """One try: which limits count it, and keyed hashes of who is tried and from where."""

    kind: str
    who: str
    network: str


def claim(database: Database, made: Try) -> tuple[str, timedelta | None]:
    """Count a try before it is looked at. Returns its id, and how long to wait where it is one
    too many; then it is not to be looked at, and does not count.

    The row is committed before it is counted: of any number at once, as many see themselves within
    a limit as the limit allows.
    """
    now, made_id = clock.now(), new_id()
    with database.transaction() as session:
        _forget_old(session, now)
        session.add(
            SignInAttempt(id=made_id, at=now, kind=made.kind, who=made.who, network=made.network)
        )
    with database.transaction() as session:
        wait = _wait(session, made, now)
        if wait is not None:
            forget(session, made_id)
    return made_id, wait


def succeeded(session: Session, attempt_id: str) -> None:
    """The try was right: what failed before it counts no longer."""
    made = update(SignInAttempt).where(SignInAttempt.id == attempt_id)
    session.execute(made.values(succeeded=True))


def clear(session: Session, made: Try) -> None:
    """Count from zero again: the account's owner has set a password by a mailed link."""
    session.add(
        SignInAttempt(
            at=clock.now(), kind=made.kind, who=made.who, network=made.network, succeeded=True
        )
    )


def forget(session: Session, attempt_id: str) -> None:
    """It was no try after all."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.id == attempt_id))


def _wait(session: Session, made: Try, now: datetime) -> timedelta | None:
    """How long to wait, by the limit that asks for most; None where no limit is passed."""
    limits = sign_in_policy().limits[made.kind]
    of_who = (SignInAttempt.who == made.who, SignInAttempt.kind == made.kind)
    right = select(func.max(SignInAttempt.at)).where(*of_who, SignInAttempt.succeeded)
    since = session.scalar(right)
    fresh = of_who if since is None else (*of_who, SignInAttempt.at > since)
    from_there = (SignInAttempt.network == made.network, SignInAttempt.kind == made.kind)
    waits = [
        *_waits(session, limits.who, fresh, now),
        *_waits(session, limits.network, from_there, now),
    ]
    return max(waits, default=None)


def _waits(
    session: Session, limits: Iterable[Limit], which: Iterable[ColumnElement[bool]], now: datetime
) -> Iterable[timedelta]:
    for limit in limits:
        query = (
            select(SignInAttempt.at)
            .where(*which, ~SignInAttempt.succeeded, SignInAttempt.at > now - limit.within)
            .order_by(SignInAttempt.at.desc())
            .limit(limit.tries + 1)
        )
        times = session.scalars(query).all()
        if len(times) > limit.tries:
            yield times[-1] + limit.within - now


def _forget_old(session: Session, now: datetime) -> None:
    old = SignInAttempt.at < now - sign_in_policy().memory
    session.execute(delete(SignInAttempt).where(old))
