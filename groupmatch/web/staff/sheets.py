"""Tables as spreadsheets: the CSV files that an import reads back."""

from flask import Response

from groupmatch.services.spreadsheets import export_rows
from groupmatch.web import access
from groupmatch.web.transaction import session


def sheet(kind: str) -> Response:
    """All records of a kind in the present program, as a file to keep."""
    answer = Response(export_rows(session(), access.program(), kind), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{kind}.csv")
    return answer
