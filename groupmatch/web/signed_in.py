"""Ties a browser to its sign-in in the database: begins it, finds it, writes down its last click.

The cookie holds a secret and nothing that counts; where the database says that a sign-in is over,
replaying the cookie is of no use.
"""

from datetime import timedelta

from flask import Flask, g, redirect, request, url_for
from flask import session as cookie
from flask_login import user_logged_out
from flask_security import Security, current_user, user_authenticated
from flask_security.utils import set_request_attr
from werkzeug.wrappers import Response

from groupmatch import clock
from groupmatch.records import SignIn
from groupmatch.services.accounts import sign_ins
from groupmatch.web import transaction
from groupmatch.web.security import IMPERSONAL
from groupmatch.web.transaction import session
from groupmatch.web.visitor import Visitor

#: Where a second factor has been shown when they sign somebody in.
_SHOWN_AT = frozenset({"security.two_factor_token_validation", "security.mf_recovery"})

#: What answers alike whoever asks, also while the database is away.
_ASKS_NOBODY = IMPERSONAL | {"health.alive", "health.ready"}

#: Requests that a page makes by itself: nobody clicked.
_BY_ITSELF = "X-By-Itself"


def init_app(app: Flask, security: Security) -> None:
    """Let Flask-Security ask the database who is signed in."""
    security.login_manager.user_loader(_load)
    user_authenticated.connect(_begin, app)
    user_logged_out.connect(_end, app)
    app.before_request(_stay)


def current() -> SignIn:
    """The sign-in of the request that is being answered."""
    sign_in: SignIn = g.sign_in
    return sign_in


def time_left() -> timedelta:
    """How long the sign-in of this request lasts if nobody clicks any more."""
    return sign_ins.ends_at(current(), clicked=_clicked()) - clock.now()


def vouch() -> None:
    """Take the next sign-in of this request as one with a second factor; for the demo."""
    g.vouched = True


def _load(uniquifier: str) -> Visitor | None:
    if request.endpoint in _ASKS_NOBODY:
        return None
    found = sign_ins.live(session(), cookie.get("sign_in", ""), uniquifier)
    if found is None:
        return None
    g.sign_in = found
    if sign_ins.is_stale(found) and _clicked():
        transaction.afterwards(lambda writing: sign_ins.see(writing, found.id))
    # What Flask-Security's own loader tells the rest of it.
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", cookie.get("fs_paa", 0))
    return Visitor(found.account)


def _clicked() -> bool:
    return _BY_ITSELF not in request.headers


def _stay() -> Response | None:
    """Whoever is signed in is past the second step: a link to it does not sign them out."""
    if request.endpoint != "security.two_factor_token_validation" or "tf_state" in cookie:
        return None
    return redirect(url_for("account.me")) if current_user.is_authenticated else None


def _begin(_app: Flask, *, user: Visitor, **_more: object) -> None:
    before: SignIn | None = g.get("sign_in")
    shown = request.endpoint in _SHOWN_AT or g.get("vouched", False)
    if before is not None:
        # Whoever changes their password goes on in a new sign-in.
        sign_ins.end(session(), before.id)
        shown = shown or before.second_factor
    cookie["sign_in"] = sign_ins.begin(session(), user.account, second_factor=shown)


def _end(_app: Flask, **_more: object) -> None:
    if (mine := g.pop("sign_in", None)) is not None:
        sign_ins.end(session(), mine.id)
    cookie.pop("sign_in", None)
