"""Hours of a person, as they tell them: weekly, and the days on which they are away."""

from flask import flash
from werkzeug.wrappers import Response
from wtforms import Field, StringField
from wtforms.fields import DateField
from wtforms.validators import InputRequired, Length, ValidationError

from groupmatch.services.hours import availability
from groupmatch.web import access
from groupmatch.web.staff import roles
from groupmatch.web.staff.forms import Form, Page, hours_field, text
from groupmatch.web.staff.people import blueprint, to_person
from groupmatch.web.transaction import session


class HoursForm(Form):
    """Weekly hours of one person."""

    hours = hours_field(
        "Hours that suit",
        description="Like: Mon 18:00-21:00; Sat 09:00-12:00? A question mark means if needed.",
    )


class AwayForm(Form):
    """Days on which somebody cannot come, both included."""

    first_on = DateField("First day", [InputRequired("Write the first day.")])
    last_on = DateField("Last day", [InputRequired("Write the last day.")])
    note = StringField(
        "Note",
        [Length(max=200, message="Use at most 200 characters.")],
        filters=[text],
        description="For staff.",
    )

    def validate_last_on(self, field: Field) -> None:
        """Days go forward."""
        if field.data and self.first_on.data and field.data < self.first_on.data:
            raise ValidationError("Write the first day or a later one.")


@blueprint.route("/<person_id>/hours", methods=["GET", "POST"])
@roles.coordinator
def hours(person_id: str) -> Page | Response:
    """Write down the weekly hours that somebody tells."""
    person = access.participant_or_404(person_id)
    form = HoursForm(data={"hours": availability.weekly(session(), person)})
    if form.sent_well():
        availability.set_weekly(session(), person, form.hours.data, by=access.account().id)
        flash("The hours are saved, and confirmed as of today.", "success")
        return to_person(person)
    return form.page("staff/people/hours.html", person=person)


@blueprint.route("/<person_id>/away", methods=["GET", "POST"])
@roles.coordinator
def add_away(person_id: str) -> Page | Response:
    """Write down days on which somebody cannot come."""
    person = access.participant_or_404(person_id)
    form = AwayForm()
    if form.sent_well():
        availability.add_exception(
            session(),
            person,
            first_on=form.first_on.data,
            last_on=form.last_on.data,
            by=access.account().id,
            note=form.note.data,
        )
        flash("The days away are written down.", "success")
        return to_person(person)
    return form.page("staff/people/add_away.html", person=person)


@blueprint.post("/<person_id>/away/<exception_id>/remove")
@roles.coordinator
def remove_away(person_id: str, exception_id: str) -> Response:
    """Somebody can come after all."""
    person = access.participant_or_404(person_id)
    availability.remove_exception(session(), person, exception_id, by=access.account().id)
    flash("The days away are taken back.", "success")
    return to_person(person)
