"""What went otherwise than asked → a page that says what to do."""

import logging
from collections.abc import Mapping

from flask import Flask, Response, current_app, request
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError

from groupmatch.errors import Conflict, Refused
from groupmatch.language import gettext
from groupmatch.web import transaction

_RETRY_SECONDS = "30"

_log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Answer refusals, HTTP errors and bugs with our own pages.

    A bug arrives as an HTTP error 500; Flask has logged it by then.
    """
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(StaleDataError, _stale)
    for gone in (OperationalError, PoolTimeout):
        app.register_error_handler(gone, _database_gone)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(SecurityError, _strange_host)


def _refused(refusal: Refused) -> tuple[str, int]:
    return _page(refusal.status, refusal.code, refusal.facts)


def _stale(_error: StaleDataError) -> tuple[str, int]:
    return _refused(Conflict("changed_meanwhile"))


def _database_gone(error: Exception) -> Response:
    """The database is away, locked or full: nothing was changed, and it mends without us."""
    _log.warning("%s: the database failed: %s", request.endpoint, type(error).__name__)
    answer = current_app.make_response(_page(503, "", {}))
    answer.headers["Retry-After"] = _RETRY_SECONDS
    return answer


def _http_error(error: HTTPException) -> tuple[str, int] | HTTPException:
    # Redirects of the routing arrive here, too.
    if error.code is None or error.code < 400:
        return error
    return _page(error.code, "", {})


def _strange_host(_error: SecurityError) -> tuple[str, int]:
    # There is no site by this name, so no page of ours can say where its stylesheets are.
    return gettext("This host name is not served here."), 400


def _page(status: int, code: str, facts: Mapping[str, object]) -> tuple[str, int]:
    transaction.abandon()
    # Rendered without Flask's context: the account and the database may be what failed.
    template = current_app.jinja_env.get_template("errors/error.html")
    return template.render(status=status, code=code, facts=facts), status
