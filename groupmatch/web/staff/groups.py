"""Groups: the table, the week, and everything about one group."""

from datetime import date, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.fields import DateField
from wtforms.validators import DataRequired, InputRequired

from groupmatch import clock
from groupmatch.records import Group, GroupStatus
from groupmatch.services import groups, merging, paging
from groupmatch.services.group_page import group_page
from groupmatch.services.groups_table import GroupFilter, GroupSort, group_rows, week_of
from groupmatch.services.session_page import session_lines
from groupmatch.web import access
from groupmatch.web.staff import offers, roles
from groupmatch.web.staff.forms import Form, Page, text
from groupmatch.web.staff.query import choice, flag, number
from groupmatch.web.staff.sheets import sheet
from groupmatch.web.transaction import session

blueprint = Blueprint("groups", __name__, url_prefix="/groups")

_PAGE = 100


class EndForm(Form):
    """When a group meets for the last time, and why."""

    last_on = DateField("Last date", [InputRequired("Write the last date on which it meets.")])
    reason = TextAreaField(
        "Reason",
        [DataRequired("Write a reason: it stays in the history.")],
        filters=[text],
    )


@blueprint.get("")
@roles.care_team
def index() -> str:
    """The table of groups."""
    program, wanted = access.program(), _wanted()
    sort = choice("sort", GroupSort, GroupSort.NAME)
    today = clock.today(program.timezone)
    descending = request.args.get("order") == "desc"
    rows = group_rows(session(), program, wanted, on=today, sort=sort, descending=descending)
    return render_template(
        "staff/groups/index.html",
        page=paging.cut(rows, number("page"), _PAGE),
        wanted=wanted,
        sort=sort,
        descending=descending,
        today=today,
        **_offered(),
    )


@blueprint.get("/week")
@roles.care_team
def week() -> str:
    """The groups in the order of a week, day by day."""
    program, wanted = access.program(), _wanted()
    today = clock.today(program.timezone)
    rows = group_rows(session(), program, wanted, on=today)
    return render_template(
        "staff/groups/week.html",
        days=week_of(rows, program.timezone, today),
        number=len(rows),
        wanted=wanted,
        **_offered(),
    )


def _wanted() -> GroupFilter:
    return GroupFilter(
        words=request.args.get("words", "").strip(),
        status=choice("status", GroupStatus, None),
        topic=request.args.get("topic", ""),
        level=request.args.get("level", ""),
        therapist=request.args.get("therapist", ""),
        with_room=flag("room"),
        below_minimum=flag("below"),
    )


def _offered() -> dict[str, offers.Offer]:
    return {
        "topics": offers.topics(session()),
        "levels": offers.levels(session()),
        "therapists": offers.therapists(session(), access.program()),
    }


@blueprint.get("/export.csv")
@roles.coordinator
def export() -> Response:
    """All of them, with the columns that an import reads."""
    return sheet("groups")


@blueprint.get("/<group_id>")
@roles.care_team
def show(group_id: str) -> str:
    """Everything about one group."""
    group = access.group_or_404(group_id)
    return render_template(
        "staff/groups/show.html",
        page=group_page(session(), group),
        group=group,
        today=clock.today(access.program().timezone),
        levels=offers.levels(session()),
        sessions=session_lines(session(), group),
        merge=merging.merge_of(session(), group),
    )


@blueprint.post("/<group_id>/close")
@roles.coordinator
def close(group_id: str) -> Response:
    """Let nobody new join."""
    group = access.group_or_404(group_id)
    groups.close_to_newcomers(session(), group, by=access.account().id)
    flash("The group takes no newcomers from now on. Its members keep their seats.", "success")
    return to_group(group)


@blueprint.route("/<group_id>/end", methods=["GET", "POST"])
@roles.coordinator
def end(group_id: str) -> Page | Response:
    """Let the group end on a date."""
    group = access.group_or_404(group_id)
    form = EndForm(data={"last_on": _in_four_weeks(group)})
    if form.sent_well():
        with form.refusals():
            groups.end_group(
                session(),
                group,
                last_on=form.last_on.data,
                by=access.account().id,
                reason=form.reason.data,
            )
            flash("The group ends then. Tonight’s match looks for other seats.", "success")
            return to_group(group)
    return form.page("staff/groups/end.html", group=group)


def _in_four_weeks(group: Group) -> date:
    return clock.today(group.timezone) + timedelta(weeks=4)


def to_group(group: Group) -> Response:
    """Back to the group's page."""
    return redirect(url_for("groups.show", group_id=group.id), code=303)
