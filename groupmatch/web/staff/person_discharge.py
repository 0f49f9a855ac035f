"""Leaving care, stepping up or down, and coming back: what becomes of each seat is chosen."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import flash
from werkzeug.wrappers import Response
from wtforms import Field
from wtforms.fields import DateField
from wtforms.validators import InputRequired, Optional

from groupmatch import clock
from groupmatch.language import gettext, later
from groupmatch.records import Participant, Seat
from groupmatch.services.care import discharge as leaving
from groupmatch.web import access
from groupmatch.web.staff import roles
from groupmatch.web.staff.forms import Page, Pick
from groupmatch.web.staff.people import ReasonForm, blueprint, to_person
from groupmatch.web.transaction import session

_CHOICES = {
    "today": later("Ends today"),
    "later": later("Ends after the last agreed session"),
    "keep": later("Stays"),
}


class LeavingForm(ReasonForm):
    """A reason; a choice and a date for each seat are added by `_form`."""

    def last_dates(self, seats: Sequence[Seat]) -> dict[str, date | None]:
        """Seat → the last date on which the member comes; None keeps the seat."""
        return {seat.id: self._last_date(seat) for seat in seats}

    def _last_date(self, seat: Seat) -> date | None:
        last_on: date | None = self[f"last_{seat.id}"].data
        today = clock.today(seat.group.timezone)
        return {"today": today, "later": last_on, "keep": None}[self[f"choice_{seat.id}"].data]

    def validate(self, extra_validators: Any = None) -> bool:
        """A seat that ends later has a last date."""
        well = super().validate(extra_validators)  # type: ignore[no-untyped-call]
        dated = [self._is_dated(field) for field in self]
        return bool(well) and all(dated)

    def _is_dated(self, field: Field) -> bool:
        if not field.name.startswith("choice_") or field.data != "later":
            return True
        dated = self[field.name.replace("choice_", "last_")]
        if dated.data is None:
            dated.errors = [gettext("Write the date of the last agreed session.")]
        return dated.data is not None


@blueprint.route("/<person_id>/discharge", methods=["GET", "POST"])
@roles.coordinator
def discharge(person_id: str) -> Page | Response:
    """End somebody's care here, with a choice for each seat."""
    person = access.participant_or_404(person_id)
    seats = leaving.held_seats(session(), person)
    form = _form(seats)
    if form.sent_well():
        with form.refusals():
            leaving.discharge_participant(
                session(),
                person,
                last_dates=form.last_dates(seats),
                by=access.account().id,
                reason=form.reason.data,
            )
            flash(
                gettext("%(full_name)s is discharged.") % {"full_name": person.full_name}, "success"
            )
            return to_person(person)
    return _page(form, "staff/people/discharge.html", person, seats)


@blueprint.route("/<person_id>/step", methods=["GET", "POST"])
@roles.coordinator
def step(person_id: str) -> Page | Response:
    """Choose what becomes of each seat when somebody steps up or down."""
    person = access.participant_or_404(person_id)
    seats = leaving.held_seats(session(), person)
    form = _form(seats)
    if form.sent_well():
        with form.refusals():
            leaving.set_last_dates(
                session(),
                person,
                form.last_dates(seats),
                by=access.account().id,
                reason=form.reason.data,
            )
            flash(gettext("The seats end as you chose. Add a request or a plan for what follows."))
            return to_person(person, "seats")
    return _page(form, "staff/people/step.html", person, seats)


@blueprint.route("/<person_id>/readmit", methods=["GET", "POST"])
@roles.coordinator
def readmit(person_id: str) -> Page | Response:
    """Take somebody into care again."""
    person = access.participant_or_404(person_id)
    form = ReasonForm()
    if form.sent_well():
        with form.refusals():
            by = access.account().id
            leaving.readmit_participant(session(), person, by=by, reason=form.reason.data)
            flash(
                gettext("%(full_name)s is in care here again. Clear the gates and add a request.")
                % {"full_name": person.full_name}
            )
            return to_person(person)
    return form.page("staff/people/readmit.html", person=person)


def _form(seats: Sequence[Seat]) -> LeavingForm:
    fields: dict[str, Any] = {}
    for seat in seats:
        fields[f"choice_{seat.id}"] = Pick(
            gettext("What becomes of it"),
            _CHOICES,
            blank=gettext("Choose"),
            validators=[InputRequired(gettext("Choose what becomes of this seat."))],
        )
        fields[f"last_{seat.id}"] = DateField(later("Last agreed session"), [Optional()])
    form: LeavingForm = type("LeavingForm", (LeavingForm,), fields)()
    return form


def _page(form: LeavingForm, template: str, person: Participant, seats: Sequence[Seat]) -> Page:
    today = clock.today(access.program().timezone)
    return form.page(template, person=person, seats=seats, today=today)
