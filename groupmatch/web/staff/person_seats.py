"""Seats and tasks of a person, by hand: place with a reason, end a seat, finish a task."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import Field, SelectMultipleField
from wtforms.fields import DateField
from wtforms.validators import InputRequired, ValidationError

from groupmatch import clock
from groupmatch.language import gettext, later
from groupmatch.records import EndReason, Group, Request, SeatState
from groupmatch.services.care import calls
from groupmatch.services.seats import placing, seats
from groupmatch.services.seats.place_page import people_named, place_options
from groupmatch.services.seats.placing import SeatWarning
from groupmatch.web import access
from groupmatch.web.staff import offers, roles
from groupmatch.web.staff.forms import Page, Pick
from groupmatch.web.staff.people import ReasonForm, blueprint, to_person
from groupmatch.web.staff.query import flag
from groupmatch.web.staff.request_tables import options_table
from groupmatch.web.tables import exported
from groupmatch.web.transaction import session

#: Reasons for which a person ends a seat; the others follow from what the software does.
_REASONS = {
    EndReason.COMPLETED.value: later("Completed: the need is over"),
    EndReason.WITHDREW.value: later("Withdrew: the need is over"),
    EndReason.BY_HAND.value: later("Another reason: waits again"),
}


class PlaceForm(ReasonForm):
    """The warnings that were read, and why the seat is given all the same."""

    despite = SelectMultipleField(later("Warnings"), validate_choice=False)


class EndSeatForm(ReasonForm):
    """The last date on which the member came, and why the seat ends."""

    last_on = DateField(
        later("Last date"), [InputRequired(later("Write the last date on which they came."))]
    )
    end_reason = Pick(later("What became of it"), _REASONS)

    def validate_last_on(self, field: Field) -> None:
        """A seat ends today at the latest."""
        if field.data and field.data > clock.today(access.program().timezone):
            raise ValidationError(gettext("Write today’s date or an earlier one."))


@blueprint.get("/requests/<request_id>/place")
@roles.coordinator
def place(request_id: str) -> str | Response:
    """Choose a group for a request."""
    asked = access.request_or_404(request_id)
    chosen = request.args.get("group")
    if chosen:
        group = access.group_or_404(chosen)
        return redirect(url_for("people.place_in", request_id=asked.id, group_id=group.id))
    program = access.program()
    today = clock.today(program.timezone)
    person = asked.participant
    every = flag("every")
    found = place_options(session(), program, asked, on=today, near=not every)
    options = options_table(person, program.timezone, today).over(found)
    return exported(options) or render_template(
        "staff/people/place.html",
        asked=asked,
        person=person,
        options=options,
        every=every,
        groups=offers.groups(session(), program) if every else {},
        today=today,
    )


@blueprint.route("/requests/<request_id>/place/<group_id>", methods=["GET", "POST"])
@roles.coordinator
def place_in(request_id: str, group_id: str) -> Page | Response:
    """Read what speaks against a seat, confirm it point by point, and give the seat."""
    asked, group = access.request_or_404(request_id), access.group_or_404(group_id)
    warnings = placing.warnings_of(session(), asked, group)
    form = PlaceForm()
    if form.sent_well():
        with form.refusals():
            placing.place_by_hand(
                session(),
                asked,
                group,
                by=access.account().id,
                reason=form.reason.data,
                despite=form.despite.data,
            )
            flash(
                gettext("%(full_name)s has a seat, and is told.")
                % {"full_name": asked.participant.full_name},
                "success",
            )
            return to_person(asked.participant, "seats")
    return _place_page(form, asked, group, warnings)


@blueprint.route("/seats/<seat_id>/end", methods=["GET", "POST"])
@roles.coordinator
def end_seat(seat_id: str) -> Page | Response:
    """End a seat by hand, with a reason."""
    seat = access.seat_or_404(seat_id)
    form = EndSeatForm(data={"last_on": clock.today(access.program().timezone)})
    if form.sent_well():
        with form.refusals():
            seats.end_seat(
                session(),
                seat,
                last_on=form.last_on.data,
                reason=EndReason(form.end_reason.data),
                by=access.account().id,
                note=form.reason.data,
            )
            flash(gettext("The seat is ended. The history keeps it."), "success")
            return to_person(seat.participant, "seats")
    over = seat.state == SeatState.ENDED
    return form.page("staff/people/end_seat.html", seat=seat, person=seat.participant, over=over)


@blueprint.post("/tasks/<task_id>/done")
@roles.care_team
def finish_task(task_id: str) -> Response:
    """A task is done."""
    task = access.task_or_404(task_id)
    calls.finish_task(session(), task, by=access.account().id)
    flash(gettext("Done."), "success")
    return to_person(task.participant, "tasks")


def _place_page(form: PlaceForm, asked: Request, group: Group, read: list[SeatWarning]) -> Page:
    return form.page(
        "staff/people/place_in.html",
        asked=asked,
        person=asked.participant,
        group=group,
        warnings=read,
        impossible=any(warning.binding for warning in read),
        others=people_named(session(), read),
        dates=placing.dates_of(session(), asked, group),
        today=clock.today(access.program().timezone),
    )
