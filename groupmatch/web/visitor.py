"""An account as Flask-Security sees a user, and where it finds one.

Flask-Security wants a user class of its own and a datastore; records know nothing of Flask, so
both are thin adapters here.
"""

from typing import Any

from flask_security import UserDatastore, UserMixin
from flask_security.core import RoleMixin
from sqlalchemy import func, select

from groupmatch.records import Account
from groupmatch.services import locks
from groupmatch.services.accounts import sign_ins
from groupmatch.services.audit import audit
from groupmatch.services.mail import outbox
from groupmatch.web.transaction import session


def _of_account(name: str) -> Any:
    return property(
        lambda visitor: getattr(visitor.account, name),
        lambda visitor, value: setattr(visitor.account, name, value),
    )


class Visitor(UserMixin):
    """An account, as Flask-Security sees a user. Views declare their roles in `access`."""

    id = _of_account("id")
    email = _of_account("email")
    password = _of_account("password")
    active = _of_account("active")
    fs_uniquifier = _of_account("fs_uniquifier")
    confirmed_at = _of_account("confirmed_at")
    tf_primary_method = _of_account("second_factor")
    tf_totp_secret = _of_account("totp_secret")
    mf_recovery_codes = _of_account("recovery_codes")
    tf_phone_number: str | None = None
    roles: list[RoleMixin] = []  # noqa: RUF012 - Flask-Principal asks for it

    def __init__(self, account: Account) -> None:
        self.account = account

    def check_tf_required(
        self, tf_setup_methods: list[tuple[str, str]], tf_fresh: bool
    ) -> tuple[bool, list[tuple[str, str]]]:
        """Whoever has a second factor shows it; whoever needs one sets it up before all else."""
        return bool(tf_setup_methods) or self.check_tf_required_setup(), tf_setup_methods

    def check_tf_required_setup(self) -> bool:
        """Whether this account may not be without a second factor."""
        return sign_ins.needs_second_factor(self.account)


class Accounts(UserDatastore):
    """Finds accounts. The request's transaction commits, so nothing does here."""

    def __init__(self) -> None:
        super().__init__(Visitor, RoleMixin)

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> UserMixin | None:
        ((name, value),) = kwargs.items()
        column = getattr(Account, name)
        if case_insensitive:
            column, value = func.lower(column), str(value).lower()
        account = session().scalar(select(Account).where(column == value))
        return None if account is None else Visitor(account)

    def put(self, model: Any) -> Any:
        return model

    def commit(self) -> None:
        """Left to the request."""

    def tf_set(
        self,
        user: Any,
        primary_method: str,
        totp_secret: str | None = None,
        phone: str | None = None,
    ) -> None:
        """Keep what the app and we share; signing in with a code comes through here, too."""
        changes = user.tf_totp_secret != totp_secret
        super().tf_set(user, primary_method, totp_secret, phone)
        if changes:
            _tell(user.account, "account.second_factor_set")

    def tf_reset(self, user: Any) -> None:
        """Forget the second factor with its recovery codes."""
        super().tf_reset(user)
        user.mf_recovery_codes = None
        _tell(user.account, "account.second_factor_removed")

    def mf_get_recovery_codes(self, user: Any) -> list[str]:
        """The codes that are left, held until the request is over: each is taken once."""
        locks.hold(session(), user.account)
        codes: list[str] = user.mf_recovery_codes or []
        return codes

    def mf_delete_recovery_code(self, user: Any, idx: int) -> bool:
        """Take one of the codes."""
        left = list(user.mf_recovery_codes or [])
        del left[idx]
        user.mf_recovery_codes = left
        audit.record(session(), "account.recovery_code_used", user.account, by=user.account.id)
        return True


def _tell(account: Account, act: str) -> None:
    audit.record(session(), act, account, by=account.id)
    outbox.post(session(), "second_factor_changed", account.email, program_id=None, facts={})
