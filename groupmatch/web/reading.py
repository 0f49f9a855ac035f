"""Staff who read are written down as those who write: once the answer is there, in one row."""

from flask import Flask, Response, g, request
from flask_security import current_user

from groupmatch.database import Record
from groupmatch.records import Program
from groupmatch.services.audit import views
from groupmatch.services.audit.views import View
from groupmatch.services.privacy import part2
from groupmatch.web import transaction
from groupmatch.web.access import acting
from groupmatch.web.transaction import session

_BYTE_ORDER_MARK = "\ufeff"


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
    """Label a table of people, and write down who took it."""
    if response.mimetype != "text/csv" or response.status_code != 200:
        return response
    if not current_user.is_authenticated:
        return response
    for program_id in _programs():
        _write_down(program_id)
        if part2.treats_under_part2(session(), program_id):
            _label(response)
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


def _label(response: Response) -> None:
    text = response.get_data(as_text=True)
    mark = _BYTE_ORDER_MARK if text.startswith(_BYTE_ORDER_MARK) else ""
    response.set_data(f"{mark}{part2.NOTICE}\r\n{text.removeprefix(mark)}")
