"""The pages of therapists: their week and their rosters, to read and to print."""

from datetime import date, timedelta

from flask import Blueprint, Flask, render_template, request

from groupmatch import clock
from groupmatch.errors import NotFound
from groupmatch.services.therapists.my_groups import my_groups
from groupmatch.services.therapists.my_week import my_week
from groupmatch.web import access
from groupmatch.web.transaction import session

blueprint = Blueprint("therapist", __name__, url_prefix="/therapist")

#: How many weeks the pages leaf back and forth.
_LEAVES = 26


def init_app(app: Flask) -> None:
    """Mount the pages."""
    # Pages that share the blueprint add their routes to it when they are imported.
    from groupmatch.web import therapist_sessions, therapist_work  # noqa: F401

    app.register_blueprint(blueprint)


@blueprint.get("")
@access.therapist
def week() -> str:
    """The sessions of one week by day, on one's own clock."""
    me = access.therapist_self()
    ahead = max(-_LEAVES, min(_LEAVES, request.args.get("ahead", 0, type=int)))
    monday = _monday(ahead)
    groups = my_groups(session(), me, monday)
    hours = my_week(session(), me, groups, monday)
    days = [
        (day, [each for each in hours if each.meeting.on == day])
        for day in (monday + timedelta(days=number) for number in range(7))
    ]
    return render_template(
        "therapist/week.html", place="therapist.week", me=me, days=days, ahead=ahead, groups=groups
    )


@blueprint.get("/rosters")
@access.therapist
def rosters() -> str:
    """All groups with who comes: first name and initial."""
    me = access.therapist_self()
    groups = my_groups(session(), me, clock.today(me.timezone))
    return render_template(
        "therapist/rosters.html", place="therapist.rosters", me=me, groups=groups
    )


@blueprint.get("/groups/<group_id>")
@access.therapist
def group(group_id: str) -> str:
    """One group with who comes."""
    me = access.therapist_self()
    led = access.led_group_or_404(group_id)
    groups = my_groups(session(), me, clock.today(me.timezone))
    mine = next((each for each in groups if each.id == led.id), None)
    if mine is None:
        raise NotFound()
    return render_template("therapist/group.html", place="therapist.rosters", me=me, group=mine)


def _monday(ahead: int) -> date:
    today = clock.today(access.therapist_self().timezone)
    return today - timedelta(days=today.weekday()) + timedelta(weeks=ahead)
