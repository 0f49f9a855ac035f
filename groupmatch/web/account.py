"""What every account has: a first page by its role, its own page, its present program."""

from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_security import current_user
from werkzeug.wrappers import Response

from groupmatch import clock
from groupmatch.language import gettext
from groupmatch.services.accounts import passwords, sign_ins
from groupmatch.services.accounts.sign_in_policy import sign_in_policy
from groupmatch.web import access, navigation, sign_in, signed_in
from groupmatch.web.staff import NAVIGATION, SEARCH_ENDPOINT
from groupmatch.web.transaction import session

blueprint = Blueprint("account", __name__)


def init_app(app: Flask) -> None:
    """Mount the pages, and give the layouts the name, the links and the programs."""
    app.register_blueprint(blueprint)
    app.context_processor(_frame)


@blueprint.get("/")
@access.signed_in
def first_page() -> Response:
    """Go to the first page of one's role; past the recovery codes while there are none."""
    mine = access.account()
    if mine.second_factor and not mine.recovery_codes:
        return redirect(url_for("security.mf_recovery_codes"))
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
        mine=access.account(),
        elsewhere=sign_ins.open_elsewhere(session(), signed_in.current()),
    )


@blueprint.post("/account/sign-out-everywhere")
@access.signed_in
def sign_out_everywhere() -> Response:
    """End every sign-in of one's account, this one too."""
    sign_ins.end_all(session(), access.account())
    flash(gettext("You are signed out everywhere."), "success")
    return redirect(url_for("security.login"), code=303)


@blueprint.get("/account/left")
@access.signed_in
def left() -> Response:
    """How many seconds this sign-in lasts if nobody clicks any more."""
    return Response(str(int(signed_in.time_left().total_seconds())), mimetype="text/plain")


@blueprint.post("/account/programs/<program_id>")
@access.staff()
def choose_program(program_id: str) -> Response:
    """Work in another of one's programs."""
    access.choose_program(program_id)
    flash(gettext("You now work in {program}.").format(program=access.program().name), "info")
    return redirect(url_for("account.first_page"), code=303)


def _places() -> list[tuple[str, str]]:
    """The first page of each role the account has."""
    mine = access.account()
    staff = [
        (gettext("Your program"), link.endpoint) for link in navigation.open_to_me(NAVIGATION)[:1]
    ]
    own = [(gettext("Your groups"), "therapist.week")] if mine.therapist_id else []
    return (
        staff + own + ([(gettext("Your seat"), "participant.home")] if mine.participant_id else [])
    )


def _frame() -> dict[str, Any]:
    frame: dict[str, Any] = {
        "now": clock.now(),
        "link_days": sign_in.LINK_DAYS,
        "password_length": passwords.MIN_LENGTH,
    }
    policy = sign_in_policy()
    if not request or not current_user or not current_user.is_authenticated:
        return frame
    frame |= {
        "my_name": _name(),
        "seconds_left": int(signed_in.time_left().total_seconds()),
        "idle_minutes": int(policy.lasting(access.account()).idle.total_seconds() / 60),
        "warning_seconds": int(policy.warning.total_seconds()),
    }
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
