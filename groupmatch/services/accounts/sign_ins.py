"""Sign-ins that the database knows: what ends here has ended, whatever a browser still holds."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session, contains_eager

from groupmatch import clock
from groupmatch.records import Account, ProgramRole, SignIn
from groupmatch.services.accounts.sign_in_policy import sign_in_policy
from groupmatch.services.audit import audit

#: How exactly it is kept when somebody was last here: not every click writes.
_SEEN_TO = timedelta(minutes=1)

_OF_ACCOUNT = contains_eager(SignIn.account)
#: A sign-in that goes on with all that tells what its account may do: every page begins with it,
#: so it is written once, and asks for everything at once.
_LIVE = (
    select(SignIn)
    .join(SignIn.account)
    .where(SignIn.id == bindparam("sign_in_id"), SignIn.ended_at.is_(None))
    .where(Account.active, Account.fs_uniquifier == bindparam("uniquifier"))
    .options(
        _OF_ACCOUNT,
        _OF_ACCOUNT.joinedload(Account.participant),
        _OF_ACCOUNT.joinedload(Account.staff_roles).joinedload(ProgramRole.program),
    )
)


def begin(session: Session, account: Account, *, second_factor: bool) -> str:
    """Begin a sign-in. Returns the secret that the browser keeps."""
    secret = secrets.token_urlsafe(32)
    now = clock.now()
    session.add(
        SignIn(
            id=_id(secret),
            account_id=account.id,
            began_at=now,
            seen_at=now,
            second_factor=second_factor,
        )
    )
    audit.record(session, "account.signed_in", account, by=account.id)
    return secret


def live(session: Session, secret: str, uniquifier: str) -> SignIn | None:
    """The sign-in of a browser with its account, or None: unknown, over, or of an account that is
    closed, has a new password, or should have shown a second factor.
    """
    given = {"sign_in_id": _id(secret), "uniquifier": uniquifier}
    found = session.scalars(_LIVE, given).unique().one_or_none()
    if found is None or clock.now() >= ends_at(found):
        return None
    return found if found.second_factor or not needs_second_factor(found.account) else None


def ends_at(sign_in: SignIn, *, clicked: bool = False) -> datetime:
    """When it ends by itself if nobody clicks from now on; `clicked` is a click just now."""
    lasting = sign_in_policy().lasting(sign_in.account)
    seen = clock.now() if clicked else sign_in.seen_at
    return min(seen + lasting.idle, sign_in.began_at + lasting.most)


def needs_second_factor(account: Account) -> bool:
    """Whether a password alone does not sign an account in: everybody but participants."""
    return account.participant_id is None


def is_stale(sign_in: SignIn) -> bool:
    """Whether the last click is long enough ago to write down a new one."""
    return clock.now() - sign_in.seen_at >= _SEEN_TO


def see(session: Session, sign_in_id: str) -> None:
    """Write down that somebody is here."""
    seen = update(SignIn).where(SignIn.id == sign_in_id, SignIn.ended_at.is_(None))
    session.execute(seen.values(seen_at=clock.now()))


def end(session: Session, sign_in_id: str) -> None:
    """End one sign-in."""
    ended = update(SignIn).where(SignIn.id == sign_in_id, SignIn.ended_at.is_(None))
    session.execute(ended.values(ended_at=clock.now()))


def end_all(session: Session, account: Account) -> None:
    """Sign an account out everywhere."""
    ended = update(SignIn).where(SignIn.account_id == account.id, SignIn.ended_at.is_(None))
    session.execute(ended.values(ended_at=clock.now()))
    audit.record(session, "account.signed_out_everywhere", account, by=account.id)


def open_elsewhere(session: Session, sign_in: SignIn) -> int:
    """In how many other browsers the account is signed in."""
    query = select(SignIn).where(
        SignIn.account_id == sign_in.account_id,
        SignIn.id != sign_in.id,
        SignIn.ended_at.is_(None),
    )
    others = session.scalars(query).all()
    return sum(clock.now() < ends_at(other) for other in others)


def _id(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
