"""Who may call a view: decorators, and the check before every request."""

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, redirect, request, url_for
from flask_security import current_user
from werkzeug.wrappers import Response

from groupmatch.errors import NotAllowed, NotFound
from groupmatch.records import StaffRole
from groupmatch.web.access.acting import account, roles

View = TypeVar("View", bound=Callable[..., Any])


class Who(enum.StrEnum):
    """Kinds of callers."""

    ANYONE = "anyone"
    SIGNED_IN = "signed_in"
    PARTICIPANT = "participant"
    THERAPIST = "therapist"
    STAFF = "staff"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Access:
    """Who may call a view; for staff, any of these roles in the present program."""

    who: Who
    roles: frozenset[StaffRole] = frozenset()


_DECLARED: dict[Callable[..., Any], Access] = {}

#: Endpoints of the libraries that we mount.
_LIBRARIES = {
    "static": Access(Who.ANYONE),
    "bootstrap.static": Access(Who.ANYONE),
    "security.login": Access(Who.ANYONE),
    "security.logout": Access(Who.SIGNED_IN),
    "security.forgot_password": Access(Who.ANYONE),
    "security.reset_password": Access(Who.ANYONE),
    "security.change_password": Access(Who.SIGNED_IN),
    "security.verify": Access(Who.SIGNED_IN),
    # Half-way through signing in, nobody is signed in: these look for who has begun.
    "security.two_factor_setup": Access(Who.ANYONE),
    "security.two_factor_token_validation": Access(Who.ANYONE),
    "security.two_factor_setup_validate": Access(Who.SIGNED_IN),
    "security.mf_recovery": Access(Who.ANYONE),
    "security.mf_recovery_codes": Access(Who.SIGNED_IN),
    # There is one kind of second factor, and codes go by no mail.
    "security.tf_select": Access(Who.NOBODY),
    "security.two_factor_rescue": Access(Who.NOBODY),
}


def _declare(access: Access) -> Callable[[View], View]:
    def declared(view: View) -> View:
        _DECLARED[view] = access
        return view

    return declared


anyone = _declare(Access(Who.ANYONE))
signed_in = _declare(Access(Who.SIGNED_IN))
participant = _declare(Access(Who.PARTICIPANT))
therapist = _declare(Access(Who.THERAPIST))


def staff(*roles: StaffRole) -> Callable[[View], View]:
    """Staff who hold any of these roles in the present program; without roles, all its staff."""
    return _declare(Access(Who.STAFF, frozenset(roles or tuple(StaffRole))))


admin = staff(StaffRole.ADMIN)


def declared(app: Flask, endpoint: str) -> Access | None:
    """What an endpoint declares, or None."""
    return _DECLARED.get(app.view_functions[endpoint]) or _LIBRARIES.get(endpoint)


def init_app(app: Flask) -> None:
    """Check every request before its view."""
    app.before_request(_check)


def _check() -> Response | None:
    if request.endpoint is None:
        return None
    access = declared(current_app, request.endpoint)
    if access is None:
        raise NotAllowed("undeclared")
    if access.who is Who.NOBODY:
        raise NotFound()
    if access.who is Who.ANYONE:
        return None
    if not current_user.is_authenticated:
        there = request.full_path.rstrip("?") if request.method == "GET" else "/"
        return redirect(url_for("security.login", next=there), code=303)
    if not _holds(access):
        raise NotAllowed("other_role")
    return None


def _holds(access: Access) -> bool:
    if access.who is Who.PARTICIPANT:
        return account().participant_id is not None
    if access.who is Who.THERAPIST:
        return account().therapist_id is not None
    if access.who is Who.STAFF:
        return bool(access.roles & roles())
    return True
