"""Accounts: invite staff, participants and therapists; give and end roles."""

from collections.abc import Callable, Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from groupmatch import clock
from groupmatch.database import new_id
from groupmatch.errors import Conflict, NotAllowed, NotFound, Refused
from groupmatch.records import Account, Participant, Program, ProgramRole, StaffRole, Therapist
from groupmatch.services.accounts import passwords
from groupmatch.services.audit import audit
from groupmatch.services.mail import outbox

#: Makes the link with which the owner of a new account sets a password.
Link = Callable[[Account], str]


def invite_staff(
    session: Session,
    program: Program,
    *,
    email: str,
    name: str,
    role: StaffRole,
    by: str | None,
    link: Link | None = None,
) -> Account:
    """Give somebody a role in a program, with an account and an invitation where they have none.

    Without `link`, no mail is written. Raises Refused `email_missing` or `name_missing`, and
    Conflict `email_of_participant`: staff who are also in care use another address here.
    """
    if not name.strip():
        raise Refused("name_missing")
    account = account_of(session, email)
    if account and account.participant_id:
        raise Conflict("email_of_participant")
    account = account or _add_account(session, email, name=name.strip())
    _give_role(session, account, program, role, by=by)
    _invite(session, account, program.id, by=by, link=link)
    return account


def invite_participant(
    session: Session, participant: Participant, *, by: str | None, link: Link | None = None
) -> Account:
    """Give a participant an account. Inviting again sends the mail again until they sign in.

    Raises Refused `email_missing`, and Conflict `email_taken` when it is somebody else's.
    """
    account = session.scalar(select(Account).where(Account.participant_id == participant.id))
    if account is None:
        _refuse_taken(session, participant.email)
        account = _add_account(session, participant.email, participant_id=participant.id)
    _invite(session, account, participant.program_id, by=by, link=link)
    return account


def invite_therapist(
    session: Session, therapist: Therapist, *, by: str | None, link: Link | None = None
) -> Account:
    """Give a therapist an account, or join theirs to the staff account with the same address.

    Raises Refused `email_missing`, and Conflict `email_taken` when it is somebody else's.
    """
    account = session.scalar(select(Account).where(Account.therapist_id == therapist.id))
    if account is None:
        account = account_of(session, therapist.email)
        if account and (account.participant_id or account.therapist_id):
            raise Conflict("email_taken")
        account = account or _add_account(session, therapist.email, name=therapist.full_name)
        account.therapist_id = therapist.id
    _invite(session, account, therapist.program_id, by=by, link=link)
    return account


def end_role(session: Session, role: ProgramRole, *, by: str | None) -> None:
    """End a role. Raises Conflict `last_admin`: a program keeps somebody who can give roles."""
    if role.role == StaffRole.ADMIN and _admins(session, role.program_id) <= 1:
        raise Conflict("last_admin")
    role.ended_at = clock.now()
    audit.record(session, "role.ended", role, by=by, before={"role": role.role})


def refuse_without_role(
    session: Session, program_id: str, roles: Collection[StaffRole], *, by: str | None
) -> None:
    """Raise NotAllowed `not_your_decision` unless an account holds any of the roles at present.

    The software itself (None) carries decisions over that people have made elsewhere.
    """
    held = select(ProgramRole.id).where(
        ProgramRole.account_id == by,
        ProgramRole.program_id == program_id,
        ProgramRole.role.in_(roles),
        ProgramRole.ended_at.is_(None),
    )
    if by is not None and session.scalars(held.limit(1)).first() is None:
        raise NotAllowed("not_your_decision", roles=sorted(roles))


def set_password(session: Session, account: Account, password: str, *, by: str | None) -> None:
    """Set a password and end every session of the account. Raises Refused `password_short`."""
    account.password = passwords.hashed(password)
    account.fs_uniquifier = new_id() + new_id()
    account.confirmed_at = account.confirmed_at or clock.now()
    audit.record(session, "account.password_set", account, by=by)


def reset_second_factor(session: Session, email: str, *, by: str | None) -> Account:
    """Take the lost app and its recovery codes off an account, which is signed out everywhere and
    told by mail; whoever needs a second factor sets one up at the next sign-in.

    Whoever calls this has made sure who asks. Raises NotFound `no_account`.
    """
    account = account_of(session, email)
    if account is None:
        raise NotFound("no_account")
    account.second_factor = account.totp_secret = account.recovery_codes = None
    account.fs_uniquifier = new_id() + new_id()
    audit.record(session, "account.second_factor_removed", account, by=by)
    outbox.post(session, "second_factor_changed", account.email, program_id=None, facts={})
    return account


def account_of(session: Session, email: str) -> Account | None:
    """The account of an address, in any case. Raises Refused `email_missing` without one."""
    if "@" not in email:
        raise Refused("email_missing")
    return session.scalar(select(Account).where(func.lower(Account.email) == email.strip().lower()))


def _add_account(
    session: Session, email: str, *, name: str = "", participant_id: str | None = None
) -> Account:
    account = Account(
        id=new_id(),
        email=email.strip(),
        name=name,
        participant_id=participant_id,
        created_at=clock.now(),
    )
    session.add(account)
    return account


def _refuse_taken(session: Session, email: str) -> None:
    if account_of(session, email):
        raise Conflict("email_taken")


def _give_role(
    session: Session, account: Account, program: Program, role: StaffRole, *, by: str | None
) -> None:
    given = session.scalar(
        select(ProgramRole).where(
            ProgramRole.account_id == account.id,
            ProgramRole.program_id == program.id,
            ProgramRole.role == role,
        )
    )
    if given is not None and given.ended_at is None:
        return
    if given is None:
        given = ProgramRole(id=new_id(), account_id=account.id, program_id=program.id, role=role)
        session.add(given)
    given.ended_at = None
    facts = {"account": account.id, "role": role}
    audit.record(session, "role.given", given, by=by, after=facts)


def _invite(
    session: Session, account: Account, program_id: str, *, by: str | None, link: Link | None
) -> None:
    """Write the invitation, unless the account has been taken up already."""
    if account.password is not None or link is None:
        return
    account.invited_at = clock.now()
    session.flush()
    outbox.post(
        session,
        "invitation",
        account.email,
        program_id=program_id,
        facts={"link": link(account)},
    )
    audit.record(session, "account.invited", account, by=by)


def _admins(session: Session, program_id: str) -> int:
    held = select(func.count()).where(
        ProgramRole.program_id == program_id,
        ProgramRole.role == StaffRole.ADMIN,
        ProgramRole.ended_at.is_(None),
    )
    return session.scalar(held) or 0
