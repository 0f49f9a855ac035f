"""Switch requests, granted now: the seats that could be given, one of them, and taken back."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from groupmatch.errors import Conflict, Refused
from groupmatch.language import gettext, later
from groupmatch.matching import Step
from groupmatch.services.switching import switch_approval, switch_queue, switch_undo
from groupmatch.web import access, transaction
from groupmatch.web.staff import roles
from groupmatch.web.staff.forms import Form, Page, text
from groupmatch.web.staff.one_request import offered, shown
from groupmatch.web.staff.requests import DeclineForm, blueprint
from groupmatch.web.transaction import session


class UndoForm(Form):
    """Why a granted switch is taken back."""

    reason = TextAreaField(
        later("Why it is undone"),
        [
            DataRequired(later("Write down why: it stays in the history.")),
            Length(max=500, message=later("Use at most 500 characters.")),
        ],
        filters=[text],
    )


@blueprint.get("/<switch_id>/options")
@roles.coordinator
def options(switch_id: str) -> str:
    """The part of a request's page that tells what could be given, fetched until it is whole."""
    switch = access.switch_or_404(switch_id)
    told = offered(switch, switch_queue.proposed(session(), switch))
    return render_template("staff/requests/_options.html", **told)


@blueprint.post("/<switch_id>/approve")
@roles.coordinator
def approve(switch_id: str) -> Page | Response:
    """Give a seat now, with whoever else has to go elsewhere for it."""
    switch = access.switch_or_404(switch_id)
    steps = tuple(Step(*each.split(":", 1)) for each in request.form.getlist("step") if ":" in each)
    seal, by = request.form.get("seal", ""), access.account().id
    try:
        moved = switch_approval.approve(session(), switch, steps, seal=seal, by=by)
    except Conflict as conflict:
        return _refused(switch_id, conflict)
    told = (
        gettext("%(full_name)s has the seat, with %(others)s more, and is told.")
        if len(moved) > 1
        else gettext("%(full_name)s has the seat, and is told.")
    )
    full_name = switch.participant.full_name
    flash(told % {"full_name": full_name, "others": len(moved) - 1}, "success")
    return redirect(url_for("requests.show", switch_id=switch_id), code=303)


@blueprint.route("/<switch_id>/undo", methods=["GET", "POST"])
@roles.coordinator
def undo(switch_id: str) -> Page | Response:
    """Give everybody their former seats back, as long as no new group has met."""
    switch = access.switch_or_404(switch_id)
    form = UndoForm()
    if form.sent_well():
        try:
            switch_undo.undo(session(), switch, reason=form.reason.data, by=access.account().id)
        except Conflict as conflict:
            return _refused(switch_id, conflict)
        flash(
            gettext("Everybody has their former seat again. The request is in tonight’s match."),
            "success",
        )
        return redirect(url_for("requests.show", switch_id=switch_id), code=303)
    return form.page("staff/requests/undo.html", switch=switch)


def _refused(switch_id: str, refusal: Refused) -> Page:
    """The page as it is now, with what stands in the way."""
    transaction.abandon()
    return shown(access.switch_or_404(switch_id), DeclineForm(), refusal), refusal.status
