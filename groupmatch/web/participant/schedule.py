"""My schedule: the coming sessions as a list or by week, on one's own clock."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from flask import render_template, request

from groupmatch import clock
from groupmatch.records import Participant
from groupmatch.services.calendars.calendar_feed import live_feed
from groupmatch.services.hours.local_time import instant
from groupmatch.services.sessions.my_sessions import MySession, my_sessions
from groupmatch.services.sessions.session_policy import session_policy
from groupmatch.web import access
from groupmatch.web.filters import monday
from groupmatch.web.participant import blueprint
from groupmatch.web.transaction import session

#: How far the list looks ahead, in weeks.
_LIST_WEEKS = 6
_WEEK = timedelta(weeks=1)


@blueprint.get("/schedule")
@access.participant
def schedule() -> str:
    """The sessions of the coming weeks, by week."""
    me = access.participant_self()
    coming = _until(me, clock.now() + _LIST_WEEKS * _WEEK)
    return render_template(
        "participant/schedule.html",
        place="participant.home",
        me=me,
        weeks=[list(week) for _, week in groupby(coming, key=_week)],
        ahead=_LIST_WEEKS,
        feed=live_feed(session(), me),
    )


@blueprint.get("/schedule/week")
@access.participant
def week() -> str:
    """The coming days of one week; from the present one to the last that is laid out."""
    me = access.participant_self()
    today = clock.today(me.timezone)
    first = monday(today)
    last = first + session_policy().ahead - _WEEK
    begins = min(max(monday(_asked() or first), first), last)
    coming = _until(me, instant(last + _WEEK, 0, me.timezone))
    days = [day for n in range(7) if (day := begins + timedelta(days=n)) >= today]
    return render_template(
        "participant/week.html",
        place="participant.home",
        me=me,
        begins=begins,
        days=[(day, [each for each in coming if each.meeting.on == day]) for day in days],
        before=begins - _WEEK if begins > first else None,
        after=begins + _WEEK if begins < last else None,
        later=_after(coming, days),
        today=today,
    )


def _after(coming: Sequence[MySession], days: Sequence[date]) -> MySession | None:
    """The first session after these days, for days without any."""
    if any(each.meeting.on in days for each in coming):
        return None
    return next((each for each in coming if each.meeting.on > days[-1]), None)


def _until(me: Participant, until: datetime) -> Sequence[MySession]:
    return my_sessions(session(), me, now=clock.now(), until=until)


def _asked() -> date | None:
    """The week that the address names, if it names one."""
    try:
        return date.fromisoformat(request.args.get("of", ""))
    except ValueError:
        return None


def _week(coming: MySession) -> date:
    return monday(coming.meeting.on)
