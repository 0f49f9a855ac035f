"""Days away: added and taken back on the page of the hours."""

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from groupmatch.services.hours import availability
from groupmatch.web import access
from groupmatch.web.participant import blueprint
from groupmatch.web.participant.away_form import AwayForm
from groupmatch.web.participant.hours import hours_page
from groupmatch.web.transaction import session


@blueprint.post("/hours/away")
@access.participant
def add_away() -> Response | tuple[str, int]:
    """Note dates on which one cannot come."""
    me = access.participant_self()
    form = AwayForm()
    if not form.sent_well():
        return hours_page(me, away=form), 422
    availability.add_exception(
        session(),
        me,
        first_on=form.first_on.data,
        last_on=form.last_on.data,
        note=form.note.data,
        by=access.account().id,
    )
    flash("Your days away are saved.", "success")
    return redirect(url_for("participant.hours", _anchor="away"), code=303)


@blueprint.post("/hours/away/<exception_id>/remove")
@access.participant
def remove_away(exception_id: str) -> Response:
    """Take days away back."""
    me = access.participant_self()
    availability.remove_exception(session(), me, exception_id, by=access.account().id)
    flash("You can come on these days again.", "success")
    return redirect(url_for("participant.hours", _anchor="away"), code=303)
