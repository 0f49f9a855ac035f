"""Reports: what the last months were like, who waits now, and whether people get better."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from groupmatch import clock
from groupmatch.services.reports import past
from groupmatch.services.reports.months import months_until
from groupmatch.services.reports.outcomes import outcomes
from groupmatch.services.reports.small_counts import smallest
from groupmatch.services.reports.waits import Waits, who_waits
from groupmatch.web import access
from groupmatch.web.plots import Bars, Plot
from groupmatch.web.staff import report_tables as tables
from groupmatch.web.tables import Listed, Table, exported
from groupmatch.web.transaction import session

blueprint = Blueprint("reports", __name__, url_prefix="/reports")

_MONTHS = 12


@dataclass(frozen=True)
class Report:
    """One report: its table, and the chart above it."""

    listed: Listed[Any]
    plot: Plot | None = None
    bars: Bars | None = None


@blueprint.get("")
@access.staff()
def show() -> str | Response:
    """All reports of the program; each is a file, too."""
    reports = {**_past(), **_present()}
    return exported(*(each.listed for each in reports.values())) or render_template(
        "staff/reports.html", reports=reports, smallest=smallest()
    )


def _past() -> dict[str, Report]:
    program = access.program()
    today = clock.today(program.timezone)
    asked = (session(), program, months_until(today, _MONTHS))
    days, fill = past.days_to_seat(*asked), past.fill(*asked, today=today)
    came, moves = past.attendance(*asked), past.moves(*asked)
    return {
        "days": Report(tables.DAYS.over(days), tables.days_plot(days)),
        "fill": Report(tables.FILL.over(fill), tables.rate_plot(fill)),
        "attendance": Report(tables.ATTENDANCE.over(came), tables.rate_plot(came)),
        "moves": Report(tables.MOVES.over(moves), tables.moves_plot(moves)),
        "outcomes": Report(tables.OUTCOMES.over(outcomes(*asked[:2]))),
    }


def _present() -> dict[str, Report]:
    program = access.program()
    waiting = who_waits(session(), program, on=clock.today(program.timezone))
    return {
        "topic": _waits(tables.WAITS_BY_TOPIC, waiting.by_topic),
        "state": _waits(tables.WAITS_BY_STATE, waiting.by_region),
        "payer": _waits(tables.WAITS_BY_PAYER, waiting.by_payer),
    }


def _waits(table: Table[Waits], rows: Sequence[Waits]) -> Report:
    return Report(table.over(rows), bars=tables.waits_bars(rows))
