"""The staff of a program: accounts with their roles."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from groupmatch.records import Account, Program, ProgramRole
from groupmatch.services.audit.history import account_name


@dataclass(frozen=True)
class StaffRow:
    """One account with the roles that it holds in a program."""

    account: Account
    name: str
    roles: tuple[ProgramRole, ...]


def staff_list(session: Session, program: Program) -> tuple[StaffRow, ...]:
    """Everybody who holds a role in a program, by name."""
    query = (
        select(ProgramRole)
        .where(ProgramRole.program_id == program.id, ProgramRole.ended_at.is_(None))
        .options(
            joinedload(ProgramRole.account).joinedload(Account.therapist),
            joinedload(ProgramRole.account).joinedload(Account.participant),
        )
        .order_by(ProgramRole.role)
    )
    held: dict[str, list[ProgramRole]] = {}
    for role in session.scalars(query):
        held.setdefault(role.account_id, []).append(role)
    return _by_name(_row(roles) for roles in held.values())


def _row(roles: list[ProgramRole]) -> StaffRow:
    account = roles[0].account
    return StaffRow(account, account_name(account), tuple(roles))


def _by_name(rows: Iterable[StaffRow]) -> tuple[StaffRow, ...]:
    return tuple(sorted(rows, key=lambda row: row.name.casefold()))
