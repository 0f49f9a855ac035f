"""Counts every try at something that lets people in, or see whom they do not treat, before anything
looks at it.

This stands in front of the views: whoever has tried too often gets the same answer whether the
account exists or not, and no password is compared.
"""

import hashlib
import hmac
import ipaddress
import math
import unicodedata

from flask import Flask, Response, current_app, g, request
from flask import session as cookie

from groupmatch.errors import Refused, TooManyTries
from groupmatch.services.accounts import attempts
from groupmatch.services.accounts.attempts import Try
from groupmatch.web import transaction

#: Endpoint → what kind of try it takes.
_KINDS = {
    "security.login": "password",
    "security.verify": "password",
    "security.change_password": "password",
    "security.two_factor_token_validation": "code",
    "security.two_factor_setup_validate": "code",
    "security.mf_recovery": "code",
    "security.forgot_password": "link",
    "emergencies.open_person": "emergency",
}


def init_app(app: Flask) -> None:
    """Count before every other check."""
    app.before_request(_claim)
    app.after_request(_forget)


def right() -> None:
    """The try of this request was right: it and what failed before it count no longer."""
    if (attempt_id := g.pop("attempt", None)) is not None:
        attempts.succeeded(transaction.session(), attempt_id)


def clear(email: str) -> None:
    """Let the owner of an address in again, who has just set a password by a mailed link."""
    attempts.clear(transaction.session(), _try("password", _folded(email)))


def _claim() -> None:
    kind = _KINDS.get(request.endpoint or "")
    if kind is None or request.method != "POST":
        return
    if request.is_json:
        # The forms would read it, but this count looks at fields.
        raise Refused("not_a_form")
    attempt_id, wait = attempts.claim(transaction.database(), _try(kind, _who()))
    if wait is not None:
        raise TooManyTries(math.ceil(wait.total_seconds() / 60))
    g.attempt = attempt_id


def _forget(response: Response) -> Response:
    """A form that is out of date was never looked at, so it was no try."""
    if response.status_code == 400 and (attempt_id := g.pop("attempt", None)) is not None:
        with transaction.database().transaction() as apart:
            attempts.forget(apart, attempt_id)
    return response


def _who() -> str:
    """Who is tried: the address in the form, or the account that the cookie is about."""
    if request.endpoint in ("security.login", "security.forgot_password"):
        return _folded(request.form.get("email", ""))
    return str(cookie.get("tf_user_id") or cookie.get("_user_id") or "")


def _folded(email: str) -> str:
    return unicodedata.normalize("NFKC", email).strip().lower()


def _try(kind: str, who: str) -> Try:
    return Try(kind, _keyed(f"who {who}"), _keyed(f"network {_network(request.remote_addr)}"))


def _network(address: str | None) -> str:
    """The network of an address: whoever has one IPv4 /24 or one IPv6 /64 has all of it."""
    try:
        known = ipaddress.ip_address(address or "")
    except ValueError:
        return ""
    bits = 24 if known.version == 4 else 64
    return str(ipaddress.ip_network(f"{known}/{bits}", strict=False))


def _keyed(text: str) -> str:
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]
