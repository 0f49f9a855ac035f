"""The second factor: codes of an authenticator app, and recovery codes in its place.

Flask-Security does the work; here are the keys, and that no code is taken twice.
"""

import base64
import hashlib
import hmac
from typing import Any

from flask import Flask
from flask_security import Totp
from passlib.exc import UsedTokenError
from sqlalchemy import or_, update

from groupmatch.records import Account
from groupmatch.settings import Settings
from groupmatch.web.transaction import session

#: Recovery codes that somebody gets at a time.
_CODES = 8


class Codes(Totp):
    """Codes of the app. One that has been taken is not taken again."""

    def get_last_counter(self, user: Any) -> int | None:
        """The place in time of the last code that was taken."""
        last: int | None = user.account.totp_counter
        return last

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        """Take a code; raises UsedTokenError when another request has taken it meanwhile."""
        unused = or_(Account.totp_counter.is_(None), Account.totp_counter < tmatch.counter)
        taken = (
            update(Account)
            .where(Account.id == user.account.id, unused)
            .values(totp_counter=tmatch.counter)
            .returning(Account.id)
        )
        if session().scalar(taken) is None:
            raise UsedTokenError()


def init_app(app: Flask, settings: Settings) -> None:
    """Configure Flask-Security: the app for everybody, required of all but participants."""
    app.config.update(
        SECURITY_TWO_FACTOR=True,
        SECURITY_TWO_FACTOR_ENABLED_METHODS=["authenticator"],
        SECURITY_TWO_FACTOR_RESCUE_EMAIL=False,
        # Seconds that an app's clock may be off.
        SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY=30,
        SECURITY_TWO_FACTOR_SETUP_URL="/account/second-factor",
        SECURITY_TWO_FACTOR_TOKEN_VALIDATION_URL="/sign-in/code",  # noqa: S106 - an address
        SECURITY_TWO_FACTOR_RESCUE_URL="/sign-in/rescue",
        SECURITY_TWO_FACTOR_SELECT_URL="/sign-in/factor",
        SECURITY_TWO_FACTOR_POST_SETUP_VIEW="/account",
        SECURITY_TWO_FACTOR_SETUP_TEMPLATE="account/second_factor.html",
        SECURITY_TWO_FACTOR_VERIFY_CODE_TEMPLATE="account/code.html",
        SECURITY_TOTP_SECRETS={"1": _key(settings, "totp").hex()},
        SECURITY_TOTP_ISSUER="groupmatch",
        SECURITY_MULTI_FACTOR_RECOVERY_CODES=True,
        SECURITY_MULTI_FACTOR_RECOVERY_CODES_N=_CODES,
        SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS=[
            base64.urlsafe_b64encode(_key(settings, "recovery codes"))
        ],
        SECURITY_MULTI_FACTOR_RECOVERY_CODES_URL="/account/recovery-codes",
        SECURITY_MULTI_FACTOR_RECOVERY_CODES_TEMPLATE="account/recovery_codes.html",
        SECURITY_MULTI_FACTOR_RECOVERY_URL="/sign-in/recovery-code",
        SECURITY_MULTI_FACTOR_RECOVERY_TEMPLATE="account/recovery_code.html",
    )


def _key(settings: Settings, purpose: str) -> bytes:
    """A key of its own for each purpose, from the site's secret."""
    return hmac.new(settings.secret_key.encode(), purpose.encode(), hashlib.sha256).digest()
