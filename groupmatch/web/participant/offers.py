"""An offer: what, when and with whom; accept it, decline it, or ask for a call first."""

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from groupmatch.language import gettext, later
from groupmatch.records import DeclineReason
from groupmatch.services.offers import offers
from groupmatch.services.offers.my_offers import my_offer
from groupmatch.services.offers.offers import Answered
from groupmatch.web import access
from groupmatch.web.forms import Form, Page, text
from groupmatch.web.participant import blueprint
from groupmatch.web.transaction import session

_REASONS = {
    DeclineReason.TIME: later("The time does not work for me"),
    DeclineReason.GROUP: later("This is not the right group for me"),
    DeclineReason.THERAPIST: later("I would like to work with somebody else"),
    DeclineReason.LATER: later("I am not ready to begin yet"),
    DeclineReason.NEED_OVER: later("I do not need a group any more"),
    DeclineReason.OTHER: later("Something else"),
}

_ANSWERS = {
    Answered.SEATED: (later("The seat is yours."), "success"),
    Answered.AGREED: (
        later("Thank you. We are arranging it, and tell you when it is settled."),
        "success",
    ),
    Answered.GONE: (
        later(
            "Something changed since we wrote, so this seat is not open any more. You keep what "
            "you have, and somebody from your program will call you."
        ),
        "warning",
    ),
}


class RatherNotForm(Form):
    """Why not, and anything else in one's own words."""

    reason = RadioField(
        later("Why would you rather not?"),
        choices=[SelectChoice(str(reason), label) for reason, label in _REASONS.items()],
        validators=[InputRequired(later("Choose a reason: it helps us to find something better."))],
    )
    note = TextAreaField(
        later("Anything you want us to know"),
        description=later("Only staff read this."),
        filters=[text],
        validators=[Length(max=2000, message=later("Use at most 2000 characters."))],
    )


@blueprint.get("/offers/<offer_id>")
@access.participant
def offer(offer_id: str) -> Page:
    """Read an offer."""
    return _page(offer_id, RatherNotForm())


@blueprint.post("/offers/<offer_id>/accept")
@access.participant
def accept_offer(offer_id: str) -> Response:
    """Say yes."""
    mine = access.own_offer_or_404(offer_id)
    flash(*_ANSWERS[offers.accept(session(), mine, by=access.account().id)])
    return redirect(url_for("participant.home"), code=303)


@blueprint.post("/offers/<offer_id>/decline")
@access.participant
def decline_offer(offer_id: str) -> Page | Response:
    """Say no, with a reason."""
    mine = access.own_offer_or_404(offer_id)
    form = RatherNotForm()
    if not form.sent_well():
        return _page(offer_id, form)
    reason = DeclineReason(form.reason.data)
    by = access.account().id
    offers.decline(session(), mine, reason=reason, note=form.note.data, by=by)
    flash(
        gettext("Thank you for telling us. We go on looking, and nothing else changes."), "success"
    )
    return redirect(url_for("participant.home"), code=303)


def _page(offer_id: str, form: RatherNotForm) -> Page:
    return form.page(
        "participant/offer.html",
        place="participant.home",
        me=access.participant_self(),
        offer=my_offer(session(), access.own_offer_or_404(offer_id)),
    )
