"""A therapist's own work: caseload, groups and how full they are, licenses, hours, days away."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from groupmatch import clock
from groupmatch.language import gettext
from groupmatch.services.hours import availability
from groupmatch.services.therapists.therapist_pages import coming_away, therapist_page
from groupmatch.web import access, days_away
from groupmatch.web.days_away import AwayForm
from groupmatch.web.forms import Page
from groupmatch.web.staff.person_hours import HoursForm
from groupmatch.web.therapist import blueprint
from groupmatch.web.toasts import undoable
from groupmatch.web.transaction import session


@blueprint.get("/work")
@access.therapist
def work() -> str:
    """Everything about one's work beside the sessions themselves."""
    me = access.therapist_self()
    today = clock.today(me.timezone)
    return render_template(
        "therapist/work.html",
        place="therapist.work",
        me=me,
        page=therapist_page(session(), me),
        away=coming_away(session(), me, today),
        today=today,
    )


@blueprint.route("/hours", methods=["GET", "POST"])
@access.therapist
def hours() -> Page | Response:
    """Write down one's weekly hours."""
    me = access.therapist_self()
    form = HoursForm(data={"hours": availability.weekly(session(), me)})
    if form.sent_well():
        availability.set_weekly(session(), me, form.hours.data, by=access.account().id)
        flash(
            gettext("Your hours are saved. Groups that meet already stay as they are."), "success"
        )
        return _back()
    return form.page("therapist/hours.html", place="therapist.work", me=me)


@blueprint.route("/away-days", methods=["GET", "POST"])
@access.therapist
def add_away() -> Page | Response:
    """Write down days on which one is away."""
    me = access.therapist_self()
    form = AwayForm(me)
    if form.sent_well():
        added = days_away.add(form)
        undoable(
            gettext("The days are written down. Ask for substitutes on your week’s page."),
            url_for("therapist.remove_away", days_id=added.id),
        )
        return _back()
    return form.page("therapist/add_away.html", place="therapist.work")


@blueprint.post("/away-days/<days_id>/remove")
@access.therapist
def remove_away(days_id: str) -> Response:
    """Take days away back."""
    me = access.therapist_self()
    undo = url_for("therapist.add_away")
    days_away.remove(me, days_id, said=gettext("The days are taken back."), undo=undo)
    return _back()


def _back() -> Response:
    return redirect(url_for("therapist.work"), code=303)
