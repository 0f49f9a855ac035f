"""The days on which no group of the program meets."""

from datetime import date

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.fields import DateField
from wtforms.validators import DataRequired, InputRequired

from groupmatch.language import gettext, later
from groupmatch.records import StaffRole
from groupmatch.services.sessions import holidays
from groupmatch.web import access
from groupmatch.web.staff.forms import Form, Page, text
from groupmatch.web.toasts import undoable
from groupmatch.web.transaction import session

blueprint = Blueprint("holidays", __name__, url_prefix="/holidays")

_may_close = access.staff(StaffRole.COORDINATOR, StaffRole.ADMIN)


class HolidayForm(Form):
    """A date and its name."""

    on = DateField(later("Date"), [InputRequired(later("Write a date."))])
    name = StringField(later("Name"), [DataRequired(later("Write a name."))], filters=[text])


@blueprint.route("", methods=["GET", "POST"])
@_may_close
def index() -> Page | Response:
    """The coming holidays, and a form for one more."""
    program, form = access.program(), HolidayForm()
    if form.sent_well():
        with form.refusals():
            on: date = form.on.data
            declared = holidays.declare_holiday(
                session(), program, on=on, name=form.name.data, by=access.account().id
            )
            undo = url_for("holidays.lift", holiday_id=declared.id)
            undoable(gettext("Sessions on that date are cancelled. Members hear of it."), undo)
            return redirect(url_for("holidays.index"), code=303)
    coming = holidays.coming_holidays(session(), program)
    return form.page("staff/holidays.html", coming=coming)


@blueprint.post("/<holiday_id>/lift")
@_may_close
def lift(holiday_id: str) -> Response:
    """Meet on that date after all."""
    holiday = access.holiday_or_404(holiday_id)
    holidays.lift_holiday(session(), holiday, by=access.account().id)
    undoable(
        gettext("Sessions on that date take place. Members hear of it."),
        url_for("holidays.index"),
        on=holiday.on.isoformat(),
        name=holiday.name,
    )
    return redirect(url_for("holidays.index"), code=303)
