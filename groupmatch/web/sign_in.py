"""Signing in: Flask-Security over the Account record, with our pages, words and mails.

Flask-Security compares passwords (argon2) and codes, and makes reset links. Who is signed in is
kept in the database (`signed_in`), and how often somebody tried, too (`attempts`).
"""

import unicodedata
from datetime import timedelta
from typing import Any

from flask import Flask, current_app, url_for
from flask_security import MailUtil, Security, login_user, password_changed, password_reset
from flask_security.recoverable import generate_reset_password_token

from groupmatch import clock
from groupmatch.language import later
from groupmatch.records import Account
from groupmatch.services.accounts import passwords
from groupmatch.services.audit import audit
from groupmatch.services.mail import outbox
from groupmatch.settings import Settings
from groupmatch.web import attempts, second_factor, sign_in_forms, signed_in
from groupmatch.web.second_factor import Codes
from groupmatch.web.transaction import session
from groupmatch.web.visitor import Accounts, Visitor

#: Days that an invitation or a reset link works.
LINK_DAYS = 3

#: For so long after a password, what matters asks for no other one.
_FRESH = timedelta(minutes=15)

#: Flask-Security's mails → the templates under `templates/mail/`.
_MAILS = {
    "security/email/reset_instructions": "password_reset",
    "security/email/reset_notice": "password_changed",
    "security/email/change_notice": "password_changed",
}

_MESSAGES = {
    "UNAUTHENTICATED": (later("Sign in to see this page."), "info"),
    "GENERIC_AUTHN_FAILED": (later("This email and password do not belong together."), "error"),
    "PASSWORD_RESET_REQUEST": (
        later("If %(email)s has an account here, a mail with a link is on its way."),
        "info",
    ),
    "PASSWORD_RESET_EXPIRED": (later("That link is too old. Ask for a new one here."), "info"),
    "INVALID_RESET_PASSWORD_TOKEN": (
        later("That link has been used or replaced. Ask for a new one here."),
        "info",
    ),
    "PASSWORD_RESET_NO_LOGIN": (later("Your password is set. Sign in with it."), "success"),
    "PASSWORD_CHANGE": (
        later("Your password is changed. Other devices have been signed out."),
        "success",
    ),
    "PASSWORD_INVALID_LENGTH": (later("Use at least %(length)s characters."), "error"),
    "PASSWORD_NOT_PROVIDED": (later("Enter a password."), "error"),
    "EMAIL_NOT_PROVIDED": (later("Enter your email address."), "error"),
    "INVALID_PASSWORD": (later("This is not your present password."), "error"),
    "RETYPE_PASSWORD_MISMATCH": (
        later("The two passwords differ. Type the same one twice."),
        "error",
    ),
    "TWO_FACTOR_INVALID_TOKEN": (
        later("This is not the code of this moment. Wait for the next one, and type that."),
        "error",
    ),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": (later("You are signed in."), "success"),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (
        later("From now on, signing in takes a code of your app."),
        "success",
    ),
    "TWO_FACTOR_PERMISSION_DENIED": (later("Begin with your email and password."), "info"),
    "TWO_FACTOR_DISABLED": (later("From now on, your password is enough to sign in."), "success"),
    "TWO_FACTOR_SETUP_EXPIRED": (later("That took too long. Begin again."), "info"),
    "INVALID_RECOVERY_CODE": (later("This is none of your codes, or it has been used."), "error"),
    "REAUTHENTICATION_REQUIRED": (later("Enter your password once more to go on."), "info"),
    "REAUTHENTICATION_SUCCESSFUL": (later("Thank you."), "success"),
    "PASSWORD_IS_THE_SAME": (later("Choose a password other than the present one."), "error"),
}


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
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS={
            f"argon2__{name}": number for name, number in passwords.COST.items()
        },
        SECURITY_PASSWORD_LENGTH_MIN=passwords.MIN_LENGTH,
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_API_ENABLED_METHODS=["session"],
        SECURITY_FRESHNESS=_FRESH,
        SECURITY_FRESHNESS_GRACE_PERIOD=_FRESH,
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
        SECURITY_VERIFY_URL="/sign-in/again",
        SECURITY_POST_LOGOUT_VIEW="/sign-in",
        SECURITY_LOGIN_USER_TEMPLATE="account/sign_in.html",
        SECURITY_VERIFY_TEMPLATE="account/again.html",
        SECURITY_FORGOT_PASSWORD_TEMPLATE="account/forgot_password.html",  # noqa: S106 - a template
        SECURITY_RESET_PASSWORD_TEMPLATE="account/set_password.html",  # noqa: S106 - a template
        SECURITY_CHANGE_PASSWORD_TEMPLATE="account/change_password.html",  # noqa: S106 - a template
        **{f"SECURITY_MSG_{code}": message for code, message in _MESSAGES.items()},
    )
    second_factor.init_app(app, settings)
    app.extensions["groupmatch.public_url"] = settings.public_url.rstrip("/")
    security = Security(
        app,
        Accounts(),
        login_form=sign_in_forms.SignInForm,
        verify_form=sign_in_forms.AgainForm,
        two_factor_verify_code_form=sign_in_forms.CodeForm,
        two_factor_setup_form=sign_in_forms.SetUpForm,
        two_factor_rescue_form=sign_in_forms.NoRescueForm,
        mf_recovery_form=sign_in_forms.RecoveryCodeForm,
        forgot_password_form=sign_in_forms.ForgotForm,
        reset_password_form=sign_in_forms.ResetForm,
        change_password_form=sign_in_forms.ChangeForm,
        totp_cls=Codes,
        mail_util_cls=_OutboxMail,
    )
    signed_in.init_app(app, security)
    password_reset.connect(_set_by_link, app)
    password_changed.connect(_set_by_owner, app)
    security.want_json(lambda _request: False)
    # Flask-Security would take a token from any request's query or headers; we issue none.
    security.login_manager.request_loader(None)


def _set_by_owner(_app: Flask, *, user: Visitor, **_more: Any) -> None:
    account = user.account
    account.confirmed_at = account.confirmed_at or clock.now()
    audit.record(session(), "account.password_set", account, by=account.id)


def _set_by_link(app: Flask, *, user: Visitor, **_more: Any) -> None:
    # Whoever reads the account's mail may try again at once, however often others tried.
    attempts.clear(user.account.email)
    _set_by_owner(app, user=user)


def sign_in(account: Account) -> None:
    """Sign an account in without a password or a code, for the demo."""
    signed_in.vouch()
    login_user(Visitor(account))


def password_link(account: Account) -> str:
    """A link with which the account's owner sets a password; for invitations."""
    token: str = generate_reset_password_token(Visitor(account))
    return _link(token)


def _link(token: str) -> str:
    public_url: str = current_app.extensions["groupmatch.public_url"]
    return public_url + url_for("security.reset_password", token=token)
