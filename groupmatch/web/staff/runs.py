"""Runs: the list, one with its proof and reasons, start one now, watch it, cancel it."""

import logging

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from groupmatch.database import Database
from groupmatch.language import gettext
from groupmatch.matching import SolveFailed
from groupmatch.records import Run, RunKind
from groupmatch.services.runs import runs
from groupmatch.services.runs.run_pages import run_page, run_rows
from groupmatch.settings import Settings
from groupmatch.web import access, transaction
from groupmatch.web.background import once_committed
from groupmatch.web.staff import roles
from groupmatch.web.staff.curve import Meeting, meeting
from groupmatch.web.staff.desk_tables import runs_table
from groupmatch.web.staff.query import number
from groupmatch.web.staff.run_tables import GOALS, HELD_BACK, UNPLACED
from groupmatch.web.tables import exported
from groupmatch.web.transaction import session

blueprint = Blueprint("runs", __name__, url_prefix="/runs")

_SETTINGS = "groupmatch.settings"
_log = logging.getLogger(__name__)


def init_app(app: Flask, settings: Settings) -> None:
    """Keep the settings that a run started from here needs."""
    app.extensions[_SETTINGS] = settings


@blueprint.get("")
@roles.coordinator
def index() -> str | Response:
    """All runs, the latest first."""
    program = access.program()
    page, table = run_rows(session(), program, number=number("page")), runs_table(program.timezone)
    listed = table.given(page)
    if table.wants_export():
        listed = table.given(page, run_rows(session(), program, number=1, size=page.total).rows)
    return exported(listed) or render_template("staff/runs/index.html", listed=listed)


@blueprint.get("/latest")
@roles.coordinator
def latest() -> Response:
    """The last run."""
    run = runs.latest(session(), access.program())
    if run is None:
        return redirect(url_for("runs.index"))
    return redirect(url_for("runs.show", run_id=run.id))


@blueprint.get("/<run_id>")
@roles.coordinator
def show(run_id: str) -> str | Response:
    """One run: how far it is, or what it found and proved."""
    run = access.run_or_404(run_id)
    page = run_page(
        session(),
        run,
        number=number(UNPLACED.parameter("page")),
        held_number=number(HELD_BACK.parameter("page")),
    )
    if UNPLACED.wants_export() or HELD_BACK.wants_export():
        page = run_page(session(), run, size=max(1, page.unplaced.total, page.held_back.total))
    goals = GOALS.over(page.tiers)
    unplaced, held_back = UNPLACED.given(page.unplaced), HELD_BACK.given(page.held_back)
    return exported(goals, unplaced, held_back) or render_template(
        "staff/runs/show.html",
        page=page,
        goals=goals,
        unplaced=unplaced,
        held_back=held_back,
        run=run,
        meeting=_meeting(run),
    )


@blueprint.get("/<run_id>/progress")
@roles.coordinator
def progress(run_id: str) -> str:
    """The live part of a running run's page."""
    run = access.run_or_404(run_id)
    return render_template("staff/runs/progress.html", run=run, meeting=_meeting(run))


@blueprint.post("/start")
@roles.coordinator
def start() -> Response:
    """Match now, in the background of this process."""
    run = runs.start_run(session(), access.program(), kind=RunKind.BY_HAND, by=access.account().id)
    session().flush()
    settings: Settings = current_app.extensions[_SETTINGS]
    once_committed(f"run {run.id}", _execute, transaction.database(), settings, run.id)
    return redirect(url_for("runs.show", run_id=run.id), code=303)


@blueprint.post("/<run_id>/cancel")
@roles.coordinator
def cancel(run_id: str) -> Response:
    """Ask a running run to stop."""
    run = access.run_or_404(run_id)
    runs.ask_to_cancel(session(), run, by=access.account().id)
    flash(
        gettext("The match stops within seconds. Seats and the draft before stay as they are."),
        "info",
    )
    return redirect(url_for("runs.show", run_id=run.id), code=303)


def _meeting(run: Run) -> Meeting | None:
    """The picture of the goal that is being worked on."""
    return meeting((run.progress or {}).get("path", []))


def _execute(database: Database, settings: Settings, run_id: str) -> None:
    try:
        runs.execute(database, settings, run_id)
    except SolveFailed as failed:
        # The run keeps the code; its page says what that means.
        _log.error("run %s failed: %s", run_id, failed.code)
