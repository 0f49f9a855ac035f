"""What every account has: a first page by its role, its own page, its present program."""

from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_security import current_user
from werkzeug.wrappers import Response

from groupmatch import clock
from groupmatch.services import passwords
from groupmatch.web import access, navigation, sign_in
from groupmatch.web.staff import NAVIGATION, SEARCH_ENDPOINT

blueprint = Blueprint("account", __name__)


def init_app(app: Flask) -> None:
    """Mount the pages, and give the layouts the name, the links and the programs."""
    app.register_blueprint(blueprint)
    app.context_processor(_frame)


@blueprint.get("/")
@access.signed_in
def first_page() -> Response:
    """Go to the first page of one's role."""
    places = _places()
    return redirect(url_for(places[0][1] if places else "account.me"))


@blueprint.get("/account")
@access.signed_in
def me() -> str:
    """One's own account."""
    return render_template(
        "account/me.html",
        email=access.account().email,
        my_roles=access.held_roles(),
        places=_places(),
    )


@blueprint.post("/account/programs/<program_id>")
@access.staff()
def choose_program(program_id: str) -> Response:
    """Work in another of one's programs."""
    access.choose_program(program_id)
    flash(f"You now work in {access.program().name}.", "info")
    return redirect(url_for("account.first_page"), code=303)


def _places() -> list[tuple[str, str]]:
    """The first page of each role the account has."""
    mine = access.account()
    staff = [("Your program", link.endpoint) for link in navigation.open_to_me(NAVIGATION)[:1]]
    own = [("Your groups", "therapist.week")] if mine.therapist_id else []
    return staff + own + ([("Your seat", "participant.home")] if mine.participant_id else [])


def _frame() -> dict[str, Any]:
    frame: dict[str, Any] = {
        "now": clock.now(),
        "link_days": sign_in.LINK_DAYS,
        "password_length": passwords.MIN_LENGTH,
    }
    if not request or not current_user or not current_user.is_authenticated:
        return frame
    frame["my_name"] = _name()
    if access.programs():
        frame |= {
            "my_programs": access.programs(),
            "my_program": access.program(),
            "staff_links": navigation.open_to_me(NAVIGATION),
            "search_endpoint": SEARCH_ENDPOINT,
        }
    return frame


def _name() -> str:
    mine = access.account()
    if mine.name:
        return mine.name
    if mine.therapist:
        return mine.therapist.full_name
    return mine.participant.first_name if mine.participant else mine.email
