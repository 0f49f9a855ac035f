"""The one door by which tables leave the site: as CSV files of the present program."""

from collections.abc import Iterable, Sequence

from flask import Response

from groupmatch.services.spreadsheets.outgoing import Line, outgoing
from groupmatch.web.access import acting
from groupmatch.web.transaction import session

#: Without it, Excel takes the file for cp1252.
_BYTE_ORDER_MARK = "\ufeff"


def file_of(name: str, header: Sequence[str], lines: Iterable[Line]) -> Response:
    """A table as a file, labelled and without those of whom it may not tell."""
    return sent(name, outgoing(session(), acting.program(), header, lines))


def sent(name: str, text: str) -> Response:
    """A text that `outgoing` has written, as a file."""
    answer = Response(_BYTE_ORDER_MARK + text, mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.csv")
    return answer
