"""The forms of signing in: Flask-Security's, with our labels, and with each right try told."""

from typing import Any

from flask_security import (
    ChangePasswordForm,
    ForgotPasswordForm,
    LoginForm,
    MfRecoveryForm,
    ResetPasswordForm,
    TwoFactorRescueForm,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
    VerifyForm,
)
from flask_security.forms import Form
from wtforms import RadioField, StringField

from groupmatch.language import later
from groupmatch.web import attempts

_LABELS = {
    "code": later("Code"),
    "email": later("Email"),
    "password": later("Password"),
    "new_password": later("New password"),
    "new_password_confirm": later("New password once more"),
    "password_confirm": later("Password once more"),
}


class _OurLabels(Form):
    """Labels in our words and case."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:
            field.label.text = _LABELS.get(field.name, str(field.label.text))


class _Try(_OurLabels):
    """Takes something that lets people in; a right one is told to who counts the tries."""

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        right: bool = super().validate(*args, **kwargs)  # type: ignore[no-untyped-call]
        if right:
            attempts.right()
        return right


class SignInForm(_Try, LoginForm):
    """Email and password; there is no cookie that outlives the browser."""

    remember = None  # type: ignore[assignment]  # how WTForms drops an inherited field


class AgainForm(_Try, VerifyForm):
    """The password once more, before something that matters."""


class SetUpForm(TwoFactorSetupForm):
    """Sets up the authenticator app, or turns it off; the page has a button for each."""

    setup = StringField()  # type: ignore[assignment]  # it offers one way, by a button


class NoRescueForm(TwoFactorRescueForm):
    """Recovery codes are the one way around the app; Flask-Security builds this all the same."""

    help_setup = RadioField(choices=[])


class CodeForm(_Try, TwoFactorVerifyCodeForm):
    """A code of the authenticator app."""


class RecoveryCodeForm(_Try, MfRecoveryForm):
    """A recovery code in place of the app."""


class ChangeForm(_Try, ChangePasswordForm):
    """Changes a known password."""


class ForgotForm(_OurLabels, ForgotPasswordForm):
    """Asks for a link."""


class ResetForm(_OurLabels, ResetPasswordForm):
    """Sets a password by a link."""
