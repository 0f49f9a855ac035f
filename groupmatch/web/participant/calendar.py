"""My calendar: the private link that a calendar app reads, made, renewed and stopped."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from groupmatch.language import gettext
from groupmatch.services.calendars import calendar_feed
from groupmatch.web import access
from groupmatch.web.participant import blueprint
from groupmatch.web.transaction import session


@blueprint.get("/calendar")
@access.participant
def calendar() -> str:
    """What the link does, and since when there is one; the link itself is not shown again."""
    return _page(token="")


@blueprint.post("/calendar")
@access.participant
def new_calendar() -> str:
    """Make a link, and show it this once; the one before stops."""
    me = access.participant_self()
    return _page(token=calendar_feed.new_address(session(), me, by=access.account().id))


@blueprint.post("/calendar/stop")
@access.participant
def stop_calendar() -> Response:
    """Stop the link."""
    calendar_feed.stop(session(), access.participant_self(), by=access.account().id)
    flash(
        gettext("Your calendar link has stopped. You can make a new one whenever you like."),
        "success",
    )
    return redirect(url_for("participant.calendar"), code=303)


def _page(*, token: str) -> str:
    me = access.participant_self()
    return render_template(
        "participant/calendar.html",
        place="participant.home",
        me=me,
        token=token,
        feed=calendar_feed.live_feed(session(), me),
    )
