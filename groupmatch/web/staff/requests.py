"""The queue of switch requests: read them, leave them to tonight, decline with a reason."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from groupmatch import clock
from groupmatch.language import gettext, later
from groupmatch.services.switching import switches
from groupmatch.services.switching.switch_queue import switch_queue
from groupmatch.web import access
from groupmatch.web.staff import roles
from groupmatch.web.staff.desk_tables import switches_table
from groupmatch.web.staff.forms import Form, Page, text
from groupmatch.web.staff.one_request import shown
from groupmatch.web.staff.query import number
from groupmatch.web.tables import exported
from groupmatch.web.transaction import session

blueprint = Blueprint("requests", __name__, url_prefix="/requests")


class DeclineForm(Form):
    """What the member is told."""

    reason = TextAreaField(
        later("What you tell them"),
        [
            DataRequired(
                later("Write what the member is told: nobody is declined without a word.")
            ),
            Length(max=500, message=later("Use at most 500 characters.")),
        ],
        filters=[text],
        description=later("The member reads this. Name no other person and no group."),
    )


@blueprint.get("")
@roles.coordinator
def index() -> str | Response:
    """All open requests, and what was decided."""
    program = access.program()
    zone, queue = program.timezone, switch_queue(session(), program, number=number("page"))
    unseen = switches_table("new", gettext("New"), zone).over(queue.unseen)
    tonight = switches_table("tonight", gettext("In tonight’s match"), zone).over(queue.tonight)
    table = switches_table("decided", gettext("Decided"), zone, decided=True)
    decided = table.given(queue.decided)
    if table.wants_export():
        whole = switch_queue(session(), program, size=max(1, queue.decided.total))
        decided = table.given(queue.decided, whole.decided.rows)
    return exported(unseen, tonight, decided) or render_template(
        "staff/requests/index.html",
        queue=queue,
        tables=(unseen, tonight, decided),
        today=clock.today(zone),
    )


@blueprint.get("/<switch_id>")
@roles.coordinator
def show(switch_id: str) -> str:
    """One request with everything that helps to decide on it."""
    return shown(access.switch_or_404(switch_id), DeclineForm())


@blueprint.post("/<switch_id>/tonight")
@roles.coordinator
def leave_to_tonight(switch_id: str) -> Response:
    """Seen, and left to tonight's match."""
    switch = access.switch_or_404(switch_id)
    switches.leave_to_tonight(session(), switch, by=access.account().id)
    flash(
        gettext("Tonight’s match looks for another seat. The present one stays until then."),
        "success",
    )
    return redirect(url_for("requests.index"), code=303)


@blueprint.post("/<switch_id>/decline")
@roles.coordinator
def decline(switch_id: str) -> Page | Response:
    """Say no, with a reason that the member reads."""
    switch = access.switch_or_404(switch_id)
    form = DeclineForm()
    if form.sent_well():
        with form.refusals():
            by = access.account().id
            switches.decline(session(), switch, reason=form.reason.data, by=by)
            flash(gettext("The request is declined, and the member is told why."), "success")
            return redirect(url_for("requests.index"), code=303)
    return shown(access.switch_or_404(switch_id), form), 422
