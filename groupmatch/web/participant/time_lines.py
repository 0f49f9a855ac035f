"""Weekly hours as lines of text: added, written anew and removed, as an alternative to painting."""

from flask import request
from werkzeug.wrappers import Response

from groupmatch.services.hours import availability
from groupmatch.services.hours.availability import Span
from groupmatch.web import access
from groupmatch.web.participant import blueprint
from groupmatch.web.participant.hours import hours_page, store
from groupmatch.web.participant.time_form import TimesForm, key_of
from groupmatch.web.transaction import session


@blueprint.post("/hours/times")
@access.participant
def write_times() -> Response | tuple[str, int]:
    """Add a time to some days, or write one line anew. What is written last holds."""
    me = access.participant_self()
    form = TimesForm()
    if not form.sent_well():
        return hours_page(me, times=form), 422
    return store(availability.overlaid(_others(form.was.data or ""), form.spans()))


@blueprint.post("/hours/times/remove")
@access.participant
def remove_time() -> Response:
    """Remove one line."""
    return store(_others(request.form.get("was", "")))


def _others(key: str) -> list[Span]:
    """All lines but one; one that is not there (any more) takes nothing away."""
    spans = availability.weekly(session(), access.participant_self())
    return [span for span in spans if key_of(span) != key]
