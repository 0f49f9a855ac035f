"""The morning page: what became of the night, and what there is to do now."""

from flask import Blueprint, render_template

from groupmatch import clock
from groupmatch.services.morning.morning import morning
from groupmatch.web import access
from groupmatch.web.staff import roles
from groupmatch.web.transaction import session

blueprint = Blueprint("morning", __name__)


@blueprint.get("/morning")
@roles.coordinator
def show() -> str:
    """What do I do now."""
    program = access.program()
    return render_template(
        "staff/morning.html",
        page=morning(session(), program, clock.now()),
        today=clock.today(program.timezone),
    )
