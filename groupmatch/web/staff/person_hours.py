"""Hours of a person, as they tell them: weekly, and the days on which they are away."""

from flask import flash, url_for
from werkzeug.wrappers import Response

from groupmatch.language import gettext, later
from groupmatch.services.hours import availability
from groupmatch.web import access, days_away
from groupmatch.web.days_away import AwayForm
from groupmatch.web.staff import roles
from groupmatch.web.staff.forms import Form, Page, hours_field
from groupmatch.web.staff.people import blueprint, to_person
from groupmatch.web.toasts import undoable
from groupmatch.web.transaction import session


class HoursForm(Form):
    """Weekly hours of one person."""

    hours = hours_field(
        later("Hours that suit"),
        description=later(
            "Like: Mon 18:00-21:00; Sat 09:00-12:00? A question mark means if needed."
        ),
    )


@blueprint.route("/<person_id>/hours", methods=["GET", "POST"])
@roles.coordinator
def hours(person_id: str) -> Page | Response:
    """Write down the weekly hours that somebody tells."""
    person = access.participant_or_404(person_id)
    form = HoursForm(data={"hours": availability.weekly(session(), person)})
    if form.sent_well():
        availability.set_weekly(session(), person, form.hours.data, by=access.account().id)
        flash(gettext("The hours are saved, and confirmed as of today."), "success")
        return to_person(person)
    return form.page("staff/people/hours.html", person=person)


@blueprint.route("/<person_id>/away", methods=["GET", "POST"])
@roles.coordinator
def add_away(person_id: str) -> Page | Response:
    """Write down days on which somebody cannot come."""
    person = access.participant_or_404(person_id)
    form = AwayForm(person)
    if form.sent_well():
        added = days_away.add(form)
        undo = url_for("people.remove_away", person_id=person.id, exception_id=added.id)
        undoable(gettext("The days away are written down."), undo)
        return to_person(person)
    return form.page("staff/people/add_away.html", person=person)


@blueprint.post("/<person_id>/away/<exception_id>/remove")
@roles.coordinator
def remove_away(person_id: str, exception_id: str) -> Response:
    """Somebody can come after all."""
    person = access.participant_or_404(person_id)
    undo = url_for("people.add_away", person_id=person.id)
    days_away.remove(person, exception_id, said=gettext("The days away are taken back."), undo=undo)
    return to_person(person)
