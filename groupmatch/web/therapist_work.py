"""A therapist's own work: caseload, groups and how full they are, licenses, hours, days away."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from groupmatch import clock
from groupmatch.services.hours import availability
from groupmatch.services.therapists.therapist_pages import days_away, therapist_page
from groupmatch.web import access
from groupmatch.web.forms import Page
from groupmatch.web.staff.person_hours import AwayForm, HoursForm
from groupmatch.web.therapist import blueprint
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
        away=days_away(session(), me, today),
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
        flash("Your hours are saved. Groups that meet already stay as they are.", "success")
        return _back()
    return form.page("therapist/hours.html", place="therapist.work", me=me)


@blueprint.route("/away-days", methods=["GET", "POST"])
@access.therapist
def add_away() -> Page | Response:
    """Write down days on which one is away."""
    me = access.therapist_self()
    form = AwayForm()
    if form.sent_well():
        with form.refusals():
            availability.add_exception(
                session(),
                me,
                first_on=form.first_on.data,
                last_on=form.last_on.data,
                note=form.note.data,
                by=access.account().id,
            )
            flash("The days are written down. Ask for substitutes on your week’s page.", "success")
            return _back()
    return form.page("therapist/add_away.html", place="therapist.work")


@blueprint.post("/away-days/<days_id>/remove")
@access.therapist
def remove_away(days_id: str) -> Response:
    """Take days away back."""
    me = access.therapist_self()
    availability.remove_exception(session(), me, days_id, by=access.account().id)
    flash("The days are taken back.", "success")
    return _back()


def _back() -> Response:
    return redirect(url_for("therapist.work"), code=303)
