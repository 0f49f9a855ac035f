"""My hours: the week painted on a grid, saved while one paints, and taken back."""

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from groupmatch import clock
from groupmatch.language import gettext, later
from groupmatch.records import AvailabilityException, Participant
from groupmatch.services.hours import availability, availability_undo
from groupmatch.services.hours.availability import Span
from groupmatch.services.hours.clock_changes import next_change
from groupmatch.services.participants.my_care import my_seats
from groupmatch.services.requests.my_fits import fitting_times
from groupmatch.web import access
from groupmatch.web.days_away import AwayForm
from groupmatch.web.participant import blueprint
from groupmatch.web.participant.time_form import TimesForm, clock_value, key_of
from groupmatch.web.participant.week_grid import NoSuchCell, copied, painted, rows
from groupmatch.web.toasts import undoable
from groupmatch.web.transaction import session

_NINE, _NOON, _THREE = 9 * 60, 12 * 60, 15 * 60
_EVENING, _NIGHT = 17 * 60, 21 * 60
_WEEKDAYS = range(5)

#: Hours that many people have, added by one button.
PRESETS = {
    "mornings": (later("Weekday mornings"), [Span(day, _NINE, _NOON) for day in _WEEKDAYS]),
    "school": (later("School hours"), [Span(day, _NINE, _THREE) for day in _WEEKDAYS]),
    "evenings": (later("Weekday evenings"), [Span(day, _EVENING, _NIGHT) for day in _WEEKDAYS]),
    "weekends": (later("Weekends"), [Span(day, _NINE, _EVENING) for day in (5, 6)]),
}

#: How the lines of text name themselves and their times in their forms.
_LINES = {"key_of": key_of, "clock_value": clock_value}


@blueprint.get("/hours")
@access.participant
def hours() -> str:
    """The week, as it is stored."""
    return hours_page(access.participant_self())


@blueprint.post("/hours")
@access.participant
def save_hours() -> Response:
    """Store the painted week; a preset or a copied day is stored with it."""
    spans = _painted(access.participant_self())
    form = request.form
    if form.get("preset") in PRESETS:
        spans = availability.normalized([*spans, *PRESETS[form["preset"]][1]])
    elif form.get("preset") == "nothing":
        spans = []
    if "copy" in form:
        to = form.getlist("copy_to", type=int)
        spans = copied(spans, form.get("copy_from", 0, type=int), to)
    return store(spans)


@blueprint.post("/hours/autosave")
@access.participant
def autosave_hours() -> str:
    """Store the painted week while it is painted; answers with it in words."""
    me = access.participant_self()
    availability.set_weekly(session(), me, _painted(me), by=access.account().id)
    return render_template(
        "participant/_hours_list.html",
        me=me,
        spans=availability.weekly(session(), me),
        saved_at=clock.now(),
        **_LINES,
    )


@blueprint.get("/hours/fits")
@access.participant
def fits() -> str:
    """How many open times fit the stored hours, in a sentence."""
    number = fitting_times(session(), access.participant_self())
    return render_template("participant/_fits.html", number=number)


@blueprint.post("/hours/undo")
@access.participant
def undo_hours() -> Response:
    """Take the last change back."""
    me = access.participant_self()
    if availability_undo.undo(session(), me, by=access.account().id):
        flash(
            gettext("Your hours are as they were before. Undo once more to take that back."),
            "success",
        )
    return redirect(url_for("participant.hours"), code=303)


@blueprint.post("/hours/confirm")
@access.participant
def confirm_hours() -> Response:
    """Say that the hours are still right."""
    me = access.participant_self()
    spans = availability.weekly(session(), me)
    availability.set_weekly(session(), me, spans, by=access.account().id)
    flash(gettext("Thank you. Tonight's search goes by these hours."), "success")
    return redirect(url_for("participant.home"), code=303)


def store(spans: Sequence[Span]) -> Response:
    """Store a week, and go to it or to the times that fit it."""
    me = access.participant_self()
    said = gettext("Your hours are saved. Tonight's search uses them.")
    if availability.set_weekly(session(), me, spans, by=access.account().id):
        undoable(said, url_for("participant.undo_hours"))
    else:
        flash(said, "success")
    to = "participant.times" if request.form.get("back") == "times" else "participant.hours"
    return redirect(url_for(to), code=303)


def hours_page(
    me: Participant, *, times: TimesForm | None = None, away: AwayForm | None = None
) -> str:
    """The whole page, with the forms as they came back, if one did."""
    spans = availability.weekly(session(), me)
    return render_template(
        "participant/hours.html",
        place="participant.times",
        me=me,
        spans=spans,
        rows=rows(spans),
        presets=PRESETS,
        change=next_change(me.timezone, clock.today(me.timezone)),
        seats=[seat for seat in my_seats(session(), me, now=clock.now()) if seat.later],
        former=availability_undo.former_week(session(), me),
        times=times or TimesForm(formdata=None),
        away=away or AwayForm(me, sent=False),
        absences=_absences(me),
        saved_at=None,
        **_LINES,
    )


def _painted(me: Participant) -> list[Span]:
    cells = request.form.getlist
    try:
        return painted(availability.weekly(session(), me), cells("well"), cells("if_needed"))
    except NoSuchCell:
        abort(400)


def _absences(me: Participant) -> Sequence[AvailabilityException]:
    query = (
        select(AvailabilityException)
        .where(
            AvailabilityException.participant_id == me.id,
            AvailabilityException.last_on >= clock.today(me.timezone),
        )
        .order_by(AvailabilityException.first_on)
    )
    return session().scalars(query).all()
