"""The governed tables: topics, group types, levels of care; each row with its source."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import BooleanField, IntegerField, StringField
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from groupmatch.errors import NotFound
from groupmatch.language import gettext, later
from groupmatch.records import Admission, GroupType, LevelOfCare, Topic
from groupmatch.services.programs import vocabulary
from groupmatch.services.programs.vocabulary import Governed
from groupmatch.web import access
from groupmatch.web.staff import offers
from groupmatch.web.staff.admin import blueprint
from groupmatch.web.staff.forms import Form, Page, Pick, saved, text
from groupmatch.web.staff.governed_tables import GROUP_TYPES, LEVELS, TOPICS
from groupmatch.web.tables import exported
from groupmatch.web.transaction import session

_ROWS: dict[str, type[Governed]] = {
    "topics": Topic,
    "group-types": GroupType,
    "levels": LevelOfCare,
}
_SOURCE = later("Where the row comes from, with a date: a law, a contract, your clinical lead.")
_COUNT = NumberRange(0, 100_000, later("Write 0 or more."))


class GovernedForm(Form):
    """What every governed row has."""

    name = StringField(later("Name"), [DataRequired(later("Write a name."))], filters=[text])
    source = StringField(
        later("Source"),
        [DataRequired(later("Write the source."))],
        filters=[text],
        description=_SOURCE,
    )
    clinician_confirmed = BooleanField(later("A clinician has confirmed this row"))

    def fields(self) -> dict[str, Any]:
        """The answers as a service takes them."""
        return {field.name: field.data for field in self if field.name != "csrf_token"}


class TopicForm(GovernedForm):
    """A topic."""

    part2 = BooleanField(
        later("Protected by 42 CFR Part 2"),
        description=later("Substance use: nobody is placed in it without that consent."),
    )


class NewTopicForm(TopicForm):
    """A new topic with its code."""

    code = StringField(
        later("Code"),
        [DataRequired(later("Write a code."))],
        filters=[text],
        description=later("Small letters, digits and hyphens. It stays for good."),
    )


class GroupTypeForm(GovernedForm):
    """A type of groups with its usual bounds."""

    min_size = IntegerField(
        later("Fewest members"), [InputRequired(later("Write a number.")), _COUNT]
    )
    max_size = IntegerField(
        later("Most members"), [InputRequired(later("Write a number.")), _COUNT]
    )
    leaders = IntegerField(later("Leaders"), [InputRequired(later("Write a number.")), _COUNT])
    session_minutes = IntegerField(
        later("Minutes a session"), [InputRequired(later("Write a number.")), _COUNT]
    )
    admission = Pick(
        later("Newcomers"),
        {
            Admission.ROLLING.value: later("At any session"),
            Admission.GATED.value: later("On entry dates only"),
            Admission.CLOSED.value: later("Nobody new"),
        },
    )


class LevelForm(GovernedForm):
    """A level of care and the week that it asks for; empty asks nothing."""

    min_minutes = IntegerField(later("Fewest minutes a week"), [Optional(), _COUNT])
    max_minutes = IntegerField(later("Most minutes a week"), [Optional(), _COUNT])
    min_days = IntegerField(
        later("Fewest days a week"), [Optional(), NumberRange(1, 7, later("Write 1 to 7."))]
    )
    max_minutes_per_day = IntegerField(later("Most minutes a day"), [Optional(), _COUNT])


_FORMS: dict[type[Governed], type[GovernedForm]] = {
    Topic: TopicForm,
    GroupType: GroupTypeForm,
    LevelOfCare: LevelForm,
}


@blueprint.get("/tables")
@access.admin
def tables() -> str | Response:
    """Topics, types of groups and levels of care."""
    topics = TOPICS.over(session().scalars(select(Topic).order_by(Topic.name)).all())
    types = GROUP_TYPES.over(session().scalars(select(GroupType).order_by(GroupType.name)).all())
    levels = LEVELS.over(offers.levels_in_full(session()))
    return exported(topics, types, levels) or render_template(
        "staff/admin/tables.html", topics=topics, types=types, levels=levels
    )


@blueprint.route("/tables/topics/new", methods=["GET", "POST"])
@access.admin
def add_topic() -> Page | Response:
    """Add a topic."""
    form = NewTopicForm()
    if form.sent_well():
        with form.refusals():
            vocabulary.add_topic(session(), by=access.account().id, **form.fields())
            flash(gettext("The topic is added. Groups and requests may name it."), "success")
            return redirect(url_for("admin.tables"), code=303)
    return form.page("staff/admin/add_topic.html")


@blueprint.route("/tables/<table>/<code>", methods=["GET", "POST"])
@access.admin
def edit_row(table: str, code: str) -> Page | Response:
    """Change a row; its code stays."""
    row = _row(table, code)
    form = _FORMS[type(row)](obj=row)
    if form.sent_well():
        with form.refusals():
            by = access.account().id
            changed = vocabulary.edit_governed(session(), row, by=by, **form.fields())
            flash(saved(changed), "success")
            return redirect(url_for("admin.tables", _anchor=table), code=303)
    return form.page("staff/admin/edit_row.html", row=row, table=table)


def _row(table: str, code: str) -> Governed:
    kind: Any = _ROWS.get(table)
    row: Governed | None = session().get(kind, code) if kind else None
    if row is None:
        raise NotFound()
    return row
