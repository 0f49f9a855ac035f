"""Who is acting: the account that is signed in, its roles and its present program."""

from collections.abc import Sequence

from flask import g
from flask import session as cookie
from flask_security import current_user

from groupmatch.errors import NotAllowed, NotFound
from groupmatch.records import Account, Participant, Program, ProgramRole, StaffRole, Therapist


def account() -> Account:
    """The account that is signed in."""
    account: Account = current_user.account
    return account


def participant_self() -> Participant:
    """The participant who is signed in."""
    person = account().participant
    if person is None:
        raise NotAllowed("other_role")
    return person


def therapist_self() -> Therapist:
    """The therapist who is signed in."""
    person = account().therapist
    if person is None:
        raise NotAllowed("other_role")
    return person


def programs() -> Sequence[Program]:
    """The programs in which the account holds a staff role, by name."""
    if "programs" not in g:
        g.programs = sorted({role.program for role in held_roles()}, key=lambda each: each.name)
    programs: Sequence[Program] = g.programs
    return programs


def program() -> Program:
    """The program that a member of staff works in at present."""
    mine = programs()
    if not mine:
        raise NotAllowed("other_role")
    return next((each for each in mine if each.id == cookie.get("program")), mine[0])


def choose_program(program_id: str) -> None:
    """Work in another of one's programs from now on."""
    if program_id not in {each.id for each in programs()}:
        raise NotFound()
    cookie["program"] = program_id


def roles() -> frozenset[StaffRole]:
    """The account's roles in the present program."""
    if not programs():
        return frozenset()
    return frozenset(role.role for role in held_roles() if role.program_id == program().id)


def held_roles() -> Sequence[ProgramRole]:
    """All staff roles that the account holds at present."""
    if "held_roles" not in g:
        g.held_roles = [role for role in account().staff_roles if role.ended_at is None]
    held: Sequence[ProgramRole] = g.held_roles
    return held
