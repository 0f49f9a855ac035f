"""Saying that one is still where the record says, or is not."""

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from groupmatch.language import later
from groupmatch.services.participants.my_location import confirm_my_location
from groupmatch.web import access
from groupmatch.web.participant import blueprint
from groupmatch.web.transaction import session

_THANKS = later("Thank you. That is all we need.")
_THANKS_ELSEWHERE = later(
    "Thank you for telling us. You keep your seat, and somebody from your program calls you."
)


@blueprint.post("/location")
@access.participant
def confirm_location() -> Response:
    """One of two buttons on the home page."""
    there = request.form.get("there") == "yes"
    me = access.participant_self()
    confirm_my_location(session(), me, there=there, by=access.account().id)
    flash(_THANKS if there else _THANKS_ELSEWHERE, "success")
    return redirect(url_for("participant.home"), code=303)
