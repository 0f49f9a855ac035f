"""Signing in: Flask-Security over the Account record.

Flask-Security keeps passwords (argon2), sessions and reset links. It wants a user class of its
own and a datastore; records know nothing of Flask, so both are thin adapters here.
"""

import unicodedata
from datetime import timedelta
from typing import Any

from flask import Flask, current_app, url_for
from flask_security import (
    ChangePasswordForm,
    ForgotPasswordForm,
    LoginForm,
    MailUtil,
    ResetPasswordForm,
    Security,
    UserDatastore,
    UserMixin,
    login_user,
    password_changed,
    password_reset,
)
from flask_security.core import RoleMixin
from flask_security.recoverable import generate_reset_password_token
from sqlalchemy import func, select

from groupmatch import clock
from groupmatch.records import Account
from groupmatch.services import audit, outbox, passwords
from groupmatch.settings import Settings
from groupmatch.web.transaction import session

#: Days that an invitation or a reset link works.
LINK_DAYS = 3

#: Flask-Security's mails → the templates under `templates/mail/`.
_MAILS = {
    "security/email/reset_instructions": "password_reset",
    "security/email/reset_notice": "password_changed",
    "security/email/change_notice": "password_changed",
}

_MESSAGES = {
    "UNAUTHENTICATED": ("Sign in to see this page.", "info"),
    "GENERIC_AUTHN_FAILED": ("This email and password do not belong together.", "error"),
    "PASSWORD_RESET_REQUEST": (
        "If %(email)s has an account here, a mail with a link is on its way.",
        "info",
    ),
    "PASSWORD_RESET_EXPIRED": ("That link is too old. Ask for a new one here.", "info"),
    "INVALID_RESET_PASSWORD_TOKEN": (
        "That link has been used or replaced. Ask for a new one here.",
        "info",
    ),
    "PASSWORD_RESET_NO_LOGIN": ("Your password is set. Sign in with it.", "success"),
    "PASSWORD_CHANGE": (
        "Your password is changed. Other devices have been signed out.",
        "success",
    ),
    "PASSWORD_INVALID_LENGTH": ("Use at least %(length)s characters.", "error"),
    "PASSWORD_NOT_PROVIDED": ("Enter a password.", "error"),
    "EMAIL_NOT_PROVIDED": ("Enter your email address.", "error"),
    "INVALID_PASSWORD": ("This is not your present password.", "error"),
    "RETYPE_PASSWORD_MISMATCH": ("The two passwords differ. Type the same one twice.", "error"),
    "PASSWORD_IS_THE_SAME": ("Choose a password other than the present one.", "error"),
}


_LABELS = {
    "email": "Email",
    "new_password": "New password",
    "new_password_confirm": "New password once more",
    "password_confirm": "Password once more",
}


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
    roles: list[RoleMixin] = []  # noqa: RUF012 - Flask-Principal asks for it

    def __init__(self, account: Account) -> None:
        self.account = account


class _Accounts(UserDatastore):
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


class _OurLabels:
    """Labels in our words and case."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:  # type: ignore[attr-defined]
            field.label.text = _LABELS.get(field.name, str(field.label.text))


class _SignInForm(_OurLabels, LoginForm):
    """Email and password; there is no cookie that outlives the browser."""

    remember = None  # type: ignore[assignment]  # how WTForms drops an inherited field


class _ForgotForm(_OurLabels, ForgotPasswordForm):
    """Asks for a link."""


class _ResetForm(_OurLabels, ResetPasswordForm):
    """Sets a password by a link."""


class _ChangeForm(_OurLabels, ChangePasswordForm):
    """Changes a known password."""


class _OutboxMail(MailUtil):
    """Hands Flask-Security's mails to the outbox, and takes addresses as people type them."""

    def send_mail(self, template: str, *args: Any, **context: Any) -> None:
        token = context.get("reset_token")
        outbox.post(
            session(),
            _MAILS[template],
            context["user"].email,
            program_id=None,
            facts={} if token is None else {"link": _link(token)},
        )

    def normalize(self, email: str) -> str:
        return unicodedata.normalize("NFKC", email).strip()

    validate = normalize


def init_app(app: Flask, settings: Settings) -> None:
    """Mount Flask-Security's pages with our templates, words and mails."""
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the name of a method
        SECURITY_PASSWORD_SINGLE_HASH=["argon2"],
        SECURITY_PASSWORD_LENGTH_MIN=passwords.MIN_LENGTH,
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_API_ENABLED_METHODS=["session"],
        SECURITY_FRESHNESS=timedelta(minutes=-1),
        SECURITY_STATIC_FOLDER=None,
        SECURITY_CLI_USERS_NAME=None,
        SECURITY_CLI_ROLES_NAME=None,
        SECURITY_RECOVERABLE=True,
        SECURITY_CHANGEABLE=True,
        SECURITY_RESET_PASSWORD_WITHIN=timedelta(days=LINK_DAYS),
        SECURITY_EMAIL_PLAINTEXT=False,
        SECURITY_EMAIL_HTML=False,
        SECURITY_LOGIN_URL="/sign-in",
        SECURITY_LOGOUT_URL="/sign-out",
        SECURITY_RESET_URL="/password/reset",
        SECURITY_CHANGE_URL="/password/change",
        SECURITY_POST_LOGOUT_VIEW="/sign-in",
        SECURITY_LOGIN_USER_TEMPLATE="account/sign_in.html",
        SECURITY_FORGOT_PASSWORD_TEMPLATE="account/forgot_password.html",  # noqa: S106 - a template
        SECURITY_RESET_PASSWORD_TEMPLATE="account/set_password.html",  # noqa: S106 - a template
        SECURITY_CHANGE_PASSWORD_TEMPLATE="account/change_password.html",  # noqa: S106 - a template
        **{f"SECURITY_MSG_{code}": message for code, message in _MESSAGES.items()},
    )
    app.extensions["groupmatch.public_url"] = settings.public_url.rstrip("/")
    security = Security(
        app,
        _Accounts(),
        login_form=_SignInForm,
        forgot_password_form=_ForgotForm,
        reset_password_form=_ResetForm,
        change_password_form=_ChangeForm,
        mail_util_cls=_OutboxMail,
    )
    password_reset.connect(_set_by_owner, app)
    password_changed.connect(_set_by_owner, app)
    security.want_json(lambda _request: False)
    # Flask-Security would take a token from any request's query or headers; we issue none.
    security.login_manager.request_loader(None)


def _set_by_owner(_app: Flask, *, user: Visitor, **_more: Any) -> None:
    account = user.account
    account.confirmed_at = account.confirmed_at or clock.now()
    audit.record(session(), "account.password_set", account, by=account.id)


def sign_in(account: Account) -> None:
    """Begin a session of an account without a password, for the demo."""
    login_user(Visitor(account))


def password_link(account: Account) -> str:
    """A link with which the account's owner sets a password; for invitations."""
    token: str = generate_reset_password_token(Visitor(account))
    return _link(token)


def _link(token: str) -> str:
    public_url: str = current_app.extensions["groupmatch.public_url"]
    return public_url + url_for("security.reset_password", token=token)
