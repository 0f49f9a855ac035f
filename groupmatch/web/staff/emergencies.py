"""Emergency access: open somebody outside of one's program, see little, be reviewed."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from groupmatch.errors import NotFound
from groupmatch.language import gettext, later
from groupmatch.records import EmergencyAccess
from groupmatch.services.accounts import emergencies
from groupmatch.web import access, transaction
from groupmatch.web.staff import roles
from groupmatch.web.staff.admin import blueprint as admin
from groupmatch.web.staff.forms import Form, Page, text
from groupmatch.web.staff.governed_tables import looks_table
from groupmatch.web.tables import exported
from groupmatch.web.transaction import session

blueprint = Blueprint("emergencies", __name__, url_prefix="/emergency")


class EmergencyForm(Form):
    """Who, and why."""

    named = StringField(
        later("Their first and last name"),
        [DataRequired(later("Write their whole name."))],
        filters=[text],
    )
    reached = StringField(
        later("Their email or phone"),
        [DataRequired(later("Write the email address or the phone number that they gave."))],
        filters=[text],
        description=later("As it is written down with them, so that nobody else opens by mistake."),
    )
    reason = TextAreaField(
        later("What has happened"),
        [
            DataRequired(later("Write what has happened: an administrator reads it.")),
            Length(max=500, message=later("Use at most 500 characters.")),
        ],
        filters=[text],
    )


@blueprint.route("", methods=["GET", "POST"])
@roles.care_team
def open_person() -> Page | Response:
    """Ask to see somebody of another program."""
    form = EmergencyForm()
    if form.sent_well():
        with form.refusals():
            opened = _opened(form)
            return redirect(url_for("emergencies.show", look_id=opened.id), code=303)
    return form.page("staff/emergency/open.html")


def _opened(form: EmergencyForm) -> EmergencyAccess:
    """Open whom the form names. Raises Refused; who names nobody leaves a trace of it."""
    # Read before anything is rolled back: after that, it would be read in a transaction that waits.
    asking = access.account().id
    try:
        opened = emergencies.open_person(
            session(),
            named=form.named.data,
            reached=form.reached.data,
            reason=form.reason.data,
            by=access.account(),
        )
    except NotFound:
        transaction.abandon()
        with transaction.database().transaction() as apart:
            emergencies.missed(apart, by=asking)
        raise
    session().flush()
    return opened


@blueprint.get("/<look_id>")
@roles.care_team
def show(look_id: str) -> str:
    """What a crisis takes, while the time lasts."""
    page = emergencies.emergency_page(session(), look_id, by=access.account())
    return render_template("staff/emergency/show.html", page=page)


@admin.get("/emergencies")
@access.admin
def emergencies_of_program() -> str | Response:
    """Every look at people of the program from outside."""
    program = access.program()
    rows = emergencies.of_program(session(), program.id)
    listed = looks_table(program.timezone).over(rows)
    open_looks = sum(row.reviewed_at is None for row in rows)
    return exported(listed) or render_template(
        "staff/admin/emergencies.html", listed=listed, open_looks=open_looks
    )


@admin.post("/emergencies/<access_id>/review")
@access.admin
def review(access_id: str) -> Response:
    """Write down that one has been looked into."""
    opened = session().get(EmergencyAccess, access_id)
    if opened is None or opened.program_id != access.program().id:
        raise NotFound()
    emergencies.review(session(), opened, by=access.account())
    flash(gettext("It is written down that you have looked into this."), "success")
    return redirect(url_for("admin.emergencies_of_program"), code=303)
