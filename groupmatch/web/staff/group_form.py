"""Making a group and changing it, with its meetings, leaders and limits, in one form."""

from typing import Any

from flask import flash, request
from werkzeug.wrappers import Response
from wtforms import IntegerField, StringField
from wtforms.fields import DateField
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional, ValidationError

from groupmatch.language import gettext, later
from groupmatch.records import Admission, Group, GroupKind, GroupStatus
from groupmatch.services.groups import group_parts, groups
from groupmatch.services.spreadsheets.cells import Day
from groupmatch.services.spreadsheets.list_cells import Limits, ListOf, Meetings
from groupmatch.web import access
from groupmatch.web.staff import offers, roles
from groupmatch.web.staff.forms import (
    Page,
    Pick,
    TextOf,
    saved,
    text,
    traits_field,
    zone_field,
)
from groupmatch.web.staff.groups import blueprint, to_group
from groupmatch.web.staff.versioned import VersionedForm, claimed
from groupmatch.web.transaction import session

_SIZE = NumberRange(0, 1000, later("Write a number from 0 to 1,000."))
_NEEDED = InputRequired(later("Write a number."))


class GroupForm(VersionedForm):
    """Everything about a group but its end."""

    name = StringField(
        later("Name"),
        [DataRequired(later("Write a name."))],
        filters=[text],
        description=later(
            "Members see it once they have a seat; it is in no mail and no calendar."
        ),
    )
    topic_code = Pick(later("Topic"))
    level_code = Pick(later("Level of care"))
    kind = Pick(
        later("Kind"),
        {
            GroupKind.GROUP.value: later("Group"),
            GroupKind.INDIVIDUAL.value: later("Individual hour"),
            GroupKind.COUPLES.value: later("Couples"),
            GroupKind.FAMILY.value: later("Family"),
            GroupKind.EDUCATION.value: later("Education"),
        },
    )
    type_code = Pick(later("Type"), blank=later("None"))
    timezone = zone_field(
        later("Time zone"), description=later("The group keeps its hour in this zone.")
    )
    meetings = TextOf(
        later("Meets"),
        Meetings(),
        [],
        validators=[InputRequired(later("Write when it meets, like: Tue 18:00-19:00."))],
        description=later(
            "Each week, like: Tue 18:00-19:00. A track has several: "
            "Mon 09:00-12:00; Wed 09:00-12:00"
        ),
        render_kw={"rows": 2},
    )
    since = DateField(
        later("From"),
        [Optional()],
        description=later(
            "New hours and leaders hold from this date on. Sessions before it stay as they are. "
            "Empty: from today on."
        ),
    )
    leader = Pick(
        later("Leads"),
        blank=later("Choose"),
        validators=[InputRequired(later("Choose who leads."))],
    )
    second = Pick(later("Leads, too"), blank=later("Nobody"))
    third = Pick(later("Leads, too"), blank=later("Nobody"))
    min_size = IntegerField(later("Fewest members"), [_NEEDED, _SIZE])
    max_size = IntegerField(later("Most members"), [_NEEDED, _SIZE])
    held_seats = IntegerField(
        later("Seats held"),
        [_NEEDED, _SIZE],
        description=later("Kept free for people who are expected."),
    )
    admission = Pick(
        later("Newcomers"),
        {
            Admission.ROLLING.value: later("At any session"),
            Admission.GATED.value: later("On entry dates only"),
            Admission.CLOSED.value: later("Nobody new"),
        },
    )
    entries = TextOf(
        later("Entry dates"),
        ListOf(Day()),
        [],
        description=later("For entry on dates only, like: 2026-12-01, 2027-01-05"),
        render_kw={"rows": 1},
    )
    status = Pick(
        later("Status"),
        {
            GroupStatus.RUNNING.value: later("Running"),
            GroupStatus.PROPOSED.value: later("Proposed: opens when enough people would come"),
        },
    )
    alternative_key = StringField(
        later("Alternatives"),
        filters=[text],
        description=later("At most one group with the same word here is open."),
    )
    starts_on = DateField(later("First date"), [Optional()])
    requires = traits_field(
        later("Only for people with"),
        description=later("Like: gender=woman; language=en|es"),
    )
    attributes = traits_field(
        later("Offers"),
        description=later("What requests may ask for, like: modality=CBT|DBT"),
    )
    limits = TextOf(
        later("At most so many with"),
        Limits(),
        [],
        description=later("Like: condition=bpd max 2; condition=npd max 1"),
        render_kw={"rows": 2},
    )

    def offer(self) -> None:
        """Fill the lists of the present program."""
        self.topic_code.offer(offers.topics(session()))
        self.level_code.offer(offers.levels(session()))
        self.type_code.offer(offers.group_types(session()))
        leaders = offers.therapists(session(), access.program())
        for pick in (self.leader, self.second, self.third):
            pick.offer(leaders)

    def validate_second(self, field: Pick) -> None:
        """Nobody leads a group twice."""
        if field.data and field.data == self.leader.data:
            raise ValidationError(gettext("Choose somebody else than the one who leads."))

    def validate_third(self, field: Pick) -> None:
        """Nobody leads a group twice."""
        if field.data and field.data in (self.leader.data, self.second.data):
            raise ValidationError(gettext("Choose somebody who does not lead already."))

    def validate_max_size(self, field: IntegerField) -> None:
        """A group has room for its fewest."""
        sizes = self.min_size.data, field.data
        if None not in sizes and field.data < self.min_size.data:
            raise ValidationError(gettext("Write at least as many as the fewest members."))

    def fields(self) -> dict[str, Any]:
        """The answers as a service takes them."""
        picks = ("leader", "second", "third")
        plain = {
            field.name: field.data for field in self if field.name not in (*picks, "csrf_token")
        }
        leaders = [self[name].data for name in picks if self[name].data]
        alternative = self.alternative_key.data or None
        return {**plain, "leaders": leaders, "alternative_key": alternative}


@blueprint.route("/new", methods=["GET", "POST"])
@roles.coordinator
def add() -> Page | Response:
    """Make a group."""
    program = access.program()
    form = GroupForm(data={"timezone": program.timezone, "held_seats": 0})
    del form.since
    form.offer()
    if form.sent_well():
        with form.refusals():
            by = access.account().id
            group = groups.create_group(session(), program, by=by, **form.fields())
            flash(gettext("The group is made. Tonight’s match counts it."), "success")
            return to_group(group)
    return form.page("staff/groups/new.html")


@blueprint.route("/<group_id>/edit", methods=["GET", "POST"])
@roles.coordinator
def edit(group_id: str) -> Page | Response:
    """Change a group; its members keep their seats."""
    group = claimed(access.group_or_404(group_id))
    form = GroupForm(data=_answers(group))
    form.offer()
    if group.status not in (GroupStatus.RUNNING, GroupStatus.PROPOSED):
        del form.status
    form.watch(group)
    if not form.sent():
        _fill_in(form)
    if form.sent_fresh():
        with form.refusals():
            changed = groups.edit_group(session(), group, by=access.account().id, **form.fields())
            flash(saved(changed), "success")
            return to_group(group)
    return form.page("staff/groups/edit.html", group=group)


def _fill_in(form: GroupForm) -> None:
    """Answers that a link proposes: one more seat, newcomers admitted, the group opened."""
    for name in ("max_size", "admission", "status"):
        proposed = request.args.get(name, type=int if name == "max_size" else str)
        if proposed is not None and name in form:
            form[name].data = proposed


def _answers(group: Group) -> dict[str, Any]:
    parts = group_parts.parts_of(group)
    leaders = [*parts.leaders, None, None, None]
    return {
        **{name: getattr(group, name) for name in groups.EDITABLE},
        "meetings": parts.meetings,
        "limits": parts.limits,
        "entries": parts.entries,
        "leader": leaders[0],
        "second": leaders[1],
        "third": leaders[2],
    }
