"""My hours: the week painted on a grid or written as text, and dates on which one is away."""

from collections.abc import Sequence
from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from groupmatch import clock
from groupmatch.errors import NotFound
from groupmatch.records import AvailabilityException, Participant
from groupmatch.services import availability
from groupmatch.services.availability import Span
from groupmatch.services.availability_text import parsed, printed
from groupmatch.services.clock_changes import next_change
from groupmatch.web import access
from groupmatch.web.forms import Form
from groupmatch.web.forms import text as stripped
from groupmatch.web.participant import blueprint
from groupmatch.web.participant.week_grid import NoSuchCell, copied, painted, rows
from groupmatch.web.transaction import session

_EVENING, _NIGHT = 17 * 60, 21 * 60
_NINE, _NOON = 9 * 60, 12 * 60

#: Hours that many people have, added by one button.
PRESETS = {
    "weekday-mornings": ("Weekday mornings", [Span(day, _NINE, _NOON) for day in range(5)]),
    "weekday-evenings": ("Weekday evenings", [Span(day, _EVENING, _NIGHT) for day in range(5)]),
    "weekends": ("Weekends", [Span(day, _NINE, _EVENING) for day in (5, 6)]),
}


class AwayForm(Form):
    """Dates on which one cannot come."""

    first_on = DateField("First day away", validators=[InputRequired("Choose the first day.")])
    last_on = DateField("Last day away", validators=[InputRequired("Choose the last day.")])
    note = StringField(
        "Note",
        filters=[stripped],
        validators=[Length(max=200, message="Use at most 200 characters.")],
    )

    def validate_last_on(self, field: DateField) -> None:
        """The last day is not before the first, nor is all of it over."""
        if self.first_on.data and field.data < self.first_on.data:
            raise ValidationError("The last day is before the first. Swap them, or mend one.")
        if field.data < clock.today(access.participant_self().timezone):
            raise ValidationError("These days are over. Choose days from today on.")


@blueprint.get("/hours")
@access.participant
def hours() -> str:
    """The week, as it is stored."""
    me = access.participant_self()
    return _page(me, availability.weekly(session(), me))


@blueprint.post("/hours")
@access.participant
def save_hours() -> Response:
    """Store the painted week; a preset or a copied day is stored with it."""
    me = access.participant_self()
    try:
        spans = painted(
            availability.weekly(session(), me),
            request.form.getlist("well"),
            request.form.getlist("if_needed"),
        )
    except NoSuchCell:
        abort(400)
    if request.form.get("preset") in PRESETS:
        spans = availability.normalized([*spans, *PRESETS[request.form["preset"]][1]])
    if request.form.get("copy") == "monday":
        spans = copied(spans, 0, range(1, 5))
    return _saved(me, spans)


@blueprint.post("/hours/text")
@access.participant
def save_hours_text() -> Response | tuple[str, int]:
    """Store the week as it was written."""
    me = access.participant_self()
    text = request.form.get("text", "")
    spans, problems = parsed(text)
    if problems:
        stored = availability.weekly(session(), me)
        return _page(me, stored, text=text, problems=problems), 422
    return _saved(me, spans)


@blueprint.post("/hours/away")
@access.participant
def add_away() -> Response | tuple[str, int]:
    """Note dates on which one cannot come."""
    me = access.participant_self()
    form = AwayForm()
    if not form.sent_well():
        return _page(me, availability.weekly(session(), me), away=form), 422
    availability.add_exception(
        session(),
        me,
        first_on=form.first_on.data,
        last_on=form.last_on.data,
        note=form.note.data,
        by=access.account().id,
    )
    flash("Your days away are saved.", "success")
    return redirect(url_for("participant.hours", _anchor="away"), code=303)


@blueprint.post("/hours/away/<exception_id>/remove")
@access.participant
def remove_away(exception_id: str) -> Response:
    """Take days away back."""
    me = access.participant_self()
    found = session().get(AvailabilityException, exception_id)
    if found is None or found.participant_id != me.id:
        raise NotFound()
    availability.remove_exception(session(), me, found, by=access.account().id)
    flash("You can come on these days again.", "success")
    return redirect(url_for("participant.hours", _anchor="away"), code=303)


def _saved(me: Participant, spans: Sequence[Span]) -> Response:
    availability.set_weekly(session(), me, spans, by=access.account().id)
    flash("Your hours are saved. Tonight's search uses them.", "success")
    return redirect(url_for("participant.hours"), code=303)


def _page(
    me: Participant,
    spans: Sequence[Span],
    *,
    text: str | None = None,
    problems: Sequence[str] = (),
    away: AwayForm | None = None,
) -> str:
    return render_template(
        "participant/hours.html",
        place="participant.times",
        me=me,
        spans=spans,
        rows=rows(spans),
        text=printed(spans) if text is None else text,
        problems=problems,
        presets=PRESETS,
        change=next_change(me.timezone, clock.today(me.timezone)),
        away=away or AwayForm(formdata=None),
        absences=_absences(me),
    )


def _absences(me: Participant) -> Sequence[AvailabilityException]:
    today: date = clock.today(me.timezone)
    query = (
        select(AvailabilityException)
        .where(AvailabilityException.participant_id == me.id)
        .where(AvailabilityException.last_on >= today)
        .order_by(AvailabilityException.first_on)
    )
    return session().scalars(query).all()
