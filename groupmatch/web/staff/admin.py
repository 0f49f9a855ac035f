"""Administration of a program: its settings and its staff."""

from datetime import time
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, Field, IntegerField, StringField
from wtforms.fields import TimeField
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional, ValidationError

from groupmatch.errors import NotFound
from groupmatch.language import gettext, later
from groupmatch.records import ProgramRole, StaffRole
from groupmatch.services.accounts import staff
from groupmatch.services.accounts.staff_list import staff_list
from groupmatch.services.programs import programs
from groupmatch.web import access
from groupmatch.web.sign_in import password_link
from groupmatch.web.staff.forms import Form, Page, Pick, text, zone_field
from groupmatch.web.staff.governed_tables import STAFF
from groupmatch.web.staff.versioned import VersionedForm, claimed
from groupmatch.web.tables import exported
from groupmatch.web.transaction import session

blueprint = Blueprint("admin", __name__, url_prefix="/admin")

ROLES = {
    StaffRole.COORDINATOR.value: later("Coordinator: places people, publishes, answers requests"),
    StaffRole.CLINICIAN.value: later("Clinician: decides on levels of care and safety"),
    StaffRole.ADMIN.value: later("Administrator: settings, tables and staff"),
}


class ProgramForm(VersionedForm):
    """The settings of a program."""

    name = StringField(later("Name"), [DataRequired(later("Write a name."))], filters=[text])
    timezone = zone_field(later("Time zone"), description=later("The program’s own clock."))
    night_at = TimeField(
        later("Nightly match at"),
        [InputRequired(later("Write a time of day."))],
        description=later(
            "On the program’s clock. Clock changes skip or repeat hours before 3 am."
        ),
    )
    horizon_weeks = IntegerField(
        later("Weeks ahead"),
        [
            InputRequired(later("Write a number.")),
            NumberRange(1, 26, later("Write a number from 1 to 26.")),
        ],
        description=later("How far ahead a seat must fit."),
    )
    max_moves = IntegerField(
        later("Most settled members moved a night"),
        [Optional(), NumberRange(0, 10000, later("Write 0 or more."))],
        description=later(
            "0 moves nobody who is settled; empty sets no limit. Nobody is ever moved "
            "without a person publishing it."
        ),
    )
    reserve_at_once = BooleanField(
        later("Participants may reserve an open seat at once"),
        description=later("Only seats that nobody waiting could use."),
    )
    publish_offers = BooleanField(
        later("Publishing makes offers"),
        description=later(
            "People accept or decline before the seat is theirs. Otherwise publishing "
            "gives the seats at once."
        ),
    )
    offer_hours = IntegerField(
        later("Hours to answer an offer"),
        [
            InputRequired(later("Write a number.")),
            NumberRange(1, 336, later("Write a number from 1 to 336.")),
        ],
        description=later("It never ends at night: then it stands until two hours after waking."),
    )
    night_publishes = BooleanField(
        later("The night publishes what only seats people who wait"),
        description=later("Switches, moves and new groups always wait for a person."),
    )
    reminder_hours = IntegerField(
        later("Hours before a session that its members are reminded"),
        [
            InputRequired(later("Write a number.")),
            NumberRange(0, 72, later("Write a number from 0 to 72.")),
        ],
        description=later("0 reminds nobody. The mail says only that there is a session."),
    )
    crisis_line = StringField(
        later("Crisis line"),
        [DataRequired(later("Write the number of a crisis line."))],
        filters=[text],
        description=later("Stands with every text about danger."),
    )
    phone = StringField(
        later("Phone"), filters=[text], description=later("For questions of participants.")
    )

    def fields(self) -> dict[str, Any]:
        """The answers as a service takes them."""
        answers = {field.name: field.data for field in self if field.name != "csrf_token"}
        return {**answers, "night_at": f"{self.night_at.data:%H:%M}"}


class InviteForm(Form):
    """Somebody new on the staff, or a further role of somebody."""

    name = StringField(later("Name"), [DataRequired(later("Write a name."))], filters=[text])
    email = StringField(
        later("Email"), [DataRequired(later("Write an email address."))], filters=[text]
    )
    role = Pick(later("Role"), ROLES)

    def validate_email(self, field: Field) -> None:
        """An invitation goes to an address."""
        if "@" not in (field.data or "").strip("@"):
            raise ValidationError(gettext("Write an email address, like: name@example.org."))


@blueprint.route("/program", methods=["GET", "POST"])
@access.admin
def program() -> Page | Response:
    """The settings of the present program."""
    mine = claimed(access.program())
    answers = {name: getattr(mine, name) for name in programs.EDITABLE}
    form = ProgramForm(data={**answers, "night_at": time.fromisoformat(mine.night_at)})
    form.watch(mine)
    if form.sent_fresh():
        with form.refusals():
            programs.edit_program(session(), mine, by=access.account().id, **form.fields())
            flash(gettext("The settings are saved."), "success")
            return redirect(url_for("admin.program"), code=303)
    return form.page("staff/admin/program.html")


@blueprint.get("/staff")
@access.admin
def people() -> str | Response:
    """Who is on the staff of the present program."""
    listed = STAFF.over(staff_list(session(), access.program()))
    return exported(listed) or render_template("staff/admin/staff.html", listed=listed, roles=ROLES)


@blueprint.route("/staff/invite", methods=["GET", "POST"])
@access.admin
def invite() -> Page | Response:
    """Give somebody a role, with an account where they have none."""
    form = InviteForm()
    if form.sent_well():
        with form.refusals():
            account = staff.invite_staff(
                session(),
                access.program(),
                email=form.email.data,
                name=form.name.data,
                role=StaffRole(form.role.data),
                by=access.account().id,
                link=password_link,
            )
            told = (
                gettext("%(name)s has the role now.")
                if account.password
                else gettext("%(name)s is invited by mail.")
            )
            flash(told % {"name": account.name}, "success")
            return redirect(url_for("admin.people"), code=303)
    return form.page("staff/admin/invite.html")


@blueprint.post("/staff/<role_id>/end")
@access.admin
def end_role(role_id: str) -> Response:
    """End somebody's role in the present program."""
    role = session().get(ProgramRole, role_id)
    if role is None or role.program_id != access.program().id or role.ended_at:
        raise NotFound()
    staff.end_role(session(), role, by=access.account().id)
    flash(gettext("The role is ended. What they did stays in the history."), "success")
    return redirect(url_for("admin.people"), code=303)
