"""Asking: for another group, therapist or time; for a call; and taking it back."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from groupmatch import clock
from groupmatch.errors import NotFound
from groupmatch.language import gettext, later
from groupmatch.records import SwitchKind, SwitchReason
from groupmatch.services.care import calls
from groupmatch.services.participants.my_care import MySeat, my_care
from groupmatch.services.switching import switches
from groupmatch.services.switching.switch_rules import not_until
from groupmatch.web import access
from groupmatch.web.forms import Form, Page, text
from groupmatch.web.participant import blueprint
from groupmatch.web.transaction import session

KINDS = {
    SwitchKind.TIME: later("Another time"),
    SwitchKind.GROUP: later("Another group"),
    SwitchKind.THERAPIST: later("Another therapist"),
}

REASONS = {
    SwitchReason.SCHEDULE: later("The time does not work for me any more"),
    SwitchReason.FIT: later("The group is not right for me"),
    SwitchReason.THERAPIST: later("I would like to work with somebody else"),
    SwitchReason.CLINICAL: later("My needs have changed"),
    SwitchReason.SAFETY: later("I do not feel safe there"),
    SwitchReason.OTHER: later("Something else"),
}

_THANKS = later("We have your request. You keep your seat until there is another one.")
_THANKS_SAFETY = later("Thank you for telling us. A person from your program reads this first.")

_NOTE_LENGTH = 2000
_TOO_LONG = later("Use at most %(max)d characters; a call is better for more.")


class SwitchForm(Form):
    """What to change, why, and anything else in one's own words."""

    kind = RadioField(
        later("What would you like?"),
        choices=[SelectChoice(str(kind), label) for kind, label in KINDS.items()],
        validators=[InputRequired(later("Choose what you would like to change."))],
    )
    reason = RadioField(
        later("Why?"),
        choices=[SelectChoice(str(reason), label) for reason, label in REASONS.items()],
        validators=[InputRequired(later("Choose a reason."))],
    )
    note = TextAreaField(
        later("Anything you want us to know"),
        description=later("Only staff read this: never your group."),
        filters=[text],
        validators=[Length(max=_NOTE_LENGTH, message=_TOO_LONG)],
    )


class CallForm(Form):
    """A wish to be called."""

    note = TextAreaField(
        later("What is it about, and when can we reach you?"),
        description=later("Only staff read this."),
        filters=[text],
        validators=[Length(max=_NOTE_LENGTH, message=_TOO_LONG)],
    )


@blueprint.get("/requests")
@access.participant
def requests() -> str:
    """One's seats and what one has asked for."""
    me = access.participant_self()
    return render_template(
        "participant/requests.html",
        place="participant.requests",
        me=me,
        care=my_care(session(), me, now=clock.now()),
        reasons=REASONS,
        kinds=KINDS,
        call=calls.open_call(session(), me),
    )


@blueprint.route("/requests/<seat_id>/switch", methods=["GET", "POST"])
@access.participant
def ask_switch(seat_id: str) -> Page | Response:
    """Ask for another group, therapist or time; the seat stays until there is another."""
    seat = access.own_seat_or_404(seat_id)
    form = SwitchForm()
    if form.sent_well():
        with form.refusals():
            asked = switches.request_switch(
                session(),
                seat,
                kind=SwitchKind(form.kind.data),
                reason=SwitchReason(form.reason.data),
                note=form.note.data,
                by=access.account().id,
            )
            session().flush()
            unsafe = asked.reason == SwitchReason.SAFETY
            flash(_THANKS_SAFETY if unsafe else _THANKS, "success")
            return redirect(url_for("participant.switch", switch_id=asked.id), code=303)
    return form.page(
        "participant/ask_switch.html",
        place="participant.requests",
        me=access.participant_self(),
        seat=_mine(seat_id),
        early=not_until(session(), seat),
    )


@blueprint.post("/requests/<switch_id>/withdraw")
@access.participant
def withdraw(switch_id: str) -> Response:
    """Take a switch request back."""
    switches.withdraw(session(), access.own_switch_or_404(switch_id), by=access.account().id)
    flash(gettext("You have taken your request back. Your seat stays as it is."), "success")
    return redirect(url_for("participant.requests"), code=303)


@blueprint.route("/help", methods=["GET", "POST"])
@access.participant
def help() -> Page | Response:
    """Who to call, and a form to be called."""
    me = access.participant_self()
    form = CallForm()
    if form.sent_well():
        calls.ask_for_call(session(), me, note=form.note.data, by=access.account().id)
        flash(gettext("We will call you. Thank you for telling us."), "success")
        return redirect(url_for("participant.help"), code=303)
    return form.page(
        "participant/help.html",
        place="participant.help",
        me=me,
        call=calls.open_call(session(), me),
    )


def _mine(seat_id: str) -> MySeat:
    care = my_care(session(), access.participant_self(), now=clock.now())
    seat = next((seat for seat in care.seats if seat.id == seat_id), None)
    if seat is None:
        raise NotFound()
    return seat
