"""Tables as spreadsheets: the CSV files that an import reads back."""

from flask import Response

from groupmatch.services.spreadsheets import export_rows
from groupmatch.web import access, outgoing
from groupmatch.web.transaction import session


def sheet(kind: str) -> Response:
    """The records of a kind in the present program, as a file to keep."""
    return outgoing.sent(kind, export_rows(session(), access.program(), kind))
