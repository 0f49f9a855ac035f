"""Groups: the table, the week, and everything about one group."""

import re
from datetime import date, timedelta
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.fields import DateField
from wtforms.validators import DataRequired, InputRequired

from groupmatch import clock
from groupmatch.language import gettext, later
from groupmatch.records import Group, GroupStatus
from groupmatch.services.groups import groups, merging
from groupmatch.services.groups.demand import DemandMap, demand_by_topic, demand_map
from groupmatch.services.groups.group_page import group_page
from groupmatch.services.groups.groups_table import GroupFilter, group_rows, tell_the_rest
from groupmatch.services.groups.groups_week import Hour, in_hour, shown, week_grid
from groupmatch.services.sessions.session_page import session_lines
from groupmatch.web import access
from groupmatch.web.staff import offers, roles
from groupmatch.web.staff.forms import Form, Page, text
from groupmatch.web.staff.group_tables import (
    groups_table,
    roster_table,
    sessions_table,
    topics_table,
)
from groupmatch.web.staff.query import choice, flag
from groupmatch.web.staff.sheets import sheet
from groupmatch.web.tables import exported
from groupmatch.web.transaction import session

blueprint = Blueprint("groups", __name__, url_prefix="/groups")


class EndForm(Form):
    """When a group meets for the last time, and why."""

    last_on = DateField(
        later("Last date"), [InputRequired(later("Write the last date on which it meets."))]
    )
    reason = TextAreaField(
        later("Reason"),
        [DataRequired(later("Write a reason: it stays in the history."))],
        filters=[text],
    )


@blueprint.get("")
@roles.care_team
def index() -> str | Response:
    """The table of groups."""
    program, wanted = access.program(), _wanted()
    today = clock.today(program.timezone)
    hour = _hour()
    rows = group_rows(session(), program, wanted, hours=bool(hour), leaders=False)
    if hour:
        rows = in_hour(rows, program.timezone, today, hour)
    listed = groups_table(program.timezone, today).over(
        rows, partial(tell_the_rest, session(), program, wanted)
    )
    return exported(listed) or render_template(
        "staff/groups/index.html",
        listed=listed,
        wanted=wanted,
        hour=hour,
        today=today,
        **_offered(),
    )


@blueprint.get("/week")
@roles.care_team
def week() -> str:
    """The groups in a calendar of the week, unmet demand behind them."""
    program, wanted = access.program(), _wanted()
    today = clock.today(program.timezone)
    rows = group_rows(session(), program, wanted, leaders=False, waiting=False)
    return render_template(
        "staff/groups/week.html",
        grid=week_grid(rows, program.timezone, today),
        demand=_demand(wanted, today),
        number=len(rows),
        wanted=wanted,
        **_offered(),
    )


@blueprint.get("/demand")
@roles.care_team
def demand() -> str | Response:
    """Where demand is unmet: by hour, and by topic."""
    program, wanted = access.program(), _wanted()
    found = _demand(wanted, clock.today(program.timezone))
    days, hours = shown(found.cells)
    topics = topics_table().over(demand_by_topic(session(), program))
    return exported(topics) or render_template(
        "staff/groups/demand.html",
        demand=found,
        days=days,
        hours=hours,
        by_topic=topics,
        wanted=wanted,
        **_offered(),
    )


def _demand(wanted: GroupFilter, today: date) -> DemandMap:
    """Unmet demand for a topic and level, whatever else the filter says."""
    program, topic, level = access.program(), wanted.topic, wanted.level
    return demand_map(session(), program, on=today, topic=topic, level=level)


def _hour() -> Hour | None:
    """From “hour=0-18”, Mondays from 6 pm on; None where no hour stands there."""
    found = re.fullmatch(r"([0-6])-(\d|1\d|2[0-3])", request.args.get("hour", ""))
    return (int(found[1]), int(found[2])) if found else None


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
def show(group_id: str) -> str | Response:
    """Everything about one group."""
    group, program = access.group_or_404(group_id), access.program()
    page, today = group_page(session(), group), clock.today(program.timezone)
    roster = roster_table(group, today).over(page.roster)
    sessions = sessions_table(group, program.timezone).over(session_lines(session(), group))
    return exported(roster, sessions) or render_template(
        "staff/groups/show.html",
        page=page,
        group=group,
        today=today,
        levels=offers.levels(session()),
        roster=roster,
        sessions=sessions,
        merge=merging.merge_of(session(), group),
    )


@blueprint.post("/<group_id>/close")
@roles.coordinator
def close(group_id: str) -> Response:
    """Let nobody new join."""
    group = access.group_or_404(group_id)
    groups.close_to_newcomers(session(), group, by=access.account().id)
    flash(
        gettext("The group takes no newcomers from now on. Its members keep their seats."),
        "success",
    )
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
            flash(gettext("The group ends then. Tonight’s match looks for other seats."), "success")
            return to_group(group)
    return form.page("staff/groups/end.html", group=group)


def _in_four_weeks(group: Group) -> date:
    return clock.today(group.timezone) + timedelta(weeks=4)


def to_group(group: Group) -> Response:
    """Back to the group's page."""
    return redirect(url_for("groups.show", group_id=group.id), code=303)
