"""What went otherwise than asked → a page that says what to do."""

from collections.abc import Mapping

from flask import Flask, current_app
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError

from groupmatch.errors import Conflict, Refused
from groupmatch.web import transaction


def init_app(app: Flask) -> None:
    """Answer refusals, HTTP errors and bugs with our own pages.

    A bug arrives as an HTTP error 500; Flask has logged it by then.
    """
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(SecurityError, _strange_host)


def _refused(refusal: Refused) -> tuple[str, int]:
    return _page(refusal.status, refusal.code, refusal.facts)


def _stale(_error: StaleDataError) -> tuple[str, int]:
    return _refused(Conflict("changed_meanwhile"))


def _http_error(error: HTTPException) -> tuple[str, int] | HTTPException:
    # Redirects of the routing arrive here, too.
    if error.code is None or error.code < 400:
        return error
    return _page(error.code, "", {})


def _strange_host(_error: SecurityError) -> tuple[str, int]:
    # There is no site by this name, so no page of ours can say where its stylesheets are.
    return "This host name is not served here.", 400


def _page(status: int, code: str, facts: Mapping[str, object]) -> tuple[str, int]:
    transaction.abandon()
    # Rendered without Flask's context: the account and the database may be what failed.
    template = current_app.jinja_env.get_template("errors/error.html")
    return template.render(status=status, code=code, facts=facts), status
