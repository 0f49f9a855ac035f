"""Home: the next session, what is going on, and the sessions of the coming weeks."""

from itertools import groupby

from flask import render_template

from groupmatch import clock
from groupmatch.services import calls
from groupmatch.services.availability import weekly
from groupmatch.services.my_care import my_care
from groupmatch.services.my_offers import my_offers
from groupmatch.services.my_sessions import MySession
from groupmatch.web import access
from groupmatch.web.participant import blueprint
from groupmatch.web.transaction import session

#: How far the schedule looks ahead, in weeks.
_SCHEDULE_WEEKS = 6


@blueprint.get("")
@access.participant
def home() -> str:
    """One card with the next session, and one with what is being looked for."""
    me = access.participant_self()
    return render_template(
        "participant/home.html",
        place="participant.home",
        me=me,
        care=my_care(session(), me, now=clock.now()),
        offers=my_offers(session(), me),
        today=clock.today(me.timezone),
        has_hours=bool(weekly(session(), me)),
        call=calls.open_call(session(), me),
    )


@blueprint.get("/schedule")
@access.participant
def schedule() -> str:
    """The sessions of the coming weeks, by week, on one's own clock."""
    me = access.participant_self()
    care = my_care(session(), me, now=clock.now(), weeks=_SCHEDULE_WEEKS)
    return render_template(
        "participant/schedule.html",
        place="participant.home",
        me=me,
        care=care,
        weeks=[list(week) for _, week in groupby(care.sessions, key=_week)],
        ahead=_SCHEDULE_WEEKS,
    )


def _week(coming: MySession) -> tuple[int, int]:
    return coming.meeting.on.isocalendar()[:2]
