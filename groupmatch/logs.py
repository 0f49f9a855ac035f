"""The log: one line of JSON an event, or plain text on a terminal, and nothing personal.

Errors are logged by their kind and the lines of code that led to them. Their texts are left out,
because a database quotes in them what a person wrote.
"""

import json
import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType

from groupmatch.traces import trace

_log = logging.getLogger(__name__)

#: What is being worked on: the ids of a request, of a run.
_context: ContextVar[MappingProxyType[str, str]] = ContextVar(
    "groupmatch_log", default=MappingProxyType({})
)


@contextmanager
def within(**ids: str) -> Iterator[None]:
    """Let every line that is logged inside carry these ids."""
    token = _context.set(MappingProxyType({**_context.get(), **ids}))
    try:
        yield
    finally:
        _context.reset(token)


def configure() -> None:
    """Log to standard error, which the system's own journal collects."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(PlainLines() if sys.stderr.isatty() else JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    # What nobody has caught would be written out with its text.
    sys.excepthook = lambda _kind, error, _where: _uncaught("the process", error)
    threading.excepthook = lambda thrown: _uncaught("a thread", thrown.exc_value)
    # Its own log would tell of every look at the schema.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # And its of every minute, and warn of each in which a match goes on from the one before.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


def _uncaught(what: str, error: BaseException | None) -> None:
    if error is not None:
        _log.critical("%s was ended by %s", what, trace(error))


class PlainLines(logging.Formatter):
    """For a person who watches."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")

    def formatException(self, ei: object) -> str:  # noqa: N802 - the library's name
        """Where an error arose, without its text."""
        error = ei[1] if isinstance(ei, tuple) else None
        return trace(error) if isinstance(error, BaseException) else ""


class JsonLines(PlainLines):
    """For machines: `at` in UTC, `level`, `logger`, `message`, the ids, and `error`."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_context.get(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
