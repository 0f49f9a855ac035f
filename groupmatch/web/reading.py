"""Staff who read are written down as those who write: once the answer is there, in one row."""

from flask import Flask, Response, g, request
from flask_security import current_user

from groupmatch.database import Record
from groupmatch.records import Program
from groupmatch.services.audit import views
from groupmatch.services.audit.views import View
from groupmatch.web import transaction
from groupmatch.web.access import acting
from groupmatch.web.transaction import session


def init_app(app: Flask) -> None:
    """Look at every file that leaves."""
    app.after_request(_taken_away)


def note(record: Record, program_id: str) -> None:
    """Somebody on the staff opens a page about a record. A change is written down by itself."""
    view = views.view_of(record, by=acting.account().id, program_id=program_id)
    noted: set[View] = g.setdefault("noted", set())
    if request.method != "GET" or view is None or view in noted:
        return
    noted.add(view)
    if views.is_new(session(), view):
        transaction.afterwards(lambda writing: views.write(writing, view))


def _taken_away(response: Response) -> Response:
    """Write down who took a table of people."""
    if response.mimetype != "text/csv" or response.status_code != 200:
        return response
    if current_user.is_authenticated:
        for program_id in _programs():
            _write_down(program_id)
    return response


def _write_down(program_id: str) -> None:
    view = View(acting.account().id, program_id, Program.__tablename__, program_id)
    facts = {"file": request.endpoint, "table": request.args.get("csv", "")}
    transaction.afterwards(lambda writing: views.write(writing, view, "file.taken", facts))


def _programs() -> list[str]:
    """The program whose people the file is about."""
    if (therapist := acting.account().therapist) is not None and not acting.programs():
        return [therapist.program_id]
    return [acting.program().id] if acting.programs() else []
