"""One-click sign-ins of the demo: they exist only when it is the demo, and only on this machine."""

from flask import Blueprint, Flask, redirect, request, url_for
from sqlalchemy import ColumnElement, select
from werkzeug.wrappers import Response

from groupmatch.errors import NotFound
from groupmatch.records import Account
from groupmatch.settings import Settings
from groupmatch.web import access, sign_in
from groupmatch.web.security import LOOPBACK
from groupmatch.web.transaction import session

blueprint = Blueprint("demo", __name__, url_prefix="/demo")

#: Role → its accounts. The demo program begins with one of each; who is invited comes later.
_ACCOUNTS: dict[str, ColumnElement[bool]] = {
    "coordinator": Account.staff_roles.any(),
    "participant": Account.participant_id.is_not(None),
    "therapist": Account.therapist_id.is_not(None),
}


def init_app(app: Flask, settings: Settings) -> None:
    """Mount the sign-ins where they may exist, and let the layouts offer them there."""
    open_here = settings.demo and settings.host in LOOPBACK
    app.jinja_env.globals["demo_roles"] = tuple(_ACCOUNTS) if open_here else ()
    if open_here:
        app.register_blueprint(blueprint)


@blueprint.post("/sign-in/<role>")
@access.anyone
def enter(role: str) -> Response:
    """Sign in as the demo's coordinator, participant or therapist."""
    if role not in _ACCOUNTS or request.remote_addr not in LOOPBACK:
        raise NotFound()
    first = select(Account).where(_ACCOUNTS[role]).order_by(Account.created_at).limit(1)
    account = session().scalar(first)
    if account is None:
        raise NotFound()
    sign_in.sign_in(account)
    return redirect(url_for("account.first_page"), code=303)
