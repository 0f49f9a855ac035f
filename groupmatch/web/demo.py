"""One-click sign-ins of the demo: they exist only when it is the demo, and only on this machine."""

from flask import Blueprint, Flask, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from groupmatch.errors import NotFound
from groupmatch.records import Account
from groupmatch.settings import Settings
from groupmatch.web import access, sign_in
from groupmatch.web.security import LOOPBACK
from groupmatch.web.transaction import session

blueprint = Blueprint("demo", __name__, url_prefix="/demo")

#: Role → the account that `services/demo_program.py` makes for it.
_EMAILS = {
    "coordinator": "coordinator@demo.example",
    "participant": "participant@demo.example",
    "therapist": "therapist@demo.example",
}


def init_app(app: Flask, settings: Settings) -> None:
    """Mount the sign-ins where they may exist, and let the layouts offer them there."""
    open_here = settings.demo and settings.host in LOOPBACK
    app.jinja_env.globals["demo_roles"] = tuple(_EMAILS) if open_here else ()
    if open_here:
        app.register_blueprint(blueprint)


@blueprint.post("/sign-in/<role>")
@access.anyone
def enter(role: str) -> Response:
    """Sign in as the demo's coordinator, participant or therapist."""
    if role not in _EMAILS or request.remote_addr not in LOOPBACK:
        raise NotFound()
    account = session().scalar(select(Account).where(Account.email == _EMAILS[role]))
    if account is None:
        raise NotFound()
    sign_in.sign_in(account)
    return redirect(url_for("account.first_page"), code=303)
