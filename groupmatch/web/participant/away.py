"""Days away: added and taken back on the page of the hours."""

from flask import redirect, url_for
from werkzeug.wrappers import Response

from groupmatch.language import gettext
from groupmatch.web import access, days_away
from groupmatch.web.days_away import AwayForm
from groupmatch.web.participant import blueprint
from groupmatch.web.participant.hours import hours_page
from groupmatch.web.toasts import undoable


@blueprint.post("/hours/away")
@access.participant
def add_away() -> Response | tuple[str, int]:
    """Note dates on which one cannot come."""
    me = access.participant_self()
    form = AwayForm(me)
    if not form.sent_well():
        return hours_page(me, away=form), 422
    added = days_away.add(form)
    undo = url_for("participant.remove_away", exception_id=added.id)
    undoable(gettext("Your days away are saved."), undo)
    return redirect(url_for("participant.hours", _anchor="away"), code=303)


@blueprint.post("/hours/away/<exception_id>/remove")
@access.participant
def remove_away(exception_id: str) -> Response:
    """Take days away back."""
    me = access.participant_self()
    undo = url_for("participant.add_away")
    days_away.remove(me, exception_id, said=gettext("You can come on these days again."), undo=undo)
    return redirect(url_for("participant.hours", _anchor="away"), code=303)
