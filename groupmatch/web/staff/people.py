"""People: find somebody, read everything about them, take somebody in, change what is known."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from groupmatch import clock
from groupmatch.errors import NotAllowed
from groupmatch.language import gettext, later
from groupmatch.records import GateKind, Participant, StaffRole
from groupmatch.services.accounts import staff
from groupmatch.services.care import gates
from groupmatch.services.care.instruments import instruments
from groupmatch.services.hours import availability
from groupmatch.services.participants import people
from groupmatch.services.participants.people import AGE_BANDS
from groupmatch.services.participants.people_search import (
    PeopleFilter,
    PeopleSort,
    Standing,
    all_people,
    regions_of,
)
from groupmatch.services.participants.people_search import people as found
from groupmatch.services.participants.person_page import person_page
from groupmatch.services.spreadsheets.cells import Text
from groupmatch.services.spreadsheets.list_cells import ListOf
from groupmatch.web import access
from groupmatch.web.sign_in import password_link
from groupmatch.web.staff import offers, roles
from groupmatch.web.staff.forms import (
    Form,
    Page,
    Pick,
    TextOf,
    hours_field,
    region_field,
    saved,
    text,
    traits_field,
    zone_field,
)
from groupmatch.web.staff.people_tables import (
    PEOPLE,
    messages_table,
    scores_table,
    seats_table,
    trend_plot,
)
from groupmatch.web.staff.query import choice, number
from groupmatch.web.staff.request_tables import attended_table
from groupmatch.web.staff.sheets import sheet
from groupmatch.web.staff.versioned import VersionedForm, claimed
from groupmatch.web.tables import exported
from groupmatch.web.transaction import session
from groupmatch.web.words import word

blueprint = Blueprint("people", __name__, url_prefix="/people")


class PersonForm(VersionedForm):
    """What is known of somebody in care."""

    first_name = StringField(
        later("First name"), [DataRequired(later("Write a first name."))], filters=[text]
    )
    last_name = StringField(
        later("Last name"), [DataRequired(later("Write a last name."))], filters=[text]
    )
    email = StringField(
        later("Email"), filters=[text], description=later("Needed for an invitation.")
    )
    phone = StringField(later("Phone"), filters=[text])
    timezone = zone_field(
        later("Time zone"), validators=[InputRequired(later("Choose a time zone."))]
    )
    region = region_field(
        later("Region"),
        description=later(
            "Where they are during sessions. A leader of their group is licensed there."
        ),
        validators=[InputRequired(later("Choose a region."))],
    )
    located = BooleanField(later("They confirmed that they are in this region during sessions"))
    language = TextOf(
        later("Languages"),
        ListOf(Text()),
        [],
        render_kw={"rows": 1},
        description=later("Codes, like: en, es"),
    )
    age_band = Pick(later("Age"))
    payer_code = Pick(later("Payer"), blank=later("None or not known"))
    household = StringField(
        later("Household"),
        filters=[text],
        description=later(
            "People of one household share this word. "
            "Only couples and family groups seat them together."
        ),
    )
    external_id = StringField(later("Id in your own system"), filters=[text])
    attributes = traits_field(
        later("What groups may ask for or limit"),
        description=later("Like: gender=woman; condition=bpd"),
    )

    def fields(self) -> dict[str, Any]:
        """The answers as a service takes them."""
        empty_is_none = {"external_id", "household"}
        others = {"csrf_token", "hours", "located"}
        names = (field.name for field in self if field.name not in others)
        return {
            name: (self[name].data or None) if name in empty_is_none else self[name].data
            for name in names
        }


class NewPersonForm(PersonForm):
    """Somebody new, with their hours."""

    hours = hours_field(
        later("Hours that suit"),
        description=later(
            "In their own time zone, like: Mon 18:00-21:00; Sat 09:00-12:00? "
            "A question mark means if needed."
        ),
    )


class ReasonForm(Form):
    """A reason, for the record."""

    reason = TextAreaField(
        later("Reason"),
        [
            DataRequired(later("Write a reason: it stays in the history.")),
            Length(max=500, message=later("Use at most 500 characters.")),
        ],
        filters=[text],
    )


@blueprint.get("")
@roles.care_team
def index() -> str | Response:
    """Find people by name, id and standing."""
    wanted, program = _wanted(), access.program()
    today, nearly = clock.today(program.timezone), False
    page = found(session(), program, wanted, on=today, number=number("page"))
    if wanted.words and not page.total:
        wanted, nearly = replace(wanted, nearly=True), True
        page = found(session(), program, wanted, on=today, number=number("page"))
    listed = PEOPLE.given(page)
    if PEOPLE.wants_export():
        listed = PEOPLE.given(page, list(all_people(session(), program, wanted, on=today)))
    return exported(listed) or render_template(
        "staff/people/index.html",
        listed=listed,
        wanted=wanted,
        nearly=nearly,
        topics=offers.topics(session()),
        regions={region: region for region in regions_of(session(), program)},
    )


def _wanted() -> PeopleFilter:
    return PeopleFilter(
        words=request.args.get("q", "").strip(),
        standing=choice("standing", Standing, None),
        region=request.args.get("region", ""),
        topic=request.args.get("topic", ""),
        sort=choice("sort", PeopleSort, PeopleSort.NAME),
        descending=request.args.get("order") == "desc",
    )


@blueprint.get("/export.csv")
@roles.coordinator
def export() -> Response:
    """All of them, with the columns that an import reads."""
    return sheet("people")


@blueprint.get("/<person_id>")
@roles.care_team
def show(person_id: str) -> str | Response:
    """Everything about one person."""
    person = access.participant_or_404(person_id)
    zone = access.program().timezone
    today = clock.today(zone)
    page = person_page(session(), person, on=today)
    seats = seats_table(person, zone, today).over(page.seats)
    mails = messages_table(person, zone).over(page.messages)
    scores = {each: scores_table(each).over(each.points[::-1]) for each in page.measures}
    weeks = [
        attended_table(plan, person, number).over(plan.weeks)
        for number, plan in enumerate(page.attended, start=1)
    ]
    return exported(seats, mails, *scores.values(), *weeks) or render_template(
        "staff/people/show.html",
        page=page,
        seats=seats,
        mails=mails,
        scores=[(each, trend_plot(each), table) for each, table in scores.items()],
        plans=list(zip(page.attended, weeks, strict=True)),
        person=person,
        today=today,
        levels=offers.levels(session()),
        roles=access.roles(),
        instruments=instruments(),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@roles.coordinator
def add() -> Page | Response:
    """Take somebody in."""
    form = NewPersonForm(data={"timezone": access.program().timezone, "language": ["en"]})
    _offer_choices(form)
    if form.sent_well():
        with form.refusals():
            person = _add(form)
            flash(
                gettext("%(full_name)s is in care here. Clear the gates and add a request.")
                % {"full_name": person.full_name},
                "success",
            )
            return to_person(person)
    return form.page("staff/people/new.html")


def _offer_choices(form: PersonForm) -> None:
    form.age_band.offer({band: word("age_band", band) for band in AGE_BANDS})
    form.payer_code.offer(offers.payers(session()))


def _add(form: NewPersonForm) -> Participant:
    by = access.account().id
    person = people.add_participant(session(), access.program(), by=by, **form.fields())
    if form.hours.data:
        availability.set_weekly(session(), person, form.hours.data, by=by)
    _confirm_location(form, person)
    return person


def _confirm_location(form: PersonForm, person: Participant) -> None:
    if form.located.data:
        gates.clear_gate(session(), person, GateKind.LOCATION, by=access.account().id)


@blueprint.route("/<person_id>/edit", methods=["GET", "POST"])
@roles.coordinator
def edit(person_id: str) -> Page | Response:
    """Change what is known of somebody."""
    person = claimed(access.participant_or_404(person_id))
    form = PersonForm(obj=person)
    _offer_choices(form)
    form.watch(person)
    if form.sent_fresh():
        with form.refusals():
            by = access.account().id
            changed = people.edit_participant(session(), person, by=by, **form.fields())
            _confirm_location(form, person)
            flash(saved(changed or form.located.data), "success")
            return to_person(person)
    return form.page("staff/people/edit.html", person=person)


@blueprint.post("/<person_id>/invite")
@roles.coordinator
def invite(person_id: str) -> Response:
    """Send somebody the link with which they choose a password."""
    person = access.participant_or_404(person_id)
    staff.invite_participant(session(), person, by=access.account().id, link=password_link)
    flash(gettext("An invitation is on its way to %(email)s.") % {"email": person.email}, "success")
    return to_person(person)


@blueprint.route("/<person_id>/safety", methods=["GET", "POST"])
@roles.care_team
def safety(person_id: str) -> Page | Response:
    """Raise or lower the safety flag, with a reason."""
    person = access.participant_or_404(person_id)
    raised = person.safety_flag_since is None
    if not raised and StaffRole.CLINICIAN not in access.roles():
        raise NotAllowed("not_your_decision")
    form = ReasonForm()
    if form.sent_well():
        people.set_safety_flag(
            session(), person, raised=raised, by=access.account().id, reason=form.reason.data
        )
        flash(
            gettext("The safety flag is up.") if raised else gettext("The safety flag is down."),
            "success",
        )
        return to_person(person)
    return form.page("staff/people/safety.html", person=person, raised=raised)


def to_person(person: Participant, part: str | None = None) -> Response:
    """Back to the person's page, or to a part of it."""
    return redirect(url_for("people.show", person_id=person.id, _anchor=part), code=303)
