"""Nights that are given up: somebody hears of each, once, whatever crashed.

Like the night itself it is level-triggered: each minute the database is asked which nights have
been tried often enough and nobody has been told of.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.database import Database
from groupmatch.records import Account, JobRun, OutboxMail, ProgramRole, Run, RunState, StaffRole
from groupmatch.services import locks
from groupmatch.services.mail import outbox
from groupmatch.services.runs import nightly, runs

#: Who starts the match again, and who can look at the installation.
_TOLD = (StaffRole.COORDINATOR, StaffRole.ADMIN)
#: What is older is no news any more.
_RECENT = timedelta(days=2)


def tell_all_due(database: Database) -> int:
    """Write to the staff of every program whose night is given up; how many nights."""
    with database.read() as session:
        lost = [(held.program_id, held.id) for held in _untold(session)]
    told = 0
    for program_id, claim_id in lost:
        with database.transaction() as session:
            locks.hold_program(session, program_id)
            told += _tell(session, session.get_one(JobRun, claim_id))
    return told


def _untold(session: Session) -> Sequence[JobRun]:
    told = select(OutboxMail.id).where(OutboxMail.about.startswith("night:" + JobRun.id))
    query = (
        select(JobRun)
        .join(Run)
        .where(
            JobRun.job == nightly.JOB,
            JobRun.attempts >= nightly.MOST_ATTEMPTS,
            JobRun.claimed_at > clock.now() - _RECENT,
            Run.state.in_([RunState.FAILED, RunState.RUNNING]),
            ~told.exists(),
        )
    )
    return session.scalars(query).all()


def _tell(session: Session, held: JobRun) -> bool:
    run = session.get_one(Run, held.run_id)
    if run.state == RunState.RUNNING and not runs.end_if_silent(session, run):
        return False
    for account_id, address in _staff(session, held.program_id):
        outbox.post(
            session,
            "night_failed",
            address,
            program_id=held.program_id,
            facts={},
            about=f"night:{held.id}:{account_id}",
        )
    return True


def _staff(session: Session, program_id: str) -> list[tuple[str, str]]:
    query = (
        select(Account.id, Account.email)
        .join(ProgramRole)
        .where(
            ProgramRole.program_id == program_id,
            ProgramRole.role.in_(_TOLD),
            ProgramRole.ended_at.is_(None),
            Account.active,
        )
        .distinct()
    )
    return [(account_id, address) for account_id, address in session.execute(query)]
