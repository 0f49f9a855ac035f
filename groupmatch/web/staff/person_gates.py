"""Gates of a person: write a decision down, or take it back."""

from datetime import timedelta

from flask import flash
from werkzeug.wrappers import Response
from wtforms import Field
from wtforms.fields import DateField
from wtforms.validators import InputRequired, Optional, ValidationError

from groupmatch import clock
from groupmatch.errors import NotAllowed, NotFound
from groupmatch.language import gettext, later
from groupmatch.matching.care import care
from groupmatch.records import GateKind, StaffRole
from groupmatch.services.care import gates
from groupmatch.web import access
from groupmatch.web.staff import offers, roles
from groupmatch.web.staff.forms import Page, Pick
from groupmatch.web.staff.people import ReasonForm, blueprint, to_person
from groupmatch.web.staff.versioned import VersionedForm, claimed
from groupmatch.web.transaction import session

_REASSESS = later("The last date on which the decision holds.")


class GateForm(VersionedForm):
    """A decision and how long it holds."""

    level_code = Pick(
        later("Level of care"),
        blank=later("Choose"),
        validators=[InputRequired(later("Choose the level that was decided on."))],
    )
    valid_to = DateField(
        later("Holds until"),
        [Optional()],
        description=later("The last date on which it holds; empty for no end."),
    )

    def validate_valid_to(self, field: Field) -> None:
        """A decision that is over clears nothing."""
        if field.data and field.data < clock.today(access.program().timezone):
            raise ValidationError(gettext("Write today’s date or a later one."))


@blueprint.route("/<person_id>/gates/<kind>", methods=["GET", "POST"])
@roles.care_team
def clear_gate(person_id: str, kind: str) -> Page | Response:
    """Write down a decision that lets the person be matched."""
    person, gate = claimed(access.participant_or_404(person_id)), _kind(kind)
    refuse_unless(*gates.DECIDED_BY[gate])
    form = _gate_form(gate)
    present = gates.gate_of(session(), person, gate)
    form.watch(person, version=present.version if present else 0)
    if form.sent_fresh():
        with form.refusals():
            gates.clear_gate(
                session(),
                person,
                gate,
                by=access.account().id,
                level_code=form.level_code.data if form.level_code else None,
                valid_to=form.valid_to.data,
            )
            flash(gettext("The decision is written down."), "success")
            return to_person(person, "gates")
    return form.page("staff/people/gate.html", person=person, kind=gate)


@blueprint.route("/<person_id>/gates/<kind>/close", methods=["GET", "POST"])
@roles.care_team
def close_gate(person_id: str, kind: str) -> Page | Response:
    """Take a decision back, with a reason."""
    person, gate = access.participant_or_404(person_id), _kind(kind)
    refuse_unless(*gates.DECIDED_BY[gate])
    form = ReasonForm()
    if form.sent_well():
        by = access.account().id
        gates.close_gate(session(), person, gate, by=by, reason=form.reason.data)
        flash(
            gettext(
                "The decision is taken back. No match touches this person until there is another."
            )
        )
        return to_person(person, "gates")
    return form.page("staff/people/close_gate.html", person=person, kind=gate)


def refuse_unless(*roles: StaffRole) -> None:
    """Raise NotAllowed unless the account holds one of the roles in the present program."""
    if access.roles().isdisjoint(roles):
        raise NotAllowed("not_your_decision")


def _gate_form(kind: GateKind) -> GateForm:
    today, rules = clock.today(access.program().timezone), care()
    days = {GateKind.LEVEL_OF_CARE: rules.reassess_days, GateKind.LOCATION: rules.location_days}
    holds = {"valid_to": today + timedelta(days=days[kind])} if kind in days else {}
    form = GateForm(data=holds)
    if kind == GateKind.LEVEL_OF_CARE:
        form.valid_to.label.text, form.valid_to.description = gettext("Reassess by"), _REASSESS
        form.level_code.offer(offers.levels(session()))
    else:
        del form.level_code
    return form


def _kind(code: str) -> GateKind:
    try:
        return GateKind(code)
    except ValueError:
        raise NotFound() from None
