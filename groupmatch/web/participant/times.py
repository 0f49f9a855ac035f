"""Times that fit me: what is open, ranked for tonight or taken at once."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupmatch.errors import Conflict
from groupmatch.language import gettext, later
from groupmatch.records import Group
from groupmatch.services.hours.availability import weekly
from groupmatch.services.requests import times as open_hours
from groupmatch.services.requests.near_times import near_times
from groupmatch.services.requests.open_time import OpenTime
from groupmatch.web import access, transaction
from groupmatch.web.participant import blueprint
from groupmatch.web.transaction import session

#: The fields of the ranking, best first.
RANKS = ("first", "second", "third")
GONE = later("That time is not open any more. These are open now.")


@blueprint.get("/times")
@access.participant
def times() -> str:
    """The open times of each request that looks for a seat."""
    me = access.participant_self()
    return render_template(
        "participant/times.html",
        place="participant.times",
        me=me,
        requests=open_hours.open_times(session(), me),
        hours=weekly(session(), me),
        ranks=RANKS,
    )


@blueprint.post("/times/<request_id>")
@access.participant
def rank_times(request_id: str) -> Response:
    """Rank up to three times for tonight."""
    asked = access.own_request_or_404(request_id)
    wanted = list(filter(None, (request.form.get(rank) for rank in RANKS)))
    try:
        open_hours.rank_times(session(), asked, wanted, by=access.account().id)
    except Conflict:
        transaction.abandon()
        flash(GONE, "warning")
    else:
        flash(
            gettext("Tonight's search tries these first.")
            if wanted
            else gettext("No times chosen."),
            "success",
        )
    return redirect(url_for("participant.times"), code=303)


@blueprint.get("/times/<request_id>/others")
@access.participant
def other_times(request_id: str) -> str:
    """What is near, and why it does not fit: for reasons about this person alone."""
    asked = access.own_request_or_404(request_id)
    return render_template(
        "participant/other_times.html",
        place="participant.times",
        me=access.participant_self(),
        others=near_times(session(), asked),
    )


@blueprint.route("/times/<request_id>/take", methods=["GET", "POST"])
@access.participant
def take_time(request_id: str) -> str | Response:
    """Look at one time once more, and take its seat now."""
    asked = access.own_request_or_404(request_id)
    time = _reservable(request_id, request.values.get("time", ""))
    if time is None:
        flash(GONE, "warning")
        return redirect(url_for("participant.times"), code=303)
    if request.method == "GET":
        return render_template(
            "participant/take_time.html",
            place="participant.times",
            me=access.participant_self(),
            request_id=request_id,
            time=time,
        )
    group = session().get_one(Group, time.group_id)
    open_hours.reserve(session(), asked, group, by=access.account().id)
    flash(gettext("The seat is yours."), "success")
    return redirect(url_for("participant.home"), code=303)


def _reservable(request_id: str, group_id: str) -> OpenTime | None:
    for each in open_hours.open_times(session(), access.participant_self()):
        if each.request_id == request_id:
            return next((t for t in each.times if t.group_id == group_id and t.reservable), None)
    return None
