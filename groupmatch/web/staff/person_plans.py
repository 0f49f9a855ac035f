"""The plan of an intensive week: its bounds, how it ends, and the seat that follows it."""

from flask import flash
from werkzeug.wrappers import Response
from wtforms import IntegerField
from wtforms.fields import DateField
from wtforms.validators import InputRequired, NumberRange, Optional

from groupmatch.language import gettext, later
from groupmatch.matching.care import care
from groupmatch.records import StaffRole
from groupmatch.services.care import plans
from groupmatch.services.requests import requests
from groupmatch.web import access
from groupmatch.web.staff import offers, roles
from groupmatch.web.staff.forms import Page, saved
from groupmatch.web.staff.people import blueprint, to_person
from groupmatch.web.staff.person_requests import RequestForm
from groupmatch.web.staff.versioned import VersionedForm, claimed
from groupmatch.web.transaction import session

_MINUTES = (Optional(), NumberRange(0, 10080, later("Write minutes from 0 to 10,080.")))


class EditPlanForm(VersionedForm):
    """The end of a plan, and its weekly bounds."""

    ends_on = DateField(
        later("Last date"), [Optional()], description=later("Empty while nobody has set one.")
    )
    taper_weeks = IntegerField(
        later("Weeks of taper"), [InputRequired(later("Write a number, 0 for none."))]
    )
    min_minutes = IntegerField(later("Fewest minutes a week"), [*_MINUTES])
    max_minutes = IntegerField(later("Most minutes a week"), [*_MINUTES])
    min_days = IntegerField(later("Fewest days a week"), [Optional(), NumberRange(1, 7)])
    max_minutes_per_day = IntegerField(
        later("Most minutes a day"), [Optional(), NumberRange(1, 1440)]
    )


@blueprint.route("/plans/<plan_id>/edit", methods=["GET", "POST"])
@roles.coordinator
def edit_plan(plan_id: str) -> Page | Response:
    """Say when an intensive week ends, with how many weeks of taper, and what it asks."""
    plan = claimed(access.plan_or_404(plan_id))
    form = EditPlanForm(obj=plan)
    form.watch(plan)
    if form.sent_fresh():
        with form.refusals():
            by = access.account().id
            ended = plans.end_plan(
                session(),
                plan,
                ends_on=form.ends_on.data,
                taper_weeks=form.taper_weeks.data,
                by=by,
            )
            bounds = {name: form[name].data for name in requests.BOUNDS}
            changed = requests.edit_plan(session(), plan, by=by, **bounds)
            flash(saved(ended or changed), "success")
            return to_person(plan.participant, "requests")
    return form.page(
        "staff/people/edit_plan.html",
        person=plan.participant,
        plan=plan,
        week=plans.plan_week(session(), plan),
        most=care().taper_weeks,
    )


@blueprint.route("/plans/<plan_id>/step-down", methods=["GET", "POST"])
@access.staff(StaffRole.CLINICIAN)
def add_step_down(plan_id: str) -> Page | Response:
    """Have a weekly seat reserved ahead, from the day after an intensive week ends."""
    plan = access.plan_or_404(plan_id)
    form = RequestForm()
    del form.urgency
    form.offer()
    if form.sent_well():
        with form.refusals():
            plans.add_step_down(
                session(),
                plan,
                level_code=form.level_code.data,
                by=access.account().id,
                **form.wish(),
            )
            flash(gettext("The seat is looked for ahead, and held until the plan ends."), "success")
            return to_person(plan.participant, "requests")
    return form.page(
        "staff/people/add_step_down.html",
        person=plan.participant,
        plan=plan,
        levels=offers.levels(session()),
    )
