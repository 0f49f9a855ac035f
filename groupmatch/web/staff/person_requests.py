"""Requests of a person: ask for a seat, or for a week of several; change; close."""

from typing import Any

from flask import flash
from werkzeug.wrappers import Response
from wtforms import Field, FieldList, FormField, IntegerField, SelectMultipleField
from wtforms import Form as Part
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from groupmatch.errors import NotFound
from groupmatch.language import gettext, later
from groupmatch.records import GroupKind, Pin, Request
from groupmatch.services.requests import pins, requests
from groupmatch.services.requests.requests import RequestWish
from groupmatch.web import access
from groupmatch.web.staff import offers, roles
from groupmatch.web.staff.forms import Form, Page, Pick, saved, traits_field
from groupmatch.web.staff.people import ReasonForm, blueprint, to_person
from groupmatch.web.staff.versioned import VersionedForm, claimed
from groupmatch.web.transaction import session

_KINDS = {
    GroupKind.GROUP.value: later("Group"),
    GroupKind.INDIVIDUAL.value: later("Individual hour"),
    GroupKind.COUPLES.value: later("Couples"),
    GroupKind.FAMILY.value: later("Family"),
    GroupKind.EDUCATION.value: later("Education"),
}
#: Seats that the form of a plan has room for.
_PLAN_ROWS = 6


class RequestForm(VersionedForm):
    """What would serve one request."""

    first = Pick(
        later("Topic, first choice"),
        blank=later("Choose"),
        validators=[InputRequired(later("Choose a topic."))],
    )
    second = Pick(later("Second choice"), blank=later("None"))
    third = Pick(later("Third choice"), blank=later("None"))
    level_code = Pick(later("Level of care"))
    kind = Pick(later("Kind of group"), _KINDS)
    urgency = Pick(later("Urgency"))
    requires = traits_field(
        later("The group must offer"),
        description=later("Like: modality=CBT|DBT"),
    )
    preferred_therapists = SelectMultipleField(
        later("Would like to work with"), render_kw={"size": 5}
    )
    avoid_therapists = SelectMultipleField(
        later("Not with these therapists"), render_kw={"size": 5}
    )
    avoid_groups = SelectMultipleField(later("Not in these groups"), render_kw={"size": 5})

    def offer(self) -> None:
        """Fill the lists of the present program."""
        for pick in (self.first, self.second, self.third):
            pick.offer(offers.topics(session()))
        if self.urgency:
            self.urgency.offer(offers.urgencies())
        if self.level_code:
            self.level_code.offer(offers.levels(session()))
        therapists = dict(offers.therapists(session(), access.program()))
        self.preferred_therapists.choices = self.avoid_therapists.choices = therapists
        self.avoid_groups.choices = dict(offers.groups(session(), access.program()))

    def wish(self) -> dict[str, Any]:
        """What would serve it, as a service takes it."""
        chosen = (self.first.data, self.second.data, self.third.data)
        return {
            "topics": list(dict.fromkeys(code for code in chosen if code)),
            "kind": GroupKind(self.kind.data),
            "requires": self.requires.data,
            "preferred_therapists": self.preferred_therapists.data,
            "avoid_therapists": self.avoid_therapists.data,
            "avoid_groups": self.avoid_groups.data,
        }


class PlanPart(Part):
    """One seat of a week."""

    topic = Pick(later("Topic"), blank=later("None"))
    other = Pick(later("Or else"), blank=later("None"))
    kind = Pick(later("Kind"), _KINDS)


class PlanForm(Form):
    """A week of several seats, given together or not at all."""

    level_code = Pick(later("Level of care"))
    urgency = Pick(later("Urgency"))
    parts = FieldList(FormField(PlanPart), min_entries=_PLAN_ROWS, max_entries=_PLAN_ROWS)
    min_minutes = IntegerField(later("Fewest minutes a week"), [Optional(), NumberRange(0, 10080)])
    max_minutes = IntegerField(later("Most minutes a week"), [Optional(), NumberRange(0, 10080)])
    min_days = IntegerField(later("Fewest days a week"), [Optional(), NumberRange(1, 7)])
    max_minutes_per_day = IntegerField(
        later("Most minutes a day"), [Optional(), NumberRange(1, 1440)]
    )

    def offer(self) -> None:
        """Fill the lists."""
        self.level_code.offer(offers.levels(session()))
        self.urgency.offer(offers.urgencies())
        topics = offers.topics(session())
        for part in self.parts:
            part.form.topic.offer(topics)
            part.form.other.offer(topics)

    def validate_parts(self, field: Field) -> None:
        """A week has seats."""
        if not any(part.form.topic.data for part in self.parts):
            raise ValidationError(gettext("Choose the topic of at least one seat."))

    def wishes(self) -> list[RequestWish]:
        """One a row that was filled in."""
        rows = [part.form for part in self.parts]
        return [
            RequestWish(
                topics=list(dict.fromkeys(filter(None, (row.topic.data, row.other.data)))),
                kind=GroupKind(row.kind.data),
            )
            for row in rows
            if row.topic.data
        ]


@blueprint.route("/<person_id>/requests/new", methods=["GET", "POST"])
@roles.coordinator
def add_request(person_id: str) -> Page | Response:
    """Ask for a seat on somebody's behalf."""
    person = access.participant_or_404(person_id)
    form = RequestForm()
    form.offer()
    if form.sent_well():
        with form.refusals():
            requests.add_request(
                session(),
                person,
                level_code=form.level_code.data,
                urgency=form.urgency.data,
                by=access.account().id,
                **form.wish(),
            )
            flash(gettext("The request is written down. Tonight’s match counts it."), "success")
            return to_person(person, "requests")
    return form.page("staff/people/add_request.html", person=person)


@blueprint.route("/requests/<request_id>/edit", methods=["GET", "POST"])
@roles.coordinator
def edit_request(request_id: str) -> Page | Response:
    """Change what would serve a request; its seat, if any, stays."""
    asked = claimed(access.request_or_404(request_id))
    form = RequestForm(data=_answers(asked))
    del form.level_code
    form.offer()
    form.watch(asked)
    if form.sent_fresh():
        with form.refusals():
            wish = RequestWish(**form.wish(), external_id=asked.external_id)
            by = access.account().id
            changed = requests.edit_request(
                session(), asked, wish, by=by, urgency=form.urgency.data
            )
            flash(saved(changed), "success")
            return to_person(asked.participant, "requests")
    return form.page("staff/people/edit_request.html", person=asked.participant, asked=asked)


@blueprint.route("/requests/<request_id>/close", methods=["GET", "POST"])
@roles.coordinator
def close_request(request_id: str) -> Page | Response:
    """The need is over."""
    asked = access.request_or_404(request_id)
    form = ReasonForm()
    if form.sent_well():
        with form.refusals():
            by = access.account().id
            requests.close_request(session(), asked, by=by, reason=form.reason.data)
            flash(gettext("The request is closed."), "success")
            return to_person(asked.participant, "requests")
    return form.page("staff/people/close_request.html", person=asked.participant)


@blueprint.post("/requests/<request_id>/pins/<pin_id>/lift")
@roles.coordinator
def lift_pin(request_id: str, pin_id: str) -> Response:
    """Later matches no longer go by a word on one group."""
    asked = access.request_or_404(request_id)
    pin = session().get(Pin, pin_id)
    if pin is None or pin.request_id != asked.id:
        raise NotFound()
    pins.lift(session(), pin, by=access.account().id)
    flash(gettext("Lifted. Tonight’s match may suggest the group again."), "success")
    return to_person(asked.participant, "requests")


@blueprint.route("/<person_id>/plans/new", methods=["GET", "POST"])
@roles.coordinator
def add_plan(person_id: str) -> Page | Response:
    """Ask for a week of several seats on somebody's behalf."""
    person = access.participant_or_404(person_id)
    form = PlanForm()
    form.offer()
    if form.sent_well():
        with form.refusals():
            requests.add_plan(
                session(),
                person,
                level_code=form.level_code.data,
                requests=form.wishes(),
                by=access.account().id,
                urgency=form.urgency.data,
                **{name: form[name].data for name in requests.BOUNDS},
            )
            flash(gettext("The plan is written down. Its seats are given together."), "success")
            return to_person(person, "requests")
    return form.page(
        "staff/people/add_plan.html", person=person, levels=offers.levels_in_full(session())
    )


def _answers(asked: Request) -> dict[str, Any]:
    wish = requests.wish_of(asked)
    ranked = [*wish.topics, None, None, None]
    return {
        "first": ranked[0],
        "second": ranked[1],
        "third": ranked[2],
        "kind": wish.kind,
        "urgency": asked.urgency,
        "requires": wish.requires,
        "preferred_therapists": list(wish.preferred_therapists),
        "avoid_therapists": list(wish.avoid_therapists),
        "avoid_groups": list(wish.avoid_groups),
    }
