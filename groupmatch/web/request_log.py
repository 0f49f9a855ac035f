"""What the log says of a request: its id, which page it asked for, and how that ended.

Never its address, which may hold somebody's private token, nor anything that was sent with it.
"""

import logging
from time import monotonic
from types import TracebackType
from typing import Any

from flask import Flask, Response, g, request

from groupmatch import logs
from groupmatch.database import new_id
from groupmatch.traces import trace
from groupmatch.web.security import IMPERSONAL

_log = logging.getLogger(__name__)


class Application(Flask):
    """Flask, with bugs logged by where they arose: what a database says may quote people."""

    def log_exception(
        self,
        exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None],
    ) -> None:
        """Log a bug."""
        if exc_info[1] is not None:
            _log.error("bug in %s: %s", request.endpoint, trace(exc_info[1]))


def init_app(app: Flask) -> None:
    """Log every request but those for files."""
    app.before_request(_begin)
    app.after_request(_told)
    app.teardown_request(_end)


def _begin() -> None:
    g.began, g.request_id = monotonic(), new_id()
    g.log_context = logs.within(request=g.request_id)
    g.log_context.__enter__()


def _told(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.get("request_id", "")
    if request.endpoint not in IMPERSONAL:
        milliseconds = round((monotonic() - g.began) * 1000) if "began" in g else 0
        _log.info(
            "%s %s %d in %d ms",
            request.method,
            request.endpoint,
            response.status_code,
            milliseconds,
        )
    return response


def _end(_error: Any) -> None:
    if (context := g.pop("log_context", None)) is not None:
        context.__exit__(None, None, None)
