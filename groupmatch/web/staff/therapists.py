"""Therapists: list, page, take one in, change, licenses, hours, invitation."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, Field, IntegerField, StringField
from wtforms.fields import DateField
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional, ValidationError

from groupmatch import clock
from groupmatch.errors import NotFound
from groupmatch.language import gettext, later
from groupmatch.records import License, Therapist
from groupmatch.services.accounts import staff
from groupmatch.services.hours import availability
from groupmatch.services.programs.places import compact_name
from groupmatch.services.therapists import therapists
from groupmatch.services.therapists.therapist_list import therapist_rows
from groupmatch.services.therapists.therapist_pages import therapist_page
from groupmatch.web import access
from groupmatch.web.sign_in import password_link
from groupmatch.web.staff import roles
from groupmatch.web.staff.forms import (
    Form,
    Page,
    Pick,
    region_field,
    saved,
    text,
    traits_field,
    zone_field,
)
from groupmatch.web.staff.person_hours import HoursForm
from groupmatch.web.staff.sheets import sheet
from groupmatch.web.staff.therapist_tables import THERAPISTS, led_table
from groupmatch.web.staff.versioned import VersionedForm, claimed
from groupmatch.web.tables import exported
from groupmatch.web.transaction import session

blueprint = Blueprint("therapists", __name__, url_prefix="/therapists")


class TherapistForm(VersionedForm):
    """What is known of a therapist."""

    first_name = StringField(
        later("First name"), [DataRequired(later("Write a first name."))], filters=[text]
    )
    last_name = StringField(
        later("Last name"), [DataRequired(later("Write a last name."))], filters=[text]
    )
    email = StringField(
        later("Email"), filters=[text], description=later("Needed for an invitation.")
    )
    timezone = zone_field(later("Time zone"))
    max_minutes = IntegerField(
        later("Most minutes a week"),
        [Optional(), NumberRange(0, 10080, later("Write a number from 0 to 10,080."))],
        description=later("Of sessions; empty for no limit."),
    )
    attributes = traits_field(
        later("What requests may ask for"),
        description=later("Like: gender=woman; modality=CBT|DBT"),
    )
    external_id = StringField(later("Id in your own system"), filters=[text])
    active = BooleanField(later("Leads groups at present"))

    def fields(self) -> dict[str, Any]:
        """The answers as a service takes them."""
        answers = {field.name: field.data for field in self if field.name != "csrf_token"}
        return {**answers, "external_id": answers["external_id"] or None}


class LicenseForm(Form):
    """Authority in one region, or in all regions of a compact."""

    region = region_field(later("Region"), blank=later("None"))
    compact = Pick(later("Or compact"), blank=later("None"))
    valid_from = DateField(
        later("From"), [InputRequired(later("Write the first date on which it holds."))]
    )
    valid_to = DateField(later("Until"), [Optional()], description=later("Empty for no end."))

    def validate_region(self, field: Pick) -> None:
        """A license is for a region or a compact."""
        if bool(field.data) == bool(self.compact.data):
            raise ValidationError(gettext("Choose a region or a compact, one of them."))

    def validate_valid_to(self, field: Field) -> None:
        """It ends after it begins."""
        if field.data and self.valid_from.data and field.data < self.valid_from.data:
            raise ValidationError(gettext("Write a date after the first one."))


class EndForm(Form):
    """The last date of a license."""

    last_on = DateField(
        later("Last date"), [InputRequired(later("Write the last date on which it holds."))]
    )


@blueprint.get("")
@roles.care_team
def index() -> str | Response:
    """All therapists with what they lead and where they are licensed."""
    program = access.program()
    today = clock.today(program.timezone)
    rows = therapist_rows(session(), program, on=today)
    listed = THERAPISTS.over(rows)
    leading = sum(row.active for row in rows)
    return exported(listed) or render_template(
        "staff/therapists/index.html", listed=listed, leading=leading, today=today
    )


@blueprint.get("/export.csv")
@roles.coordinator
def export() -> Response:
    """All of them, with the columns that an import reads."""
    return sheet("therapists")


@blueprint.get("/<therapist_id>")
@roles.care_team
def show(therapist_id: str) -> str | Response:
    """One therapist."""
    therapist = access.therapist_or_404(therapist_id)
    zone = access.program().timezone
    today, page = clock.today(zone), therapist_page(session(), therapist)
    led = led_table(therapist, zone, today).over(page.groups)
    return exported(led) or render_template(
        "staff/therapists/show.html",
        page=page,
        led=led,
        therapist=therapist,
        today=today,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@roles.coordinator
def add() -> Page | Response:
    """Take a therapist in."""
    form = TherapistForm(data={"timezone": access.program().timezone, "active": True})
    if form.sent_well():
        with form.refusals():
            by = access.account().id
            therapist = therapists.add_therapist(
                session(), access.program(), by=by, **form.fields()
            )
            flash(
                gettext("%(full_name)s is added. Write down the licenses.")
                % {"full_name": therapist.full_name},
                "success",
            )
            return _to(therapist)
    return form.page("staff/therapists/new.html")


@blueprint.route("/<therapist_id>/edit", methods=["GET", "POST"])
@roles.coordinator
def edit(therapist_id: str) -> Page | Response:
    """Change what is known of a therapist."""
    therapist = claimed(access.therapist_or_404(therapist_id))
    form = TherapistForm(obj=therapist)
    form.watch(therapist)
    if form.sent_fresh():
        with form.refusals():
            by = access.account().id
            changed = therapists.edit_therapist(session(), therapist, by=by, **form.fields())
            flash(saved(changed), "success")
            return _to(therapist)
    return form.page("staff/therapists/edit.html", therapist=therapist)


@blueprint.route("/<therapist_id>/hours", methods=["GET", "POST"])
@roles.coordinator
def hours(therapist_id: str) -> Page | Response:
    """Write down the weekly hours that a therapist tells."""
    therapist = access.therapist_or_404(therapist_id)
    form = HoursForm(data={"hours": availability.weekly(session(), therapist)})
    if form.sent_well():
        availability.set_weekly(session(), therapist, form.hours.data, by=access.account().id)
        flash(gettext("The hours are saved."), "success")
        return _to(therapist)
    return form.page("staff/therapists/hours.html", therapist=therapist)


@blueprint.route("/<therapist_id>/licenses/new", methods=["GET", "POST"])
@roles.coordinator
def add_license(therapist_id: str) -> Page | Response:
    """Write down where a therapist may treat people."""
    therapist = access.therapist_or_404(therapist_id)
    form = LicenseForm()
    compacts = sorted(therapists.compacts(session()))
    form.compact.offer({code: compact_name(code) for code in compacts})
    if form.sent_well():
        with form.refusals():
            therapists.add_license(
                session(),
                therapist,
                by=access.account().id,
                valid_from=form.valid_from.data,
                region=form.region.data,
                compact=form.compact.data,
                valid_to=form.valid_to.data,
            )
            flash(gettext("The license is written down."), "success")
            return _to(therapist)
    return form.page("staff/therapists/add_license.html", therapist=therapist)


@blueprint.route("/<therapist_id>/licenses/<license_id>/end", methods=["GET", "POST"])
@roles.coordinator
def end_license(therapist_id: str, license_id: str) -> Page | Response:
    """Say until when a license holds."""
    therapist = access.therapist_or_404(therapist_id)
    held = session().get(License, license_id)
    if held is None or held.therapist_id != therapist.id:
        raise NotFound()
    form = EndForm(data={"last_on": held.valid_to or clock.today(access.program().timezone)})
    if form.sent_well():
        with form.refusals():
            by = access.account().id
            therapists.end_license(session(), held, last_on=form.last_on.data, by=by)
            flash(gettext("The last date of the license is written down."), "success")
            return _to(therapist)
    return form.page("staff/therapists/end_license.html", therapist=therapist, held=held)


@blueprint.post("/<therapist_id>/invite")
@roles.coordinator
def invite(therapist_id: str) -> Response:
    """Send a therapist the link with which they choose a password."""
    therapist = access.therapist_or_404(therapist_id)
    staff.invite_therapist(session(), therapist, by=access.account().id, link=password_link)
    flash(
        gettext("An invitation is on its way to %(email)s.") % {"email": therapist.email}, "success"
    )
    return _to(therapist)


def _to(therapist: Therapist) -> Response:
    return redirect(url_for("therapists.show", therapist_id=therapist.id), code=303)
